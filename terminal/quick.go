package terminal

import (
	"fmt"
	"strconv"
	"strings"
)

// ReadQuick reads the amounts of digits that are held down, by digit: 1=5000,2=10000.
// Each digit from 1 to 9 may have one, of 1 to MaxCharge rupiah.
func ReadQuick(text string) (quick [10]Rupiah, err error) {
	for part := range strings.SplitSeq(text, ",") {
		digit, amount, _ := strings.Cut(strings.TrimSpace(part), "=")
		n, wrong := strconv.ParseInt(amount, 10, 64)
		switch {
		case len(digit) != 1 || digit < "1" || digit > "9" || wrong != nil || n < 1 || Rupiah(n) > MaxCharge:
			return [10]Rupiah{}, fmt.Errorf("%q: want a digit from 1 to 9 and its rupiah, like 1=5000", part)
		case quick[digit[0]-'0'] != 0:
			return [10]Rupiah{}, fmt.Errorf("%q: digit %s has an amount already", part, digit)
		}
		quick[digit[0]-'0'] = Rupiah(n)
	}
	return quick, nil
}
