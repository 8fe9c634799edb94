package midtrans

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestChargeOnce: the provider knows the order already, and says what of it.
func TestChargeOnce(t *testing.T) {
	const duplicate = `{"status_code":"406","status_message":"conflict","id":"r"}`
	there := func(state, amount string) string {
		return `{"status_code":"200","transaction_status":"` + state + `","order_id":"a-1","transaction_id":"t-1","gross_amount":"` + amount + `"}`
	}
	for _, c := range []struct {
		name, charge, status string
		want                 string
		found                bool
		asked                int
	}{
		{"first", created, "", "ok", false, 1},
		{"pending", duplicate, there("pending", "1.00"), "ok", true, 2},
		{"paid", duplicate, there("settlement", "1.00"), "ok", true, 2},
		{"ended since", duplicate, there("expire", "1.00"), "ok", true, 2},
		{"with a fee", duplicate, strings.Replace(there("settlement", "3.00"), "{", `{"metadata":{"extra_info":{"gross_amount_info":{"original_amount":"1","gross_amount":"3","customer_imposed_payment_fee":"2"}}},`, 1), "ok", true, 2},
		{"another amount", duplicate, there("pending", "2.00"), "refused", false, 2},
		{"nothing after all", duplicate, `{"status_code":"404"}`, "unknown", false, 2},
		{"no transaction id", duplicate, strings.Replace(there("pending", "1.00"), "t-1", "", 1), "unknown", false, 2},
		{"no answer", duplicate, `<html>`, "unknown", false, 2},
		{"refused", `{"status_code":"402"}`, "", "refused", false, 1},
		{"trouble", `{"status_code":"500"}`, "", "unknown", false, 1},
	} {
		asked := 0
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			io.WriteString(w, map[bool]string{true: c.charge, false: c.status}[r.URL.Path == "/v2/charge"])
		})
		tr, found, err := client(t, p.URL, Options{}).ChargeOnce(t.Context(), ChargeRequest{PaymentType: "qris", OrderID: "a-1", GrossAmount: 1})
		if got, _ := outcome(tr, err); got != c.want || found != c.found || asked != c.asked {
			t.Errorf("%s: got %s, found %v, asked %d times (%v)", c.name, got, found, asked, err)
		}
		if err == nil && tr.Key() != "t-1" {
			t.Errorf("%s: key %q", c.name, tr.Key())
		}
		if c.name == "another amount" && !IsDuplicate(err) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

// TestSignatureNeedsOneLength shows why all order ids must be equally long.
func TestSignatureNeedsOneLength(t *testing.T) {
	if Signature("a-1", "200", "200100.00", docsKey) != Signature("a-1200", "200", "100.00", docsKey) {
		t.Error("the signature has marks between its parts after all")
	}
	seen := make(map[string]string)
	for _, order := range []string{"a-0001", "a-1200", "a-0012"} {
		for _, code := range []string{"200", "201", "202"} {
			for _, amount := range []Amount{1, 100, 200100, 1200} {
				sign := Signature(order, code, amount.String(), docsKey)
				if other, ok := seen[sign]; ok {
					t.Errorf("%s %s %v signs like %s", order, code, amount, other)
				}
				seen[sign] = order
			}
		}
	}
}

func TestCallbackOrder(t *testing.T) {
	for _, result := range []string{"&result=success", "&result=failure", "", "&result=", "&result=success&result=failure", "&tref=1"} {
		if got, err := CallbackOrder("order_id=SAMPLE-ORDER-ID-01" + result); err != nil || got != "SAMPLE-ORDER-ID-01" {
			t.Errorf("%s: got %q, %v", result, got, err)
		}
	}
	for _, query := range []string{"", "result=success", "order_id=", "order_id=a&order_id=b", "order_id=a%20b", "order_id=..", "order_id=%zz", "order_id=a;result=success",
		"order_id=" + strings.Repeat("a", 51), "order_id=a&x=" + strings.Repeat("x", 2048), "order_id=%3Cscript%3E", "ORDER_ID=a"} {
		if got, err := CallbackOrder(query); err == nil {
			t.Errorf("%q was taken as %q", query, got)
		} else if strings.Contains(err.Error(), "script") {
			t.Errorf("the payer writes our log: %v", err)
		}
	}
}

// TestActions finds every action by its name, and the flow of a phone by its
// verb.
func TestActions(t *testing.T) {
	tr := Transaction{}
	for _, name := range []string{ActionQR, ActionQRFramed, ActionDeeplink, ActionStatus, ActionCancel, ActionVerifyURL, ActionVerifyApp} {
		tr.Actions = append(tr.Actions, Action{Name: name, Method: "GET", URL: "https://x.example/" + name})
	}
	for _, a := range tr.Actions {
		if got := tr.Action(a.Name); got != a.URL {
			t.Errorf("%s: got %s", a.Name, got)
		}
	}
	for got, want := range map[string]string{
		tr.Deeplink(): ActionDeeplink, tr.VerificationURL(): ActionVerifyURL, tr.VerificationApp(): ActionVerifyApp,
	} {
		if got != "https://x.example/"+want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if (Transaction{}).Deeplink() != "" {
		t.Error("a deeplink of nothing")
	}
	old := Transaction{Actions: []Action{{Name: "user-verification", URL: "https://x.example/old"}}}
	if got := old.VerificationURL(); got != "https://x.example/old" {
		t.Errorf("got %q", got)
	}
	deep := read(t, "charge_gopay_2017.json")
	if got := deep.Deeplink(); !strings.HasPrefix(got, "gojek://gopay/merchanttransfer?tref=") || len(deep.Actions) != 4 {
		t.Errorf("got %q of %d actions", got, len(deep.Actions))
	}
	new2026 := read(t, "charge_qris_2026.json")
	if new2026.Action(ActionQR) == "" || new2026.Action(ActionQRFramed) == "" {
		t.Errorf("got %+v", new2026.Actions)
	}
}
