package terminal

import (
	"strings"
	"testing"
)

func TestEnrollingKeys(t *testing.T) {
	for name, c := range map[string]struct {
		from Enrolling
		keys string
		want Enrolling
		done bool
	}{
		"a code":                  {Enrolling{}, "123456789012\n", Enrolling{Digits: "123456789012"}, true},
		"one digit too few":       {Enrolling{}, "12345678901\n", Enrolling{Digits: "12345678901"}, false},
		"one too many":            {Enrolling{}, "1234567890123", Enrolling{Digits: "123456789012"}, false},
		"00, and no room for it":  {Enrolling{}, "z1234567890z", Enrolling{Digits: "001234567890"}, false},
		"00 with room for one":    {Enrolling{}, "12345678901z", Enrolling{Digits: "12345678901"}, false},
		"a slip taken back":       {Enrolling{}, "13b2", Enrolling{Digits: "12"}, false},
		"nothing to take back":    {Enrolling{Refusal: EnrolWrong}, "b", Enrolling{Refusal: EnrolWrong}, false},
		"cleared":                 {Enrolling{Refusal: EnrolSlip}, "123c", Enrolling{}, false},
		"a refusal is read first": {Enrolling{Refusal: EnrolWrong, Trouble: TroubleNetwork}, "1", Enrolling{Digits: "1"}, false},
		"other keys":              {Enrolling{Digits: "1"}, "m+l", Enrolling{Digits: "1"}, false},
		"while it is asked":       {Enrolling{Digits: "123456789012", Busy: true}, "c\n", Enrolling{Digits: "123456789012", Busy: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			e, done := c.from, false
			for _, k := range c.keys {
				e, done = e.Press(Key(k))
			}
			if e != c.want || done != c.done {
				t.Errorf("got %+v, %v, want %+v, %v", e, done, c.want, c.done)
			}
		})
	}
	if got := (Enrolling{}).Name(); strings.ContainsAny(got, " /") {
		t.Errorf("name %q", got)
	}
}
