package merchant

import (
	"context"
	"errors"
	"strings"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

var errNoSubscription = &wire.Error{Code: wire.NotFound, Message: "no subscription of this name"}

// Subscribe has the provider charge the wallet linked as account by itself, or
// finds the subscription that was made under this name with the same terms; with
// others it is an OrderConflict. It is durable before the provider hears of it.
func (d *Desk) Subscribe(ctx context.Context, ask SubscriptionAsk, account string) (Subscription, error) {
	if err := ask.check(); err != nil {
		return Subscription{}, err
	}
	paper := subscription{Account: account, First: &terms{ask.Amount, ask.Schedule, ask.Retry}}
	paper.Subscription = Subscription{Name: ask.Name, Amount: ask.Amount, State: SubscriptionAsked,
		Schedule: ask.Schedule, Retry: ask.Retry, AskedAt: time.Now().UnixMilli()}
	if _, err := paper.request(); err != nil {
		return Subscription{}, err
	}
	done, err := d.locks.take(ctx, "subscription "+ask.Name)
	if err != nil {
		return Subscription{}, err
	}
	defer done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	s, err := read[subscription](ctx, d.shelf, KindSubscription, ask.Name)
	if err != nil {
		return Subscription{}, err
	}
	switch {
	case s.there() && s.Is.State != SubscriptionRefused:
		if s.Is.Ended || !s.Is.same(ask, account) {
			return Subscription{}, &wire.Error{Code: wire.OrderConflict, Message: "the name is that of another subscription"}
		}
		if s.Is.State != SubscriptionAsked {
			return s.Is.Subscription, nil
		}
		s.Is.Tries = max(1, s.Is.Tries) // as in the sweep
	case account == "":
		return Subscription{}, &wire.Error{Code: wire.NotFound, Message: "this customer has no linked wallet"}
	default:
		s.Is = paper
		if err := write(ctx, d.shelf, s.Is.filing(), &s); err != nil {
			return Subscription{}, err
		}
	}
	err = d.create(ctx, &s)
	return s.Is.Subscription, err
}

func (a SubscriptionAsk) check() error {
	switch {
	case !midtrans.ValidOrderID(a.Name) || len(a.Name) > midtrans.MaxSubscriptionName || strings.ContainsAny(a.Name, "~."):
		return &wire.Error{Code: wire.BadRequest, Message: "name is not 1 to 15 letters, digits, - or _"}
	case a.Amount < 1 || a.Amount > midtrans.MaxGoPay:
		return &wire.Error{Code: wire.AmountRefused, Message: "amount is not in 1..20000000"}
	}
	return a.Schedule.check(a.Retry)
}

// check holds a cadence against what the provider takes, before it is written
// down.
func (c Cadence) check(retry *Retry) error {
	bad := func(text string) error { return &wire.Error{Code: wire.BadRequest, Message: text} }
	start, err := time.Parse(time.RFC3339, c.Start)
	const most = 10_000
	switch {
	case c.Interval < 1 || c.Interval > most:
		return bad("schedule.interval is not in 1..10000")
	case c.Unit != "day" && c.Unit != "week" && c.Unit != "month":
		return bad("schedule.unit is not day, week or month")
	case c.Max != nil && (*c.Max < 0 || *c.Max > most):
		return bad("schedule.max_interval is not in 0..10000")
	case c.Start != "" && err != nil:
		return bad("schedule.start is not a time like 2026-01-31T08:00:00+07:00")
	case c.Start != "" && time.Until(start) < time.Minute:
		return bad("schedule.start is not a minute or more from now")
	}
	return retry.check()
}

func (r *Retry) check() error {
	if r == nil {
		return nil
	}
	if r.Interval < 1 || r.Interval > 10_000 || r.Unit != "minute" && r.Unit != "hour" && r.Unit != "day" || r.Max < 0 || r.Max > midtrans.MaxRetries {
		return &wire.Error{Code: wire.BadRequest, Message: "retry is not an interval of minutes, hours or days, 0 to 3 times"}
	}
	return nil
}

// create asks the provider for a subscription that is on paper. It may be done
// again, with the same key, for as long as the provider remembers that; after
// that it could be a second one.
func (d *Desk) create(ctx context.Context, s *sheet[subscription]) error {
	if time.Since(time.UnixMilli(s.Is.AskedAt)) > repeatWindow {
		s.Is.State = SubscriptionLost
		return write(ctx, d.shelf, s.Is.filing(), s)
	}
	s.Is.Tries++
	s.Is.LastMS = time.Now().UnixMilli()
	r, err := s.Is.request()
	if err != nil {
		return err
	}
	r.IdempotencyKey = s.Is.key()
	got, err := d.provider.SubscribeLinked(ctx, r, midtrans.OptionWallet)
	unclear, _ := errors.AsType[*midtrans.UnknownError](err)
	switch no := certain(err); {
	case err == nil:
		s.Is.told(got)
		s.Is.Tries = 0
	case unclear != nil && unclear.Answered:
		s.Is.State = SubscriptionLost // the key is not remembered for such an answer
	case no != nil && s.Is.Tries == 1:
		s.Is.State, s.Is.Reason = SubscriptionRefused, &wire.Reason{Code: reasonOf(no), Message: clip(no.Error())}
	}
	d.log.Info("subscription", "name", s.Is.Name, "state", string(s.Is.State), "tries", s.Is.Tries, "error", err)
	return write(ctx, d.shelf, s.Is.filing(), s)
}

// sweepSubscription finishes a creation or a change that went unanswered.
func (d *Desk) sweepSubscription(ctx context.Context, name string) error {
	s, err := read[subscription](ctx, d.shelf, KindSubscription, name)
	if err != nil || !due(min(s.Is.Tries, 4), s.Is.LastMS) {
		return err
	}
	done, err := d.locks.take(ctx, "subscription "+name)
	if err != nil {
		return err
	}
	defer done()
	if s, err = read[subscription](ctx, d.shelf, KindSubscription, name); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	switch {
	case s.Is.Wanted != "":
		err = d.change(ctx, &s)
		var no *wire.Error
		if errors.As(err, &no) {
			err = nil // unanswered again; it stays open
		}
	case s.Is.State == SubscriptionAsked:
		s.Is.Tries = max(1, s.Is.Tries) // a call may have been made and not written down
		err = d.create(ctx, &s)
	}
	return err
}
