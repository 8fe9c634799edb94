package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kasir/backend/midtrans"
)

// chargeRequest is the body of a charge, as lenient as the provider reads it.
type chargeRequest struct {
	PaymentType string `json:"payment_type"`
	Details     struct {
		OrderID     string  `json:"order_id"`
		GrossAmount integer `json:"gross_amount"`
	} `json:"transaction_details"`
	Items []struct {
		Price    integer `json:"price"`
		Quantity integer `json:"quantity"`
		Name     string  `json:"name"`
	} `json:"item_details"`
	Customer map[string]any `json:"customer_details"`
	QRIS     struct {
		Acquirer string `json:"acquirer"`
	} `json:"qris"`
	GoPay  gopayRequest `json:"gopay"`
	Expiry *struct {
		OrderTime string  `json:"order_time"`
		Duration  integer `json:"expiry_duration"`
		Unit      string  `json:"unit"`
	} `json:"custom_expiry"`
	Metadata json.RawMessage `json:"metadata"`
	Field1   scalar          `json:"custom_field1"`
	Field2   scalar          `json:"custom_field2"`
	Field3   scalar          `json:"custom_field3"`
}

// gopayRequest is the way back to the merchant, and what turns a GoPay charge
// into one of a linked account.
type gopayRequest struct {
	EnableCallback bool     `json:"enable_callback"`
	CallbackURL    string   `json:"callback_url"`
	AccountID      string   `json:"account_id"`
	Token          string   `json:"payment_option_token"`
	PreAuth        bool     `json:"pre_auth"`
	Promotions     []string `json:"promotion_ids"`
	Recurring      bool     `json:"recurring"`
}

// linked reports a charge of a linked account.
func (g gopayRequest) linked() bool {
	return g.AccountID != "" || g.Token != "" || g.PreAuth || g.Recurring
}

// integer is a whole number that may come as a string. Anything else reads as
// 0, which is valid nowhere.
type integer int64

func (n *integer) UnmarshalJSON(b []byte) error {
	whole, parts, pointed := strings.Cut(strings.Trim(string(b), `"`), ".")
	got, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || pointed && strings.Trim(parts, "0") != "" {
		got = 0
	}
	*n = integer(got)
	return nil
}

// scalar is a text that may come as a number.
type scalar string

func (s *scalar) UnmarshalJSON(b []byte) error {
	var text string
	switch {
	case bytes.Equal(b, []byte("null")):
	case b[0] == '"':
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	case b[0] == '{' || b[0] == '[':
		return errors.New("not a single value")
	default:
		text = string(b)
	}
	*s = scalar(text)
	return nil
}

const badOrderID = "transaction_details.order_id contains invalid characters"

// check says when the payment expires, and what is wrong with the request.
// strict is asked when an expiry is too long whether to refuse or to trim it.
func (q *chargeRequest) check(now time.Time, strict func() bool) (expires time.Time, problems []string) {
	wrong := func(bad bool, text string) {
		if bad {
			problems = append(problems, text)
		}
	}
	id := q.Details.OrderID
	wrong(q.PaymentType == "", "payment_type is required")
	wrong(id == "", "transaction_details.order_id is required")
	wrong(len(id) > midtrans.MaxOrderID, "transaction_details.order_id is too long")
	wrong(id != "" && len(id) <= midtrans.MaxOrderID && !midtrans.ValidOrderID(id), badOrderID)
	limit := integer(midtrans.MaxQRIS)
	if q.PaymentType == midtrans.PaymentGoPay {
		limit = midtrans.MaxGoPay
	}
	wrong(q.Details.GrossAmount < 1, "transaction_details.gross_amount must be greater than or equal to 1")
	wrong(q.Details.GrossAmount > limit, "transaction_details.gross_amount is above the maximum")
	wrong(!q.itemsAdd(), "transaction_details.gross_amount is not equal to the sum of item_details")
	for _, item := range q.Items {
		wrong(item.Quantity < 1, "item_details.quantity must be greater than or equal to 1")
		wrong(item.Name == "", "item_details.name is required")
	}
	wrong(!shortTexts(q.Customer), "customer_details has a field that is too long")
	for i, field := range []scalar{q.Field1, q.Field2, q.Field3} {
		wrong(utf8.RuneCountInString(string(field)) > 255, fmt.Sprintf("custom_field%d is too long", i+1))
	}
	wrong(q.QRIS.Acquirer != "" && q.QRIS.Acquirer != "gopay" && q.QRIS.Acquirer != "airpay shopee", "qris.acquirer is invalid")
	if string(q.Metadata) == "null" {
		q.Metadata = nil
	}
	wrong(len(q.Metadata) > 0 && q.Metadata[0] != '{', "metadata must be an object")
	expires, problem := q.expires(now, strict)
	wrong(problem != "", problem)
	return expires, problems
}

// itemsAdd reports whether the items, if any, add up. Factors are bounded, so
// that the sum is exact.
func (q *chargeRequest) itemsAdd() bool {
	if len(q.Items) == 0 {
		return true
	}
	const most = 1_000_000_000
	var sum integer
	for _, item := range q.Items {
		if item.Price > most || item.Price < -most || item.Quantity > 1_000_000 || item.Quantity < 0 {
			return false
		}
		sum += item.Price * item.Quantity
	}
	return sum == q.Details.GrossAmount
}

// shortTexts reports whether no text in v, however deep, is over 255.
func shortTexts(v any) bool {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v) <= 255
	case map[string]any:
		for _, inner := range v {
			if !shortTexts(inner) {
				return false
			}
		}
	}
	return true
}

// expires is when the payment ends, to the second.
func (q *chargeRequest) expires(now time.Time, strict func() bool) (time.Time, string) {
	now = now.Truncate(time.Second)
	if q.Expiry == nil {
		return now.Add(midtrans.DefaultExpiry), ""
	}
	unit := q.Expiry.Unit
	if unit == "" {
		unit = "minute"
	}
	if q.Expiry.Duration < 1 || q.Expiry.Duration > 1_000_000 {
		return time.Time{}, "custom_expiry.expiry_duration is invalid"
	}
	length, ok := midtrans.CustomExpiry{Duration: int(q.Expiry.Duration), Unit: unit}.Length()
	if !ok {
		return time.Time{}, "custom_expiry.unit is invalid"
	}
	start := now
	if q.Expiry.OrderTime != "" {
		if start, ok = midtrans.ParseTime(q.Expiry.OrderTime); !ok {
			return time.Time{}, "custom_expiry.order_time is invalid"
		}
	}
	end := start.Add(length)
	switch life := end.Sub(now); {
	case life < midtrans.MinExpiry:
		return time.Time{}, "custom_expiry is below minimum threshold"
	case life > midtrans.MaxExpiry && strict():
		return time.Time{}, "custom_expiry is above maximum threshold"
	case life > midtrans.MaxExpiry:
		return now.Add(midtrans.MaxExpiry), ""
	}
	return end, ""
}
