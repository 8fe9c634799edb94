package backend

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/wire"
)

// merchantSnap makes a checkout page, or finds the one that was made.
func (b *Backend) merchantSnap(r *http.Request) (any, error) {
	var in merchant.SnapAsk
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	if _, _, err := parseOrder(in.OrderID); err != nil {
		return nil, err
	}
	_, used, err := b.o.Book.Order(r.Context(), in.OrderID)
	if err != nil {
		return nil, b.unread(r.Context(), err)
	}
	if used {
		return nil, &wire.Error{Code: wire.OrderConflict, Message: "the order exists as a charge"}
	}
	return b.o.Merchant.Desk.Snap(r.Context(), in, b.callbackURL())
}

func (b *Backend) merchantSnapLook(r *http.Request) (any, error) {
	order := r.PathValue("order")
	if _, _, err := parseOrder(order); err != nil {
		return nil, err
	}
	return b.o.Merchant.Desk.SnapOf(r.Context(), order)
}

func (b *Backend) snapUser(r *http.Request) (any, error) {
	return b.o.Merchant.Desk.User(r.Context(), r.PathValue("customer"))
}

func (b *Backend) snapUnlink(r *http.Request) (any, error) {
	return b.o.Merchant.Desk.UnlinkUser(r.Context(), r.PathValue("customer"))
}

const usersPath = "/v1/merchant/snap/users/"

func (b *Backend) snapRoutes() []route {
	return []route{
		{"/v1/merchant/snap", b.desk(methods{http.MethodPost: b.merchantSnap}), b.admitMerchant},
		{"/v1/merchant/snap/{order}", b.desk(methods{http.MethodGet: b.merchantSnapLook}), b.admitMerchant},
		{usersPath + "{customer}", b.desk(methods{http.MethodGet: b.snapUser, http.MethodDelete: b.snapUnlink}), b.admitMerchant},
	}
}

// loggable is a request's path as it may stand in a log: a merchant's own name
// for a customer is often an address or a number of theirs.
func loggable(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, receiptPath) {
		return receiptPath + "..." // whoever has a receipt's address may cancel its sale
	}
	if strings.HasPrefix(r.URL.Path, usersPath) {
		return usersPath + "..."
	}
	return clip(r.URL.Path, maxWord)
}

// elsewhere takes the news about an order that the ledger does not have: it may
// be one that was paid on a checkout page, or a charge of a subscription.
func (b *Backend) elsewhere(ctx context.Context, order string) error {
	if b.o.Merchant.Desk == nil {
		return errNoOrder
	}
	known, err := b.o.Merchant.Desk.HeardCharge(ctx, order)
	if err == nil && !known {
		known, err = b.o.Merchant.Desk.Heard(ctx, order)
	}
	switch {
	case err != nil:
		b.log.ErrorContext(ctx, "notification not written down", "order", order, "error", err)
		return &wire.Error{Code: wire.Busy, Message: "not written down"}
	case !known:
		return errNoOrder
	}
	return nil
}

// callbackState is what a payer who comes back is told of an order, after the
// provider was asked; ok is false when it was not given this way back.
func (b *Backend) callbackState(ctx context.Context, order string) (state ledger.State, ok bool, err error) {
	if b.o.Merchant.Desk == nil {
		return "", false, nil
	}
	way, ok, err := b.o.Merchant.Desk.WayOf(ctx, order)
	if err != nil {
		return "", false, err
	}
	if ok {
		if way.Callback == "" {
			return "", false, nil
		}
		c, err := b.ask(ctx, order)
		if errors.Is(err, errNoOrder) {
			return "", false, nil
		}
		return c.State, true, err
	}
	page, ok, err := b.o.Merchant.Desk.Callback(ctx, order)
	switch page {
	case merchant.SnapSettled:
		state = ledger.Settled
	case merchant.SnapCancelled:
		state = ledger.Cancelled
	case merchant.SnapExpired:
		state = ledger.Expired
	default: // a denied try is not the last word of a page
		state = ledger.Pending
	}
	return state, ok, err
}
