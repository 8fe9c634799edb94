package terminal

import "time"

// Verifying is a linked charge that wants the wallet's PIN: the provider's
// page for it as a code, to be scanned by the wallet's owner.
type Verifying struct {
	Order  OrderID
	Amount Rupiah
	URL    string        // attested
	Left   time.Duration // how long the page can be used, in coarse steps
	Stale  bool          // no contact with the backend just now; the PIN can be entered all the same
	Code   bool          // the customer's phone can confirm it: KeyPlus
	Payer  Payer
}

// Name implements Screen.
func (Verifying) Name() string { return "verifying" }

// A page for a PIN lives as a code does: the same keys, the same end.
func (v Verifying) key(t *turn, k Key) {
	if k == KeyPlus {
		t.confirmBy(v.Order, v)
		return
	}
	v.offering().key(t, k)
}

func (v Verifying) offering() Offering { return Offering{Order: v.Order, Amount: v.Amount} }

func (v Verifying) pass(t *turn) {
	left := t.ends(v.Order) - t.now.Up
	if left <= 0 {
		t.overdue(v.Order, v.Amount)
		return
	}
	v.Left, _ = coarse(left)
	v.Stale, v.Code = t.link.trouble != NoTrouble, t.confirmable(v.Order)
	t.Screen = v
}

func (v Verifying) deadline(s State) (time.Duration, bool) {
	_, next := coarse(v.Left)
	return s.ends(v.Order) - next, true
}
