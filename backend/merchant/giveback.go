package merchant

import (
	"context"
	"errors"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// giveBack asks the provider for a refund that is on paper, reads back what it
// came to, and writes that down.
func (d *Desk) giveBack(ctx context.Context, s *sheet[refund]) error {
	s.Is.Tries++
	s.Is.LastMS = time.Now().UnixMilli()
	_, err := d.provider.Refund(ctx, midtrans.RefundRequest{
		ID: s.Is.TransactionID, Key: s.Is.Key, Amount: s.Is.Amount, Reason: s.Is.Reason})
	tx, reading := d.provider.Status(ctx, s.Is.TransactionID)
	switch {
	case reading == nil && s.Is.found(tx):
	case err == nil && reading == nil && len(tx.Refunds) == 0 && int64(tx.RefundAmount) >= s.Is.Amount:
		s.Is.State = RefundApproved // said so twice, without a list
	case err != nil && reading == nil:
		s.Is.refuse(err, tx)
	}
	d.log.Info("refund", "order", s.Is.OrderID, "key", s.Is.Key, "amount", s.Is.Amount, "state", string(s.Is.State), "tries", s.Is.Tries, "error", errors.Join(err, reading))
	return write(ctx, d.shelf, s.Is.filing(), s)
}

// entry finds a refund in the provider's list.
func entry(tx midtrans.Transaction, key string) (midtrans.Refund, bool) {
	for _, e := range tx.Refunds {
		if e.Key == key {
			return e, true
		}
	}
	return midtrans.Refund{}, false
}

// found takes what the transaction says of this refund, and reports whether it
// says anything. The same key with another sum is somebody else's refund.
func (r *refund) found(tx midtrans.Transaction) bool {
	e, ok := entry(tx, r.Key)
	switch {
	case !ok:
		return false
	case int64(e.Amount) != r.Amount:
		r.State, r.Why = RefundRefused, &wire.Reason{Code: wire.ReasonDuplicate, Message: "the provider has a refund of another amount with this key"}
	case !e.ConfirmedAt.IsZero():
		r.State, r.Why, r.ConfirmedAt = RefundConfirmed, nil, e.ConfirmedAt.UnixMilli()
	default:
		r.State, r.Why = RefundApproved, nil
	}
	return true
}

// keyTries is after how many calls a key that the provider calls a duplicate,
// and does not list for this order, is believed to be another order's: some
// eight minutes.
const keyTries = 6

// refuse takes the provider's no, where it is certainly one: the call was
// refused, and the transaction was then read without the refund in it.
func (r *refund) refuse(err error, tx midtrans.Transaction) {
	var no *midtrans.APIError
	if errors.Is(err, midtrans.ErrUnknown) || !errors.As(err, &no) {
		return // unanswered: it is tried again with the same key
	}
	why := &wire.Reason{Message: clip(no.Error())}
	switch {
	case midtrans.ReasonOf(no) == midtrans.ReasonTryLater:
		return
	case len(tx.Refunds) == 0 && int64(tx.RefundAmount) >= r.Amount:
		return // something was given back, and it does not say under which key
	case midtrans.IsDuplicate(no) && r.Tries < keyTries:
		return // it may be the call whose answer was lost, and not yet in the list
	case midtrans.IsNotEnabled(no), midtrans.IsNotModifiable(no) && tx.Paid():
		// A settled transaction that cannot be modified is how an account
		// without refunds says so.
		why.Code, why.Retry = wire.RefundOff, true
	case midtrans.IsDuplicate(no):
		why.Code = wire.ReasonDuplicate
	case no.Code == 401:
		why.Code, why.Retry = wire.ReasonKey, true
	case no.Code == 400, no.Code == 413:
		why.Code = wire.ReasonInvalid
	case midtrans.ReasonOf(no) == midtrans.ReasonRefund:
		// Often the merchant's balance is too small just now.
		why.Code, why.Retry = wire.ReasonRejected, true
	default:
		why.Code = wire.ReasonRejected
	}
	r.State, r.Why = RefundRefused, why
}

// clip bounds what a stranger's sentence may take.
func clip(s string) string {
	const most = 200
	if len(s) > most {
		return s[:most]
	}
	return s
}
