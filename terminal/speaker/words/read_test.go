package words

import (
	"strings"
	"testing"

	"kasir/terminal"
)

// The readers are grammars of their own, and strict: what is no number, or not
// said as people say it, is refused.

// digitIndonesian is the value of a digit's word, 0 for none.
func digitIndonesian(u Unit) terminal.Rupiah {
	switch u {
	case "satu":
		return 1
	case "dua":
		return 2
	case "tiga":
		return 3
	case "empat":
		return 4
	case "lima":
		return 5
	case "enam":
		return 6
	case "tujuh":
		return 7
	case "delapan":
		return 8
	case "sembilan":
		return 9
	}
	return 0
}

// readIndonesian adds words up from the left: digit is one that waits for its
// place, small what is said of the group so far. A group may only be smaller
// than the one before it.
func readIndonesian(units []Unit) (n terminal.Rupiah, ok bool) {
	var digit, small terminal.Rupiah
	limit, room := terminal.Rupiah(1_000_000_000), terminal.Rupiah(1000)
	add := func(v, below terminal.Rupiah) bool { // v takes a place under room
		fits := v < room && digit == 0
		small, room = small+v, below
		return fits
	}
	for i, u := range units {
		if d := digitIndonesian(u); d > 0 {
			if digit > 0 || room <= 1 {
				return 0, false
			}
			if i+1 == len(units) || !binds(units[i+1]) {
				small, room = small+d, 1
			} else {
				digit = d
			}
			continue
		}
		d, fits := digit, true
		switch u {
		case "seratus":
			fits = add(100, 100)
		case "ratus":
			digit = 0
			fits = d > 1 && add(100*d, 100)
		case "puluh":
			digit = 0
			fits = d > 1 && add(10*d, 10)
		case "belas":
			digit = 0
			fits = d > 1 && add(10+d, 1)
		case "sepuluh":
			fits = add(10, 1)
		case "sebelas":
			fits = add(11, 1)
		case "seribu", "sejuta", "ribu", "juta":
			size := terminal.Rupiah(1000)
			if u == "juta" || u == "sejuta" {
				size = 1_000_000
			}
			if one := u[0] == 's'; one {
				fits = digit == 0 && small == 0
				small = 1
			} else {
				fits = small > 1
			}
			fits = fits && size < limit
			n, small, limit, room = n+small*size, 0, size, 1000
		default:
			fits = false
		}
		if !fits {
			return 0, false
		}
	}
	return n + small, len(units) > 0 && digit == 0
}

// binds reports whether a word takes the digit before it.
func binds(u Unit) bool { return u == "ratus" || u == "puluh" || u == "belas" }

// valueEnglish is a word under a hundred, 0 for none.
func valueEnglish(u Unit) terminal.Rupiah {
	for i, w := range [...]Unit{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
		"twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"} {
		if u == w {
			return terminal.Rupiah(i + 1)
		}
	}
	for i, w := range [...]Unit{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"} {
		if u == w {
			return terminal.Rupiah(10 * (i + 2))
		}
	}
	return 0
}

func readEnglish(units []Unit) (n terminal.Rupiah, ok bool) {
	var small terminal.Rupiah
	limit, room := terminal.Rupiah(1_000_000_000), terminal.Rupiah(100)
	for _, u := range units {
		switch v := valueEnglish(u); {
		case v > 0 && v < room:
			small += v
			if room = 1; v >= 20 {
				room = 10
			}
		case u == "hundred" && small > 0 && small < 10:
			small, room = small*100, 100
		case (u == "thousand" || u == "million") && small > 0:
			size := terminal.Rupiah(1000)
			if u == "million" {
				size = 1_000_000
			}
			if size >= limit {
				return 0, false
			}
			n, small, limit, room = n+small*size, 0, size, 100
		default:
			return 0, false
		}
	}
	return n + small, len(units) > 0
}

// The readers refuse what nobody says, or a round trip would prove little.
func TestReadersAreStrict(t *testing.T) {
	for lang, all := range [][]string{
		{"", "satu ribu", "satu juta", "satu ratus", "satu puluh", "satu belas", "ribu", "juta", "puluh lima", "lima lima", "dua seratus",
			"seratus dua ratus", "lima dua puluh", "sepuluh satu", "sebelas dua", "seribu ribu", "lima ribu dua juta", "seratus seribu",
			"dua puluh sepuluh", "dua puluh puluh", "lima belas satu", "nol", "dua ribu seribu"},
		{"", "hundred", "thousand", "one one", "one twenty", "twenty ten", "ten five", "twenty hundred", "ten hundred", "one hundred hundred",
			"one thousand one million", "one thousand two thousand", "zero", "twenty one one"},
	} {
		read := []func([]Unit) (terminal.Rupiah, bool){readIndonesian, readEnglish}[lang]
		for _, text := range all {
			var units []Unit
			for _, w := range strings.Fields(text) {
				units = append(units, Unit(w))
			}
			if n, ok := read(units); ok {
				t.Errorf("%q is read as %d", text, n)
			}
		}
	}
}
