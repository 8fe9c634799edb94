package reconcile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Sen is a hundredth of a rupiah: provider's fees are counted in it.
type Sen int64

// String is the sen as rupiah, with decimals only when there are any: "24825",
// "86.42". It is what a spreadsheet reads as a number.
func (s Sen) String() string {
	sign, v := "", int64(s)
	if v < 0 {
		sign, v = "-", -v
	}
	if v%100 == 0 {
		return sign + strconv.FormatInt(v/100, 10)
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// MaxRupiah bounds one line of a file. A larger amount is a misread file.
const MaxRupiah = 1_000_000_000_000

// ParseSen reads an amount as people and programs of this country write it:
// 25000, 25000.00, 25.000, 25.000,00, 25,000.00, Rp 25.000, -25000, (25000).
// What can be read in two ways is read as its separators demand: three digits
// after one are thousands, since there are no thousandths of a rupiah, one or
// two are decimals. Everything else is an error.
func ParseSen(text string) (Sen, error) {
	s := strings.TrimSpace(text)
	negative := false
	if inner, ok := strings.CutPrefix(s, "("); ok {
		s, ok = strings.CutSuffix(inner, ")")
		if !ok {
			return 0, fmt.Errorf("read amount %q: a bracket is not closed", short(text))
		}
		negative = true
	}
	for _, unit := range []string{"IDR", "Rp.", "Rp"} {
		if len(s) >= len(unit) && strings.EqualFold(s[:len(unit)], unit) {
			s = strings.TrimSpace(s[len(unit):])
			break
		}
	}
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		if negative {
			return 0, fmt.Errorf("read amount %q: negative twice", short(text))
		}
		negative, s = true, strings.TrimSpace(rest)
	}
	v, err := parseDigits(s)
	if err != nil {
		return 0, fmt.Errorf("read amount %q: %w", short(text), err)
	}
	if negative {
		v = -v
	}
	return v, nil
}

// parseDigits reads digits with separators.
func parseDigits(s string) (Sen, error) {
	whole, decimals := s, ""
	if i := strings.LastIndexAny(s, ".,"); i >= 0 && len(s)-i-1 <= 2 {
		whole, decimals = s[:i], s[i+1:]
		if decimals == "" || strings.Contains(whole, s[i:i+1]) {
			return 0, errors.New("not an amount in rupiah")
		}
		decimals = (decimals + "0")[:2]
	}
	digits, err := ungroup(whole)
	if err != nil {
		return 0, err
	}
	rupiah, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || rupiah > MaxRupiah {
		return 0, errors.New("not an amount in rupiah")
	}
	sen := uint64(0)
	if decimals != "" {
		if sen, err = strconv.ParseUint(decimals, 10, 8); err != nil {
			return 0, errors.New("not an amount in rupiah")
		}
	}
	return Sen(rupiah*100 + sen), nil
}

// ungroup takes the thousands' separators out, which must be one character,
// before every three digits.
func ungroup(s string) (string, error) {
	i := strings.IndexAny(s, ".,")
	if i < 0 {
		return s, nil
	}
	groups := strings.Split(s, s[i:i+1])
	for n, g := range groups {
		if (n == 0 && (len(g) < 1 || len(g) > 3)) || (n > 0 && len(g) != 3) {
			return "", errors.New("its thousands are not groups of three digits")
		}
	}
	return strings.Join(groups, ""), nil
}

// short keeps a bad cell from filling a page.
func short(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
