package midtrans

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// States of a pay account: pending becomes enabled or expired, enabled becomes
// disabled, and the last two are final.
const (
	AccountPending  = "PENDING"
	AccountEnabled  = "ENABLED"
	AccountExpired  = "EXPIRED"
	AccountDisabled = "DISABLED"
)

// VerificationLife is how long a link to the PIN page of a tokenized charge can
// be used.
const VerificationLife = 5 * time.Minute

// AccountRequest asks a wallet's owner to let the merchant charge it.
type AccountRequest struct {
	Phone       Phone
	RedirectURL string // where the owner's browser goes afterwards; "": the merchant's default
}

type rawAccountRequest struct {
	PaymentType string `json:"payment_type"`
	Partner     struct {
		Phone       string `json:"phone_number"`
		Country     string `json:"country_code"`
		RedirectURL string `json:"redirect_url,omitempty"`
	} `json:"gopay_partner"`
}

// MarshalJSON writes the body of POST /v2/pay/account.
func (r AccountRequest) MarshalJSON() ([]byte, error) {
	raw := rawAccountRequest{PaymentType: PaymentGoPay}
	raw.Partner.Phone, raw.Partner.Country, raw.Partner.RedirectURL = r.Phone.Number, r.Phone.Country, r.RedirectURL
	return json.Marshal(raw)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *AccountRequest) UnmarshalJSON(b []byte) error {
	var raw rawAccountRequest
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*r = AccountRequest{Phone: Phone{Country: raw.Partner.Country, Number: raw.Partner.Phone}, RedirectURL: raw.Partner.RedirectURL}
	return nil
}

// CreateAccount starts the linking of a wallet: the owner has to open the
// activation link of the Account, which is PENDING until then. No wallet with
// this number, or a blocked one, is an *APIError; ReasonOf says which. Idempotency
// keys do not work here: after an unknown outcome just create another, the one
// that nobody activates ends by itself.
func (c *Client) CreateAccount(ctx context.Context, r AccountRequest) (Account, error) {
	const op = "create account"
	if !r.Phone.valid() {
		return Account{}, unsent(op, "phone_number is not 9 to 12 digits without a leading 0, or country_code is not a country's")
	}
	if r.RedirectURL != "" && !linkable(r.RedirectURL) {
		return Account{}, unsent(op, "redirect_url is not a URL with a scheme")
	}
	body, err := encode(op, r)
	if err != nil {
		return Account{}, err
	}
	return c.account(ctx, call{op: op, method: http.MethodPost, path: "/v2/pay/account", person: true, body: body})
}

// Account asks for the state of a pay account and, while it is enabled, its
// payment options. Tokens and balances move: ask right before every charge
// (ChargeLinked does).
func (c *Client) Account(ctx context.Context, id string) (Account, error) {
	return c.aboutAccount(ctx, "account", http.MethodGet, id, "")
}

// Unbind unlinks a pay account. A 412 (IsNotModifiable) means that it was still
// pending; a refusal of the wallet's is an *APIError with its code.
func (c *Client) Unbind(ctx context.Context, id string) (Account, error) {
	return c.aboutAccount(ctx, "unbind", http.MethodPost, id, "/unbind")
}

func (c *Client) aboutAccount(ctx context.Context, op, method, id, verb string) (Account, error) {
	if err := checkID(op, id); err != nil {
		return Account{}, err
	}
	return c.account(ctx, call{op: op, method: method, path: "/v2/pay/account/" + url.PathEscape(id) + verb, id: id, person: true})
}

func (c *Client) account(ctx context.Context, q call) (Account, error) {
	return exchange(ctx, c, q, judgeAccount)
}

func (a Account) said() (int, string) { return a.StatusCode, a.Status }

