package backend

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kasir/backend/identity"
	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// How long a terminal's request waits for the provider. What is not known by
// then is answered as far as it is known, and goes on without the terminal.
const (
	openWait   = 12 * time.Second
	cancelWait = 12 * time.Second
	lookWait   = 5 * time.Second
)

// open makes a charge, or finds the one that was made: PUT of the same order
// joins the first.
func (b *Backend) open(r *http.Request) (any, error) {
	order := r.PathValue("order")
	device, number, err := parseOrder(order)
	if err != nil {
		return nil, err
	}
	body, err := readBody(r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	var in wire.Open
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body is not a charge to open"}
	}
	if err := checkSale(in.Amount, in.Journal); err != nil {
		return nil, err
	}
	c, err := b.openCharge(r.Context(), ledger.Open{Order: order, Device: device, Number: number,
		Amount: in.Amount, Journal: in.Journal, Customer: in.Customer})
	if errors.Is(err, ledger.ErrConflict) {
		// One journal gives a number away once: this one is written twice.
		b.suspect(r, identity.HeldNumber)
	}
	return c, err
}

// openCharge makes a code, or with a Customer charges a linked wallet, and
// waits a little for the provider's answer. A linked charge lasts as long as
// the page for the PIN: the customer is asked for it now or not at all.
func (b *Backend) openCharge(ctx context.Context, e ledger.Open) (wire.Charge, error) {
	e.PaymentType, e.Lifetime = b.o.PaymentType, b.o.Expiry
	if e.Customer != "" {
		account, err := b.chargeable(ctx, e.Customer)
		if err != nil {
			return wire.Charge{}, err
		}
		e.Account, e.PaymentType, e.Lifetime = account, midtrans.PaymentGoPay, min(e.Lifetime, midtrans.VerificationLife)
	}
	p, err := b.send(ctx, note{order: e.Order, claim: &claim{e.Amount, e.Journal}, event: e})
	if err != nil {
		return wire.Charge{}, err
	}
	c := p.wait(ctx, openWait, func(c ledger.Charge) bool {
		_, wrong := c.Mispaid()
		return c.State != ledger.Asked || wrong
	})
	return b.show(c), nil
}

// heardOfTill is whose claim it is that a terminal makes of a charge.
const heardOfTill = "terminal"

// look is how a charge stands. It is a reason to ask the provider, at most
// every ten seconds, and waits a little for that answer. A terminal whose own
// book has it as paid is heard like a notification that says so: an older copy
// of ours may have been put back.
func (b *Backend) look(r *http.Request) (any, error) {
	order := r.PathValue("order")
	if _, _, err := parseOrder(order); err != nil {
		return nil, err
	}
	n, enough := note{order: order, event: ledger.Look{}}, func(c ledger.Charge) bool { return c.State.Final() || !c.Reading() }
	if r.URL.Query().Get("settled") == "1" {
		n.event = ledger.Heard{Signed: heardOfTill, Claim: ledger.Settled}
		enough = func(c ledger.Charge) bool { return c.State == ledger.Settled || !c.Reading() }
	}
	p, err := b.send(r.Context(), n)
	if err != nil {
		return nil, err
	}
	c := p.wait(r.Context(), lookWait, enough)
	return b.show(c), nil
}

// cancel wants a charge's end. It answers with what is known after the
// provider was asked to end it and asked again whether it did.
func (b *Backend) cancel(r *http.Request) (any, error) {
	order := r.PathValue("order")
	device, number, err := parseOrder(order)
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the query cannot be read"}
	}
	amount, err := strconv.ParseInt(query.Get("amount"), 10, 64)
	if err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "amount is missing"}
	}
	journal := query.Get("journal")
	if err := checkSale(amount, journal); err != nil {
		return nil, err
	}
	p, err := b.send(r.Context(), note{order: order, claim: &claim{amount, journal}, event: ledger.Cancel{
		Order: order, Device: device, Number: number, Amount: amount, Journal: journal,
	}})
	if err != nil {
		return nil, err
	}
	c := p.wait(r.Context(), cancelWait, func(c ledger.Charge) bool {
		_, wrong := c.Mispaid()
		return c.State.Final() || wrong
	})
	return b.show(c), nil
}

func parseOrder(id string) (device string, number int64, err error) {
	device, number, err = ledger.ParseOrder(id)
	if err != nil {
		err = &wire.Error{Code: wire.BadRequest, Message: err.Error()}
	}
	return device, number, err
}

// checkSale holds amount and journal to what the protocol allows.
func checkSale(amount int64, journal string) error {
	if err := checkJournal(journal); err != nil {
		return err
	}
	if amount < 1 || amount > wire.MaxAmount {
		return &wire.Error{Code: wire.AmountRefused, Message: fmt.Sprintf("amount %d is not in 1..%d", amount, int64(wire.MaxAmount))}
	}
	return nil
}

func checkJournal(journal string) error {
	if _, err := hex.DecodeString(journal); err != nil || len(journal) != wire.JournalIDLen {
		return &wire.Error{Code: wire.BadRequest, Message: fmt.Sprintf("journal is not %d hexadecimal digits", wire.JournalIDLen)}
	}
	return nil
}

// show is a charge in the words of the protocol.
func (b *Backend) show(c ledger.Charge) wire.Charge {
	out := wire.Charge{OrderID: c.Order, Amount: c.Amount, State: wire.State(c.State), TransactionID: c.TransactionID}
	switch c.State {
	case ledger.Pending, ledger.Asked:
		if paid, wrong := c.Mispaid(); wrong {
			out.State, out.Paid = wire.Mismatched, paid
			break
		}
		if c.State == ledger.Asked {
			break
		}
		out.QR, out.VerifyURL = c.QR, c.VerifyURL
		out.ExpiresIn = int64(c.Left(b.clerk.moment()) / time.Millisecond)
	case ledger.Settled:
		out.Paid, out.SettledAt, out.Issuer = c.Paid, c.SettledMS, c.Issuer
	case ledger.Denied:
		out.Reason = &wire.Reason{Code: c.Reason.Code, Message: c.Reason.Message, Retry: c.Reason.Retry}
	}
	return out
}
