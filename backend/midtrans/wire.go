package midtrans

import (
	"encoding/json"
	"time"
)

// MarshalJSON writes the transaction as the provider does: what UnmarshalJSON
// reads, without the fields that are zero.
func (t Transaction) MarshalJSON() ([]byte, error) { return json.Marshal(t.raw()) }

func (t Transaction) raw() rawTransaction {
	return rawTransaction{
		TransactionID: loose(t.TransactionID), OrderID: loose(t.OrderID), MerchantID: loose(t.MerchantID),
		GrossAmount: sumText(t.GrossAmount), Currency: loose(t.Currency), PaymentType: loose(t.PaymentType),
		TransactionStatus: loose(t.Status), FraudStatus: loose(t.FraudStatus),
		StatusCode: codeText(t.StatusCode), StatusMessage: loose(t.StatusMessage),
		QRString: loose(t.QRString), Actions: t.Actions,
		Acquirer: loose(t.Acquirer), Issuer: loose(t.Issuer), TransactionType: loose(t.TransactionType),
		PaymentOptionType: loose(t.PaymentOptionType), CrossReferenceID: loose(t.CrossReferenceID),
		ChannelResponseCode: loose(t.ChannelResponseCode), ChannelResponseMessage: loose(t.ChannelResponseMessage),
		TransactionTime: timeText(t.TransactionTime), ExpiryTime: timeText(t.ExpiryTime), SettlementTime: timeText(t.SettlementTime),
		Metadata: t.Metadata, CustomField1: loose(t.CustomField1), CustomField2: loose(t.CustomField2), CustomField3: loose(t.CustomField3),
		RefundAmount: sumText(t.RefundAmount), Refunds: rawRefunds(t.Refunds),
	}
}

func rawRefunds(refunds []Refund) []rawRefund {
	var out []rawRefund
	for _, r := range refunds {
		out = append(out, r.raw())
	}
	return out
}

// sumText writes an amount, 0 as nothing.
func sumText(a Amount) loose {
	if a == 0 {
		return ""
	}
	return loose(a.String())
}

// timeText writes a moment, the zero one as nothing.
func timeText(t time.Time) loose {
	if t.IsZero() {
		return ""
	}
	return loose(FormatTime(t))
}

// rawCharge is the body of POST /v2/charge.
type rawCharge struct {
	PaymentType string `json:"payment_type"`
	Details     struct {
		OrderID     string `json:"order_id"`
		GrossAmount int64  `json:"gross_amount"`
	} `json:"transaction_details"`
	Items    []Item         `json:"item_details,omitempty"`
	Customer *Customer      `json:"customer_details,omitempty"`
	QRIS     *rawQRIS       `json:"qris,omitempty"`
	GoPay    *GoPayOptions  `json:"gopay,omitempty"`
	Expiry   *rawExpiry     `json:"custom_expiry,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
	Field1   string         `json:"custom_field1,omitempty"`
	Field2   string         `json:"custom_field2,omitempty"`
	Field3   string         `json:"custom_field3,omitempty"`
}

type rawQRIS struct {
	Acquirer string `json:"acquirer"`
}

type rawExpiry struct {
	OrderTime string `json:"order_time,omitempty"`
	Duration  int    `json:"expiry_duration"`
	Unit      string `json:"unit"`
}

// MarshalJSON writes the body of POST /v2/charge.
func (r ChargeRequest) MarshalJSON() ([]byte, error) {
	raw := rawCharge{
		PaymentType: r.PaymentType, Items: r.Items, Customer: r.Customer, GoPay: r.GoPay, Metadata: r.Metadata,
		Field1: r.CustomField1, Field2: r.CustomField2, Field3: r.CustomField3,
	}
	raw.Details.OrderID, raw.Details.GrossAmount = r.OrderID, r.GrossAmount
	if r.Acquirer != "" {
		raw.QRIS = &rawQRIS{r.Acquirer}
	}
	if e := r.CustomExpiry; e != nil {
		raw.Expiry = &rawExpiry{Duration: e.Duration, Unit: e.Unit}
		if !e.OrderTime.IsZero() {
			raw.Expiry.OrderTime = e.OrderTime.In(Zone).Format(TimeLayout + " -0700")
		}
	}
	return json.Marshal(raw)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *ChargeRequest) UnmarshalJSON(b []byte) error {
	var raw rawCharge
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*r = ChargeRequest{
		PaymentType: raw.PaymentType, OrderID: raw.Details.OrderID, GrossAmount: raw.Details.GrossAmount,
		Items: raw.Items, Customer: raw.Customer, GoPay: raw.GoPay, Metadata: raw.Metadata,
		CustomField1: raw.Field1, CustomField2: raw.Field2, CustomField3: raw.Field3,
	}
	if raw.QRIS != nil {
		r.Acquirer = raw.QRIS.Acquirer
	}
	if e := raw.Expiry; e != nil {
		r.CustomExpiry = &CustomExpiry{OrderTime: moment(loose(e.OrderTime)), Duration: e.Duration, Unit: e.Unit}
	}
	return nil
}
