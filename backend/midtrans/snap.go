package midtrans

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Limits of Snap.
const (
	MaxSnapExpiry = 7 * 24 * time.Hour // of a token
	snapTime      = TimeLayout + " -0700"
)

// SnapRequest asks for a page of the provider's on which a customer pays, and,
// with a User, links the wallet on the way. UserID, OrderID and GrossAmount are
// what it takes; the rest is left out when it is zero. The provider knows no
// transaction of the order (IsNotFound) until the customer has picked a way to
// pay.
type SnapRequest struct {
	OrderID     string
	GrossAmount int64 // rupiah, 1..MaxGoPay
	Items       []Item
	Customer    *Customer

	// EnabledPayments are the ways to pay the page shows; nil: all.
	EnabledPayments []string
	GoPay           *SnapGoPay
	UserID          UserID // whose wallet is linked: see DeriveUserID

	Expiry     *SnapExpiry // until when it can be paid
	PageExpiry *SnapExpiry // until when the page can be opened; nil: 24 hours
	FinishURL  string      // callbacks.finish
	ErrorURL   string      // callbacks.error
	// Fee switches a customer-imposed fee on or off; nil: as the merchant's
	// dashboard says. See Transaction.OriginalAmount.
	Fee          *bool
	Metadata     map[string]any
	CustomField1 string
	CustomField2 string
	CustomField3 string
}

// SnapGoPay are the extras of GoPay on a Snap page.
type SnapGoPay struct {
	Tokenization bool `json:"tokenization,omitempty"` // offer to link the wallet; needs a UserID
	// PhoneNumber and CountryCode lock the link to one wallet: the customer
	// cannot enter another number. Lock sets both.
	PhoneNumber string `json:"phone_number,omitempty"`
	CountryCode string `json:"country_code,omitempty"`
	// Enforce takes away the code and the deeplink from who will not link.
	Enforce        bool   `json:"enforce_tokenization,omitempty"`
	EnableCallback bool   `json:"enable_callback,omitempty"`
	CallbackURL    string `json:"callback_url,omitempty"`
}

// Lock makes the options that link the wallet of this number and no other.
func Lock(p Phone) *SnapGoPay {
	return &SnapGoPay{Tokenization: true, PhoneNumber: p.Number, CountryCode: p.Country}
}

// SnapExpiry is how long something can be used.
type SnapExpiry struct {
	Start    time.Time // zero: when the request comes; not for PageExpiry
	Duration int       // in Unit
	Unit     string    // minute, hour, day
}

type rawSnapExpiry struct {
	Start    string `json:"start_time,omitempty"`
	Duration int    `json:"duration"`
	Unit     string `json:"unit"`
}

// MarshalJSON writes the expiry as the provider wants it.
func (e SnapExpiry) MarshalJSON() ([]byte, error) {
	raw := rawSnapExpiry{Duration: e.Duration, Unit: e.Unit}
	if !e.Start.IsZero() {
		raw.Start = e.Start.In(Zone).Format(snapTime)
	}
	return json.Marshal(raw)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *SnapExpiry) UnmarshalJSON(b []byte) error {
	var raw rawSnapExpiry
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*e = SnapExpiry{Start: moment(loose(raw.Start)), Duration: raw.Duration, Unit: raw.Unit}
	return nil
}

func (e *SnapExpiry) valid() bool {
	if e == nil {
		return true
	}
	length, ok := CustomExpiry{Duration: e.Duration, Unit: strings.TrimSuffix(e.Unit, "s")}.Length()
	return ok && e.Unit != "second" && e.Unit != "seconds" && length >= MinExpiry && length <= MaxSnapExpiry
}

type snapCallbacks struct {
	Finish string `json:"finish,omitempty"`
	Error  string `json:"error,omitempty"`
}

type snapFee struct {
	Enable bool `json:"enable"`
}

type rawSnapRequest struct {
	Details struct {
		OrderID     string `json:"order_id"`
		GrossAmount int64  `json:"gross_amount"`
	} `json:"transaction_details"`
	Items           []Item         `json:"item_details,omitempty"`
	Customer        *Customer      `json:"customer_details,omitempty"`
	EnabledPayments []string       `json:"enabled_payments,omitempty"`
	GoPay           *SnapGoPay     `json:"gopay,omitempty"`
	UserID          string         `json:"user_id,omitempty"`
	Expiry          *SnapExpiry    `json:"expiry,omitempty"`
	PageExpiry      *SnapExpiry    `json:"page_expiry,omitempty"`
	Callbacks       *snapCallbacks `json:"callbacks,omitempty"`
	Fee             *snapFee       `json:"customer_imposed_payment_fee,omitempty"`
	Metadata        map[string]any `json:"metadata,omitempty"`
	Field1          string         `json:"custom_field1,omitempty"`
	Field2          string         `json:"custom_field2,omitempty"`
	Field3          string         `json:"custom_field3,omitempty"`
}

