package display

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"kasir/terminal"
)

// eachWord calls do with every text of a language and the name of its field.
func eachWord(v reflect.Value, name string, do func(name, text string)) {
	switch v.Kind() {
	case reflect.String:
		do(name, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			eachWord(v.Field(i), name+"."+v.Type().Field(i).Name, do)
		}
	case reflect.Array:
		for i := range v.Len() {
			eachWord(v.Index(i), fmt.Sprintf("%s[%d]", name, i), do)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			eachWord(v.MapIndex(k), fmt.Sprintf("%s[%v]", name, k), do)
		}
	}
}

// sparse are lists in which not every part or answer has a sentence.
var sparse = regexp.MustCompile(`^\.(inspect\.(broken|doubt)\[|enrolment\.refusals\[0\])`)

func allWords(l terminal.Lang) map[string]string {
	all := make(map[string]string)
	eachWord(reflect.ValueOf(*wordsOf(l)), "", func(name, text string) {
		if text != "" || !sparse.MatchString(name) {
			all[name] = text
		}
	})
	return all
}

func TestBothLanguagesAreComplete(t *testing.T) {
	id, en := allWords(terminal.Indonesian), allWords(terminal.English)
	if len(id) < 80 || len(id) != len(en) {
		t.Errorf("%d texts in Indonesian, %d in English", len(id), len(en))
	}
	same := map[string]bool{".sandboxShort": true, ".menu": true, ".keys.menu": true, ".about": true, ".totalShort": true, ".day.keyed": true, ".inspect.parts[5]": true}
	for name, text := range id {
		other := en[name]
		if strings.TrimSpace(text) == "" || strings.TrimSpace(other) == "" {
			t.Errorf("%s: Indonesian %q, English %q", name, text, other)
		}
		if text == other && !same[name] {
			t.Errorf("%s is %q in both languages", name, text)
		}
		if strings.Count(text, "%") != strings.Count(other, "%") {
			t.Errorf("%s: %q and %q take different values", name, text, other)
		}
	}
}

func TestEveryKindHasWords(t *testing.T) {
	for _, l := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		w := wordsOf(l)
		for _, x := range []terminal.Trouble{terminal.TroubleNetwork, terminal.TroubleTimeout, terminal.TroubleBackend,
			terminal.TroubleRefused, terminal.TroubleHeld, terminal.TroubleNonsense, terminal.TroubleCable, terminal.TroubleProvider} {
			if w.trouble[x] == "" || w.offs[x] == "" || w.off(x) != w.offs[x] {
				t.Errorf("language %d has no words for trouble %q", l, x)
			}
		}
		for _, x := range []string{"provider_busy", "rejected", "channel_off", "server_key", "invalid", "rate_limit", "duplicate", "fraud"} {
			if w.reasons[x] == "" {
				t.Errorf("language %d has no words for reason %q", l, x)
			}
		}
		for x := terminal.MismatchFormat; x <= terminal.MismatchCode; x++ {
			if w.mismatches[x] == "" {
				t.Errorf("language %d has no words for %v", l, x)
			}
		}
		if w.why("?") != w.trouble[terminal.TroubleTimeout] || w.reason("?") != w.reasons["rejected"] || w.off("?") != w.offline {
			t.Error("what is not known is not said as the vaguest")
		}
		for x := terminal.FaultJournal; x <= terminal.FaultInUse; x++ {
			if w.faults[x] == "" || w.faultDos[x] == "" && x != terminal.FaultJournal {
				t.Errorf("language %d has no words for fault %d", l, x)
			}
		}
	}
}

// A screen that says what is wrong and not what to do is no help.
func TestEveryScreenHasANextStep(t *testing.T) {
	for _, l := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		for _, s := range append(shots(l), everyCode(l)...) {
			p := compose(s.view)
			step := len(p.keys) > 0
			for _, line := range p.lines {
				step = step || strings.ContainsAny(line, ".")
				if strings.Contains(line, "%!") || strings.TrimSpace(line) == "" {
					t.Errorf("%s %s: line %q", langName(l), s.name, line)
				}
			}
			if !step {
				t.Errorf("%s %s: neither a key nor a sentence says what to do: %+v", langName(l), s.name, p)
			}
			if p.head == "" && p.sum == "" {
				t.Errorf("%s %s: no state and no money: %+v", langName(l), s.name, p)
			}
		}
	}
}

func TestWordingThatMatters(t *testing.T) {
	say := func(l terminal.Lang, s terminal.Screen) page {
		return compose(terminal.View{Screen: s, Strip: terminal.Strip{Lang: l}})
	}
	has := func(p page, want string) {
		t.Helper()
		all := strings.Join(append([]string{p.head, p.stress, p.sum, p.order}, p.lines...), "|")
		if !strings.Contains(all, want) {
			t.Errorf("got %q, want %q in it", all, want)
		}
	}
	offered := terminal.Unsure{Order: order, Amount: 25_000, Offered: true}
	has(say(terminal.Indonesian, offered), "BELUM PASTI|JANGAN TAGIH ULANG|Rp\u00a025.000|#0042")
	has(say(terminal.English, offered), "NOT SURE YET|DO NOT CHARGE AGAIN")
	has(say(terminal.Indonesian, terminal.Thanks{Order: order, Amount: 1}), "LUNAS")
	has(say(terminal.English, terminal.Thanks{Order: order, Amount: 1}), "PAID")
	has(say(terminal.Indonesian, terminal.Idle{}), "Tanpa LUNAS di alat ini = belum bayar")
	has(say(terminal.Indonesian, terminal.Late{Order: order, Amount: 1}), "TERLAMBAT DIBAYAR")
	for _, s := range append(shots(terminal.Indonesian), everyCode(terminal.Indonesian)...) {
		p := compose(s.view)
		if _, thanks := s.view.Screen.(terminal.Thanks); !thanks && (p.head == "LUNAS" || p.mood == good) {
			t.Errorf("%s looks paid: %+v", s.name, p)
		}
	}
}

func TestTimeLeft(t *testing.T) {
	for _, c := range []struct {
		left   time.Duration
		id, en string
	}{
		{0, "", ""},
		{-time.Second, "", ""},
		{15 * time.Minute, "Sisa 15\u00a0menit", "15\u00a0min left"},
		{2 * time.Minute, "Sisa 2\u00a0menit", "2\u00a0min left"},
		{105 * time.Second, "Sisa 1:45", "1:45 left"},
		{15 * time.Second, "Sisa 0:15", "0:15 left"},
	} {
		if got := indonesian.left(c.left); got != c.id {
			t.Errorf("%v: %q, want %q", c.left, got, c.id)
		}
		if got := english.left(c.left); got != c.en {
			t.Errorf("%v: %q, want %q", c.left, got, c.en)
		}
	}
}

// TestHalves: a code as it is keyed, a place for every digit that is to come.
func TestHalves(t *testing.T) {
	for code, want := range map[string]string{"": "____ ____", "123": "123_ ____", "1234": "1234 ____", "12345678": "1234 5678", "123456789": "1234 56789"} {
		if got := strings.ReplaceAll(halves(code), "\u00a0", " "); got != want {
			t.Errorf("%q is shown as %q, want %q", code, got, want)
		}
	}
}
