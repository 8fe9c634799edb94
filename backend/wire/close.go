package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// A terminal shows a closed shift as an address, ConfirmURL + "/z/" + token, for
// the owner's phone. Both halves share the key of receipts, and no person has it:
// the proof says that the figures are those that the terminal had at its close.

// MaxClose is the longest token of a closed shift, in characters.
const MaxClose = 230

// Close is what such an address says.
type Close struct {
	Known       string // an order of the terminal's journal that the backend knows
	Shift       int64  // as people count, from 1
	First, Last int64  // numbers of its orders, as the terminal counts them; 0 for none
	Sales       int64  // settled in the shift
	Taken       int64  // rupiah, by these
	Old         int64  // of Sales: orders of earlier shifts
	OldTaken    int64  // of Taken: by these
	Counted     int64  // what a person had counted; -1 for nothing
	Unsure      int64  // orders without an outcome when it was closed
	Overs       int64  // decisions against a warning
	ToS         int64  // when, by the terminal's clock, Unix seconds
	Head        string // the first 16 hexadecimal digits of the journal's head before the close; "" when it was not known
}

func (c Close) figures() string {
	counted := "-"
	if c.Counted >= 0 {
		counted = strconv.FormatInt(c.Counted, 10)
	}
	return fmt.Sprintf("%s.%d.%d.%d.%d.%d.%d.%d.%s.%d.%d.%d.%s", c.Known, c.Shift, c.First, c.Last,
		c.Sales, c.Taken, c.Old, c.OldTaken, counted, c.Unsure, c.Overs, c.ToS, c.Head)
}

// Token is the last part of the address: the figures and the proof.
func (c Close) Token(key []byte, device string) string {
	return c.figures() + "." + c.proof(key, device)
}

func (c Close) proof(key []byte, device string) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "kasir close\n%s\n%s", device, c.figures())
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:proofBytes])
}

// Proves reports whether proof is that of these figures, by the device that has
// the key.
func (c Close) Proves(key []byte, device, proof string) bool {
	return hmac.Equal([]byte(c.proof(key, device)), []byte(proof))
}

// ParseClose takes a token apart; ok is false for what cannot be one. An order may
// hold points of its own, so it is read from the end.
func ParseClose(token string) (c Close, proof string, ok bool) {
	const parts = 13 // after the order
	words := strings.Split(token, ".")
	cut := len(words) - parts
	if len(token) > MaxClose || cut < 1 {
		return Close{}, "", false
	}
	c.Known = strings.Join(words[:cut], ".")
	words = words[cut:]
	for i, into := range []*int64{&c.Shift, &c.First, &c.Last, &c.Sales, &c.Taken, &c.Old, &c.OldTaken, &c.Counted, &c.Unsure, &c.Overs, &c.ToS} {
		if into == &c.Counted && words[i] == "-" {
			c.Counted = -1
			continue
		}
		n, err := strconv.ParseInt(words[i], 10, 64)
		if err != nil || n < 0 || strconv.FormatInt(n, 10) != words[i] {
			return Close{}, "", false
		}
		*into = n
	}
	c.Head = words[11]
	return c, words[12], true
}
