package merchant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// Bounds of refunds.
const (
	maxRefunds   = 50                 // of one order
	maxReason    = 255                // bytes; the payer reads it
	refundWindow = 7 * 24 * time.Hour // the same key is a retry for so long
	callTime     = 40 * time.Second   // for what one request asks of the provider
)

// RefundState is what became of a refund.
type RefundState string

const (
	// RefundAsked: durable here; what the provider made of it is not known. It
	// is being found out, and sent again with the same key.
	RefundAsked RefundState = "asked"
	// RefundApproved: the provider has it, read back from the transaction.
	RefundApproved RefundState = "approved"
	// RefundConfirmed: and the payer's bank or wallet has confirmed it.
	RefundConfirmed RefundState = "confirmed"
	// RefundRefused: no money went back; Why says why.
	RefundRefused RefundState = "refused"
)

// RefundAsk is the body of POST /v1/merchant/transactions/{order_id}/refunds.
type RefundAsk struct {
	Amount int64  `json:"amount"` // rupiah, 1 to what was paid and not given back yet
	Reason string `json:"reason"` // at most 255 bytes; the payer reads it
	// Key names this refund among all of the merchant's: letters, digits, -
	// and _, at most 50. The same key again is the same refund.
	Key string `json:"key"`
}

// Refund is money given back, or asked to be.
type Refund struct {
	OrderID       string       `json:"order_id"`
	TransactionID string       `json:"transaction_id"`
	Key           string       `json:"key"`
	Amount        int64        `json:"amount"` // rupiah
	Reason        string       `json:"reason"`
	State         RefundState  `json:"state"`
	Why           *wire.Reason `json:"why,omitempty"` // only when refused
	AskedAt       int64        `json:"asked_at_ms"`   // Unix milliseconds, like the next
	ConfirmedAt   int64        `json:"confirmed_at_ms,omitempty"`
}

// Refunds is what became of all refunds of an order.
type Refunds struct {
	Refunds []Refund `json:"refunds"`
}

// Sale is what the book says of an order that money may be given back of.
type Sale struct {
	OrderID       string
	TransactionID string
	Paid          int64 // rupiah
	Settled       bool
}

// refund is the paper.
type refund struct {
	Refund
	Tries  int   `json:"tries,omitempty"` // calls and readings since it was asked for
	LastMS int64 `json:"last_ms,omitempty"`
}

func (r refund) filing() filing {
	open := r.State == RefundAsked || r.State == RefundApproved
	age := time.Since(time.UnixMilli(r.AskedAt))
	return filing{kind: KindRefund, id: r.Key, key: r.OrderID, open: open && age < refundWindow}
}

func (a RefundAsk) check() error {
	switch {
	case !midtrans.ValidOrderID(a.Key) || len(a.Key) > midtrans.MaxRefundKey || strings.ContainsAny(a.Key, "~."):
		return &wire.Error{Code: wire.BadRequest, Message: fmt.Sprintf("key is not 1 to %d letters, digits, - or _", midtrans.MaxRefundKey)}
	case len(a.Reason) > maxReason || !utf8.ValidString(a.Reason) || strings.ContainsFunc(a.Reason, func(r rune) bool { return r < ' ' }):
		return &wire.Error{Code: wire.BadRequest, Message: "reason is not one line of at most 255 bytes"}
	case a.Amount < 1 || a.Amount > midtrans.MaxGoPay:
		return &wire.Error{Code: wire.AmountRefused, Message: fmt.Sprintf("amount %d is not in 1..%d", a.Amount, midtrans.MaxGoPay)}
	}
	return nil
}

// Refund gives money of a sale back, once for every key. The request is durable
// before the provider hears of it; what it answers is believed when the
// transaction says so too. A refusal with code wire.RefundOff says that the
// merchant has no refunds; other refusals by the provider are RefundRefused.
func (d *Desk) Refund(ctx context.Context, sale Sale, ask RefundAsk) (Refund, error) {
	if err := ask.check(); err != nil {
		return Refund{}, err
	}
	if !sale.Settled || sale.TransactionID == "" {
		return Refund{}, &wire.Error{Code: wire.NotSettled, Message: "nothing was paid for this order; a charge that is open is cancelled instead"}
	}
	done, err := d.locks.take(ctx, "refund "+sale.OrderID)
	if err != nil {
		return Refund{}, err
	}
	defer done()
	// What was begun is brought to an end without whoever asked for it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	s, err := read[refund](ctx, d.shelf, KindRefund, ask.Key)
	if err != nil {
		return Refund{}, err
	}
	if s.there() && (s.Is.OrderID != sale.OrderID || s.Is.Amount != ask.Amount) {
		return Refund{}, &wire.Error{Code: wire.OrderConflict, Message: "the key names another refund"}
	}
	if s.there() && s.Is.State != RefundAsked && (s.Is.State != RefundRefused || !s.Is.Why.Retry) {
		return s.Is.answer()
	}
	if err := d.admitRefund(ctx, sale, ask, &s); err != nil {
		return Refund{}, err
	}
	if s.Is.State != RefundAsked { // it was found with the provider
		return s.Is.answer()
	}
	if err := d.giveBack(ctx, &s); err != nil {
		return Refund{}, err
	}
	return s.Is.answer()
}

