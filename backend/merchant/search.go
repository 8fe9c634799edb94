package merchant

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// Newer orders transactions as a search gives them: the newest first, and those
// of one millisecond by order id, backwards.
func Newer(a, b Transaction) int {
	return cmp.Or(cmp.Compare(b.AskedAt, a.AskedAt), strings.Compare(b.OrderID, a.OrderID))
}

// IsSubscriptionOrder reports whether an order id has the form that the
// provider gives to a subscription's charges.
func IsSubscriptionOrder(order string) bool {
	name, ok := subscriptionOf(order)
	return ok && midtrans.ValidOrderID(name)
}

// Search is up to q.Limit orders of checkout pages and subscriptions, newest
// first, as they were last read.
func (d *Desk) Search(ctx context.Context, q Span) ([]Transaction, error) {
	var all []Transaction
	for _, kind := range []Kind{KindSnap, KindSubscription} {
		papers, err := d.shelf.Search(ctx, kind, q)
		if err != nil {
			return nil, unshelved(err)
		}
		for _, p := range papers {
			t, err := p.transaction()
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
	}
	slices.SortFunc(all, Newer)
	return all[:min(len(all), q.Limit)], nil
}

// Find is the order of a page or a subscription; ok is false for any other.
func (d *Desk) Find(ctx context.Context, order string) (t Transaction, ok bool, err error) {
	s, err := read[snap](ctx, d.shelf, KindSnap, order)
	if err != nil || s.there() {
		return s.Is.transaction(), s.there(), err
	}
	name, ok := subscriptionOf(order)
	if !ok {
		return t, false, nil
	}
	of, err := read[subscription](ctx, d.shelf, KindSubscription, name)
	for _, c := range of.Is.Charges {
		if c.OrderID == order {
			return c.transaction(), true, err
		}
	}
	return t, false, err
}

// transaction reads a paper that a search has found.
func (p Paper) transaction() (Transaction, error) {
	if p.Kind == KindSnap {
		s, err := opened[snap](p)
		return s.Is.transaction(), err
	}
	c, err := opened[Recurred](p)
	return c.Is.transaction(), err
}

func (s Snap) transaction() Transaction {
	t := Transaction{Source: SourceSnap, AskedAt: s.AskedAt}
	t.Charge = wire.Charge{OrderID: s.OrderID, Amount: s.Amount, State: wire.State(s.State), TransactionID: s.TransactionID,
		Paid: s.Paid, SettledAt: s.SettledAt, Reason: s.Reason}
	if s.State == SnapOpen {
		t.State = wire.Pending // it can be paid
	}
	return t
}

func (c Recurred) transaction() Transaction {
	t := Transaction{Source: SourceSubscription, PaymentType: midtrans.PaymentGoPay, AskedAt: c.At}
	t.Charge = wire.Charge{OrderID: c.OrderID, Amount: c.Amount, TransactionID: c.TransactionID, State: wire.Pending, Reason: c.Reason}
	switch {
	case c.Paid:
		t.State, t.Paid = wire.Settled, c.Amount
	case c.State == midtrans.StatusDeny, c.State == midtrans.StatusFailure:
		t.State = wire.Denied
	case c.State == midtrans.StatusCancel:
		t.State = wire.Cancelled
	case c.State == midtrans.StatusExpire:
		t.State = wire.Expired
	}
	return t
}
