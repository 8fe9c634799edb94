package terminal

import "time"

// Cancelling is a cancel on its way: asked for, not confirmed.
type Cancelling struct {
	Order  OrderID
	Amount Rupiah
	Payer  Payer
}

// Name implements Screen.
func (Cancelling) Name() string { return "cancelling" }

func (Cancelling) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (c Cancelling) pass(t *turn) {
	if t.now.Up-t.since < unsureAfter {
		return
	}
	offered := t.Book.open(c.Order).payable()
	t.show(Unsure{Order: c.Order, Amount: c.Amount, Why: DoubtCancel, Offered: offered, Payer: c.Payer})
	t.sound(ToneUnsure, c.Amount)
	t.Screen.pass(t)
}

func (Cancelling) deadline(s State) (time.Duration, bool) { return s.since + unsureAfter, true }
