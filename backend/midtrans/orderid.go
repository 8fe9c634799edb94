package midtrans

import (
	"context"
	"errors"
	"fmt"
)

// # Order ids
//
// The provider takes an order id once while it is pending or paid, and again
// after it was cancelled or has expired. What follows from that:
//
//   - A fresh order id for every attempt. Using one again is allowed by the
//     provider, and makes every question about it ambiguous.
//   - Facts are kept by Transaction.Key: a notification about the cancelled
//     first use of an order id says nothing about its second.
//   - All order ids of a merchant have the same length, or end a fixed number
//     of digits after a hyphen. A notification's signature covers order id,
//     status code and amount one after the other without a mark between them,
//     so that order "a-1" with 200100.00 and order "a-1200" with 100.00 have
//     the same one; with one length they cannot.
//   - A refusal as a duplicate is a reason to ask, not to try another id: the
//     first charge may be the one that the payer is looking at. See ChargeOnce.

// Key names the payment this document is about: the transaction id, since an
// order id can be used again. "" for a document that has none, which is about
// a charge that was denied before it became a transaction.
func (t Transaction) Key() string { return t.TransactionID }

// ChargeOnce is Charge for a caller that may have charged this order before
// and lost the answer. When the provider says that the order exists (a 406) it
// asks for its status and returns that, with found true. Whatever its state
// is, it is the caller's own: pending to be shown, settled, or ended. An
// order of another amount or without a transaction is not, and gives the 406.
// When asking fails, the outcome is unknown: something exists.
func (c *Client) ChargeOnce(ctx context.Context, r ChargeRequest) (t Transaction, found bool, err error) {
	t, err = c.Charge(ctx, r)
	if !IsDuplicate(err) {
		return t, false, err
	}
	there, asking := c.Status(ctx, r.OrderID)
	switch {
	case asking != nil:
		return Transaction{}, false, &UnknownError{Op: "charge", Err: fmt.Errorf("the order exists, but: %s", clip(asking.Error()))}
	case there.OrderID != r.OrderID || there.Key() == "":
		return Transaction{}, false, &UnknownError{Op: "charge", Err: errors.New("the order exists, but its status names another")}
	case there.OriginalAmount() != Amount(r.GrossAmount):
		return Transaction{}, false, err
	}
	return there, true, nil
}
