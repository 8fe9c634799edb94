package terminal

import "time"

// Offline is an open without an answer. The code has never been on the glass,
// so nobody can have paid it. It goes on being asked for.
type Offline struct {
	Order  OrderID // "" when no backend has greeted this device yet in this life
	Amount Rupiah
	Why    Trouble
	Payer  Payer // of a linked charge that has no number yet; one that was asked for is Unsure
}

// Name implements Screen.
func (Offline) Name() string { return "offline" }

func (o Offline) key(t *turn, k Key) {
	switch {
	case k == KeyOK:
		t.sound(ToneKey, 0)
		if w := t.watching(o.Order); w != nil {
			w.fails = 0
		}
		t.hurry(o.Order)
		t.link.next = t.now.Up
		t.show(Asking{Order: o.Order, Amount: o.Amount, Payer: o.Payer})
	case k == KeyClear && o.Order == "":
		t.sound(ToneKey, 0)
		t.show(t.resting())
	case k == KeyClear:
		t.sound(ToneKey, 0)
		t.letGo(o.Order, o.Amount)
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (o Offline) pass(t *turn) {
	if o.Order == "" && t.link.greeted {
		t.charge(Entering{Amount: o.Amount, Linked: o.Payer.Linked()}, o.Payer)
		return
	}
	if why := t.trouble(); why != NoTrouble {
		o.Why = why
	}
	t.Screen = o
}

func (Offline) deadline(State) (time.Duration, bool) { return 0, false }
