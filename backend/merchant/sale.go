package merchant

import "context"

// SaleOf is an order that was paid on a checkout page or charged by a
// subscription, for giving money back; ok is false for any other.
func (d *Desk) SaleOf(ctx context.Context, order string) (sale Sale, ok bool, err error) {
	p, err := read[snap](ctx, d.shelf, KindSnap, order)
	if err != nil {
		return Sale{}, false, err
	}
	if p.there() {
		return Sale{OrderID: order, TransactionID: p.Is.TransactionID, Paid: p.Is.Paid, Settled: p.Is.State == SnapSettled}, true, nil
	}
	name, ok := subscriptionOf(order)
	if !ok {
		return Sale{}, false, nil
	}
	s, err := read[subscription](ctx, d.shelf, KindSubscription, name)
	if err != nil {
		return Sale{}, false, err
	}
	for _, c := range s.Is.Charges {
		if c.OrderID == order {
			return Sale{OrderID: order, TransactionID: c.TransactionID, Paid: c.Amount, Settled: c.Paid}, true, nil
		}
	}
	return Sale{}, false, nil
}