// MarshalJSON writes the body of POST /snap/v1/transactions.
func (r SnapRequest) MarshalJSON() ([]byte, error) {
	raw := rawSnapRequest{
		Items: r.Items, Customer: r.Customer, EnabledPayments: r.EnabledPayments, GoPay: r.GoPay, UserID: r.UserID.text,
		Expiry: r.Expiry, PageExpiry: r.PageExpiry, Metadata: r.Metadata,
		Field1: r.CustomField1, Field2: r.CustomField2, Field3: r.CustomField3,
	}
	raw.Details.OrderID, raw.Details.GrossAmount = r.OrderID, r.GrossAmount
	if r.FinishURL != "" || r.ErrorURL != "" {
		raw.Callbacks = &snapCallbacks{r.FinishURL, r.ErrorURL}
	}
	if r.Fee != nil {
		raw.Fee = &snapFee{*r.Fee}
	}
	return json.Marshal(raw)
}

// UnmarshalJSON reads what MarshalJSON writes, with whatever user id.
func (r *SnapRequest) UnmarshalJSON(b []byte) error {
	var raw rawSnapRequest
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*r = SnapRequest{
		OrderID: raw.Details.OrderID, GrossAmount: raw.Details.GrossAmount, Items: raw.Items, Customer: raw.Customer,
		EnabledPayments: raw.EnabledPayments, GoPay: raw.GoPay, UserID: UserID{raw.UserID},
		Expiry: raw.Expiry, PageExpiry: raw.PageExpiry, Metadata: raw.Metadata,
		CustomField1: raw.Field1, CustomField2: raw.Field2, CustomField3: raw.Field3,
	}
	if raw.Callbacks != nil {
		r.FinishURL, r.ErrorURL = raw.Callbacks.Finish, raw.Callbacks.Error
	}
	if raw.Fee != nil {
		r.Fee = &raw.Fee.Enable
	}
	return nil
}

func (r SnapRequest) check() []string {
	var problems []string
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	wrong(!ValidOrderID(r.OrderID) || dots(r.OrderID), "order_id %.60q is not 1 to %d letters, digits, - _ ~ .", r.OrderID, MaxOrderID)
	wrong(r.GrossAmount < 1 || r.GrossAmount > MaxGoPay, "gross_amount %d is not in 1..%d", r.GrossAmount, MaxGoPay)
	wrong(len(r.UserID.text) > MaxUserID, "user_id is longer than %d", MaxUserID)
	if g := r.GoPay; g != nil {
		phone := Phone{Country: g.CountryCode, Number: g.PhoneNumber}
		wrong((g.Tokenization || g.Enforce) && r.UserID == UserID{}, "gopay.tokenization without user_id")
		wrong(g.Enforce && !g.Tokenization, "gopay.enforce_tokenization without gopay.tokenization")
		wrong(phone != Phone{} && (!phone.valid() || !g.Tokenization), "gopay.phone_number and country_code are not a number to link")
		wrong(g.CallbackURL != "" && !linkable(g.CallbackURL), "gopay.callback_url is not a URL with a scheme")
	}
	wrong(!r.Expiry.valid(), "expiry is not in %v..%v", MinExpiry, MaxSnapExpiry)
	wrong(!r.PageExpiry.valid(), "page_expiry is not in %v..%v", MinExpiry, MaxSnapExpiry)
	wrong(slices.ContainsFunc([]string{r.FinishURL, r.ErrorURL}, func(u string) bool { return u != "" && !linkable(u) }), "callbacks are not URLs with a scheme")
	wrong(slices.ContainsFunc([]string{r.CustomField1, r.CustomField2, r.CustomField3}, func(s string) bool { return len(s) > 255 }), "a custom_field is longer than 255")
	return append(problems, checkItems(r.Items, r.GrossAmount)...)
}

// SnapToken is a page that was made for one order.
type SnapToken struct {
	Token       string `json:"token"`        // 36 characters
	RedirectURL string `json:"redirect_url"` // the page
}

func (SnapToken) said() (int, string) { return http.StatusCreated, "token" }

// Snap makes the page. An order id that was paid already is IsDuplicate. The
// notifications that follow are those of any transaction; after a link the
// first settlement names the account in Extra.AccountID.
func (c *Client) Snap(ctx context.Context, r SnapRequest) (SnapToken, error) {
	const op = "snap"
	if problems := r.check(); len(problems) > 0 {
		return SnapToken{}, unsent(op, problems...)
	}
	body, err := encode(op, r)
	if err != nil {
		return SnapToken{}, err
	}
	q := call{op: op, method: http.MethodPost, app: true, path: "/snap/v1/transactions", id: r.OrderID, person: true, body: body, header: http.Header{}}
	if c.notify != "" {
		q.header.Set("X-Override-Notification", c.notify)
	}
	return exchange(ctx, c, q, judgeSnap)
}

func judgeSnap(q call, status int, body []byte) (SnapToken, error) {
	if err := plain(q, status, body); err != nil {
		return SnapToken{}, snapCode(err)
	}
	var got SnapToken
	if err := json.Unmarshal(body, &got); err != nil {
		return SnapToken{}, &UnknownError{Op: q.op, Err: err}
	}
	if got.Token == "" || !webURL(got.RedirectURL) {
		return SnapToken{}, q.doubt("HTTP %d without a token and a page", status)
	}
	return got, nil
}
