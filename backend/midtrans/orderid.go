package midtrans

import (
	"context"
	"errors"
	"fmt"
)

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
