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

func (LinkOffer) key(t *turn, k Key) {
	switch k {
	case KeyClear:
		t.sound(ToneKey, 0)
		t.dropLink("key")
	case KeyOK:
		t.sound(ToneKey, 0)
		t.attempt.hurry(t.now.Up)
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (o LinkOffer) pass(t *turn) {
	a := &t.attempt
	if t.interrupted() {
		return
	}
	left := a.expires - t.now.Up
	if left <= 0 {
		// Over, by our reckoning. The provider's word on it is asked for.
		a.url = ""
		a.hurry(t.now.Up)
		t.show(Linking{Order: o.Order, Masked: o.Masked})
		t.Screen.pass(t)
		return
	}
	o.URL, o.Stale = a.url, t.link.trouble != NoTrouble
	o.Left, _ = coarse(left)
	t.Screen = o
}

func (o LinkOffer) deadline(s State) (time.Duration, bool) {
	_, next := coarse(o.Left)
	return s.attempt.expires - next, true
}
