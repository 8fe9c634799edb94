package wire

import (
	"strings"
	"testing"
)

var closed = Close{Known: "x.1.y-00000042", Shift: 12, First: 1, Last: 87, Sales: 87, Taken: 2_145_500, Old: 1, OldTaken: 7_500,
	Counted: 2_145_000, Unsure: 0, Overs: 2, ToS: 1_763_720_000, Head: "0123456789abcdef"}

// TestCloseWords: addresses are a promise between releases; a device in the field
// makes these.
func TestCloseWords(t *testing.T) {
	const want = "x.1.y-00000042.12.1.87.87.2145500.1.7500.2145000.0.2.1763720000.0123456789abcdef."
	token := closed.Token(confirmKey, "x.1.y")
	if !strings.HasPrefix(token, want) || len(token) != len(want)+12 {
		t.Errorf("token %q, want it to begin with %q", token, want)
	}
}

// TestClose: what was made is read back and proved, and nothing else is.
func TestClose(t *testing.T) {
	none := Close{Known: "KASIR-00000001", Shift: 1, Counted: -1}
	for _, c := range []Close{closed, none} {
		token := c.Token(confirmKey, "dev")
		got, proof, ok := ParseClose(token)
		if !ok || got != c || !got.Proves(confirmKey, "dev", proof) {
			t.Errorf("%s reads as %+v, %v", token, got, ok)
		}
		if c.Proves(confirmKey[1:], "dev", proof) || c.Proves(confirmKey, "other", proof) {
			t.Errorf("%s is proved by another key or device", token)
		}
		for i, change := range []func(*Close){
			func(c *Close) { c.Known += "0" }, func(c *Close) { c.Shift++ }, func(c *Close) { c.First++ }, func(c *Close) { c.Last++ },
			func(c *Close) { c.Sales++ }, func(c *Close) { c.Taken++ }, func(c *Close) { c.Old++ }, func(c *Close) { c.OldTaken++ },
			func(c *Close) { c.Counted += 2 }, func(c *Close) { c.Unsure++ }, func(c *Close) { c.Overs++ }, func(c *Close) { c.ToS++ },
			func(c *Close) { c.Head += "0" },
		} {
			other := c
			if change(&other); other.Proves(confirmKey, "dev", proof) {
				t.Errorf("%s proves %+v (change %d)", token, other, i)
			}
		}
	}
}

func TestNoClose(t *testing.T) {
	token := closed.Token(confirmKey, "x")
	for _, bad := range []string{"", ".", "x", strings.Repeat(".", 12), strings.Replace(token, ".12.", ".012.", 1), strings.Replace(token, ".12.", ".-1.", 1),
		strings.Replace(token, ".12.", ".+12.", 1), strings.Replace(token, ".12.", ".99999999999999999999.", 1), strings.Replace(token, ".12.", ".-.", 1),
		strings.Repeat("a", MaxClose) + token} {
		if c, _, ok := ParseClose(bad); ok {
			t.Errorf("%q reads as %+v", bad, c)
		}
	}
}
