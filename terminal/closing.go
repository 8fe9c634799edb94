package terminal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
)

// maxClosing is the longest address of a closed shift, in characters: what the
// smallest glass for customers still shows in two pixels a module.
const maxClosing = 230

// closing is what the address of a closed shift says and proves. The proof is made
// with the key that only this till and the backend have, which no operator ever
// sees: whoever opens the address learns that these are the figures the till had
// when it was closed, and not some that a person has written into a link. What
// the backend knows of the same orders it says beside them.
type closing struct {
	device string
	Close
}

// closing is that of a shift.
func (s *State) closing(c Close) closing { return closing{s.Config.Device, c} }

// signable reports whether a shift's figures can be shown for a phone: the backend
// has a page for it, and knows an order by which it finds this journal's key.
func (s *State) signable(c Close) bool {
	if s.confirm == (Confirm{}) || c.Known == "" {
		return false
	}
	return len(s.closing(c).link(s.confirm)) <= maxClosing
}

// figures are the parts of the address, in their order: the known order, the
// shift as people count, the numbers of its first and last order (0 for none),
// what was sold and for how much, how much of that was begun in an earlier shift,
// what was counted (- for nothing), what is not sure, decisions against a warning,
// the time of day in Unix seconds and the journal's head.
func (c closing) figures() string {
	_, first, _ := c.First.split()
	_, last, _ := c.Last.split()
	counted := "-"
	if c.Has {
		counted = strconv.FormatInt(int64(c.Counted), 10)
	}
	return fmt.Sprintf("%s.%d.%d.%d.%d.%d.%d.%d.%s.%d.%d.%d.%s", c.Known, c.No+1, first, last,
		c.Sales, int64(c.Taken), c.Old, int64(c.OldTaken), counted, c.Unsure, c.Overs, max(0, c.ToMS/1000), c.head())
}

// head is as much of the journal's head as tells two journals apart.
func (c closing) head() string { return c.Head[:min(16, len(c.Head))] }

// proof shows that whoever made the figures has the key.
func (c closing) proof(k ConfirmKey) string {
	h := hmac.New(sha256.New, k[:])
	fmt.Fprintf(h, "kasir close\n%s\n%s", c.device, c.figures())
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:9])
}

// link is the address for the owner's phone.
func (c closing) link(with Confirm) string {
	return with.Base + "/z/" + c.figures() + "." + c.proof(with.Key)
}
