package backend

import (
	"context"
	"encoding/json"
	"net/http"

	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// find is which customer has a number: what the book says. A charge reads the
// account itself before it charges it.
func (b *Backend) find(r *http.Request) (any, error) {
	body, err := readBody(r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	var in wire.Find
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body is not a number to find"}
	}
	phone, err := parsePhone(in.Phone)
	if err != nil {
		return nil, err
	}
	// The protocol does not tell which device asks, so it is counted by address.
	if !b.linking.take("find " + asker(r)) {
		return nil, errTooMany
	}
	return b.findCustomer(r.Context(), phone)
}

func (b *Backend) findCustomer(ctx context.Context, phone wallet.Phone) (wire.Customer, error) {
	customer, err := b.customerID(ctx, phone)
	if err != nil {
		return wire.Customer{}, err
	}
	f, _, err := b.o.Wallets.Wallet(ctx, customer)
	if err != nil {
		return wire.Customer{}, b.unread(ctx, err)
	}
	return showCustomer(f)
}

// getCustomer is how a customer's wallet stands. It is a reason to ask the
// provider, at most every ten seconds.
func (b *Backend) getCustomer(r *http.Request) (any, error) {
	customer, err := customerOf(r)
	if err != nil {
		return nil, err
	}
	return b.customerState(r.Context(), customer)
}

func (b *Backend) customerState(ctx context.Context, customer string) (wire.Customer, error) {
	s, err := b.register(ctx, deed{customer: customer, event: wallet.Look{}})
	if err != nil {
		return wire.Customer{}, err
	}
	w := s.wait(ctx, lookWait, func(w wallet.Wallet) bool { return !w.Reading(w.Account) })
	return showCustomer(w.Facts)
}

// unlink wants the end of a customer's link. It answers with what is known
// after the provider was told and asked whether it is so.
func (b *Backend) unlink(r *http.Request) (any, error) {
	customer, err := customerOf(r)
	if err != nil {
		return nil, err
	}
	return b.unlinkCustomer(r.Context(), customer)
}

func (b *Backend) unlinkCustomer(ctx context.Context, customer string) (wire.Customer, error) {
	s, err := b.register(ctx, deed{customer: customer, event: wallet.Unlink{}})
	if err != nil {
		return wire.Customer{}, err
	}
	w := s.wait(ctx, cancelWait, func(w wallet.Wallet) bool { return w.State != wallet.Unlinking })
	return showCustomer(w.Facts)
}

// chargeable is the pay account of a customer, "" when none is linked.
func (b *Backend) chargeable(ctx context.Context, customer string) (string, error) {
	if !wallet.ValidCustomer(customer) {
		return "", &wire.Error{Code: wire.BadRequest, Message: "not a customer's id"}
	}
	if b.o.Wallets == nil {
		return "", errNoWallets
	}
	f, _, err := b.o.Wallets.Wallet(ctx, customer)
	if err != nil {
		return "", b.unread(ctx, err)
	}
	return f.Chargeable(), nil
}

func customerOf(r *http.Request) (string, error) {
	customer := r.PathValue("customer")
	if !wallet.ValidCustomer(customer) {
		return "", &wire.Error{Code: wire.BadRequest, Message: "not a customer's id"}
	}
	return customer, nil
}

// showCustomer is a wallet in the words of the protocol. One that was never
// linked is nobody's.
func showCustomer(f wallet.Facts) (wire.Customer, error) {
	if f.State == wallet.Stranger {
		return wire.Customer{}, errNoCustomer
	}
	return wire.Customer{ID: f.Customer, Phone: f.Masked, State: wire.CustomerState(f.State)}, nil
}
