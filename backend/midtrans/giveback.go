package midtrans

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// RefundRequest gives money of a settled transaction back to its payer. A
// pending one is cancelled instead. How long after the sale this works depends
// on the wallet: 7 days for QRIS paid from another wallet, 45 for QRIS and
// deeplink paid from GoPay, 180 for linked accounts.
type RefundRequest struct {
	// ID is a transaction id or an order id; payments to a static code are
	// found by transaction id only.
	ID string
	// Key names this refund: letters, digits, - and _, at most MaxRefundKey.
	// The provider would do without one; we do not, since only a repetition
	// with the same key, for 7 days, cannot give the money back twice.
	Key    string
	Amount int64  // rupiah; 0: all of it
	Reason string // at most 255 characters; the payer reads it
	// Direct uses the older path that goes to the wallet at once, for
	// merchants who have it.
	Direct bool
}

// MaxRefundKey is as long as our refund keys get; the provider names no limit.
const MaxRefundKey = 50

type rawRefundRequest struct {
	Key    string `json:"refund_key,omitempty"`
	Amount int64  `json:"amount,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// MarshalJSON writes the body of the request.
func (r RefundRequest) MarshalJSON() ([]byte, error) {
	return json.Marshal(rawRefundRequest{r.Key, r.Amount, r.Reason})
}

func (r RefundRequest) check() []string {
	var problems []string
	if !ValidOrderID(r.Key) || len(r.Key) > MaxRefundKey || strings.ContainsAny(r.Key, "~.") {
		problems = append(problems, fmt.Sprintf("refund_key %.60q is not 1 to %d letters, digits, - _", r.Key, MaxRefundKey))
	}
	if r.Amount < 0 || r.Amount > MaxGoPay {
		problems = append(problems, fmt.Sprintf("amount %d is not in 0..%d", r.Amount, MaxGoPay))
	}
	if len(r.Reason) > 255 {
		problems = append(problems, "reason is longer than 255")
	}
	return problems
}

// Refunded is a transaction of which something was given back. Its Status is
// "refund" when that was all, else "partial_refund". The wallet confirms later:
// in a notification whose Refund has a ConfirmedAt.
type Refunded struct {
	Transaction           // RefundAmount as the provider says it
	Key            string // RefundRequest.Key
	ChargebackID   int64  // up to 18 digits
	ChargebackUUID string
}

// Refund gives money back. Besides nil and unknown, the refusals are:
//
//   - IsNotEnabled: this merchant has no refunds; terminals do not by default
//   - IsNotModifiable: not settled (cancel it instead), or all given back
//   - IsDuplicate: there is a refund with this key already, be it the one whose
//     answer was lost: Status has it among the Refunds
//   - code 414 or 202: the amount is impossible, the merchant's balance too
//     small, or the wallet refused; ReasonOf is ReasonRefund. The same key can
//     be tried again later.
//
// After an unknown outcome repeat it with the same key.
func (c *Client) Refund(ctx context.Context, r RefundRequest) (Refunded, error) {
	const op = "refund"
	if err := checkID(op, r.ID); err != nil {
		return Refunded{}, err
	}
	if problems := r.check(); len(problems) > 0 {
		return Refunded{}, unsent(op, problems...)
	}
	body, err := encode(op, r)
	if err != nil {
		return Refunded{}, err
	}
	path := "/v2/" + url.PathEscape(r.ID) + "/refund"
	if r.Direct {
		path += "/online/direct"
	}
	return exchange(ctx, c, call{op: op, method: http.MethodPost, path: path, id: r.ID, body: body},
		func(q call, status int, body []byte) (Refunded, error) { return judgeRefund(q, r.Key, status, body) })
}

// judgeRefund applies the package's table; 202 is the wallet's no.
func judgeRefund(q call, key string, status int, body []byte) (Refunded, error) {
	code, r, err := verdict(q, status, body, 200, 202)
	if err != nil {
		return Refunded{}, err
	}
	if code == 202 {
		if status == http.StatusAccepted || r.ChannelCode == channelTrouble {
			return Refunded{}, q.doubt("HTTP %d, status code 202: %s", status, clip(string(r.StatusMessage)))
		}
		e := r.refused(code, status)
		e.Reason = ReasonRefund
		return Refunded{}, e
	}
	var got Refunded
	if err := json.Unmarshal(body, &got); err != nil {
		return Refunded{}, &UnknownError{Op: q.op, Err: err}
	}
	switch {
	case got.OrderID != q.id && got.TransactionID != q.id:
		return Refunded{}, q.doubt("HTTP %d: an answer about order %.60q", status, got.OrderID)
	case got.Key != "" && got.Key != key:
		return Refunded{}, q.doubt("HTTP %d: an answer about refund %.60q", status, got.Key)
	case got.Status != StatusRefund && got.Status != StatusPartialRefund:
		return Refunded{}, q.doubt("HTTP %d: refunded, yet %.60q", status, got.Status)
	}
	return got, nil
}

type rawRefunded struct {
	ChargebackID   numeric `json:"refund_chargeback_id,omitempty"`
	ChargebackUUID loose   `json:"refund_chargeback_uuid,omitempty"`
	Key            loose   `json:"refund_key,omitempty"`
}

// UnmarshalJSON reads the answer to a refund.
func (r *Refunded) UnmarshalJSON(b []byte) error {
	var raw rawRefunded
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("read refund: %w", err)
	}
	var got Refunded
	if err := got.Transaction.UnmarshalJSON(b); err != nil {
		return err
	}
	got.Key, got.ChargebackUUID = string(raw.Key), string(raw.ChargebackUUID)
	if raw.ChargebackID != "" {
		var err error
		if got.ChargebackID, err = strconv.ParseInt(string(raw.ChargebackID), 10, 64); err != nil {
			return fmt.Errorf("read refund: %w", err)
		}
	}
	*r = got
	return nil
}

// MarshalJSON writes the answer as the provider does.
func (r Refunded) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		rawTransaction
		rawRefunded
	}{r.raw(), rawRefunded{idText(r.ChargebackID), loose(r.ChargebackUUID), loose(r.Key)}})
}
