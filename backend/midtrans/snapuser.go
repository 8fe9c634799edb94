package midtrans

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// SnapUser is a wallet that a customer linked on a Snap page. Fields that an
// answer does not carry are "": an unlinking tells little.
type SnapUser struct {
	UserID        string // UserID.String of the customer
	AccountID     string // the pay account, for Client.Account and subscriptions
	AccountStatus string // AccountEnabled, AccountDisabled
	Balance       string // as sent, "8000000.00"; see Rupiah
	PhoneNumber   string // masked or whole, as the provider likes; show MaskPhone of it
	CountryCode   string
}

type rawSnapUser struct {
	UserID      loose `json:"user_id,omitempty"`
	Status      loose `json:"account_status,omitempty"`
	Balance     loose `json:"balance,omitempty"`
	PhoneNumber loose `json:"phone_number,omitempty"`
	CountryCode loose `json:"country_code,omitempty"`
	AccountID   loose `json:"account_id,omitempty"`
}

// UnmarshalJSON reads an answer about a customer's wallet.
func (u *SnapUser) UnmarshalJSON(b []byte) error {
	var raw rawSnapUser
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*u = SnapUser{
		UserID: string(raw.UserID), AccountID: string(raw.AccountID), AccountStatus: strings.ToUpper(string(raw.Status)),
		Balance: string(raw.Balance), PhoneNumber: string(raw.PhoneNumber), CountryCode: string(raw.CountryCode),
	}
	return nil
}

// MarshalJSON writes the answer as the provider does.
func (u SnapUser) MarshalJSON() ([]byte, error) {
	return json.Marshal(rawSnapUser{
		UserID: loose(u.UserID), Status: loose(u.AccountStatus), Balance: loose(u.Balance),
		PhoneNumber: loose(u.PhoneNumber), CountryCode: loose(u.CountryCode), AccountID: loose(u.AccountID),
	})
}

// Rupiah gives the balance, and false when it is none in whole rupiah.
func (u SnapUser) Rupiah() (Amount, bool) {
	n, err := ParseAmount(u.Balance)
	return n, err == nil
}

// String names the wallet without the user id, the balance and the number.
func (u SnapUser) String() string {
	return fmt.Sprintf("account %s (%s, %s)", u.AccountID, u.AccountStatus, MaskPhone(u.PhoneNumber))
}

// GoString is String, so that no verb tells more.
func (u SnapUser) GoString() string { return u.String() }

func (u SnapUser) said() (int, string) { return http.StatusOK, u.AccountStatus }

// SnapUser asks which wallet a customer has linked. None, or none yet, is
// IsNotFound.
func (c *Client) SnapUser(ctx context.Context, id UserID) (SnapUser, error) {
	return c.snapUser(ctx, "snap user", http.MethodGet, id, AccountEnabled)
}

// SnapUnlink unlinks a customer's wallet. None is IsNotFound, which is also what
// a repetition gets.
func (c *Client) SnapUnlink(ctx context.Context, id UserID) (SnapUser, error) {
	return c.snapUser(ctx, "snap unlink", http.MethodDelete, id, AccountDisabled)
}

func (c *Client) snapUser(ctx context.Context, op, method string, id UserID, want string) (SnapUser, error) {
	if err := checkID(op, id.text); err != nil {
		return SnapUser{}, err
	}
	q := call{op: op, method: method, app: true, path: "/snap/v3/users/" + url.PathEscape(id.text) + "/gopay", id: id.short(), person: true}
	return exchange(ctx, c, q, func(q call, status int, body []byte) (SnapUser, error) {
		return judgeSnapUser(q, id.text, want, status, body)
	})
}

func judgeSnapUser(q call, id, want string, status int, body []byte) (SnapUser, error) {
	if err := plain(q, status, body); err != nil {
		return SnapUser{}, snapCode(err)
	}
	var got SnapUser
	if err := json.Unmarshal(body, &got); err != nil {
		return SnapUser{}, &UnknownError{Op: q.op, Err: err}
	}
	switch {
	case got.UserID != "" && got.UserID != id, got.UserID == "" && want == AccountEnabled:
		return SnapUser{}, q.doubt("HTTP %d: an answer about another user", status)
	case got.AccountStatus == "", want == AccountDisabled && got.AccountStatus != want:
		return SnapUser{}, q.doubt("HTTP %d: account status %.60q", status, got.AccountStatus)
	}
	return got, nil
}

// snapCode gives Snap's refusals the code that the same refusal has elsewhere:
// Snap's sentences say more than its HTTP status, which was never published for
// some.
func snapCode(err error) error {
	var refused *APIError
	if !errors.As(err, &refused) || refused.Code == http.StatusTooManyRequests {
		return err
	}
	for _, text := range refused.Validation {
		switch {
		case strings.EqualFold(text, "account not found"):
			refused.Code = http.StatusNotFound
		case strings.Contains(text, "order_id has been paid and utilized"), strings.Contains(text, "order_id has already been taken"):
			refused.Code = http.StatusNotAcceptable
		}
	}
	return err
}

// webURL reports whether text is an absolute http or https URL.
func webURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && printable(text)
}
