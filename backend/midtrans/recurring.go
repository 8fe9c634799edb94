package midtrans

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// EventCharge is the event of a notification about a charge of a subscription.
const EventCharge = "subscription.charge"

// Recurring is what arrives at the recurring notification URL: a subscription
// was made, or a charge of one was tried. The documents show no signature on
// it, so anybody could have sent it. It names whom to ask about and nothing to
// act on: see Client.ReadBack.
type Recurring struct {
	Event          string // EventCharge, or "" when the subscription was made
	SubscriptionID string
	TransactionID  string // of the charge; "" when none was made
	Rumor          Rumor  // for the log
}

// Rumor is what an unsigned notification claims. Of a charge that failed before
// there was a transaction it is all that will ever be told; but it may be a lie.
type Rumor struct {
	Status       string // of the transaction, or of a subscription that was made
	StatusCode   int    // 500: no transaction was made, and it will be tried again if tries are left
	Message      string
	Reason       Reason // of the codes
	Subscription Subscription
}

type rawRecurring struct {
	Event       string `json:"event_name"`
	Transaction *struct {
		ID             loose `json:"transaction_id"`
		Status         loose `json:"transaction_status"`
		StatusCode     loose `json:"status_code"`
		Message        loose `json:"status_message"`
		ChannelCode    loose `json:"channel_response_code"`
		ChannelMessage loose `json:"channel_response_message"`
	} `json:"transaction"`
	Subscription json.RawMessage `json:"subscription"`
}

// ParseRecurring reads a notification about a subscription, as strictly as
// ParseNotification reads one about a payment.
func ParseRecurring(body []byte) (Recurring, error) {
	n, err := parseRecurring(body)
	if err != nil {
		return Recurring{}, fmt.Errorf("read recurring notification: %w", err)
	}
	return n, nil
}

func parseRecurring(body []byte) (Recurring, error) {
	if len(body) > MaxNotification {
		return Recurring{}, fmt.Errorf("%d bytes, at most %d", len(body), MaxNotification)
	}
	if err := uniqueKeys(body); err != nil {
		return Recurring{}, err
	}
	var raw rawRecurring
	if err := json.Unmarshal(body, &raw); err != nil {
		return Recurring{}, err
	}
	n := Recurring{Event: raw.Event}
	object := []byte(raw.Subscription)
	switch {
	case raw.Event == "" && raw.Transaction == nil && object == nil:
		object = body // the subscription itself: it was made
	case raw.Event != EventCharge || raw.Transaction == nil || object == nil:
		return Recurring{}, fmt.Errorf("event %.40q is not one that is known", raw.Event)
	}
	if err := json.Unmarshal(object, &n.Rumor.Subscription); err != nil {
		return Recurring{}, err
	}
	n.SubscriptionID = n.Rumor.Subscription.ID
	if err := checkID("read", n.SubscriptionID); err != nil {
		return Recurring{}, errors.New("subscription's id is missing or impossible")
	}
	if raw.Transaction == nil {
		n.Rumor.Status = n.Rumor.Subscription.Status
		return n, nil
	}
	return n, n.hear(raw)
}

// hear takes what is said about the transaction.
func (n *Recurring) hear(raw rawRecurring) error {
	t := raw.Transaction
	n.TransactionID = string(t.ID)
	if n.TransactionID != "" && checkID("read", n.TransactionID) != nil {
		return errors.New("transaction's id is impossible")
	}
	code, err := strconv.Atoi(string(t.StatusCode))
	if err != nil {
		return fmt.Errorf("status code: %w", err)
	}
	n.Rumor.Status, n.Rumor.StatusCode, n.Rumor.Message = string(t.Status), code, string(t.Message)
	switch {
	case code >= 500 || string(t.ChannelCode) == channelTrouble:
		n.Rumor.Reason = ReasonTryLater
	case code >= 202:
		n.Rumor.Reason = ReasonOf(&APIError{Code: code, ChannelCode: string(t.ChannelCode), Validation: []string{string(t.Message)}})
	}
	return nil
}

// RecurringFact is what the provider itself says about the subject of a
// recurring notification.
type RecurringFact struct {
	Subscription Subscription
	Charge       *Transaction // nil: the notification named none
}

// ReadBack asks the provider about everything a recurring notification names.
// Only what it returns may be believed. A transaction that is not one of this
// subscription's charges is IsNotFound, like one that does not exist: the
// notification was not the provider's, or came before its books did.
func (c *Client) ReadBack(ctx context.Context, n Recurring) (RecurringFact, error) {
	s, err := c.Subscription(ctx, n.SubscriptionID)
	if err != nil || n.TransactionID == "" {
		return RecurringFact{Subscription: s}, err
	}
	t, err := c.Status(ctx, n.TransactionID)
	if err != nil {
		return RecurringFact{}, err
	}
	if !s.charged(t) {
		return RecurringFact{}, &APIError{Code: 404, Message: "the transaction is not a charge of the subscription"}
	}
	return RecurringFact{Subscription: s, Charge: &t}, nil
}

// charged reports whether t is a charge of s: it is in the subscription's list,
// or, when the answer has no list, it is of the same wallet, or where not even
// that is said, of the same sum.
func (s Subscription) charged(t Transaction) bool {
	switch {
	case len(s.TransactionIDs) > 0:
		return slices.Contains(s.TransactionIDs, t.TransactionID)
	case s.AccountID != "" && t.Extra.AccountID != "":
		return s.AccountID == t.Extra.AccountID
	}
	return t.OriginalAmount() == s.Amount && t.PaymentType == s.PaymentType
}
