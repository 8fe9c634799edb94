package terminal

import "time"

// Unsure is the screen for not knowing: do not charge again.
type Unsure struct {
	Order    OrderID
	Amount   Rupiah
	Why      Doubt
	Checking bool // a question is on its way
	Offered  bool // it may have been paid: a customer may have seen the code, or a linked wallet was asked; if not, nobody can have paid
	Code     bool // the customer's phone can confirm it: KeyPlus
	Payer    Payer
}

// Name implements Screen.
func (Unsure) Name() string { return "unsure" }

func (u Unsure) key(t *turn, k Key) {
	switch {
	case k == KeyOK:
		t.sound(ToneKey, 0)
		t.hurry(u.Order)
	case k == KeyClear && !t.tooSoon(k): // not one that meant the code, or the cancel
		t.sound(ToneKey, 0)
		t.park(u.Order)
	case k == KeyPlus:
		t.confirmBy(u.Order, u)
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (u Unsure) pass(t *turn) {
	w := t.watching(u.Order)
	u.Checking = w != nil && (w.flight != 0 || w.next <= t.now.Up)
	u.Code = t.confirmable(u.Order)
	t.Screen = u
}

func (Unsure) deadline(State) (time.Duration, bool) { return 0, false }

// park sets a charge aside without an outcome, so that the next customer can
// be served. It goes on being asked about until the provider's own word, and
// it is to be made unpayable: nobody will stand before its code again.
func (t *turn) park(id OrderID) {
	if i := find(t.Book.Open, id); i >= 0 {
		c := t.Book.Open[i]
		if !c.LetGo {
			t.record(Record{Kind: KindLetGo, Order: id, Amount: c.Amount, Why: "park"})
			t.letGoNow(id)
		}
		if !c.Parked {
			t.record(Record{Kind: KindParked, Order: id, Amount: c.Amount})
		}
	}
	t.show(Idle{}) // Idle.pass looks for what else there is
}
