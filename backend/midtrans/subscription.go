package midtrans

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// States of a subscription. An inactive one was disabled, cancelled, has had
// all its charges, or has failed too often.
const (
	SubscriptionActive   = "active"
	SubscriptionInactive = "inactive"
)

// Subscription is a linked wallet that the provider charges by itself, as the
// provider last described it.
type Subscription struct {
	ID          string
	Name        string // beginning of the order ids of its charges
	Amount      Amount // rupiah of every charge
	Currency    string // IDR
	PaymentType string // gopay
	Status      string // SubscriptionActive, SubscriptionInactive; lower case
	Token       string // of the payment option: never log it
	AccountID   string // the pay account; older answers leave it out
	MerchantID  string
	CreatedAt   time.Time
	Schedule    Schedule
	Retry       *Retry // nil: not said
	Customer    *Customer
	Metadata    json.RawMessage
	// TransactionIDs are the charges so far; not in every answer.
	TransactionIDs []string
}

// Active reports whether the provider will charge again.
func (s Subscription) Active() bool { return s.Status == SubscriptionActive }

// String names the subscription without its token and its customer.
func (s Subscription) String() string {
	return fmt.Sprintf("subscription %s (%s, %s)", s.ID, s.Name, s.Status)
}

// GoString is String, so that no verb prints the token.
func (s Subscription) GoString() string { return s.String() }

func (s Subscription) said() (int, string) { return http.StatusOK, s.Status }

type rawSubscription struct {
	ID             loose            `json:"id,omitempty"`
	Name           loose            `json:"name,omitempty"`
	Amount         loose            `json:"amount,omitempty"`
	Currency       loose            `json:"currency,omitempty"`
	CreatedAt      loose            `json:"created_at,omitempty"`
	Schedule       Schedule         `json:"schedule"`
	Retry          *Retry           `json:"retry_schedule,omitempty"`
	Status         loose            `json:"status,omitempty"`
	Token          loose            `json:"token,omitempty"`
	PaymentType    loose            `json:"payment_type,omitempty"`
	MerchantID     loose            `json:"merchant_id,omitempty"`
	TransactionIDs []string         `json:"transaction_ids,omitempty"`
	Transactions   sentence         `json:"transaction_id,omitempty"` // where the official Go SDK looks for the list
	Metadata       json.RawMessage  `json:"metadata,omitempty"`
	Customer       *Customer        `json:"customer_details,omitempty"`
	GoPay          *subscribedGoPay `json:"gopay,omitempty"`
}

type subscribedGoPay struct {
	AccountID string `json:"account_id"`
}

// UnmarshalJSON reads the subscription's object. Unknown fields are passed
// over; an amount that is not whole rupiah is an error.
func (s *Subscription) UnmarshalJSON(b []byte) error {
	var raw rawSubscription
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("read subscription: %w", err)
	}
	amount, err := amountOf(raw.Amount)
	if err != nil {
		return fmt.Errorf("read subscription: %w", err)
	}
	*s = Subscription{
		ID: string(raw.ID), Name: string(raw.Name), Amount: amount, Currency: string(raw.Currency),
		PaymentType: string(raw.PaymentType), Status: strings.ToLower(string(raw.Status)), Token: string(raw.Token),
		MerchantID: string(raw.MerchantID), CreatedAt: moment(raw.CreatedAt), Schedule: raw.Schedule, Retry: raw.Retry,
		Customer: raw.Customer, Metadata: raw.Metadata, TransactionIDs: raw.TransactionIDs,
	}
	if s.TransactionIDs == nil {
		s.TransactionIDs = raw.Transactions
	}
	if raw.GoPay != nil {
		s.AccountID = raw.GoPay.AccountID
	}
	return nil
}

// MarshalJSON writes the subscription as the provider does.
func (s Subscription) MarshalJSON() ([]byte, error) {
	raw := rawSubscription{
		ID: loose(s.ID), Name: loose(s.Name), Amount: wholeText(int64(s.Amount)), Currency: loose(s.Currency),
		CreatedAt: isoText(s.CreatedAt), Schedule: s.Schedule, Retry: s.Retry, Status: loose(s.Status), Token: loose(s.Token),
		PaymentType: loose(s.PaymentType), MerchantID: loose(s.MerchantID), TransactionIDs: s.TransactionIDs,
		Metadata: s.Metadata, Customer: s.Customer,
	}
	if s.AccountID != "" {
		raw.GoPay = &subscribedGoPay{s.AccountID}
	}
	return json.Marshal(raw)
}

// wholeText writes a sum as subscriptions do: in whole rupiah, as a string.
func wholeText(n int64) loose { return loose(strconv.FormatInt(n, 10)) }
