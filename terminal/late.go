package terminal

import "time"

// Late is money that came after we had let go. A person must acknowledge it.
type Late struct {
	Order  OrderID
	Amount Rupiah
	Ended  Ending // what had been said of it; EndNone when it was set aside
	More   int    // further ones that wait

	back Entering // what was being keyed
}

// Name implements Screen.
func (Late) Name() string { return "late" }

func (s Late) key(t *turn, k Key) {
	if k != KeyOK {
		t.sound(ToneRefuse, 0)
		return
	}
	if t.tooSoon(k) {
		return
	}
	t.sound(ToneKey, 0)
	t.record(Record{Kind: KindSeen, Order: s.Order, Amount: s.Amount})
	switch {
	case s.back.Total() == 0:
		t.show(t.resting())
	case len(t.Book.Unseen) > 0:
		t.show(t.late(t.Book.Unseen[0], s.back))
	default:
		t.show(s.back)
	}
}

func (s Late) pass(t *turn) {
	s.More = len(t.Book.Unseen) - 1
	t.Screen = s
}

func (Late) deadline(State) (time.Duration, bool) { return 0, false }

// unseen is the screen for money that nobody has acknowledged.
func (s State) unseen(c Charge) Screen {
	if !c.Late {
		return Thanks{Order: c.Order, Amount: c.Amount, AfterCancel: c.LetGo}
	}
	return s.late(c, Entering{})
}

func (s State) late(c Charge, back Entering) Screen {
	return Late{Order: c.Order, Amount: c.Amount, Ended: c.Was, More: len(s.Book.Unseen) - 1, back: back}
}
