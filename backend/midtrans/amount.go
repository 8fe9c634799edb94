package midtrans

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Amount is a sum of money in whole rupiah, never negative. On the wire it is
// a decimal text with two zeros, "789000.00".
type Amount int64

// maxAmountDigits keeps every amount, and sums of a few, far from overflow.
const maxAmountDigits = 15

// ParseAmount reads "789000.00", "789000.0" or "789000". Parts of a rupiah,
// signs, exponents, grouping and leading zeros are refused: a sum that has to
// be guessed at is not a sum.
func ParseAmount(s string) (Amount, error) {
	whole, parts, pointed := strings.Cut(s, ".")
	if !isDigits(whole) || len(whole) > maxAmountDigits || len(whole) > 1 && whole[0] == '0' {
		return 0, fmt.Errorf("parse amount %.40q: not whole rupiah", s)
	}
	if pointed && (parts == "" || strings.Trim(parts, "0") != "") {
		return 0, fmt.Errorf("parse amount %.40q: not whole rupiah", s)
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("parse amount %.40q: %w", s, err)
	}
	return Amount(n), nil
}

// String is the provider's way to write the amount: "789000.00". It is also
// what signatures are made of.
func (a Amount) String() string { return strconv.FormatInt(int64(a), 10) + ".00" }

// MarshalJSON writes the amount as a string with two decimals.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(`"` + a.String() + `"`), nil }

// UnmarshalJSON reads a string or a number; null leaves the amount as it is.
func (a *Amount) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	text := string(b)
	if len(b) > 0 && b[0] == '"' {
		if err := json.Unmarshal(b, &text); err != nil {
			return fmt.Errorf("parse amount: %w", err)
		}
	}
	n, err := ParseAmount(text)
	if err != nil {
		return err
	}
	*a = n
	return nil
}

func isDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
