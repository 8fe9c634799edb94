package ledger

import "time"

// Glimpse is a charge as another process may see it: the facts, and of what is
// in the air as much as whoever waits for it must know.
type Glimpse struct {
	Facts   Facts `json:"facts"`
	Flight  Verb  `json:"flight,omitempty"`
	Urgent  bool  `json:"urgent,omitempty"`
	Claimed bool  `json:"claimed,omitempty"`
	LeftMS  int64 `json:"left_ms"` // of the code's time
}

// Glimpse is how the charge looks at this moment.
func (c Charge) Glimpse(now Moment) Glimpse {
	return Glimpse{Facts: c.Facts, Flight: c.flight, Urgent: c.urgent, Claimed: c.claimed, LeftMS: c.Left(now).Milliseconds()}
}

// Charge is what was seen. It is to be looked at and never stepped.
func (g Glimpse) Charge(now Moment) Charge {
	c := Load(g.Facts)
	c.flight, c.urgent, c.claimed = g.Flight, g.Urgent, g.Claimed
	c.deadline = now.Up + time.Duration(g.LeftMS)*time.Millisecond
	return c
}
