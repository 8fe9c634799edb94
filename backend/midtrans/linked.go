package midtrans

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// ChargeLinked charges a linked wallet: r with PaymentType gopay, and the pay
// account in r.GoPay.AccountID. It reads the account first, because tokens
// change, and charges the payment option of this name ("" is OptionWallet)
// with the token of this moment.
//
// What it gives is Charge's: a settlement at once; a pending transaction with
// a VerificationURL when the wallet wants its PIN; a deny, whose Reason is
// ReasonInsufficient for instance. When the account cannot be charged or read
// the charge was not sent, so the error is an *APIError whatever the reading
// came to: ReasonOf is ReasonNotLinked, ReasonNotRegistered
// when there is no wallet any more, or ReasonTryLater.
func (c *Client) ChargeLinked(ctx context.Context, r ChargeRequest, option string) (Transaction, error) {
	if r.PaymentType != PaymentGoPay || r.GoPay == nil {
		return Transaction{}, unsent("charge", "a linked charge needs payment_type gopay and gopay.account_id")
	}
	if problems := r.check(); len(problems) > 0 {
		return Transaction{}, unsent("charge", problems...)
	}
	purse, err := c.purse(ctx, "charge", r.GoPay.AccountID, option)
	if err != nil {
		return Transaction{}, err
	}
	filled := *r.GoPay
	filled.PaymentOptionToken = purse.Token
	r.GoPay = &filled
	return c.Charge(ctx, r)
}

// purse reads the account and gives its option with the token of this moment,
// or why op, which needs one, was not sent.
func (c *Client) purse(ctx context.Context, op, account, option string) (PaymentOption, error) {
	a, err := c.Account(ctx, account)
	if err != nil {
		return PaymentOption{}, notSent(op, err)
	}
	o, ok := a.Option(option)
	if !ok {
		return PaymentOption{}, &APIError{Code: http.StatusPreconditionFailed, Reason: ReasonNotLinked,
			Message: fmt.Sprintf("%s was not sent: the account is %s and option %.40q cannot be charged", op, a.Status, option)}
	}
	return o, nil
}

// notSent makes a certain refusal of op of whatever reading the account came
// to. It does not wrap the cause: an unknown reading is not an unknown charge.
func notSent(op string, err error) *APIError {
	e := &APIError{Code: http.StatusServiceUnavailable, Reason: ReasonTryLater, Message: op + " was not sent: " + clip(err.Error())}
	var refused *APIError
	if errors.As(err, &refused) {
		e.Code, e.HTTP, e.Reason = refused.Code, refused.HTTP, ReasonOf(refused)
		if IsNotFound(refused) {
			e.Code = http.StatusPreconditionFailed // IsNotFound is about the order
			if e.Reason != ReasonNotRegistered {
				e.Reason = ReasonNotLinked
			}
		}
	}
	return e
}
