package terminal

import "time"

// Ended is a charge that the provider said can no longer be paid.
type Ended struct {
	Order  OrderID
	Amount Rupiah
	How    Ending // EndCancelled or EndExpired
	Payer  Payer
}

// Name implements Screen.
func (Ended) Name() string { return "ended" }

func (Ended) key(t *turn, k Key) {
	if t.tooSoon(k) {
		return
	}
	t.sound(ToneKey, 0)
	t.leave(k)
}

func (Ended) pass(*turn) {}

func (Ended) deadline(State) (time.Duration, bool) { return 0, false }

// Denied is a charge that the provider refused to make.
type Denied struct {
	Order  OrderID
	Amount Rupiah
	Code   string // why, in one of the backend's words
	Retry  bool   // OK charges the same amount again under a new order id
	Payer  Payer
}

// Name implements Screen.
func (Denied) Name() string { return "denied" }

func (d Denied) key(t *turn, k Key) {
	if t.tooSoon(k) {
		return
	}
	if k == KeyOK && d.Retry {
		t.charge(Entering{Amount: d.Amount, Linked: d.Payer.Linked()}, d.Payer)
		return
	}
	t.sound(ToneKey, 0)
	t.leave(k)
}

func (Denied) pass(*turn) {}

func (Denied) deadline(State) (time.Duration, bool) { return 0, false }
