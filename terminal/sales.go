package terminal

import (
	"slices"
	"time"
)

// Sales is the last sales that ended, one at a time, the newest first.
type Sales struct {
	At, Of   int // which one, from 1, of how many
	Order    OrderID
	Amount   Rupiah
	End      Ending
	Late     bool
	Typed    int64 // a number being keyed, to go to that sale; 0 for none
	Missing  bool  // there is no sale of that number among these
	Checking bool
	Failed   bool // the last check had no answer
	Receipt  bool // its receipt can be shown
}

// Name implements Screen.
func (Sales) Name() string { return "sales" }

func (s Sales) key(t *turn, k Key) {
	t.since = t.now.Up
	d, digit := k.Digit()
	switch {
	case digit && s.Typed < 10_000_000 && (s.Typed > 0 || d > 0):
		s.Typed, s.Missing = s.Typed*10+int64(d), false
	case k == KeyBack && s.Typed > 0:
		s.Typed /= 10
	case k == KeyClear && (s.Typed > 0 || s.Missing):
		s.Typed, s.Missing = 0, false
	case k == KeyOK && s.Typed > 0:
		s.find(t)
		return
	case k == KeyOK && s.Of > 0:
		t.recheck(s.Order)
	case k == KeyPlus && s.At < s.Of:
		s.At++
		s.Order, s.Missing = "", false
	case k == KeyZeroZero && s.Receipt:
		t.sound(ToneKey, 0)
		t.show(Receipt{Order: s.Order, Amount: s.Amount, URL: t.receiptOf(s.Order), back: s})
		return
	case k == KeyClear || k == KeyMenu || k == KeyBack:
		t.sound(ToneKey, 0)
		t.show(t.resting())
		return
	default:
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	t.Screen = s
	s.pass(t)
}

// find goes to the sale whose number ends with what was keyed, the newest of
// them: people read the last digits to each other.
func (s Sales) find(t *turn) {
	for _, c := range slices.Backward(t.Book.Past) {
		n, ok := c.Order.Number(t.Config.Device)
		if ok && n%pow10(s.Typed) == s.Typed {
			s = Sales{Order: c.Order}
			t.sound(ToneKey, 0)
			t.Screen = s
			s.pass(t)
			return
		}
	}
	s.Typed, s.Missing = 0, true
	t.sound(ToneRefuse, 0)
	t.Screen = s
}

// pow10 is the power of ten that n is below.
func pow10(n int64) int64 {
	p := int64(10)
	for p <= n {
		p *= 10
	}
	return p
}

func (s Sales) pass(t *turn) {
	past := t.Book.Past
	s.Of = len(past)
	if s.Of == 0 {
		s.At, s.Receipt, s.Checking = 0, false, false
		t.Screen = s
		t.closeMenu()
		return
	}
	i := find(past, s.Order)
	if i < 0 {
		i = max(0, s.Of-max(s.At, 1))
	}
	c := past[i]
	s.At, s.Order, s.Amount, s.End, s.Late = s.Of-i, c.Order, c.Amount, c.End, c.Late
	s.Checking = t.checked.order == c.Order && t.checked.flight
	s.Failed = t.checked.order == c.Order && t.checked.failed
	s.Receipt = c.End == EndPaid && t.receiptOf(c.Order) != ""
	t.Screen = s
	t.closeMenu()
}

func (Sales) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

// checked is the question about an ended sale that a person asked for.
type checked struct {
	order  OrderID
	flight bool
	failed bool
}

// recheck asks the backend about a sale once more. What it says is news like any
// other: money that came after all is a screen of its own.
func (t *turn) recheck(id OrderID) {
	if t.checked.flight && t.checked.order == id {
		return
	}
	i := find(t.Book.Past, id)
	t.checked = checked{order: id, flight: true}
	c := t.Book.Past[i]
	t.owed.Calls = append(t.owed.Calls, Call{Verb: Ask, Order: id, Amount: c.Amount, Paid: c.End == EndPaid})
}

// rechecked takes its answer.
func (t *turn) rechecked(e Told) {
	if t.checked.flight && e.Order == t.checked.order && e.Call == Ask {
		t.checked.flight, t.checked.failed = false, e.Trouble != NoTrouble
	}
}

// receiptOf is the address of a paid sale's receipt; "" when there is none.
func (s *State) receiptOf(id OrderID) string {
	i := find(s.Book.Past, id)
	if i < 0 || s.confirm == (Confirm{}) || s.Book.Past[i].End != EndPaid {
		return ""
	}
	c := s.Book.Past[i]
	c.Shown = max(c.Shown, 1)
	if url := s.receipt(c).link(s.confirm); len(url) <= maxReceipt {
		return url
	}
	return ""
}

// Receipt is the address of a sale's receipt, for the customer's phone.
type Receipt struct {
	Order  OrderID
	Amount Rupiah
	URL    string

	back Screen
}

// Name implements Screen.
func (Receipt) Name() string { return "receipt" }

func (r Receipt) key(t *turn, k Key) {
	if k == KeyPlus && t.Config.Printer {
		t.print(r.Order, r.Amount, true)
		return
	}
	t.sound(ToneKey, 0)
	t.show(r.back)
	t.Screen.pass(t)
}

func (Receipt) pass(t *turn) {
	if t.now.Up-t.since >= receiptFor || len(t.Book.Unseen)+len(t.Book.Alarms) > 0 {
		t.rest()
	}
}

// receiptFor is how long a receipt's code stays.
const receiptFor = 3 * time.Minute

func (Receipt) deadline(s State) (time.Duration, bool) { return s.since + receiptFor, true }
