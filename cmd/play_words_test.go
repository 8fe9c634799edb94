package cmd_test

import (
	"strings"
	"testing"
)

// TestPlayLanguage: what is not a sentence is an error that names its line,
// so that no play can seem to pass by not being understood.
func TestPlayLanguage(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"see idle\n", ""},
		{"# only a remark\n\nwith expiry 3m\nwith merchant Warung Bu Tini\npress 25000 OK # and a remark\nsee offering amount=25000 within 1s", ""},
		{"", "nothing happens"},
		{"see idle\ndance", "p:2: dance: no such sentence"},
		{"pay twice", "p:1: pay twice: no such sentence"},
		{"press 25000 EJECT", `p:1: press 25000 EJECT: "EJECT" is no key`},
		{"press", "p:1: press: no such sentence"},
		{"see", "p:1: see: no such sentence"},
		{"see idle online", `p:1: see idle online: "online": want name=value`},
		{"see idle within soon", "p:1: see idle within soon: time: invalid duration"},
		{"wait", "p:1: wait: no such sentence"},
		{"wait long", "p:1: wait long: time: invalid duration"},
		{"polls <= many", "p:1: polls <= many: strconv.Atoi"},
		{"polls < 3", "p:1: polls < 3: no such sentence"},
		{"provider is-evil", "p:1: provider is-evil: set fault: kind"},
		{"provider error-500 op=steal", "set fault error-500: op"},
		{"provider error-500 colour=red", "no such property of a fault"},
		{"see idle\nwith english", "p:2: with english: the play has begun already"},
		{"with music", "p:1: with music: no such setting"},
		{"with panel 400 300 grey", "want a width, a height, and mono or colour"},
		{"with panel 10 10 mono", "panel size 10x10"},
	} {
		_, err := parse("p", c.text)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("parse %q: %v", c.text, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("parse %q: got %v, want %q in it", c.text, err, c.want)
		}
	}
}

// TestPlayForms: no form hides behind an earlier one.
func TestPlayForms(t *testing.T) {
	for i, s := range language {
		words := strings.Fields(s.form)
		for i, w := range words {
			if blank(w) {
				words[i] = "word"
			}
		}
		for _, earlier := range language[:i] {
			if _, ok := fits(earlier.form, words); ok {
				t.Errorf("%q is taken for %q", s.form, earlier.form)
			}
		}
	}
}
