package midtrans

import (
	"encoding/json"
	"fmt"
	"strings"
)

// AccountNotification is what the provider posts when a wallet was linked or
// unlinked, be it by the merchant, by its owner in the wallet's app, or because
// the owner changed the phone number. It has a signature of its own. Like every
// notification it is a reason to ask, with Client.Account.
type AccountNotification struct {
	AccountID    string
	Status       string // AccountEnabled, AccountDisabled; upper case
	StatusCode   string // "200" linked, "204" unlinked
	MerchantID   string
	PaymentType  string
	Message      string
	SignatureKey string

	rawStatus string // as signed
}

type rawAccountNotification struct {
	AccountID    loose `json:"account_id"`
	MerchantID   loose `json:"merchant_id,omitempty"`
	PaymentType  loose `json:"payment_type,omitempty"`
	SignatureKey loose `json:"signature_key"`
	StatusCode   loose `json:"status_code"`
	Status       loose `json:"account_status"`
	Message      loose `json:"status_message,omitempty"`
}

// ParseAccountNotification reads a notification about a pay account, as
// strictly as ParseNotification reads one about a payment. The signature is
// not looked at: see Verify.
func ParseAccountNotification(body []byte) (AccountNotification, error) {
	const doing = "read account notification"
	if len(body) > MaxNotification {
		return AccountNotification{}, fmt.Errorf("%s: %d bytes, at most %d", doing, len(body), MaxNotification)
	}
	if err := uniqueKeys(body); err != nil {
		return AccountNotification{}, fmt.Errorf("%s: %w", doing, err)
	}
	var raw rawAccountNotification
	if err := json.Unmarshal(body, &raw); err != nil {
		return AccountNotification{}, fmt.Errorf("%s: %w", doing, err)
	}
	for _, must := range []struct {
		name string
		text loose
	}{
		{"account_id", raw.AccountID}, {"account_status", raw.Status},
		{"status_code", raw.StatusCode}, {"signature_key", raw.SignatureKey},
	} {
		if must.text == "" {
			return AccountNotification{}, fmt.Errorf("%s: %s is missing", doing, must.name)
		}
	}
	return raw.notification(), nil
}

func (raw rawAccountNotification) notification() AccountNotification {
	return AccountNotification{
		AccountID: string(raw.AccountID), Status: strings.ToUpper(string(raw.Status)), StatusCode: string(raw.StatusCode),
		MerchantID: string(raw.MerchantID), PaymentType: string(raw.PaymentType), Message: string(raw.Message),
		SignatureKey: string(raw.SignatureKey), rawStatus: string(raw.Status),
	}
}

// Verify reports ErrSignature when the notification was not signed with key.
func (n AccountNotification) Verify(key string) error {
	return verify(n.SignatureKey, AccountSignature(n.AccountID, n.rawStatus, n.StatusCode, key))
}

// Linked reports whether this says that the account can be charged from now on.
func (n AccountNotification) Linked() bool {
	return n.StatusCode == "200" && n.Status == AccountEnabled
}

// Unlinked reports whether this says that it cannot any more.
func (n AccountNotification) Unlinked() bool {
	return n.StatusCode == "204" && (n.Status == AccountDisabled || n.Status == AccountExpired)
}

// Key names what the notification tells: two with the same key are the same
// news told twice.
func (n AccountNotification) Key() string { return n.AccountID + ":" + n.Status }

// MarshalJSON writes the notification as the provider does.
func (n AccountNotification) MarshalJSON() ([]byte, error) {
	return json.Marshal(rawAccountNotification{
		AccountID: loose(n.AccountID), MerchantID: loose(n.MerchantID), PaymentType: loose(n.PaymentType),
		SignatureKey: loose(n.SignatureKey), StatusCode: loose(n.StatusCode), Status: loose(n.Status), Message: loose(n.Message),
	})
}

// UnmarshalJSON is ParseAccountNotification for decoders.
func (n *AccountNotification) UnmarshalJSON(b []byte) error {
	got, err := ParseAccountNotification(b)
	if err != nil {
		return err
	}
	*n = got
	return nil
}
