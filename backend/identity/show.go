package identity

import "time"

// State is a word for people on how a device stands.
type State string

// States.
const (
	Invited State = "invited" // it has a code, and has not enrolled
	Lapsed  State = "lapsed"  // the code ran out before it did, or its certificate long ago
	Live    State = "live"
	Held    State = "quarantined"
	Revoked State = "revoked"
)

// Shown is a card as the merchant's programs see it: no key, no code.
type Shown struct {
	Device   string `json:"device"`
	State    State  `json:"state"`
	Why      string `json:"why,omitempty"`           // of a quarantine
	Ends     int64  `json:"ends_ms,omitempty"`       // of its newest certificate, Unix milliseconds
	CodeEnds int64  `json:"code_ends_ms,omitempty"`  // of a code that nobody used yet
	NewKey   bool   `json:"new_key,omitempty"`       // it was told to make a new key, and has not used one yet
	Old      bool   `json:"old_authority,omitempty"` // its certificate is of an authority that another has succeeded
	Seen     int64  `json:"seen_ms,omitempty"`       // when it last spoke to this process
}

// Listed is a page of devices.
type Listed struct {
	Devices []Shown `json:"devices"`
	Next    string  `json:"next,omitempty"` // the after of the next page; "": this is the last
}

// Invitation is a code, to be read once.
type Invitation struct {
	Device string `json:"device"`
	Code   string `json:"code"`
	Ends   int64  `json:"ends_ms"` // Unix milliseconds
}

// Show is the card for the merchant's programs.
func (r *Registry) Show(c Card) Shown {
	s := c.show(time.Now(), r.Seen(c.Name))
	s.Old = r.ca.older != nil && (s.State == Live || s.State == Held) && c.Authority != r.ca.Mark()
	return s
}

func (c *Card) show(now, seen time.Time) Shown {
	s := Shown{Device: c.Name, State: Live, Ends: c.Ends, NewKey: c.Rotate}
	if !seen.IsZero() {
		s.Seen = seen.UnixMilli()
	}
	waits := c.Code != nil && c.Code.Used == "" && now.UnixMilli() < c.Code.Ends
	if waits {
		s.CodeEnds = c.Code.Ends
	}
	switch {
	case c.Revoked:
		s.State = Revoked
	case c.Key == "" && waits:
		s.State = Invited
	case c.Key == "", now.UnixMilli() > c.Ends+Grace.Milliseconds():
		s.State = Lapsed
	case c.Held != "":
		s.State, s.Why = Held, c.Held
	}
	return s
}
