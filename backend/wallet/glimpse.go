package wallet

import "time"

// Glimpse is a wallet as another process may see it: the facts, and of what is
// in the air as much as whoever waits for it must know. The number is not in it.
type Glimpse struct {
	Facts  Facts  `json:"facts"`
	Flight Verb   `json:"flight,omitempty"`
	About  string `json:"about,omitempty"`
	Target string `json:"target,omitempty"`
	ToldOf string `json:"told_of,omitempty"`
	Told   Status `json:"told,omitempty"`
	LeftMS int64  `json:"left_ms"` // of the page's time
}

// Glimpse is how the wallet looks at this moment.
func (w Wallet) Glimpse(now Moment) Glimpse {
	return Glimpse{Facts: w.Facts, Flight: w.flight, About: w.about, Target: w.target, ToldOf: w.toldOf, Told: w.told,
		LeftMS: w.Left(now).Milliseconds()}
}

// Wallet is what was seen. It is to be looked at and never stepped.
func (g Glimpse) Wallet(now Moment) Wallet {
	w := Load(g.Facts)
	w.flight, w.about, w.target, w.toldOf, w.told = g.Flight, g.About, g.Target, g.ToldOf, g.Told
	w.offered = now.Up + time.Duration(g.LeftMS)*time.Millisecond - PageLife
	return w
}
