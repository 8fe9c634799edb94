package wire

import (
	"strings"
	"testing"
)

func TestNewerUpdate(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"20261121T152030Z", "20261121T152029Z", true},
		{"20261121T152030Z", "20261121T152030Z", false},
		{"20261121T152029Z", "20261121T152030Z", false},
		{"20270101T000000Z-v1.0.0", "20261231T235959Z-v9.9.9", true},
		{"20261121T152030Z-v1.10.0", "20261121T152030Z-v1.9.0", false}, // one commit, two names
		{"20261121T152030Z-v2", "20261121T152030Z", false},
		{"v2.0.0", "20261121T152030Z", false},
		{"20261121T152030Z", "", false}, // who does not know what it runs takes nothing
		{"20261121T152030Z", "devel", false},
		{"99999999T999999Z", "20261121T152030Z", false},
	} {
		if got := NewerUpdate(c.a, c.b); got != c.want {
			t.Errorf("NewerUpdate(%q, %q): got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestUpdateNames(t *testing.T) {
	for v, want := range map[string]bool{
		"20261121T152030Z": true, "20261121T152030Z-v1.2.3-14-gabc": true, "20261121T152030Z-1a2b3c-dirty": true,
		"20261121T152030Z-": false, "20261121T152030": false, "20261121T152030.5Z": false, "20261321T152030Z": false,
		"20261121T152030Z-a/b": false, "20261121T152030Z-a b": false, "20261121T152030Z-" + strings.Repeat("a", 65): false, "": false,
	} {
		if got := ValidUpdateVersion(v); got != want {
			t.Errorf("version %q: got %v, want %v", v, got, want)
		}
	}
	for b, want := range map[string]bool{"pi3": true, "zero2w": true, "": false, "Pi3": false, "../pi3": false, "pi-3": false, strings.Repeat("p", 17): false} {
		if got := ValidBoard(b); got != want {
			t.Errorf("board %q: got %v, want %v", b, got, want)
		}
	}
	sum := strings.Repeat("0a", 32)
	for s, want := range map[string]bool{sum: true, sum[1:]: false, strings.ToUpper(sum): false, "": false} {
		if got := ValidSHA256(s); got != want {
			t.Errorf("sum %q: got %v, want %v", s, got, want)
		}
	}
}
