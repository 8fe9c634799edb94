package merchant

import (
	"context"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// Method is how a charge is to be paid.
type Method string

// Methods.
const (
	MethodQRIS     Method = "qris"     // a code that any bank or wallet scans
	MethodDeeplink Method = "deeplink" // an address that opens the wallet on the payer's own phone
	MethodLinked   Method = "linked"   // out of a linked customer's wallet
)

// Valid reports whether m is a method.
func (m Method) Valid() bool { return m == MethodQRIS || m == MethodDeeplink || m == MethodLinked }

// ChargeAsk is the body of PUT /v1/merchant/charges/{order_id}.
type ChargeAsk struct {
	Amount   int64  `json:"amount"` // rupiah, 1..wire.MaxAmount
	Method   Method `json:"method"`
	Customer string `json:"customer,omitempty"` // wire.Customer.ID; MethodLinked only
}

// Charge is a charge as a merchant's program sees it.
type Charge struct {
	wire.Charge
	Method  Method   `json:"method"`
	Actions []Action `json:"actions,omitempty"` // what the provider says can be done with it, by URL
}

// Action is something that can be done with a charge. Whoever uses the
// provider's status and cancel needs the Server Key: ask the backend instead.
type Action struct {
	Name   string `json:"name"` // generate-qr-code, generate-qr-code-v2, deeplink-redirect, get-status, cancel
	Method string `json:"method,omitempty"`
	URL    string `json:"url"`
}

// Bounds of what the provider may say about a charge.
const (
	maxActions = 16
	maxURL     = 2000 // bytes
)

// Way is how a charge is to be paid, and by which addresses. It never changes
// but for Actions.
type Way struct {
	Method   Method   `json:"method"`
	Customer string   `json:"customer,omitempty"`
	Callback string   `json:"callback,omitempty"` // where the wallet sends the payer's phone afterwards
	Actions  []Action `json:"actions,omitempty"`
}

var errOrderUsed = &wire.Error{Code: wire.OrderConflict, Message: "the order exists as something else"}

// Intend makes durable how an order is to be paid, before anybody asks the
// provider for it. The same again is fine; another way is an OrderConflict.
func (d *Desk) Intend(ctx context.Context, order string, w Way) error {
	done, err := d.locks.take(ctx, "order "+order)
	if err != nil {
		return err
	}
	defer done()
	if _, used, err := d.shelf.Get(ctx, KindSnap, order); err != nil || used {
		if err != nil {
			return unshelved(err)
		}
		return errOrderUsed
	}
	s, err := read[Way](ctx, d.shelf, KindCharge, order)
	if err != nil {
		return err
	}
	if s.there() {
		if s.Is.Method != w.Method || s.Is.Customer != w.Customer {
			return errOrderUsed
		}
		return nil
	}
	s.Is = Way{Method: w.Method, Customer: w.Customer, Callback: w.Callback}
	return write(ctx, d.shelf, filing{kind: KindCharge, id: order}, &s)
}

// WayOf is how an order is to be paid; ok is false for an order that was not
// asked for here.
func (d *Desk) WayOf(ctx context.Context, order string) (w Way, ok bool, err error) {
	s, err := read[Way](ctx, d.shelf, KindCharge, order)
	return s.Is, s.there(), err
}

// Made keeps the addresses of a charge that the provider made.
func (d *Desk) Made(ctx context.Context, order string, actions []midtrans.Action) error {
	done, err := d.locks.take(ctx, "order "+order)
	if err != nil {
		return err
	}
	defer done()
	s, err := read[Way](ctx, d.shelf, KindCharge, order)
	if err != nil || !s.there() {
		return err
	}
	s.Is.Actions = nil
	for _, a := range actions {
		if len(s.Is.Actions) < maxActions && len(a.Name)+len(a.Method)+len(a.URL) <= maxURL {
			s.Is.Actions = append(s.Is.Actions, Action{Name: a.Name, Method: a.Method, URL: a.URL})
		}
	}
	return write(ctx, d.shelf, filing{kind: KindCharge, id: order}, &s)
}
