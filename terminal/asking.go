package terminal

import "time"

// Asking is a charge being made: the code is not here yet.
type Asking struct {
	Order  OrderID // "" until a backend has greeted this device in this life
	Amount Rupiah
	Slow   bool // it takes longer than it should
	Payer  Payer
}

// Name implements Screen.
func (Asking) Name() string { return "asking" }

func (a Asking) key(t *turn, k Key) {
	if k != KeyClear {
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	if a.Order == "" {
		t.show(t.resting()) // nothing was made, so nothing is left
		return
	}
	t.letGo(a.Order, a.Amount)
}

func (a Asking) pass(t *turn) {
	if a.Order == "" && t.link.greeted {
		t.charge(Entering{Amount: a.Amount})
		return
	}
	age := t.now.Up - t.since
	if age >= offlineAfter || age >= slowAfter && t.link.trouble != NoTrouble {
		t.unanswered(a.Order, a.Amount)
		return
	}
	a.Slow = age >= slowAfter
	t.Screen = a
}

func (a Asking) deadline(s State) (time.Duration, bool) {
	if a.Slow {
		return s.since + offlineAfter, true
	}
	return s.since + slowAfter, true
}

// unanswered says that an open has no answer. Whether that is harmless depends
// on whether a customer may have seen the code in an earlier life.
func (t *turn) unanswered(id OrderID, amount Rupiah) {
	why := t.link.trouble
	if why == NoTrouble {
		why = TroubleTimeout
	}
	if i := find(t.Book.Open, id); i >= 0 && t.Book.Open[i].Offered {
		t.show(Unsure{Order: id, Amount: amount, Why: DoubtLost, Offered: true})
		t.sound(ToneUnsure, amount)
		return
	}
	t.show(Offline{Order: id, Amount: amount, Why: why})
	t.sound(ToneFailed, amount)
}

// letGo asks for a charge to be made unpayable. That is a request: only the
// provider's word ends the charge.
func (t *turn) letGo(id OrderID, amount Rupiah) {
	if i := find(t.Book.Open, id); i >= 0 && !t.Book.Open[i].LetGo {
		t.record(Record{Kind: KindLetGo, Order: id, Amount: amount, Why: "key"})
	}
	t.letGoNow(id)
	t.show(Cancelling{Order: id, Amount: amount})
}

// letGoNow makes the cancel due at once. Whatever is being asked, its answer
// will come too late to matter.
func (t *turn) letGoNow(id OrderID) {
	if w := t.watching(id); w != nil && w.flight != LetGo {
		w.flight, w.next, w.fails = 0, t.now.Up, 0
	}
}
