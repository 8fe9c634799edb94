package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"kasir/backend/midtrans"
)

// document is what the provider writes about a transaction. What is empty is
// left out, never null.
type document struct {
	StatusCode        string            `json:"status_code"`
	StatusMessage     string            `json:"status_message"`
	TransactionID     string            `json:"transaction_id,omitempty"`
	OrderID           string            `json:"order_id,omitempty"`
	MerchantID        string            `json:"merchant_id,omitempty"`
	GrossAmount       string            `json:"gross_amount,omitempty"`
	Currency          string            `json:"currency,omitempty"`
	PaymentType       string            `json:"payment_type,omitempty"`
	TransactionTime   string            `json:"transaction_time,omitempty"`
	TransactionStatus string            `json:"transaction_status,omitempty"`
	FraudStatus       string            `json:"fraud_status,omitempty"`
	Actions           []midtrans.Action `json:"actions,omitempty"`
	ChannelCode       string            `json:"channel_response_code,omitempty"`
	ChannelText       string            `json:"channel_response_message,omitempty"`
	Acquirer          string            `json:"acquirer,omitempty"`
	Issuer            string            `json:"issuer,omitempty"`
	TransactionType   string            `json:"transaction_type,omitempty"`
	PaymentOptionType string            `json:"payment_option_type,omitempty"`
	CrossReferenceID  string            `json:"merchant_cross_reference_id,omitempty"`
	QRString          string            `json:"qr_string,omitempty"`
	SettlementTime    string            `json:"settlement_time,omitempty"`
	ExpiryTime        string            `json:"expiry_time,omitempty"`
	Metadata          json.RawMessage   `json:"metadata,omitempty"`
	CustomField1      string            `json:"custom_field1,omitempty"`
	CustomField2      string            `json:"custom_field2,omitempty"`
	CustomField3      string            `json:"custom_field3,omitempty"`
	SignatureKey      string            `json:"signature_key,omitempty"`

	RefundAmount string            `json:"refund_amount,omitempty"` // of all refunds, but of the one in an answer to it
	Refunds      []midtrans.Refund `json:"refunds,omitempty"`
	RefundNumber int64             `json:"refund_chargeback_id,omitempty"`
	RefundUUID   string            `json:"refund_chargeback_uuid,omitempty"`
	RefundKey    string            `json:"refund_key,omitempty"`
}

// document says what every answer and notification says about t; the code, the
// message and the signature are the caller's.
func (s *Sandbox) document(t transaction) document {
	d := document{
		TransactionID: t.TransactionID, OrderID: t.OrderID, MerchantID: s.merchant.id,
		GrossAmount: midtrans.Amount(t.Gross).String(), Currency: "IDR", PaymentType: t.PaymentType,
		TransactionTime: midtrans.FormatTime(t.Created), TransactionStatus: t.Status, FraudStatus: "accept",
		ChannelCode: t.ChannelCode, ChannelText: t.ChannelText,
		Acquirer: t.Acquirer, Issuer: t.Issuer, TransactionType: t.Side, PaymentOptionType: t.Wallet,
		ExpiryTime: midtrans.FormatTime(t.Expires), Metadata: t.paidMetadata(),
		CustomField1: t.Fields[0], CustomField2: t.Fields[1], CustomField3: t.Fields[2],
		Refunds: t.written(time.Now()),
	}
	if len(t.Refunds) > 0 {
		d.RefundAmount = midtrans.Amount(t.refunded()).String()
	}
	if !t.Settled.IsZero() {
		d.SettlementTime = midtrans.FormatTime(t.Settled)
	}
	return d
}

// paidMetadata is the merchant's metadata, with the fee in it when the payer
// was charged one.
func (t transaction) paidMetadata() json.RawMessage {
	if t.Fee == 0 {
		return t.Metadata
	}
	return t.extra(map[string]any{"gross_amount_info": map[string]string{
		"original_amount":              strconv.FormatInt(t.Gross-t.Fee, 10),
		"gross_amount":                 strconv.FormatInt(t.Gross, 10),
		"customer_imposed_payment_fee": strconv.FormatInt(t.Fee, 10),
	}})
}

// reply is an answer of the API before it is written.
type reply struct {
	http int
	code int    // the body's status_code
	mime string // "": JSON
	body []byte
}

func (r reply) contentType() string {
	if r.mime == "" {
		return "application/json"
	}
	return r.mime
}

// success reports whether an Idempotency-Key remembers the answer.
func (r reply) success() bool { return r.code == 200 || r.code == 201 || r.code == 407 }

func answer(d document) reply {
	code, _ := strconv.Atoi(d.StatusCode) // ours
	body, _ := json.Marshal(d)            // strings and valid metadata only
	return reply{http: http.StatusOK, code: code, body: body}
}

// say is an answer in the words of v.
func say(http, code int, v any) reply {
	body, _ := json.Marshal(v) // our own plain structs
	return reply{http: http, code: code, body: body}
}

// refusals are the provider's sentences for its codes, and the HTTP status
// each travels with: most errors come inside HTTP 200.
var refusals = map[int]struct {
	http int
	text string
}{
	400: {http.StatusBadRequest, "One or more parameters in the payload is invalid."},
	401: {http.StatusUnauthorized, "Transaction cannot be authorized with the current client/server key."},
	402: {http.StatusOK, "Payment channel is not activated."},
	404: {http.StatusOK, "Transaction doesn't exist."},
	405: {http.StatusMethodNotAllowed, "HTTP method is not allowed."},
	406: {http.StatusOK, "The request could not be completed due to a conflict with the current state of the target resource, please try again"},
	410: {http.StatusOK, "GoPay user is blocked"},
	412: {http.StatusOK, "Transaction status cannot be updated."},
	414: {http.StatusOK, "Refund request is rejected due to invalid amount"},
	413: {http.StatusOK, "The request cannot be processed due to malformed syntax in the request body"},
	429: {http.StatusTooManyRequests, "API rate limit exceeded"},
	500: {http.StatusOK, "Sorry. Our system is recovering from unexpected issues. Please retry."},
	503: {http.StatusOK, "Sorry. The bank/payment partner is experiencing some connection issues. Please retry later."},
}

// refuseAs is refuse in the way of the API that op belongs to: Snap and the
// subscriptions have real HTTP statuses and no code in the body.
func refuseAs(op, id string, code int) reply {
	r := refuse(id, code)
	text := refusals[code].text
	switch op {
	case OpSnap, OpUser:
		if code == 401 {
			return snapRefuse(code, "Access denied due to unauthorized transaction, please check client or server key",
				"Visit https://snap-docs.midtrans.com/#request-headers for more details")
		}
		if code == 500 {
			text = "Sorry, we encountered internal server error. We will fix this soon."
		}
		return snapRefuse(code, text)
	case OpSubscription:
		if code == 500 {
			text = "Sorry, Our system is recovering from unexpected issues. Please retry."
		}
		return subscriptionSays(code, text)
	}
	return r
}

// refuse is an answer that nothing was done; id names the request.
func refuse(id string, code int, validation ...string) reply {
	r := refusals[code]
	body, _ := json.Marshal(struct { // strings only
		StatusCode    string   `json:"status_code"`
		StatusMessage string   `json:"status_message"`
		Validation    []string `json:"validation_messages,omitempty"`
		ID            string   `json:"id,omitempty"`
	}{strconv.Itoa(code), r.text, validation, id})
	return reply{http: r.http, code: code, body: body}
}
