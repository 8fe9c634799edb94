package backend

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// putLink begins an attempt to link a wallet, or finds the one that was begun.
func (b *Backend) putLink(r *http.Request) (any, error) {
	link := r.PathValue("link")
	body, err := readBody(r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	var in wire.LinkOpen
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body is not a link to open"}
	}
	phone, err := parsePhone(in.Phone)
	if err != nil {
		return nil, err
	}
	if err := checkJournal(in.Journal); err != nil {
		return nil, err
	}
	return b.linkPhone(r, link, in.Journal, phone)
}

// linkPhone is the attempt link of journal to link the wallet with this number,
// begun now or before. It waits a little for the provider's answer.
func (b *Backend) linkPhone(r *http.Request, link, journal string, phone wallet.Phone) (wire.Link, error) {
	ctx := r.Context()
	device, number, err := parseOrder(link)
	if err != nil {
		return wire.Link{}, err
	}
	customer, err := b.customerID(ctx, phone)
	if err != nil {
		return wire.Link{}, err
	}
	if _, _, known, err := b.o.Wallets.Link(ctx, link); err != nil {
		return wire.Link{}, b.unread(r.Context(), err)
	} else if !known {
		if err := b.firstUse(r, link, device); err != nil {
			return wire.Link{}, err
		}
	}
	s, err := b.register(ctx, deed{customer: customer, event: wallet.Ask{
		Link: link, Device: device, Number: number, Journal: journal,
		Customer: customer, Masked: phone.String(), Phone: phone,
	}})
	if errors.Is(err, errOldLink) {
		return b.storedLink(ctx, link)
	}
	if err != nil {
		return wire.Link{}, err
	}
	w := s.wait(ctx, openWait, func(w wallet.Wallet) bool {
		a, ok := w.AttemptOf(link)
		return !ok || a.Stage != wallet.Asked && (a.Stage != wallet.Waiting || a.URL != "")
	})
	return b.showAttempt(ctx, w, link)
}

// firstUse says whether a link id that was not used yet may be. It is counted
// by address too, since whoever asks makes the device's name up.
func (b *Backend) firstUse(r *http.Request, link, device string) error {
	if !b.linking.take("link "+device) || !b.linking.take("link from "+asker(r)) {
		return errTooMany
	}
	_, used, err := b.o.Book.Order(r.Context(), link)
	if err != nil {
		return b.unread(r.Context(), err)
	}
	if used {
		return &wire.Error{Code: wire.OrderConflict, Message: "there is an order with this id"}
	}
	return nil
}

var errTooMany = &wire.Error{Code: wire.TooMany, Message: "too many numbers in a minute"}

// getLink is how an attempt stands. It is a reason to ask the provider, at most
// every ten seconds, and waits a little for that answer.
func (b *Backend) getLink(r *http.Request) (any, error) {
	link := r.PathValue("link")
	if _, _, err := parseOrder(link); err != nil {
		return nil, err
	}
	return b.linkState(r.Context(), link)
}

func (b *Backend) linkState(ctx context.Context, link string) (wire.Link, error) {
	if b.o.Wallets == nil {
		return wire.Link{}, errNoWallets
	}
	customer, a, ok, err := b.o.Wallets.Link(ctx, link)
	switch {
	case err != nil:
		return wire.Link{}, b.unread(ctx, err)
	case !ok:
		return wire.Link{}, errNoLink
	case a.Stage.Final():
		return b.storedLink(ctx, link)
	}
	s, err := b.register(ctx, deed{customer: customer, event: wallet.Look{Link: link}})
	if err != nil {
		return wire.Link{}, err
	}
	w := s.wait(ctx, lookWait, func(w wallet.Wallet) bool {
		a, ok := w.AttemptOf(link)
		return !ok || a.Stage != wallet.Waiting || !w.Reading(a.Account)
	})
	return b.showAttempt(ctx, w, link)
}

// showAttempt is one of a wallet's latest attempts, or an older one.
func (b *Backend) showAttempt(ctx context.Context, w wallet.Wallet, link string) (wire.Link, error) {
	a, ok := w.AttemptOf(link)
	if !ok {
		return b.storedLink(ctx, link)
	}
	return b.showLink(w, a), nil
}

// storedLink is an attempt as the book has it.
func (b *Backend) storedLink(ctx context.Context, link string) (wire.Link, error) {
	customer, a, ok, err := b.o.Wallets.Link(ctx, link)
	if err != nil {
		return wire.Link{}, b.unread(ctx, err)
	}
	if !ok {
		return wire.Link{}, errNoLink
	}
	f, _, err := b.o.Wallets.Wallet(ctx, customer)
	if err != nil {
		return wire.Link{}, b.unread(ctx, err)
	}
	return b.showLink(wallet.Load(f), a), nil
}

// showLink is an attempt in the words of the protocol.
func (b *Backend) showLink(w wallet.Wallet, a wallet.Attempt) wire.Link {
	out := wire.Link{LinkID: a.Link, State: wire.LinkState(a.Stage), Phone: w.Masked}
	switch a.Stage {
	case wallet.Waiting:
		if a.URL == "" { // linked already by the provider's word, and being read back
			out.State = wire.LinkAsked
			break
		}
		out.URL = a.URL
		out.ExpiresIn = int64(w.Left(b.registrar.moment()) / time.Millisecond)
	case wallet.Done:
		out.Customer = w.Customer
	case wallet.Failed:
		out.Reason = &wire.Reason{Code: a.Reason.Code, Message: a.Reason.Message, Retry: a.Reason.Retry}
	}
	return out
}

// customerID names whoever has this number.
func (b *Backend) customerID(ctx context.Context, phone wallet.Phone) (string, error) {
	if b.o.Wallets == nil {
		return "", errNoWallets
	}
	salt, err := b.o.Wallets.Salt(ctx)
	if err != nil {
		return "", b.unread(ctx, err)
	}
	return wallet.CustomerID(salt, phone), nil
}

// parsePhone reads a number as it is keyed: with 00 or + it is international,
// without it is Indonesian.
func parsePhone(keyed string) (wallet.Phone, error) {
	if len(keyed) > wire.MaxPhone {
		return wallet.Phone{}, &wire.Error{Code: wire.BadRequest, Message: "the phone number is too long"}
	}
	if abroad, ok := strings.CutPrefix(keyed, "00"); ok {
		keyed = "+" + abroad
	}
	p, err := midtrans.ParsePhone(keyed)
	if err != nil {
		return wallet.Phone{}, &wire.Error{Code: wire.BadRequest, Message: "not a phone number"}
	}
	return wallet.NewPhone(p.E164()), nil
}

// hostOf is who asks, as far as an address tells.
func hostOf(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}
