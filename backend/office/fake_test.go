package office

import (
	"context"

	"kasir/backend/auditor"
	"kasir/backend/ledger"
	"kasir/backend/reconcile"
)

// sources is the fake shop as the auditor asks it.
type sources struct{ *fakeShop }

func (s sources) Paid(ctx context.Context, span reconcile.Span, each func(reconcile.Charge) error) error {
	found, err := s.book.Search(ctx, ledger.Query{State: ledger.Settled, Limit: ledger.MaxSearch})
	for _, f := range found {
		if c, _, _ := s.Charge(ctx, f.Order); span.Holds(c.SettledMS) {
			if err := each(c); err != nil {
				return err
			}
		}
	}
	return err
}

func (s sources) Refunds(_ context.Context, order string) (out []auditor.GivenBack, err error) {
	for _, r := range s.given() {
		if r.OrderID == order {
			out = append(out, auditor.GivenBack{Amount: r.Amount, AtMS: r.AskedAt})
		}
	}
	return out, nil
}

func (s sources) Doubts(context.Context, int) (int, error) { return 0, nil }
