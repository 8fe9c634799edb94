package terminal

import "time"

// LinkOffer is the page on which a wallet's owner agrees to the link, as a
// code to be scanned with their own telephone.
type LinkOffer struct {
	Order  OrderID
	Masked string
	URL    string        // attested
	Left   time.Duration // how long it can be opened, in coarse steps
	Stale  bool          // no contact with the backend just now
}

// Name implements Screen.
func (LinkOffer) Name() string { return "linkoffer" }

func (LinkOffer) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (LinkOffer) pass(*turn) {}

func (LinkOffer) deadline(State) (time.Duration, bool) { return 0, false }
