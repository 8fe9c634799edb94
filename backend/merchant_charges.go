package backend

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// merchantJournal is the identity of the merchant's programs where terminals
// have that of their journal: "merchant" in hexadecimal, filled up. It keeps
// either from touching the other's orders.
const merchantJournal = "6d65726368616e740000000000000000"

var errNotYours = &wire.Error{Code: wire.OrderTaken, Message: "the order belongs to a terminal"}

// merchantOpen makes a charge, or finds the one that was made: for the payer's
// own phone, or out of a linked wallet.
func (b *Backend) merchantOpen(r *http.Request) (any, error) {
	order := r.PathValue("order")
	device, number, err := parseOrder(order)
	if err != nil {
		return nil, err
	}
	var in merchant.ChargeAsk
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	if err := checkSale(in.Amount, merchantJournal); err != nil {
		return nil, err
	}
	open := ledger.Open{Order: order, Device: device, Number: number, Amount: in.Amount, Journal: merchantJournal}
	way, err := b.payBy(r.Context(), in, &open)
	if err != nil {
		return nil, err
	}
	if _, err := b.own(r.Context(), order); err != nil && err != errNoOrder {
		return nil, err
	}
	if err := b.o.Merchant.Desk.Intend(r.Context(), order, way); err != nil {
		return nil, err
	}
	p, err := b.send(r.Context(), note{order: order, claim: &claim{in.Amount, merchantJournal}, event: open})
	if err != nil {
		return nil, err
	}
	return b.showWay(r.Context(), p.wait(r.Context(), openWait, func(c ledger.Charge) bool {
		_, wrong := c.Mispaid()
		return c.State != ledger.Asked || wrong
	}))
}

// payBy fills in how a charge is to be paid.
func (b *Backend) payBy(ctx context.Context, in merchant.ChargeAsk, open *ledger.Open) (merchant.Way, error) {
	way := merchant.Way{Method: in.Method, Customer: in.Customer}
	if (in.Customer != "") != (in.Method == merchant.MethodLinked) {
		return way, &wire.Error{Code: wire.BadRequest, Message: "a customer goes with the method linked, and only with that"}
	}
	open.PaymentType, open.Lifetime = midtrans.PaymentGoPay, b.o.Expiry
	switch in.Method {
	case merchant.MethodQRIS:
		open.PaymentType = midtrans.PaymentQRIS
	case merchant.MethodDeeplink:
		way.Callback = b.callbackURL()
	case merchant.MethodLinked:
		account, err := b.chargeable(ctx, in.Customer)
		if err != nil {
			return way, err
		}
		open.Customer, open.Account, open.Lifetime = in.Customer, account, min(b.o.Expiry, midtrans.VerificationLife)
	default:
		return way, &wire.Error{Code: wire.BadRequest, Message: "method is not qris, deeplink or linked"}
	}
	return way, nil
}

func (b *Backend) merchantLook(r *http.Request) (any, error) {
	order := r.PathValue("order")
	if _, _, err := parseOrder(order); err != nil {
		return nil, err
	}
	if _, err := b.own(r.Context(), order); err != nil {
		return nil, err
	}
	c, err := b.ask(r.Context(), order)
	if err != nil {
		return nil, err
	}
	return b.showWay(r.Context(), c)
}

func (b *Backend) merchantCancel(r *http.Request) (any, error) {
	order := r.PathValue("order")
	if _, _, err := parseOrder(order); err != nil {
		return nil, err
	}
	f, err := b.own(r.Context(), order)
	if err != nil {
		return nil, err
	}
	p, err := b.send(r.Context(), note{order: order, claim: &claim{f.Amount, f.Journal}, event: ledger.Cancel{
		Order: order, Device: f.Device, Number: f.Number, Amount: f.Amount, Journal: f.Journal,
	}})
	if err != nil {
		return nil, err
	}
	return b.showWay(r.Context(), p.wait(r.Context(), cancelWait, func(c ledger.Charge) bool { return c.State.Final() }))
}

// own is an order of the merchant's programs.
func (b *Backend) own(ctx context.Context, order string) (ledger.Facts, error) {
	f, ok, err := b.o.Book.Order(ctx, order)
	switch {
	case err != nil:
		return f, b.unread(ctx, err)
	case !ok:
		return f, errNoOrder
	case f.Journal != merchantJournal:
		return f, errNotYours
	}
	return f, nil
}

// ask is how a charge stands, after the provider was asked if that is due.
func (b *Backend) ask(ctx context.Context, order string) (ledger.Charge, error) {
	p, err := b.send(ctx, note{order: order, event: ledger.Look{}})
	if err != nil {
		return ledger.Charge{}, err
	}
	return p.wait(ctx, lookWait, func(c ledger.Charge) bool { return c.State.Final() || !c.Reading() }), nil
}

// showWay is a charge in the words of the merchant's programs.
func (b *Backend) showWay(ctx context.Context, c ledger.Charge) (any, error) {
	way, _, err := b.o.Merchant.Desk.WayOf(ctx, c.Order)
	if err != nil {
		return nil, err
	}
	out := merchant.Charge{Charge: b.show(c), Method: way.Method}
	if c.State == ledger.Pending {
		out.Actions = way.Actions
	}
	return out, nil
}

// scribe is the provider, with the charges of the merchant's programs asked for
// as they want them and their addresses kept.
type scribe struct {
	Provider
	desk *merchant.Desk
	b    *Backend
}

// Charge adds the way back from the wallet to a charge that has one.
func (s scribe) Charge(ctx context.Context, r midtrans.ChargeRequest) (midtrans.Transaction, error) {
	way, ok, err := s.desk.WayOf(ctx, r.OrderID)
	if err != nil {
		return midtrans.Transaction{}, fmt.Errorf("charge %s: %w", r.OrderID, err) // not sent: it is asked about, and sent again
	}
	if !ok {
		return s.Provider.Charge(ctx, r)
	}
	if way.Callback != "" {
		r.GoPay = &midtrans.GoPayOptions{EnableCallback: true, CallbackURL: way.Callback}
	}
	tx, err := s.Provider.Charge(ctx, r)
	if err != nil || len(tx.Actions) == 0 {
		return tx, err
	}
	// Kept before the ledger hears of the charge, so that whoever sees it made
	// sees its addresses. Without them it can still be paid by its code.
	if err := s.desk.Made(ctx, r.OrderID, tx.Actions); err != nil {
		s.b.log.ErrorContext(ctx, "addresses of a charge not kept", "order", r.OrderID, "error", err)
	}
	return tx, nil
}

// waitHint is how long a page of ours waits before it asks again.
const waitHint = 5 * time.Second
