package terminal

import "time"

// maxKeyed is the highest amount that can be keyed: more than can be charged,
// so that one digit too many is seen and refused in words instead of being
// swallowed, which would charge a tenth.
const maxKeyed Rupiah = 999_999_999

// Entering is an amount being keyed.
type Entering struct {
	Amount  Rupiah // of the item being keyed
	Sum     Rupiah // of the items added with + so far
	Items   int    // how many those are
	Linked  bool   // a linked wallet is to be charged: whose, is asked next
	Refusal Refusal
	Limit   Rupiah // that Refusal is about, if it is about one
}

// Name implements Screen.
func (Entering) Name() string { return "entering" }

// Total is what OK would charge.
func (e Entering) Total() Rupiah { return e.Sum + e.Amount }

// digit is e with one more digit, or e itself when there is no room for it.
func (e Entering) digit(d Rupiah) Entering {
	if next := e.Amount*10 + d; e.Sum+next <= maxKeyed {
		e.Amount = next
	}
	return e
}

// judged says already while keying when the amount is too much to be charged.
func (c Config) judged(e Entering) Entering {
	e.Refusal, e.Limit = NoRefusal, 0
	if most := c.most(); e.Total() > most {
		e.Refusal, e.Limit = RefuseTooMuch, most
	}
	return e
}

// most is the largest amount of one sale.
func (c Config) most() Rupiah {
	if c.Most > 0 {
		return min(c.Most, MaxCharge)
	}
	return MaxCharge
}

func (e Entering) key(t *turn, k Key) {
	next := e
	if d, ok := k.Digit(); ok {
		next = e.digit(d)
	} else {
		switch k {
		case KeyZeroZero:
			if next = e.digit(0); next.Amount != e.Amount {
				next = next.digit(0)
			}
		case KeyBack:
			next.Amount /= 10
		case KeyPlus:
			next = e.plus()
		case KeyClear:
			next = Entering{}
		case KeyOK:
			t.charge(e, Payer{})
			return
		case KeyMenu:
			if e.Total() == 0 { // nothing would be lost by it
				t.show(Menu{})
				t.sound(ToneKey, 0)
				return
			}
		}
	}
	if next = t.Config.judged(next); next == e {
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	if next.Total() == 0 && !next.Linked {
		t.show(t.resting())
		return
	}
	t.show(next)
}

// plus puts the amount aside as an item and starts the next one.
func (e Entering) plus() Entering {
	if e.Amount == 0 {
		return e
	}
	return Entering{Sum: e.Sum + e.Amount, Items: e.Items + 1, Linked: e.Linked}
}

func (Entering) pass(*turn) {}

func (Entering) deadline(State) (time.Duration, bool) { return 0, false }

// charge makes a sale of what was keyed, or says why not. For a linked wallet
// that nobody named yet it asks whose.
func (t *turn) charge(e Entering, p Payer) {
	total := e.Total()
	switch {
	case total < MinCharge:
		e.Refusal, e.Limit = RefuseZero, 0
	case total < t.Config.Least:
		e.Refusal, e.Limit = RefuseTooLittle, t.Config.Least
	case total > t.Config.most():
		e = t.Config.judged(e)
	case len(t.Book.Open) >= MaxOpen || t.Book.Next > MaxOrders:
		e.Refusal, e.Limit = RefuseTooManyOpen, 0
	case len(t.Book.Unseen) > 0:
		// Money came that nobody has seen: perhaps this customer's own.
		t.show(t.late(t.Book.Unseen[0], e))
		t.sound(ToneLate, 0)
		return
	case e.Linked && !p.Linked():
		t.show(Dialing{For: ForCharge, Amount: total})
		t.sound(ToneKey, 0)
		return
	case t.Book.Shift.Shut:
		t.rest()
		t.sound(ToneRefuse, 0)
		return
	default:
		if c, ok := t.twin(total); ok && t.link.greeted {
			t.show(Twin{Order: c.Order, Amount: total, Payer: p, keyed: e})
			t.sound(ToneUnsure, total)
			t.Screen.pass(t)
			return
		}
		t.open(total, p)
		return
	}
	t.show(e)
	t.sound(ToneRefuse, 0)
}

// open writes the sale down under a new order id; the question to the backend
// follows from that. A till that no backend has greeted in this life does not
// know which numbers are free, and waits: its journal may be an older copy, and
// under a number used before, an old payment would pass for the new sale's.
func (t *turn) open(amount Rupiah, p Payer) { t.openInSpite(amount, p, "") }

// openInSpite is open against a warning about another order, "" for none.
func (t *turn) openInSpite(amount Rupiah, p Payer, of OrderID) {
	t.sound(ToneKey, 0)
	if !t.link.greeted {
		t.show(Asking{Amount: amount, Payer: p})
		t.link.next = t.now.Up
		return
	}
	n := t.Book.Next
	id := MakeOrderID(t.Config.Device, n)
	r := Record{Kind: KindOpened, Order: id, Amount: amount, Next: n + 1, Customer: p.Customer, Masked: p.Masked}
	if of != "" {
		r.Why, r.Transaction = whyAgain, string(of)
	}
	t.record(r)
	t.show(Asking{Order: id, Amount: amount, Payer: p})
}
