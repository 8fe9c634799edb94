package terminal

import (
	"cmp"
	"time"
)

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
		t.charge(Entering{Amount: a.Amount, Linked: a.Payer.Linked()}, a.Payer)
		return
	}
	age := t.now.Up - t.since
	if age >= slowAfter {
		t.link.silent = t.undecided(a.Order)
	}
	if age >= offlineAfter || age >= slowAfter && t.link.trouble != NoTrouble {
		t.unanswered(a)
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
// on whether it may have been paid: its code seen in an earlier life, or a
// linked wallet asked.
func (t *turn) unanswered(a Asking) {
	why := cmp.Or(t.trouble(), TroubleTimeout)
	if t.Book.open(a.Order).payable() {
		doubt := DoubtLost
		if a.Payer.Linked() {
			doubt = DoubtSilence
		}
		t.show(Unsure{Order: a.Order, Amount: a.Amount, Why: doubt, Offered: true, Payer: a.Payer})
		t.sound(ToneUnsure, a.Amount)
		return
	}
	t.show(Offline{Order: a.Order, Amount: a.Amount, Why: why, Payer: a.Payer})
	t.sound(ToneFailed, a.Amount)
}

// letGo asks for a charge to be made unpayable. That is a request: only the
// provider's word ends the charge.
func (t *turn) letGo(id OrderID, amount Rupiah) {
	c := t.Book.open(id)
	if c.Order == id && !c.LetGo {
		t.record(Record{Kind: KindLetGo, Order: id, Amount: amount, Why: "key"})
	}
	t.letGoNow(id)
	t.show(Cancelling{Order: id, Amount: amount, Payer: c.Payer})
}

// letGoNow makes the cancel due at once. Whatever is being asked, its answer
// will come too late to matter.
func (t *turn) letGoNow(id OrderID) {
	if w := t.watching(id); w != nil && w.flight != LetGo {
		w.flight, w.next, w.fails = 0, t.now.Up, 0
	}
}
