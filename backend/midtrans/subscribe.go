package midtrans

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// MaxSubscriptionName bounds a subscription's name. One page says 40, the page
// about updates 15; with 15 every update works, and the order ids the provider
// makes of the name and 32 digits stay within MaxOrderID.
const MaxSubscriptionName = 15

// maxSubscriptionMetadata is the documents' "less than 1 kB".
const maxSubscriptionMetadata = 1000

// SubscriptionRequest asks the provider to charge a linked wallet by itself.
// Name, Amount, AccountID and Schedule are required. The merchant must be
// enabled for recurring charges without a PIN.
type SubscriptionRequest struct {
	Name      string // letters, digits, - _ ~ ., at most MaxSubscriptionName
	Amount    int64  // rupiah, 1..MaxGoPay, of every charge
	AccountID string // the linked pay account
	// Token is the payment option's: of Account.Option at this moment.
	// SubscribeLinked finds it.
	Token    string
	Schedule Schedule
	Retry    *Retry // nil: as the provider likes

	Customer *Customer      // not for updates
	Metadata map[string]any // less than 1 kB as JSON; not for updates

	// IdempotencyKey makes a repeated creation return the first one's answer,
	// for three minutes. At most MaxIdempotencyKey characters; not for updates.
	IdempotencyKey string
}

type rawSubscriptionRequest struct {
	Name        string           `json:"name"`
	Amount      loose            `json:"amount"`
	Currency    string           `json:"currency"`
	PaymentType string           `json:"payment_type,omitempty"`
	Token       string           `json:"token"`
	Schedule    rawSchedule      `json:"schedule"`
	Retry       *Retry           `json:"retry_schedule,omitempty"`
	Metadata    map[string]any   `json:"metadata,omitempty"`
	Customer    *Customer        `json:"customer_details,omitempty"`
	GoPay       *subscribedGoPay `json:"gopay"`
}

func (r SubscriptionRequest) raw() rawSubscriptionRequest {
	return rawSubscriptionRequest{
		Name: r.Name, Amount: wholeText(r.Amount), Currency: "IDR", PaymentType: PaymentGoPay, Token: r.Token,
		Schedule: r.Schedule.request(), Retry: r.Retry, Metadata: r.Metadata, Customer: r.Customer,
		GoPay: &subscribedGoPay{r.AccountID},
	}
}

// MarshalJSON writes the body of POST /v1/subscriptions.
func (r SubscriptionRequest) MarshalJSON() ([]byte, error) { return json.Marshal(r.raw()) }

func (r SubscriptionRequest) check() []string {
	var problems []string
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	wrong(!ValidOrderID(r.Name) || len(r.Name) > MaxSubscriptionName, "name %.60q is not 1 to %d letters, digits, - _ ~ .", r.Name, MaxSubscriptionName)
	wrong(r.Amount < 1 || r.Amount > MaxGoPay, "amount %d is not in 1..%d", r.Amount, MaxGoPay)
	wrong(r.AccountID == "" || len(r.AccountID) > 255 || !printable(r.AccountID), "gopay.account_id is not one")
	wrong(!printable(r.Token), "token has characters that none has")
	wrong(len(r.IdempotencyKey) > MaxIdempotencyKey || !printable(r.IdempotencyKey), "Idempotency-Key is not 0 to %d characters of a header", MaxIdempotencyKey)
	if r.Metadata != nil {
		text, err := json.Marshal(r.Metadata)
		wrong(err != nil, "metadata is not JSON: %v", err)
		wrong(len(text) >= maxSubscriptionMetadata, "metadata has %d bytes, less than %d are taken", len(text), maxSubscriptionMetadata)
	}
	return append(append(problems, r.Schedule.check()...), r.Retry.check()...)
}

// Subscribe makes a subscription with the token in r. What becomes of it is told
// to the merchant's recurring notification URL, a setting of the dashboard: see
// ParseRecurring. After an unknown outcome that was not Answered repeat it with
// the same IdempotencyKey within three minutes; any other repetition could be a
// second subscription, since names may be used twice.
func (c *Client) Subscribe(ctx context.Context, r SubscriptionRequest) (Subscription, error) {
	const op = "subscribe"
	problems := r.check()
	if r.Token == "" {
		problems = append(problems, "token is missing: see SubscribeLinked")
	}
	if len(problems) > 0 {
		return Subscription{}, unsent(op, problems...)
	}
	body, err := encode(op, r)
	if err != nil {
		return Subscription{}, err
	}
	q := call{op: op, method: http.MethodPost, path: "/v1/subscriptions", body: body, header: http.Header{}}
	if r.IdempotencyKey != "" {
		q.header.Set("Idempotency-Key", r.IdempotencyKey)
	}
	return exchange(ctx, c, q, func(q call, status int, body []byte) (Subscription, error) {
		got, err := judgeSubscription(q, status, body)
		if err == nil && (got.Name != r.Name || got.Amount != Amount(r.Amount) || got.AccountID != "" && got.AccountID != r.AccountID) {
			return Subscription{}, q.doubt("HTTP %d: an answer about subscription %.60q", status, got.Name)
		}
		return got, err
	})
}

// SubscribeLinked reads the pay account and makes a subscription with the token
// that the payment option ("" is OptionWallet) has at this moment. When the
// account cannot be charged or read, nothing was sent: an *APIError whose
// ReasonOf is ReasonNotLinked or ReasonTryLater.
func (c *Client) SubscribeLinked(ctx context.Context, r SubscriptionRequest, option string) (Subscription, error) {
	if problems := r.check(); len(problems) > 0 {
		return Subscription{}, unsent("subscribe", problems...)
	}
	purse, err := c.purse(ctx, "subscribe", r.AccountID, option)
	if err != nil {
		return Subscription{}, err
	}
	r.Token = purse.Token
	return c.Subscribe(ctx, r)
}

// Subscription asks what became of one.
func (c *Client) Subscription(ctx context.Context, id string) (Subscription, error) {
	const op = "subscription"
	if err := checkID(op, id); err != nil {
		return Subscription{}, err
	}
	q := call{op: op, method: http.MethodGet, path: "/v1/subscriptions/" + url.PathEscape(id), id: id}
	return exchange(ctx, c, q, judgeSubscription)
}

// judgeSubscription makes a subscription of an answer.
func judgeSubscription(q call, status int, body []byte) (Subscription, error) {
	if err := plain(q, status, body); err != nil {
		return Subscription{}, err
	}
	var got Subscription
	if err := json.Unmarshal(body, &got); err != nil {
		return Subscription{}, &UnknownError{Op: q.op, Err: err}
	}
	switch {
	case checkID(q.op, got.ID) != nil || q.id != "" && got.ID != q.id: // what cannot be asked about is none
		return Subscription{}, q.doubt("HTTP %d: an answer about subscription %.60q", status, got.ID)
	case got.Status != SubscriptionActive && got.Status != SubscriptionInactive:
		return Subscription{}, q.doubt("HTTP %d: subscription status %.60q", status, got.Status)
	}
	return got, nil
}
