package midtrans

import (
	"bytes"
	"encoding/json"
)

// ExtraInfo is metadata.extra_info: what the provider adds to our metadata.
type ExtraInfo struct {
	UserID    string // the merchant's own opaque customer id, after a Snap link
	AccountID string // the linked pay account
	Fee       *Fee   // nil when the customer was charged no fee
}

// Fee is metadata.extra_info.gross_amount_info: the payer was made to pay a fee
// on top of the sale ("automatic fee imposition", a dashboard setting).
type Fee struct {
	Original Amount // what we asked for
	Gross    Amount // what was paid, fee included
	Imposed  Amount // the fee
}

// adds reports whether the three sums agree with each other and with gross.
func (f *Fee) adds(gross Amount) bool {
	return f != nil && f.Gross == gross && f.Original+f.Imposed == f.Gross && f.Original > 0
}

// OriginalAmount is the sum of the sale in rupiah: the gross amount, less a
// customer-imposed fee when the document names one and its sums add up. A fee
// that does not add up is not taken off, so the amount will not match the sale.
func (t Transaction) OriginalAmount() Amount {
	if t.Extra.Fee.adds(t.GrossAmount) {
		return t.Extra.Fee.Original
	}
	return t.GrossAmount
}

// SettledAmount is what the payer paid, fee included, in rupiah.
func (t Transaction) SettledAmount() Amount { return t.GrossAmount }

// readExtra takes what it understands of the metadata. Metadata is free JSON
// and also holds what merchants put there, so anything else is passed over.
func readExtra(metadata json.RawMessage) ExtraInfo {
	var outer struct {
		Extra json.RawMessage `json:"extra_info"`
	}
	if len(metadata) == 0 || json.Unmarshal(metadata, &outer) != nil || !isObject(outer.Extra) {
		return ExtraInfo{}
	}
	var inner struct {
		UserID    loose           `json:"user_id"`
		AccountID loose           `json:"account_id"`
		Fee       json.RawMessage `json:"gross_amount_info"`
	}
	if json.Unmarshal(outer.Extra, &inner) != nil {
		return ExtraInfo{}
	}
	return ExtraInfo{UserID: string(inner.UserID), AccountID: string(inner.AccountID), Fee: readFee(inner.Fee)}
}

func readFee(b json.RawMessage) *Fee {
	var raw struct {
		Original *Amount `json:"original_amount"`
		Gross    *Amount `json:"gross_amount"`
		Imposed  *Amount `json:"customer_imposed_payment_fee"`
	}
	if !isObject(b) || json.Unmarshal(b, &raw) != nil {
		return nil
	}
	if raw.Original == nil || raw.Gross == nil || raw.Imposed == nil {
		return nil
	}
	return &Fee{Original: *raw.Original, Gross: *raw.Gross, Imposed: *raw.Imposed}
}

func isObject(b []byte) bool {
	b = bytes.TrimLeft(b, " \t\r\n")
	return len(b) > 0 && b[0] == '{'
}
