package midtrans

import (
	"encoding/json"
	"fmt"
)

// OptionWallet is the payment option everybody has: the wallet's balance.
// Others are PAY_LATER, GOPAY_SAVINGS and whatever the wallet invents.
const OptionWallet = "GOPAY_WALLET"

// PaymentOption is one purse of a linked wallet.
type PaymentOption struct {
	Name     string          `json:"name"`
	Active   bool            `json:"active"`
	Balance  *Balance        `json:"balance,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	// Token names the purse in a charge. It is opaque, changes, and is as good
	// as money to whoever has the Server Key: never log it.
	Token string `json:"token,omitempty"`
}

// String names the option without its token.
func (o PaymentOption) String() string { return fmt.Sprintf("%s (active %v)", o.Name, o.Active) }

// GoString is String, so that no verb prints the token.
func (o PaymentOption) GoString() string { return o.String() }

// Balance is the money in a purse when the provider last looked.
type Balance struct {
	Value    string // as sent: "1000000.00"
	Currency string // IDR
}

type rawBalance struct {
	Value    loose `json:"value"`
	Currency loose `json:"currency,omitempty"`
}

// UnmarshalJSON reads a balance whose value is a string or a number.
func (b *Balance) UnmarshalJSON(text []byte) error {
	var raw rawBalance
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*b = Balance{Value: string(raw.Value), Currency: string(raw.Currency)}
	return nil
}

// MarshalJSON writes the balance as the provider does.
func (b Balance) MarshalJSON() ([]byte, error) {
	return json.Marshal(rawBalance{Value: loose(b.Value), Currency: loose(b.Currency)})
}

// Rupiah gives the balance, and false when it is none in whole rupiah.
func (b *Balance) Rupiah() (Amount, bool) {
	if b == nil || b.Currency != "" && b.Currency != "IDR" {
		return 0, false
	}
	n, err := ParseAmount(b.Value)
	return n, err == nil
}

// Option finds a payment option that can be charged now: active, and with a
// token. "" is OptionWallet.
func (a Account) Option(name string) (PaymentOption, bool) {
	if name == "" {
		name = OptionWallet
	}
	for _, o := range a.Options {
		if a.Enabled() && o.Name == name && o.Active && o.Token != "" {
			return o, true
		}
	}
	return PaymentOption{}, false
}

// paymentOptions reads metadata.payment_options.
func paymentOptions(metadata json.RawMessage) ([]PaymentOption, error) {
	var m struct {
		Options []PaymentOption `json:"payment_options"`
	}
	if !isObject(metadata) {
		return nil, nil
	}
	if err := json.Unmarshal(metadata, &m); err != nil {
		return nil, fmt.Errorf("read payment options: %w", err)
	}
	return m.Options, nil
}
