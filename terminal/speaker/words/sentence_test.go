package words

import (
	"slices"
	"strings"
	"testing"

	"kasir/terminal"
)

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		say    terminal.Saying
		again  bool
		id, en string
	}{
		{terminal.SayNothing, false, "", ""},
		{terminal.SayDuplicate + 1, false, "", ""},
		{terminal.SayPaid, false, "dua puluh lima ribu rupiah , diterima", "twenty five thousand rupiah , received"},
		{terminal.SayPaid, true, "ulangan , dua puluh lima ribu rupiah , diterima", "repeat , twenty five thousand rupiah , received"},
		{terminal.SayFailed, false, "gagal , dua puluh lima ribu rupiah , tidak dibayar", "failed , twenty five thousand rupiah , was not paid"},
		{terminal.SayUnsure, false, "belum pasti , dua puluh lima ribu rupiah , jangan tagih ulang", "not sure , twenty five thousand rupiah , do not charge again"},
		{terminal.SayLate, false, "terlambat dibayar , dua puluh lima ribu rupiah , diterima , lihat layar",
			"late payment , twenty five thousand rupiah , received , look at the screen"},
		{terminal.SayDuplicate, false, "sudah dibayar , dua puluh lima ribu rupiah , jangan tagih ulang", "already paid , twenty five thousand rupiah , do not charge again"},
	} {
		if got := say(Sentence(terminal.Indonesian, c.say, 25_000, c.again)); got != c.id {
			t.Errorf("%q: got %q, want %q", c.say, got, c.id)
		}
		if got := say(Sentence(terminal.English, c.say, 25_000, c.again)); got != c.en {
			t.Errorf("%q: got %q, want %q", c.say, got, c.en)
		}
	}
	for _, amount := range []terminal.Rupiah{0, -1, Most + 1} {
		if got := Sentence(terminal.Indonesian, terminal.SayPaid, amount, false); got != nil {
			t.Errorf("of %d it says %q", int64(amount), say(got))
		}
	}
}

// No saying can be taken for another by its first word, nor a number for one.
func TestSayingsBeginApart(t *testing.T) {
	for lang, p := range said {
		first := map[string]bool{string(p.again): true}
		for _, u := range numbers(terminal.Lang(lang)) {
			first[string(u)] = true
		}
		for say := terminal.SayFailed; say <= terminal.SayDuplicate; say++ {
			word, _, _ := strings.Cut(string(p.before[say]), " ")
			if word == "" || first[word] {
				t.Errorf("language %d: %q begins with %q, as something else does", lang, say, word)
			}
			first[word] = true
		}
	}
}

func TestVocabulary(t *testing.T) {
	for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		all := Vocabulary(lang)
		for i, u := range all {
			if u == "" || u == Pause || slices.Contains(all[i+1:], u) {
				t.Errorf("language %d: %q is empty or there twice", lang, u)
			}
		}
		for say := terminal.SayPaid; say <= terminal.SayDuplicate; say++ {
			for _, u := range Sentence(lang, say, 7_654_321, true) {
				if u != Pause && !slices.Contains(all, u) {
					t.Errorf("language %d: %q has no recording", lang, u)
				}
			}
		}
	}
	for u, want := range map[Unit]bool{"dua": false, "rupiah": false, "gagal": false, "diterima": true, "lihat layar": true, "received": true} {
		if got := Final(u); got != want {
			t.Errorf("%q is final: %v, want %v", u, got, want)
		}
	}
}
