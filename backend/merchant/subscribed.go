package merchant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// What can be wanted of a subscription.
const (
	WantUpdate  = "update"
	WantEnable  = "enable"
	WantDisable = "disable"
	WantCancel  = "cancel"
)

// Want changes a subscription: WantUpdate with a change, or one of the others
// without. The wish is durable before the provider hears of it, and stands
// until the provider was read to have granted it.
func (d *Desk) Want(ctx context.Context, name, want string, change *SubscriptionChange) (Subscription, error) {
	if err := change.check(); err != nil {
		return Subscription{}, err
	}
	done, err := d.locks.take(ctx, "subscription "+name)
	if err != nil {
		return Subscription{}, err
	}
	defer done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	s, err := read[subscription](ctx, d.shelf, KindSubscription, name)
	switch {
	case err != nil:
		return Subscription{}, err
	case !s.there():
		return Subscription{}, errNoSubscription
	case s.Is.Provider == "":
		return Subscription{}, &wire.Error{Code: wire.OrderConflict, Message: "the subscription is " + string(s.Is.State) + ": the provider has not said that it made it"}
	case s.Is.Ended && want != WantCancel, s.Is.Wanted == WantCancel && want != WantCancel:
		return Subscription{}, &wire.Error{Code: wire.OrderConflict, Message: "the subscription was cancelled"}
	case s.Is.Ended:
		return s.Is.Subscription, nil
	}
	s.Is.Wanted, s.Is.Change, s.Is.Tries = want, change, 0
	if err := write(ctx, d.shelf, s.Is.filing(), &s); err != nil {
		return Subscription{}, err
	}
	err = d.change(ctx, &s)
	return s.Is.Subscription, err
}

func (c *SubscriptionChange) check() error {
	switch {
	case c == nil:
		return nil
	case *c == SubscriptionChange{}:
		return &wire.Error{Code: wire.BadRequest, Message: "nothing to change: amount, interval or retry"}
	case c.Amount < 0 || c.Amount > midtrans.MaxGoPay:
		return &wire.Error{Code: wire.AmountRefused, Message: "amount is not in 1..20000000"}
	case c.Interval < 0 || c.Interval > 10_000:
		return &wire.Error{Code: wire.BadRequest, Message: "interval is not in 1..10000"}
	}
	return c.Retry.check()
}

// change asks the provider for what is wanted, and reads back what it came to.
// All changes can be repeated.
func (d *Desk) change(ctx context.Context, s *sheet[subscription]) error {
	s.Is.Tries++
	s.Is.LastMS = time.Now().UnixMilli()
	err := d.tell(ctx, s.Is)
	got, reading := d.provider.Subscription(ctx, s.Is.Provider)
	no := certain(err)
	d.log.Info("subscription", "name", s.Is.Name, "wanted", s.Is.Wanted, "tries", s.Is.Tries, "error", errors.Join(err, reading))
	switch {
	case reading == nil && (err == nil || no != nil):
		s.Is.told(got)
	case no == nil:
		return errors.Join(write(ctx, d.shelf, s.Is.filing(), s),
			&wire.Error{Code: wire.Busy, Message: "the provider has not confirmed it; the backend goes on asking"}, err)
	}
	want := s.Is.Wanted
	s.Is.Wanted, s.Is.Change = "", nil
	if want == WantCancel && (err == nil || s.Is.State == SubscriptionInactive) {
		s.Is.Ended, no = true, nil
	}
	if err := write(ctx, d.shelf, s.Is.filing(), s); err != nil || no == nil {
		return err
	}
	return &wire.Error{Code: wire.SubscriptionRefused, Message: clip(no.Error())}
}

// tell says to the provider what is wanted of s.
func (d *Desk) tell(ctx context.Context, s subscription) error {
	switch s.Wanted {
	case WantEnable:
		return d.provider.EnableSubscription(ctx, s.Provider)
	case WantDisable:
		return d.provider.DisableSubscription(ctx, s.Provider)
	case WantCancel:
		return d.provider.CancelSubscription(ctx, s.Provider)
	}
	if s.Change == nil {
		return fmt.Errorf("change subscription %s: nothing is wanted", s.Name)
	}
	if s.Change.Amount != 0 {
		s.Amount = s.Change.Amount
	}
	if s.Change.Interval != 0 {
		s.Schedule.Interval = s.Change.Interval
	}
	if s.Change.Retry != nil {
		s.Retry = s.Change.Retry
	}
	s.Schedule.Start = "" // a new one would revive what has ended
	r, err := s.request()
	if err != nil {
		return err
	}
	account, err := d.provider.Account(ctx, s.Account)
	if err != nil {
		return err
	}
	option, ok := account.Option(midtrans.OptionWallet)
	if !ok {
		return &midtrans.APIError{Code: 412, Reason: midtrans.ReasonNotLinked, Message: "the wallet is not linked any more"}
	}
	r.Token = option.Token
	return d.provider.UpdateSubscription(ctx, s.Provider, r)
}
