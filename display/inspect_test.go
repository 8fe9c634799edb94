package display

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"kasir/terminal"
)

// TestTechnicianWords: what a technician reads is there in both languages, takes
// the same values, and says what to do about everything that is not good.
func TestTechnicianWords(t *testing.T) {
	texts := func(v any) map[string]string {
		all := map[string]string{}
		eachWord(reflect.ValueOf(v), "", func(name, text string) { all[name] = text })
		return all
	}
	elsewhere := map[string]bool{ // said by the words of faults and troubles, or never
		".broken[3]": true, ".broken[5]": true, ".doubt[0]": true, ".doubt[1]": true, ".doubt[2]": true,
	}
	for _, pair := range [][2]map[string]string{
		{texts(indonesian.inspect), texts(english.inspect)}, {texts(indonesian.update), texts(english.update)},
	} {
		for name, text := range pair[0] {
			other := pair[1][name]
			if (text == "" || other == "") != elsewhere[name] || strings.Count(text, "%") != strings.Count(other, "%") {
				t.Errorf("%s: Indonesian %q, English %q", name, text, other)
			}
		}
	}
	for _, l := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		for at := range terminal.Looks {
			s := terminal.Inspection{Step: terminal.InspectDone, At: at + 1}
			s.Signs[at].Is = terminal.ShapeBad
			lines := strings.Join(inspection(s, wordsOf(l)).lines, " ")
			if len(lines) < 20 || strings.Contains(lines, "%!") {
				t.Errorf("language %d: %v is not good, and all there is to read is %q", l, at, lines)
			}
		}
	}
}

// TestBadFirst: small glass shows what is not good before what is.
func TestBadFirst(t *testing.T) {
	s := terminal.Inspection{Step: terminal.InspectDone}
	for at := range s.Signs {
		s.Signs[at].Is = terminal.ShapeGood
	}
	s.Signs[terminal.LookDisk].Is, s.Signs[terminal.LookClock].Is = terminal.ShapeBad, terminal.ShapeUnknown
	p, order := inspection(s, wordsOf(terminal.English)), ""
	for _, c := range p.list {
		order += c.key
	}
	if got, want := fmt.Sprint(p.head, " ", order), "1 NOT GOOD 7512346"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
