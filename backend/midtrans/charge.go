package midtrans

import (
	"context"
	"net/http"
	"time"
)

// Payment types this client can charge.
const (
	PaymentQRIS  = "qris"
	PaymentGoPay = "gopay"
)

// Limits of a charge, from the provider's documents.
const (
	MaxOrderID        = 50         // characters: letters, digits, - _ ~ .
	MaxQRIS           = 10_000_000 // rupiah per QRIS payment
	MaxGoPay          = 20_000_000 // rupiah per GoPay payment of a verified user
	MaxIdempotencyKey = 36         // the documents say 46 and 36, and longer keys are silently ignored
	MinExpiry         = 20 * time.Second
	MaxExpiry         = 7 * 24 * time.Hour // longer ones are trimmed or refused, depending on the page
	DefaultExpiry     = 15 * time.Minute   // when the charge does not say
)

// ChargeRequest asks for a payment. PaymentType, OrderID and GrossAmount are
// required; the rest is left out of the request when it is zero.
type ChargeRequest struct {
	PaymentType string // PaymentQRIS or PaymentGoPay
	OrderID     string // ours: unique while pending or paid
	GrossAmount int64  // rupiah, 1..MaxQRIS or MaxGoPay
	Acquirer    string // QRIS only: gopay (the provider's default) or "airpay shopee"

	CustomExpiry *CustomExpiry // nil: DefaultExpiry
	Items        []Item        // when given, must add up to GrossAmount
	Customer     *Customer
	GoPay        *GoPayOptions // PaymentGoPay only
	Metadata     map[string]any
	CustomField1 string
	CustomField2 string
	CustomField3 string

	// IdempotencyKey makes a repeated charge return the first one's answer for
	// five minutes. It is remembered across all endpoints, so it must not be
	// used for anything else, and only successes are remembered. At most
	// MaxIdempotencyKey characters. The standard library may repeat a request
	// that carries one on a fresh connection, which is what it is for.
	IdempotencyKey string
}

// Item is a line of the sale. Price times Quantity over all lines must be the
// gross amount; a discount is a line with a negative price.
type Item struct {
	ID       string `json:"id,omitempty"`
	Price    int64  `json:"price"`    // rupiah, may be negative
	Quantity int64  `json:"quantity"` // 1 or more
	Name     string `json:"name"`     // at most 50 characters
	Brand    string `json:"brand,omitempty"`
	Category string `json:"category,omitempty"`
	Merchant string `json:"merchant_name,omitempty"`
	URL      string `json:"url,omitempty"`
}

// Customer is who pays, for the provider's reports.
type Customer struct {
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Email     string   `json:"email,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	Billing   *Address `json:"billing_address,omitempty"`
	Shipping  *Address `json:"shipping_address,omitempty"`
}

// Address belongs to a Customer.
type Address struct {
	FirstName   string `json:"first_name,omitempty"`
	LastName    string `json:"last_name,omitempty"`
	Phone       string `json:"phone,omitempty"`
	Address     string `json:"address,omitempty"`
	City        string `json:"city,omitempty"`
	PostalCode  string `json:"postal_code,omitempty"`
	CountryCode string `json:"country_code,omitempty"` // IDN
}

// GoPayOptions are the extras of a GoPay charge: the way back from the wallet
// of a phone's browser or app, and the linked account to charge.
type GoPayOptions struct {
	EnableCallback bool   `json:"enable_callback,omitempty"`
	CallbackURL    string `json:"callback_url,omitempty"` // http, https or an app's own scheme

	// AccountID and PaymentOptionToken charge a linked wallet without a code
	// to scan. ChargeLinked finds the token.
	AccountID          string   `json:"account_id,omitempty"`
	PaymentOptionToken string   `json:"payment_option_token,omitempty"`
	PromotionIDs       []string `json:"promotion_ids,omitempty"` // of Promotions
	Recurring          bool     `json:"recurring,omitempty"`
}

// CustomExpiry is how long the payment may be made, MinExpiry to MaxExpiry.
// Below DefaultExpiry the provider's scheduler is not reliable: whoever asks
// for less ends the transaction with Expire, too.
type CustomExpiry struct {
	OrderTime time.Time // zero, the better choice: the clock starts when the provider has the charge
	Duration  int       // in Unit
	Unit      string    // second, minute, hour, day
}

// ExpireIn is d as a CustomExpiry, in the largest unit that divides it; parts
// of a second are dropped.
func ExpireIn(d time.Duration) *CustomExpiry {
	for _, u := range units {
		if d >= u.length && d%u.length == 0 {
			return &CustomExpiry{Duration: int(d / u.length), Unit: u.name}
		}
	}
	return &CustomExpiry{Duration: int(d / time.Second), Unit: "second"}
}

// Length is the expiry as a duration, at most ten years; false when the unit is
// not one.
func (e CustomExpiry) Length() (time.Duration, bool) {
	const most = 10 * 365 * 24 * time.Hour
	for _, u := range units {
		if e.Unit == u.name {
			return time.Duration(min(e.Duration, int(most/u.length))) * u.length, true
		}
	}
	return 0, false
}

var units = []struct {
	name   string
	length time.Duration
}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}

// Charge makes a transaction that can be paid. A Transaction with Status
// "deny" is an answer, not an error.
func (c *Client) Charge(ctx context.Context, r ChargeRequest) (Transaction, error) {
	if problems := r.check(); len(problems) > 0 {
		return Transaction{}, unsent("charge", problems...)
	}
	if r.GoPay != nil && r.GoPay.AccountID != "" && r.GoPay.PaymentOptionToken == "" {
		return Transaction{}, unsent("charge", "gopay.account_id without gopay.payment_option_token: see ChargeLinked")
	}
	body, err := encode("charge", r)
	if err != nil {
		return Transaction{}, err
	}
	q := call{op: "charge", method: http.MethodPost, path: "/v2/charge", id: r.OrderID, body: body, header: http.Header{}}
	if r.IdempotencyKey != "" {
		q.header.Set("Idempotency-Key", r.IdempotencyKey)
	}
	if c.notify != "" {
		q.header.Set("X-Override-Notification", c.notify)
	}
	return c.do(ctx, q)
}
