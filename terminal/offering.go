package terminal

import "time"

// Offering is a code on the glass, to be scanned.
type Offering struct {
	Order  OrderID
	Amount Rupiah
	QR     string        // attested text, exactly as the provider made it
	Left   time.Duration // how long it can be paid, in coarse steps
	Stale  bool          // no contact with the backend just now; the code can be paid all the same
	Code   bool          // the customer's phone can confirm it: KeyPlus
}

// Name implements Screen.
func (Offering) Name() string { return "offering" }

func (o Offering) key(t *turn, k Key) {
	switch k {
	case KeyClear:
		t.sound(ToneKey, 0)
		t.letGo(o.Order, o.Amount)
	case KeyOK:
		t.sound(ToneKey, 0)
		t.hurry(o.Order)
	case KeyPlus:
		t.confirmBy(o.Order, o)
	case '2', '8':
		if by := map[Key]int{'2': -1, '8': 1}[k]; t.brighten(by) {
			t.sound(ToneKey, 0)
			return
		}
		t.sound(ToneRefuse, 0)
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (o Offering) pass(t *turn) {
	left := t.ends(o.Order) - t.now.Up
	if left <= 0 {
		t.overdue(o.Order, o.Amount)
		return
	}
	o.Left, _ = coarse(left)
	o.Stale, o.Code = t.link.trouble != NoTrouble, t.confirmable(o.Order)
	t.Screen = o
}

func (o Offering) deadline(s State) (time.Duration, bool) {
	_, next := coarse(o.Left)
	return s.ends(o.Order) - next, true
}

// overdue is the end of a countdown. That is a reason to ask and to take the
// code off the glass, and no more: it may have been paid this moment.
func (t *turn) overdue(id OrderID, amount Rupiah) {
	t.hurry(id)
	t.show(Unsure{Order: id, Amount: amount, Why: DoubtCountdown, Offered: true, Payer: t.Book.open(id).Payer})
	t.sound(ToneUnsure, amount)
	t.Screen.pass(t)
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
