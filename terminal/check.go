package terminal

import (
	"slices"
	"time"
)

// What a code settled, the backend must say too. A code is made only from a
// settlement that the backend has read, so its word can only be the same one;
// another is an alarm: somebody has the key, or the backend lost its book.

// sureAfter is how many answers to our own question must contradict a code. One
// may have been on its way since before the code was made.
const sureAfter = 2

// check is the volatile half of one of Book.Coded.
type check struct {
	errand
	order    OrderID
	contrary int // answers in a row that contradict the code
}

// recheck makes the checks those of the book; new ones are due at once.
func (s *State) recheck() {
	old := s.checks
	s.checks = nil
	for _, c := range s.Book.Coded {
		i := slices.IndexFunc(old, func(o check) bool { return o.order == c.Order })
		if i >= 0 {
			s.checks = append(s.checks, old[i])
			continue
		}
		s.checks = append(s.checks, check{order: c.Order})
	}
}

// check asks what is due about charges that a code settled. It asks as an open
// does: a backend that has forgotten the charge then finds its money again.
func (t *turn) check() {
	for i, k := range t.checks {
		if !k.ask(t.now.Up) {
			continue
		}
		t.checks = slices.Clone(t.checks)
		t.checks[i] = k
		c := t.Book.Coded[i]
		t.owed.Calls = append(t.owed.Calls, Call{Verb: Open, Order: c.Order, Amount: c.Amount, Customer: c.Payer.Customer, Journal: c.Old})
	}
}

// checking is the check of an order, to be changed; nil for none.
func (t *turn) checking(id OrderID) *check {
	i := slices.IndexFunc(t.checks, func(k check) bool { return k.order == id })
	if i < 0 {
		return nil
	}
	t.checks = slices.Clone(t.checks)
	return &t.checks[i]
}

// compare holds the backend's word against what a code said.
func (t *turn) compare(c Charge, e Told) {
	k := t.checking(c.Order)
	answer := e.Call == Open && k.flight
	if answer {
		k.answered(t.now.Up, NoTrouble, PollEvery)
	}
	switch {
	case e.Fact == FactSettled && e.Paid == c.Amount && e.Amount == c.Amount:
		t.record(Record{Kind: KindAgreed, Order: c.Order, Amount: c.Amount, Transaction: e.Transaction, Issuer: e.Issuer, Cursor: e.Seq})
		return
	case e.Fact == FactAsked, e.Fact == FactPending, e.Fact == FactUnknown, !answer:
		return // not its last word, or one that may be older than the code
	}
	if k.contrary++; k.contrary < sureAfter {
		k.hurry(t.now.Up)
		return
	}
	t.record(Record{Kind: KindAlarmed, Order: c.Order, Amount: c.Amount, Paid: e.Paid, Why: MismatchCode.String()})
	t.warn(c.Order, c.Amount, MismatchCode)
}

// silence notes that a check had no answer.
func (t *turn) silence(e Told) {
	if k := t.checking(e.Order); k != nil && e.Call == Open && k.flight {
		k.answered(t.now.Up, e.Trouble, time.Duration(0))
	}
}
