package words

import (
	"slices"

	"kasir/terminal"
)

// phrases are what a sentence has besides the amount. Each begins with a word
// that no other begins with, so that who hears only that knows; only good news
// begin with the amount itself.
type phrases struct {
	currency Unit
	again    Unit // before what was said already: nobody may take it for news
	before   [terminal.SayDuplicate + 1]Unit
	after    [terminal.SayDuplicate + 1][]Unit
}

var said = [2]phrases{
	terminal.Indonesian: {
		currency: "rupiah", again: "ulangan",
		before: [...]Unit{terminal.SayFailed: "gagal", terminal.SayUnsure: "belum pasti",
			terminal.SayLate: "terlambat dibayar", terminal.SayDuplicate: "sudah dibayar"},
		after: [...][]Unit{terminal.SayPaid: {"diterima"}, terminal.SayFailed: {"tidak dibayar"}, terminal.SayUnsure: {"jangan tagih ulang"},
			terminal.SayLate: {"diterima", Pause, "lihat layar"}, terminal.SayDuplicate: {"jangan tagih ulang"}},
	},
	terminal.English: {
		currency: "rupiah", again: "repeat",
		before: [...]Unit{terminal.SayFailed: "failed", terminal.SayUnsure: "not sure",
			terminal.SayLate: "late payment", terminal.SayDuplicate: "already paid"},
		after: [...][]Unit{terminal.SayPaid: {"received"}, terminal.SayFailed: {"was not paid"}, terminal.SayUnsure: {"do not charge again"},
			terminal.SayLate: {"received", Pause, "look at the screen"}, terminal.SayDuplicate: {"do not charge again"}},
	},
}

// Sentence is what is said of a sale; nothing of SayNothing, and nothing of an
// amount that cannot be said. again is for what was said before: "dua puluh
// lima ribu rupiah, diterima".
func Sentence(lang terminal.Lang, say terminal.Saying, amount terminal.Rupiah, again bool) []Unit {
	if say == terminal.SayNothing || say > terminal.SayDuplicate || amount < 1 || amount > Most {
		return nil
	}
	p := &said[lang]
	var s []Unit
	if again {
		s = append(s, p.again, Pause)
	}
	if u := p.before[say]; u != "" {
		s = append(s, u, Pause)
	}
	s = append(Number(s, lang, amount), p.currency)
	return append(append(s, Pause), p.after[say]...)
}

// Vocabulary is every unit of a language, each once: what has to be recorded.
func Vocabulary(lang terminal.Lang) []Unit {
	p := &said[lang]
	all := append(numbers(lang), p.currency, p.again)
	add := func(u Unit) {
		if u != "" && u != Pause && !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	for say := range p.before {
		add(p.before[say])
		for _, u := range p.after[say] {
			add(u)
		}
	}
	return all
}

// Final reports whether a unit ends a part of a sentence, so that the voice
// falls; all others lead on to the next.
func Final(u Unit) bool {
	for _, p := range said {
		if u == p.currency || slices.Contains(p.before[:], u) {
			return false
		}
		for _, after := range p.after {
			if slices.Contains(after, u) {
				return true
			}
		}
	}
	return false
}
