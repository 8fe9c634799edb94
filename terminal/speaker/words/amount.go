package words

import "kasir/terminal"

// Unit is a word, or a few that are always said together, as it is recorded
// and as it is written.
type Unit string

// Pause is a breath between two parts of a sentence; it is no recording.
const Pause Unit = ","

// Most is the largest amount that can be said: all that has no billions.
const Most terminal.Rupiah = 999_999_999

// The digits; of one to nine Indonesian makes all its numbers, and English
// those under ten.
var (
	digits = [2][10]Unit{
		terminal.Indonesian: {"", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"},
		terminal.English:    {"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
	}
	teens = [10]Unit{"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens  = [10]Unit{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)

// Number appends n in words, 1 to Most; nothing of any other number. Indonesian
// says se- for one of a kind (sepuluh, sebelas, seratus, seribu, sejuta), but
// counts the one in a larger number of thousands: seratus satu ribu.
func Number(to []Unit, lang terminal.Lang, n terminal.Rupiah) []Unit {
	if n < 1 || n > Most {
		return to
	}
	small := belowIndonesian
	one, many := [2]Unit{"seribu", "sejuta"}, [2]Unit{"ribu", "juta"}
	if lang == terminal.English {
		small = belowEnglish
		one, many = [2]Unit{}, [2]Unit{"thousand", "million"}
	}
	to = group(to, small, n/1_000_000, one[1], many[1])
	to = group(to, small, n/1000%1000, one[0], many[0])
	return small(to, n%1000)
}

// group appends so many thousands or millions. One alone has a word of its
// own, where the language has one.
func group(to []Unit, small func([]Unit, terminal.Rupiah) []Unit, n terminal.Rupiah, one, many Unit) []Unit {
	switch {
	case n == 0:
		return to
	case n == 1 && one != "":
		return append(to, one)
	}
	return append(small(to, n), many)
}

// belowIndonesian appends 0 to 999; nothing of 0.
func belowIndonesian(to []Unit, n terminal.Rupiah) []Unit {
	digit := &digits[terminal.Indonesian]
	switch hundreds := n / 100; {
	case hundreds == 1:
		to = append(to, "seratus")
	case hundreds > 1:
		to = append(to, digit[hundreds], "ratus")
	}
	n %= 100
	switch {
	case n == 10:
		return append(to, "sepuluh")
	case n == 11:
		return append(to, "sebelas")
	case n > 11 && n < 20:
		return append(to, digit[n-10], "belas")
	case n >= 20:
		to = append(to, digit[n/10], "puluh")
	}
	if n%10 == 0 {
		return to
	}
	return append(to, digit[n%10])
}

// belowEnglish appends 0 to 999; nothing of 0.
func belowEnglish(to []Unit, n terminal.Rupiah) []Unit {
	digit := &digits[terminal.English]
	if n >= 100 {
		to = append(to, digit[n/100], "hundred")
	}
	n %= 100
	switch {
	case n >= 20:
		to = append(to, tens[n/10])
	case n >= 10:
		return append(to, teens[n-10])
	}
	if n%10 == 0 {
		return to
	}
	return append(to, digit[n%10])
}

// numbers are all words that Number has in a language.
func numbers(lang terminal.Lang) []Unit {
	all := append([]Unit(nil), digits[lang][1:]...)
	if lang == terminal.English {
		all = append(append(all, teens[:]...), tens[2:]...)
		return append(all, "hundred", "thousand", "million")
	}
	return append(all, "sepuluh", "sebelas", "belas", "puluh", "seratus", "ratus", "seribu", "ribu", "sejuta", "juta")
}
