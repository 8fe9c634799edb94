package midtrans

import (
	"errors"
	"strings"
)

// Phone is a wallet's telephone number as the provider wants it: in two parts,
// digits only. It prints masked; Country and Number are the whole number.
type Phone struct {
	Country string // country code without "+", "62" for Indonesia
	Number  string // national number without the leading 0, 9 to 12 digits
}

// home is the country of a number that names none.
const home = "62"

var errPhone = errors.New("parse phone number: not a telephone number")

// ParsePhone reads a number as people key it: 0812..., 812..., 62812..., or
// +62812... with spaces, dashes, dots and brackets where they like. Without a
// "+" it is Indonesian. The error never holds the number.
func ParsePhone(s string) (Phone, error) {
	s = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "").Replace(s)
	digits, abroad := strings.CutPrefix(s, "+")
	if !isDigits(digits) || len(digits) > 15 {
		return Phone{}, errPhone
	}
	p := Phone{Country: home}
	switch {
	case abroad:
		n := countryLength(digits)
		if len(digits) <= n {
			return Phone{}, errPhone
		}
		p.Country, p.Number = digits[:n], digits[n:]
	case digits[0] == '0':
		p.Number = digits[1:]
	case strings.HasPrefix(digits, home+"8") && len(digits) > 10: // mobile numbers start with 8
		p.Number = digits[len(home):]
	default:
		p.Number = digits
	}
	if !p.valid() {
		return Phone{}, errPhone
	}
	return p, nil
}

func (p Phone) valid() bool {
	return isDigits(p.Country) && len(p.Country) <= 3 && p.Country[0] != '0' &&
		isDigits(p.Number) && len(p.Number) >= 9 && len(p.Number) <= 12 && p.Number[0] != '0'
}

// countryLength is how many digits of an international number are the country
// code (ITU-T E.164): 1 and 7 stand alone, some pairs do, the rest are three.
func countryLength(digits string) int {
	const pairs = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 " +
		"60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
	switch {
	case digits[0] == '1', digits[0] == '7':
		return 1
	case len(digits) >= 2 && strings.Contains(pairs, digits[:2]):
		return 2
	}
	return 3
}

// String is the number with all but its last four digits hidden: "****1283".
// It is what may be shown and logged.
func (p Phone) String() string { return MaskPhone(p.Number) }

// E164 is the whole number in international form, "+6281234567890".
func (p Phone) E164() string { return "+" + p.Country + p.Number }

// MaskPhone hides all but the last four characters of a number, which may be
// masked already.
func MaskPhone(number string) string {
	return "****" + number[max(0, len(number)-4):]
}
