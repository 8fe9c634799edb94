package midtrans

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestChargeBody compares with the published requests, field by field.
func TestChargeBody(t *testing.T) {
	for _, c := range []struct {
		name string
		req  ChargeRequest
		want string
	}{
		{"minimum", ChargeRequest{PaymentType: "gopay", OrderID: "order102", GrossAmount: 789000}, `{
			"payment_type": "gopay", "transaction_details": {"order_id": "order102", "gross_amount": 789000}}`},
		{"full", ChargeRequest{
			PaymentType: "gopay", OrderID: "order03", GrossAmount: 275000,
			Items:    []Item{{ID: "id1", Price: 275000, Quantity: 1, Name: "Bluedio H+ Turbine Headphone with Bluetooth 4.1 -"}},
			Customer: &Customer{FirstName: "Budi", LastName: "Utomo", Email: "budi@example.com", Phone: "081223323423"},
			GoPay:    &GoPayOptions{EnableCallback: true, CallbackURL: "someapps://callback"},
		}, `{
			"payment_type": "gopay",
			"transaction_details": {"order_id": "order03", "gross_amount": 275000},
			"item_details": [{"id": "id1", "price": 275000, "quantity": 1, "name": "Bluedio H+ Turbine Headphone with Bluetooth 4.1 -"}],
			"customer_details": {"first_name": "Budi", "last_name": "Utomo", "email": "budi@example.com", "phone": "081223323423"},
			"gopay": {"enable_callback": true, "callback_url": "someapps://callback"}}`},
		{"expiry, acquirer, metadata, fields", ChargeRequest{
			PaymentType: "qris", OrderID: "a", GrossAmount: 1, Acquirer: "gopay",
			CustomExpiry: &CustomExpiry{OrderTime: time.Date(2016, 12, 7, 4, 54, 12, 0, time.UTC), Duration: 60, Unit: "minute"},
			Metadata:     map[string]any{"till": "1"}, CustomField1: "x", CustomField3: "z",
		}, `{
			"payment_type": "qris", "transaction_details": {"order_id": "a", "gross_amount": 1}, "qris": {"acquirer": "gopay"},
			"custom_expiry": {"order_time": "2016-12-07 11:54:12 +0700", "expiry_duration": 60, "unit": "minute"},
			"metadata": {"till": "1"}, "custom_field1": "x", "custom_field3": "z"}`},
	} {
		b, err := json.Marshal(c.req)
		if err != nil {
			t.Fatal(err)
		}
		var got, want any
		if err := errors.Join(json.Unmarshal(b, &got), json.Unmarshal([]byte(c.want), &want)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s, want %s", c.name, b, c.want)
		}
	}
}

func TestExpireIn(t *testing.T) {
	for _, c := range []struct {
		d        time.Duration
		duration int
		unit     string
	}{
		{48 * time.Hour, 2, "day"}, {3 * time.Hour, 3, "hour"}, {15 * time.Minute, 15, "minute"},
		{90 * time.Second, 90, "second"}, {20*time.Second + 300*time.Millisecond, 20, "second"},
	} {
		got := ExpireIn(c.d)
		if got.Duration != c.duration || got.Unit != c.unit {
			t.Errorf("ExpireIn(%v): got %d %s, want %d %s", c.d, got.Duration, got.Unit, c.duration, c.unit)
		}
		if length, ok := got.Length(); !ok || length != c.d.Truncate(time.Second) {
			t.Errorf("length of %v: got %v, %v", c.d, length, ok)
		}
	}
	if length, ok := (CustomExpiry{Duration: 1 << 30, Unit: "day"}).Length(); !ok || length != 3650*24*time.Hour {
		t.Errorf("a length that overflows: got %v, %v", length, ok)
	}
	if _, ok := (CustomExpiry{Duration: 1, Unit: "fortnight"}).Length(); ok {
		t.Error("a fortnight is a unit")
	}
}

// TestChargeCheck has requests that must never be sent.
func TestChargeCheck(t *testing.T) {
	good := ChargeRequest{PaymentType: "qris", OrderID: "till-1-00000001", GrossAmount: 25000}
	p := serve(t, say(strings.ReplaceAll(created, "a-1", good.OrderID)))
	c := client(t, p.URL, Options{})
	if _, err := c.Charge(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	p.took()
	for name, spoil := range map[string]func(*ChargeRequest){
		"payment type":       func(r *ChargeRequest) { r.PaymentType = "QRIS" },
		"no order id":        func(r *ChargeRequest) { r.OrderID = "" },
		"order id too long":  func(r *ChargeRequest) { r.OrderID = strings.Repeat("x", 51) },
		"order id with @":    func(r *ChargeRequest) { r.OrderID = "a@b" },
		"order id with é":    func(r *ChargeRequest) { r.OrderID = "é" },
		"order id ..":        func(r *ChargeRequest) { r.OrderID = ".." },
		"nothing":            func(r *ChargeRequest) { r.GrossAmount = 0 },
		"negative":           func(r *ChargeRequest) { r.GrossAmount = -1 },
		"too much":           func(r *ChargeRequest) { r.GrossAmount = MaxQRIS + 1 },
		"too much for gopay": func(r *ChargeRequest) { r.PaymentType, r.GrossAmount = "gopay", MaxGoPay+1 },
		"acquirer for gopay": func(r *ChargeRequest) { r.PaymentType, r.Acquirer = "gopay", "gopay" },
		"gopay for qris":     func(r *ChargeRequest) { r.GoPay = &GoPayOptions{} },
		"long key":           func(r *ChargeRequest) { r.IdempotencyKey = strings.Repeat("k", 37) },
		"key with a newline": func(r *ChargeRequest) { r.IdempotencyKey = "a\nb" },
		"long custom field":  func(r *ChargeRequest) { r.CustomField2 = strings.Repeat("x", 256) },
		"items do not add":   func(r *ChargeRequest) { r.Items = []Item{{Name: "x", Price: 100, Quantity: 2}} },
		"no quantity":        func(r *ChargeRequest) { r.Items = []Item{{Name: "x", Price: 25000}} },
		"no name":            func(r *ChargeRequest) { r.Items = []Item{{Price: 25000, Quantity: 1}} },
		"short expiry":       func(r *ChargeRequest) { r.CustomExpiry = ExpireIn(19 * time.Second) },
		"long expiry":        func(r *ChargeRequest) { r.CustomExpiry = ExpireIn(8 * 24 * time.Hour) },
		"unit of expiry":     func(r *ChargeRequest) { r.CustomExpiry = &CustomExpiry{Duration: 15, Unit: "minutes"} },
		"metadata no JSON":   func(r *ChargeRequest) { r.Metadata = map[string]any{"f": func() {}} },
		"too large":          func(r *ChargeRequest) { r.Metadata = map[string]any{"f": strings.Repeat("x", 16_000)} },
	} {
		r := good
		spoil(&r)
		_, err := c.Charge(t.Context(), r)
		var refused *APIError
		if !errors.As(err, &refused) || refused.HTTP != 0 {
			t.Errorf("%s: got %v", name, err)
		}
		if p.took() != nil {
			t.Errorf("%s: was sent", name)
		}
	}
	discount := good
	discount.Items = []Item{{Name: "x", Price: 15000, Quantity: 2}, {Name: "discount", Price: -5000, Quantity: 1}}
	if _, err := c.Charge(t.Context(), discount); err != nil {
		t.Errorf("discount: %v", err)
	}
}
