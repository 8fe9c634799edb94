package backend

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/meter"
	"kasir/backend/midtrans"
)

// count counts a request that was answered; a long poll takes as long as it is
// asked to, and says nothing by it.
func (b *Backend) count(way route, method string, status int, began time.Time) {
	if strings.HasSuffix(way.path, "/events") {
		return
	}
	if _, known := way.methods[method]; !known {
		method = "other" // anybody may send any word
	}
	b.o.Meter.Served(way.path, method, strconv.Itoa(status), time.Since(began))
}

// count counts a charge in its state now; "" when it leaves the desk.
func (c *clerk) count(f *file, state string) {
	c.meter.Moved(f.counted, state)
	f.counted = state
}

// measure counts a committed fact, and how long somebody waited for it.
func (c *clerk) measure(f *ledger.Charge, r ledger.Record) {
	c.meter.Fact(string(r.Kind))
	switch r.Kind {
	case ledger.KindCreated, ledger.KindCode:
		if r.QR != "" || r.VerifyURL != "" {
			c.meter.Code(time.Duration(r.AtMS-f.AskedMS) * time.Millisecond)
		}
	case ledger.KindSettled:
		if r.SettledMS > 0 {
			c.meter.Confirmed(time.Duration(r.AtMS-r.SettledMS) * time.Millisecond)
		}
	case ledger.KindAlarm:
		c.meter.Alarm(string(r.Alarm))
	}
}

// timed is a provider whose answers are counted.
type timed struct {
	Provider
	meter *meter.Meter
}

func (t timed) answered(call string, began time.Time, err error) {
	code := "200"
	var no *midtrans.APIError
	switch {
	case errors.Is(err, midtrans.ErrUnknown):
		code = "unknown"
	case errors.As(err, &no) && no.Code >= 200 && no.Code < 600:
		code = strconv.Itoa(no.Code)
	case err != nil:
		code = "other"
	}
	t.meter.Called(call, code, time.Since(began))
}

func (t timed) Charge(ctx context.Context, r midtrans.ChargeRequest) (tx midtrans.Transaction, err error) {
	defer func(began time.Time) { t.answered("charge", began, err) }(time.Now())
	return t.Provider.Charge(ctx, r)
}

func (t timed) ChargeLinked(ctx context.Context, r midtrans.ChargeRequest, option string) (tx midtrans.Transaction, err error) {
	defer func(began time.Time) { t.answered("charge linked", began, err) }(time.Now())
	return t.Provider.ChargeLinked(ctx, r, option)
}

func (t timed) Status(ctx context.Context, id string) (tx midtrans.Transaction, err error) {
	defer func(began time.Time) { t.answered("status", began, err) }(time.Now())
	return t.Provider.Status(ctx, id)
}

func (t timed) Cancel(ctx context.Context, id string) (tx midtrans.Transaction, err error) {
	defer func(began time.Time) { t.answered("cancel", began, err) }(time.Now())
	return t.Provider.Cancel(ctx, id)
}

func (t timed) Expire(ctx context.Context, id string) (tx midtrans.Transaction, err error) {
	defer func(began time.Time) { t.answered("expire", began, err) }(time.Now())
	return t.Provider.Expire(ctx, id)
}
