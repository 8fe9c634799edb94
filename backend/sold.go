package backend

import (
	"context"
	"errors"
	"time"

	"kasir/backend/archive"
	"kasir/backend/auditor"
	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// longSpan is what an order may take from being asked for to being paid, late
// money included: so much earlier the book is searched for what was paid.
const longSpan = 8 * 24 * time.Hour

// sold is what an auditor compares with: the book's charges, and the orders of
// checkout pages and subscriptions.
type sold struct {
	book    ledger.Book
	desk    *merchant.Desk
	archive *archive.Keeper // nil: nobody knows what tills have
}

// Doubts counts what tills have as paid and the book has not.
func (s sold) Doubts(ctx context.Context, limit int) (int, error) {
	if s.archive == nil {
		return 0, nil
	}
	left, _, err := s.archive.Doubtful(ctx, limit)
	return len(left), err
}

// Charge is one order, wherever it was sold.
func (s sold) Charge(ctx context.Context, order string) (reconcile.Charge, bool, error) {
	f, ok, err := s.book.Order(ctx, order)
	if err != nil {
		return reconcile.Charge{}, false, err
	}
	if ok {
		c, err := s.withRefunds(ctx, chargeOf(f))
		return c, true, err
	}
	t, ok, err := s.desk.Find(ctx, order)
	if err != nil || !ok {
		return reconcile.Charge{}, false, err
	}
	c, err := s.withRefunds(ctx, chargeOfDesk(t))
	return c, true, err
}

func chargeOf(f ledger.Facts) reconcile.Charge {
	c := reconcile.Charge{Order: f.Order, TransactionID: f.TransactionID, Till: f.Device, Asked: f.Amount}
	if f.State == ledger.Settled {
		c.Paid, c.Taken, c.SettledMS = true, f.Paid, f.SettledMS
	}
	return c
}

func chargeOfDesk(t merchant.Transaction) reconcile.Charge {
	c := reconcile.Charge{Order: t.OrderID, TransactionID: t.TransactionID, Asked: t.Amount}
	if t.State == wire.Settled {
		c.Paid, c.Taken, c.SettledMS = true, t.Paid, t.SettledAt
	}
	return c
}

// withRefunds adds what was given back.
func (s sold) withRefunds(ctx context.Context, c reconcile.Charge) (reconcile.Charge, error) {
	if !c.Paid {
		return c, nil
	}
	back, err := s.Refunds(ctx, c.Order)
	for _, g := range back {
		c.Refunded += g.Amount
	}
	return c, err
}

// Refunds is what the provider has given back of an order.
func (s sold) Refunds(ctx context.Context, order string) ([]auditor.GivenBack, error) {
	all, err := s.desk.Refunds(ctx, order)
	var out []auditor.GivenBack
	for _, r := range all.Refunds {
		if r.State == merchant.RefundApproved || r.State == merchant.RefundConfirmed {
			out = append(out, auditor.GivenBack{Amount: r.Amount, AtMS: max(r.AskedAt, r.ConfirmedAt)})
		}
	}
	return out, err
}

// Paid is every order that was settled in span.
func (s sold) Paid(ctx context.Context, span reconcile.Span, each func(reconcile.Charge) error) error {
	searcher, ok := s.book.(ledger.Searcher)
	if !ok {
		return errors.New("this book cannot be searched")
	}
	give := func(c reconcile.Charge) error {
		if !c.Paid || !span.Holds(c.SettledMS) {
			return nil
		}
		c, err := s.withRefunds(ctx, c)
		if err != nil {
			return err
		}
		return each(c)
	}
	q := ledger.Query{FromMS: max(0, span.FromMS-longSpan.Milliseconds()), ToMS: span.ToMS, State: ledger.Settled, Limit: ledger.MaxSearch}
	for {
		found, err := searcher.Search(ctx, q)
		if err != nil {
			return err
		}
		for _, f := range found {
			if err := give(chargeOf(f)); err != nil {
				return err
			}
		}
		if len(found) < q.Limit {
			break
		}
		last := found[len(found)-1]
		q.BeforeMS, q.BeforeOrder = last.AskedMS, last.Order
	}
	return s.paidAtDesk(ctx, q, give)
}

// paidAtDesk is Paid for what was not sold by charges of the book.
func (s sold) paidAtDesk(ctx context.Context, q ledger.Query, give func(reconcile.Charge) error) error {
	span := merchant.Span{FromMS: q.FromMS, ToMS: q.ToMS, Limit: q.Limit}
	for {
		found, err := s.desk.Search(ctx, span)
		if err != nil {
			return err
		}
		for _, t := range found {
			if err := give(chargeOfDesk(t)); err != nil {
				return err
			}
		}
		if len(found) < span.Limit {
			return nil
		}
		last := found[len(found)-1]
		span.BeforeMS, span.BeforeOrder = last.AskedAt, last.OrderID
	}
}
