package midtrans

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Transaction states, as Transaction.Status holds them.
const (
	StatusPending       = "pending"
	StatusAuthorize     = "authorize"
	StatusCapture       = "capture"
	StatusSettlement    = "settlement"
	StatusDeny          = "deny"
	StatusCancel        = "cancel"
	StatusExpire        = "expire"
	StatusFailure       = "failure"
	StatusRefund        = "refund"
	StatusPartialRefund = "partial_refund"
)

// Transaction is what the provider says of one payment, in a response or in a
// notification. Fields that a document does not carry are zero: which ones it
// carries differs by endpoint, payment type and year.
type Transaction struct {
	TransactionID string // opaque; usually a UUID, sometimes 28 characters
	OrderID       string // ours
	MerchantID    string
	GrossAmount   Amount // rupiah; with a customer-imposed fee it includes the fee
	Currency      string // "IDR"
	PaymentType   string // a gopay charge paid by scanning turns into "qris"
	Status        string // transaction_status in lower case: one of the Status... constants
	FraudStatus   string // lower case: accept, deny, challenge, or empty
	StatusCode    int    // of this answer or notification, not of the payment
	StatusMessage string

	QRString string   // EMVCo text of the code to show; not in every answer
	Actions  []Action // what can be done next, in the provider's order

	Acquirer          string // gopay, airpay shopee
	Issuer            string // whose app paid
	TransactionType   string // on-us, off-us
	PaymentOptionType string // GOPAY_WALLET, PAY_LATER, ...
	CrossReferenceID  string // merchant_cross_reference_id

	ChannelResponseCode    string // the wallet's own code; "900" is a passing trouble
	ChannelResponseMessage string

	TransactionTime time.Time // in Zone; zero when absent or unreadable, like all times here
	ExpiryTime      time.Time
	SettlementTime  time.Time

	Metadata     json.RawMessage // as sent
	Extra        ExtraInfo       // the parts of metadata that the provider adds
	CustomField1 string
	CustomField2 string
	CustomField3 string

	RefundAmount Amount // cumulative
	Refunds      []Refund
}

// Paid reports whether this document says that the money came: status code
// 200, settlement or capture, and fraud detection content or silent. Whether it
// is the right amount is for the caller to compare, with OriginalAmount.
func (t Transaction) Paid() bool {
	settled := t.Status == StatusSettlement || t.Status == StatusCapture
	return t.StatusCode == 200 && settled && (t.FraudStatus == "" || t.FraudStatus == "accept")
}

// Retriable reports whether a deny came from a passing trouble of the wallet
// (channel code 900) rather than from a decision.
func (t Transaction) Retriable() bool { return t.ChannelResponseCode == channelTrouble }

// channelTrouble is the wallet's GENERIC_SERVICE_ERROR: intermittent.
const channelTrouble = "900"

// rawTransaction is the document as it is written; every scalar may come as a
// string or as a number.
type rawTransaction struct {
	TransactionID          loose           `json:"transaction_id,omitempty"`
	OrderID                loose           `json:"order_id,omitempty"`
	MerchantID             loose           `json:"merchant_id,omitempty"`
	GrossAmount            loose           `json:"gross_amount,omitempty"`
	Currency               loose           `json:"currency,omitempty"`
	PaymentType            loose           `json:"payment_type,omitempty"`
	TransactionStatus      loose           `json:"transaction_status,omitempty"`
	FraudStatus            loose           `json:"fraud_status,omitempty"`
	StatusCode             loose           `json:"status_code,omitempty"`
	StatusMessage          loose           `json:"status_message,omitempty"`
	SignatureKey           loose           `json:"signature_key,omitempty"`
	QRString               loose           `json:"qr_string,omitempty"`
	Actions                []Action        `json:"actions,omitempty"`
	Acquirer               loose           `json:"acquirer,omitempty"`
	Issuer                 loose           `json:"issuer,omitempty"`
	TransactionType        loose           `json:"transaction_type,omitempty"`
	PaymentOptionType      loose           `json:"payment_option_type,omitempty"`
	CrossReferenceID       loose           `json:"merchant_cross_reference_id,omitempty"`
	ChannelResponseCode    loose           `json:"channel_response_code,omitempty"`
	ChannelResponseMessage loose           `json:"channel_response_message,omitempty"`
	TransactionTime        loose           `json:"transaction_time,omitempty"`
	ExpiryTime             loose           `json:"expiry_time,omitempty"`
	ExpireTime             loose           `json:"expire_time,omitempty"` // one published example spells it so
	SettlementTime         loose           `json:"settlement_time,omitempty"`
	Metadata               json.RawMessage `json:"metadata,omitempty"`
	CustomField1           loose           `json:"custom_field1,omitempty"`
	CustomField2           loose           `json:"custom_field2,omitempty"`
	CustomField3           loose           `json:"custom_field3,omitempty"`
	RefundAmount           loose           `json:"refund_amount,omitempty"`
	Refunds                []rawRefund     `json:"refunds,omitempty"`
}

// UnmarshalJSON reads a response or a notification. Unknown fields are passed
// over; a sum that is not whole rupiah, or a status code that is not a number,
// is an error.
func (t *Transaction) UnmarshalJSON(b []byte) error {
	got, err := readTransaction(b)
	if err == nil {
		*t = got
	}
	return err
}

func readTransaction(b []byte) (t Transaction, err error) {
	var raw rawTransaction
	if err = json.Unmarshal(b, &raw); err == nil {
		t, err = raw.transaction()
	}
	if err != nil {
		return Transaction{}, fmt.Errorf("read transaction: %w", err)
	}
	return t, nil
}

func (raw *rawTransaction) transaction() (Transaction, error) {
	t := Transaction{
		TransactionID: string(raw.TransactionID), OrderID: string(raw.OrderID), MerchantID: string(raw.MerchantID),
		Currency: string(raw.Currency), PaymentType: string(raw.PaymentType),
		Status: strings.ToLower(string(raw.TransactionStatus)), FraudStatus: strings.ToLower(string(raw.FraudStatus)),
		StatusMessage: string(raw.StatusMessage), QRString: string(raw.QRString), Actions: raw.Actions,
		Acquirer: string(raw.Acquirer), Issuer: string(raw.Issuer), TransactionType: string(raw.TransactionType),
		PaymentOptionType: string(raw.PaymentOptionType), CrossReferenceID: string(raw.CrossReferenceID),
		ChannelResponseCode: string(raw.ChannelResponseCode), ChannelResponseMessage: string(raw.ChannelResponseMessage),
		TransactionTime: moment(raw.TransactionTime), ExpiryTime: moment(raw.ExpiryTime, raw.ExpireTime),
		SettlementTime: moment(raw.SettlementTime), Metadata: raw.Metadata, Extra: readExtra(raw.Metadata),
		CustomField1: string(raw.CustomField1), CustomField2: string(raw.CustomField2), CustomField3: string(raw.CustomField3),
	}
	var err error
	if raw.StatusCode != "" {
		if t.StatusCode, err = strconv.Atoi(string(raw.StatusCode)); err != nil {
			return Transaction{}, fmt.Errorf("status code: %w", err)
		}
	}
	if t.GrossAmount, err = amountOf(raw.GrossAmount); err != nil {
		return Transaction{}, err
	}
	if t.RefundAmount, err = amountOf(raw.RefundAmount); err != nil {
		return Transaction{}, err
	}
	t.Refunds, err = refunds(raw.Refunds)
	return t, err
}

func amountOf(text loose) (Amount, error) {
	if text == "" {
		return 0, nil
	}
	return ParseAmount(string(text))
}
