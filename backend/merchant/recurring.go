package merchant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

const (
	maxRereads = 4  // read-backs of unsigned notifications at one time
	maxUnseen  = 8  // charges that one look at a subscription reads
	orderTail  = 32 // digits that the provider adds to a subscription's name
)

// SubscriptionOf is how a subscription stands. It is a reason to ask the
// provider, at most every ten seconds.
func (d *Desk) SubscriptionOf(ctx context.Context, name string) (Subscription, error) {
	s, err := d.lookAtSubscription(ctx, name, snapFloor)
	return s.Is.Subscription, err
}

// HeardCharge takes a payment notification whose order id the provider made of
// a subscription's name, and looks at the subscription. known is false for
// every other order.
func (d *Desk) HeardCharge(ctx context.Context, order string) (known bool, err error) {
	name, ok := subscriptionOf(order)
	if !ok {
		return false, nil
	}
	_, err = d.lookAtSubscription(ctx, name, newsFloor)
	if errors.Is(err, errNoSubscription) {
		return false, nil
	}
	return true, err
}

// subscriptionOf is the name that an order id of the provider's begins with.
func subscriptionOf(order string) (name string, ok bool) {
	cut := len(order) - orderTail
	if cut < 1 || slices.ContainsFunc([]byte(order[cut:]), func(c byte) bool { return c < '0' || c > '9' }) {
		return "", false
	}
	return order[:cut], true
}

func (d *Desk) lookAtSubscription(ctx context.Context, name string, floor time.Duration) (sheet[subscription], error) {
	done, err := d.locks.take(ctx, "subscription "+name)
	if err != nil {
		return sheet[subscription]{}, err
	}
	defer done()
	s, err := read[subscription](ctx, d.shelf, KindSubscription, name)
	if err != nil {
		return s, err
	}
	if !s.there() {
		return s, errNoSubscription
	}
	if s.Is.Provider == "" || time.Since(time.UnixMilli(s.Is.ReadAt)) < floor {
		return s, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	got, err := d.provider.Subscription(ctx, s.Is.Provider)
	if err != nil {
		d.log.Warn("subscription not read", "name", name, "error", err)
		return s, nil // as it was last read; ReadAt says when
	}
	s.Is.told(got)
	d.catchUp(ctx, &s.Is, got.TransactionIDs)
	return s, write(ctx, d.shelf, s.Is.filing(), &s)
}

// catchUp reads the newest charges that no notification has told of.
func (d *Desk) catchUp(ctx context.Context, s *subscription, ids []string) {
	ids = ids[max(0, len(ids)-maxCharges):]
	for n := 0; len(ids) > 0 && n < maxUnseen; ids = ids[:len(ids)-1] {
		id := ids[len(ids)-1]
		if len(id) > maxID || slices.ContainsFunc(s.Charges, func(c Recurred) bool { return c.TransactionID == id }) {
			continue
		}
		n++
		if tx, err := d.provider.Status(ctx, id); err == nil {
			s.charged(tx)
		}
	}
	slices.SortStableFunc(s.Charges, func(a, b Recurred) int { return int(min(1, max(-1, b.At-a.At))) })
}

// HeardRecurring takes a recurring notification. It is not signed, so it is a
// reason to ask and nothing else: about a subscription of ours, or one that is
// looked for under this name. known is false for every other. Duplicates are
// harmless.
func (d *Desk) HeardRecurring(ctx context.Context, n midtrans.Recurring) (known bool, err error) {
	found, err := d.shelf.Keyed(ctx, KindSubscription, n.SubscriptionID, "", 1)
	if err != nil {
		return false, unshelved(err)
	}
	name := n.Rumor.Subscription.Name
	if len(found) == 1 {
		name = found[0].ID
	}
	done, err := d.locks.take(ctx, "subscription "+name)
	if err != nil {
		return false, err
	}
	defer done()
	s, err := read[subscription](ctx, d.shelf, KindSubscription, name)
	missing := s.Is.Provider == "" && (s.Is.State == SubscriptionAsked || s.Is.State == SubscriptionLost)
	if err != nil || s.Is.Provider != n.SubscriptionID && !missing {
		return false, err
	}
	// Whoever sends made-up ones must not have us call the provider for all of
	// them at one time.
	select {
	case d.rereads <- struct{}{}:
		defer func() { <-d.rereads }()
	case <-ctx.Done():
		return true, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	fact, err := d.provider.ReadBack(ctx, n)
	if midtrans.IsNotFound(err) {
		return false, nil // nothing of ours, or told before it was true: it is told again
	}
	if err != nil {
		return true, errors.Join(&wire.Error{Code: wire.Busy, Message: "not read back"}, err)
	}
	got := fact.Subscription
	if missing && (got.Name != s.Is.Name || int64(got.Amount) != s.Is.Amount || got.AccountID != "" && got.AccountID != s.Is.Account) {
		return false, nil
	}
	s.Is.told(got)
	switch {
	case fact.Charge != nil && len(fact.Charge.TransactionID) <= maxID:
		s.Is.charged(*fact.Charge)
	case n.Event == midtrans.EventCharge:
		s.Is.rumor(clip(fmt.Sprintf("%d %s", n.Rumor.StatusCode, n.Rumor.Message)))
	}
	d.log.Info("subscription charged", "name", s.Is.Name, "state", string(s.Is.State), "charges", len(s.Is.Charges))
	return true, write(ctx, d.shelf, s.Is.filing(), &s)
}
