package terminal

import "time"

// Offering is a code on the glass, to be scanned.
type Offering struct {
	Order  OrderID
	Amount Rupiah
	QR     string        // attested text, exactly as the provider made it
	Left   time.Duration // how long it can be paid, in coarse steps; 0: not known
	Stale  bool          // no contact with the backend just now; the code can be paid all the same
}

// Name implements Screen.
func (Offering) Name() string { return "offering" }

func (o Offering) key(t *turn, k Key) {
	switch k {
	case KeyClear:
		t.sound(ToneKey, 0)
		t.letGo(o.Order)
	case KeyOK:
		t.sound(ToneKey, 0)
		t.hurry(o.Order)
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (o Offering) pass(t *turn) {
	w := t.watching(o.Order)
	if w == nil {
		return
	}
	if w.expires != 0 && t.now.Up >= w.expires {
		// The countdown is over. That is a reason to ask and to take the code
		// off the glass, and no more: it may have been paid this moment.
		w.next = min(w.next, t.now.Up)
		t.show(Unsure{Order: o.Order, Amount: o.Amount, Why: DoubtCountdown, Offered: true})
		t.sound(ToneUnsure, o.Amount)
		t.Screen.pass(t)
		return
	}
	o.Left = 0
	if w.expires != 0 {
		o.Left, _ = coarse(w.expires - t.now.Up)
	}
	o.Stale = t.link.trouble != NoTrouble
	t.Screen = o
}

func (o Offering) deadline(s State) (time.Duration, bool) {
	w := s.watching(o.Order)
	if w == nil || w.expires == 0 {
		return 0, false
	}
	_, next := coarse(o.Left)
	return w.expires - next, true
}

// coarse rounds the time left up to steps that even e-paper can keep up with:
// minutes, and quarters of a minute in the last two. next is the time left at
// which the step changes.
func coarse(left time.Duration) (shown, next time.Duration) {
	unit := time.Minute
	if left <= 2*time.Minute {
		unit = 15 * time.Second
	}
	shown = (left + unit - 1) / unit * unit
	return shown, shown - unit
}