// answer is the refund, or the one refusal that has a code of its own.
func (r refund) answer() (Refund, error) {
	if r.State == RefundRefused && r.Why.Code == wire.RefundOff {
		return Refund{}, &wire.Error{Code: wire.RefundOff, Message: "the provider gives no refunds for this merchant; ask it to enable them, or give the money back by hand"}
	}
	return r.Refund, nil
}

// admitRefund holds a refund against what was paid and what was given back
// already, here or elsewhere, and writes it down as asked for.
func (d *Desk) admitRefund(ctx context.Context, sale Sale, ask RefundAsk, s *sheet[refund]) error {
	others, err := d.refunds(ctx, sale.OrderID)
	if err != nil {
		return err
	}
	tx, err := d.provider.Status(ctx, sale.TransactionID)
	if err != nil {
		return errors.Join(&wire.Error{Code: wire.Busy, Message: "the provider does not say how the transaction stands; nothing was given back, try again"}, err)
	}
	if !s.there() || s.Is.State == RefundRefused {
		s.Is.Refund = Refund{OrderID: sale.OrderID, TransactionID: sale.TransactionID, Key: ask.Key,
			Amount: ask.Amount, Reason: ask.Reason, State: RefundAsked, AskedAt: time.Now().UnixMilli()}
		s.Is.Tries = 0
	}
	if s.Is.found(tx) {
		return write(ctx, d.shelf, s.Is.filing(), s)
	}
	given := int64(tx.RefundAmount) // also what was given back in the provider's dashboard
	n := 0
	for _, o := range others {
		if o.Key == ask.Key || o.State == RefundRefused {
			continue
		}
		n++
		if _, seen := entry(tx, o.Key); !seen {
			given += o.Amount
		}
	}
	switch {
	case tx.Status == midtrans.StatusRefund, given+ask.Amount > sale.Paid:
		return &wire.Error{Code: wire.RefundTooMuch, Message: fmt.Sprintf("%d was paid and %d is given back or being given back", sale.Paid, given)}
	case tx.Status != midtrans.StatusSettlement && tx.Status != midtrans.StatusPartialRefund && tx.Status != midtrans.StatusCapture:
		return &wire.Error{Code: wire.NotSettled, Message: "the provider says that the transaction is not settled"}
	case n >= maxRefunds:
		return &wire.Error{Code: wire.TooMany, Message: fmt.Sprintf("%d refunds of one order are enough", maxRefunds)}
	}
	err = write(ctx, d.shelf, s.Is.filing(), s)
	if errors.Is(err, ErrStale) {
		return &wire.Error{Code: wire.OrderConflict, Message: "the key names another refund"}
	}
	return err
}

// Refunds is what became of the refunds of an order.
func (d *Desk) Refunds(ctx context.Context, order string) (Refunds, error) {
	found, err := d.refunds(ctx, order)
	if err != nil {
		return Refunds{}, err
	}
	out := Refunds{Refunds: make([]Refund, 0, len(found))}
	for _, r := range found {
		out.Refunds = append(out.Refunds, r.Refund)
	}
	return out, nil
}

func (d *Desk) refunds(ctx context.Context, order string) ([]refund, error) {
	// Refused ones may be many; they are bounded, too, since each has a key.
	papers, err := d.shelf.Keyed(ctx, KindRefund, order, "", 10*maxRefunds)
	if err != nil {
		return nil, unshelved(err)
	}
	if len(papers) == 10*maxRefunds {
		return nil, &wire.Error{Code: wire.TooMany, Message: "too many refunds of one order were tried"}
	}
	var out []refund
	for _, p := range papers {
		s, err := opened[refund](p)
		if err != nil {
			return nil, err
		}
		out = append(out, s.Is)
	}
	return out, nil
}