// judgeAccount applies the package's table; 202 is the wallet's no.
func judgeAccount(q call, status int, body []byte) (Account, error) {
	code, r, err := verdict(q, status, body, 200, 201, 202, 204)
	if err != nil {
		return Account{}, err
	}
	var a Account
	if err := json.Unmarshal(body, &a); err != nil {
		return Account{}, &UnknownError{Op: q.op, Err: err}
	}
	states := []string{AccountPending, AccountEnabled, AccountExpired, AccountDisabled}
	switch {
	case code == 202 && (status == http.StatusAccepted || r.ChannelCode == "" || r.ChannelCode == channelTrouble):
		return Account{}, q.doubt("HTTP %d, status code 202, channel code %q: %s", status, string(r.ChannelCode), clip(string(r.ChannelMessage)))
	case code == 202:
		return Account{}, r.refused(code, status)
	case a.ID == "" || q.id != "" && a.ID != q.id:
		return Account{}, q.doubt("HTTP %d, status code %d: an answer about account %.60q", status, code, a.ID)
	case !slices.Contains(states, a.Status):
		return Account{}, q.doubt("HTTP %d, status code %d: account status %.60q", status, code, a.Status)
	case q.op == "unbind" && a.Status != AccountDisabled:
		return Account{}, q.doubt("HTTP %d, status code %d: unbound, yet %s", status, code, a.Status)
	}
	return a, nil
}

// linkable reports whether text is an absolute URL, of whichever scheme.
func linkable(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "") && printable(text)
}

// Account is a wallet that is, was or may become linked to the merchant.
type Account struct {
	ID          string
	Status      string // one of the Account... constants
	PaymentType string // gopay
	StatusCode  int    // of this answer
	StatusMsg   string
	Actions     []Action // how to activate a pending one

	ChannelResponseCode    string
	ChannelResponseMessage string

	Options  []PaymentOption // of an enabled one
	Metadata json.RawMessage // as sent, Options included
}

// Enabled reports whether the account can be charged.
func (a Account) Enabled() bool { return a.Status == AccountEnabled }

// Final reports whether nothing will become of the account any more.
func (a Account) Final() bool { return a.Status == AccountExpired || a.Status == AccountDisabled }

// ActivationURL is the page on which the owner links the wallet with a
// browser, "" when there is none. It can be opened once.
func (a Account) ActivationURL() string { return find(a.Actions, ActionActivateURL) }

// ActivationApp is the same for the phone that has the wallet's app.
func (a Account) ActivationApp() string {
	return find(a.Actions, ActionActivateApp, actionActivateOld)
}

// UnmarshalJSON reads an answer about an account.
func (a *Account) UnmarshalJSON(b []byte) error {
	var raw rawAccount
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	code, err := strconv.Atoi(string(raw.StatusCode))
	if err != nil && raw.StatusCode != "" {
		return err
	}
	*a = Account{
		ID: string(raw.ID), Status: strings.ToUpper(string(raw.Status)), PaymentType: string(raw.PaymentType),
		StatusCode: code, StatusMsg: string(raw.StatusMsg), Actions: raw.Actions, Metadata: raw.Metadata,
		ChannelResponseCode: string(raw.ChannelCode), ChannelResponseMessage: string(raw.ChannelMessage),
	}
	a.Options, err = paymentOptions(raw.Metadata)
	return err
}

// MarshalJSON writes the account as the provider does.
func (a Account) MarshalJSON() ([]byte, error) {
	return json.Marshal(rawAccount{
		StatusCode: codeText(a.StatusCode), StatusMsg: loose(a.StatusMsg), PaymentType: loose(a.PaymentType),
		ID: loose(a.ID), Status: loose(a.Status), Actions: a.Actions, Metadata: a.Metadata,
		ChannelCode: loose(a.ChannelResponseCode), ChannelMessage: loose(a.ChannelResponseMessage),
	})
}

type rawAccount struct {
	StatusCode     loose           `json:"status_code,omitempty"`
	StatusMsg      loose           `json:"status_message,omitempty"`
	PaymentType    loose           `json:"payment_type,omitempty"`
	ID             loose           `json:"account_id,omitempty"`
	Status         loose           `json:"account_status,omitempty"`
	ChannelCode    loose           `json:"channel_response_code,omitempty"`
	ChannelMessage loose           `json:"channel_response_message,omitempty"`
	Actions        []Action        `json:"actions,omitempty"`
	Metadata       json.RawMessage `json:"metadata,omitempty"`
}

// codeText writes a status code, 0 as nothing.
func codeText(code int) loose {
	if code == 0 {
		return ""
	}
	return loose(strconv.Itoa(code))
}
