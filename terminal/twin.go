package terminal

import "time"

// Twin warns that the same amount was asked for before, and nobody knows yet
// whether that one was paid: a customer who is charged again for it pays twice.
type Twin struct {
	Order    OrderID // the one without an outcome
	Amount   Rupiah
	Checking bool
	Payer    Payer

	keyed Entering
}

// Name implements Screen.
func (Twin) Name() string { return "twin" }

// twin is the newest charge of this amount that has no outcome and may have
// been paid.
func (s *State) twin(amount Rupiah) (c Charge, ok bool) {
	for _, one := range s.Book.Open {
		if one.Amount == amount && one.payable() {
			c, ok = one, true
		}
	}
	return c, ok
}

func (s Twin) key(t *turn, k Key) {
	switch k {
	case KeyOK:
		t.sound(ToneKey, 0)
		t.hurry(s.Order)
		t.Screen.pass(t)
	case KeyPlus:
		t.openInSpite(s.Amount, s.Payer, s.Order)
	case KeyClear, KeyBack:
		t.sound(ToneKey, 0)
		t.show(s.keyed)
	default:
		t.sound(ToneRefuse, 0)
	}
}

// pass goes back to what was keyed as soon as the other one has an outcome: if
// that was money, its screen comes first, as anywhere.
func (s Twin) pass(t *turn) {
	w := t.watching(s.Order)
	if w == nil {
		t.show(s.keyed)
		if len(t.Book.Unseen) > 0 {
			t.show(t.late(t.Book.Unseen[0], s.keyed))
		}
		return
	}
	s.Checking = w.flight != 0 || w.next <= t.now.Up
	t.Screen = s
}

func (Twin) deadline(State) (time.Duration, bool) { return 0, false }
