package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func bubble(t *testing.T, o Options, play func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { play(newStage(t, o)) })
}

func TestChargeQRIS(t *testing.T) {
	bubble(t, Options{MerchantName: "Warung Sari", City: "Malang"}, func(st *stage) {
		status, doc := st.call("POST", "/v2/charge", `{
			"payment_type": "qris", "transaction_details": {"order_id": "till-1-00000001", "gross_amount": 25000},
			"item_details": [{"name": "soto", "price": 15000, "quantity": 2}, {"name": "discount", "price": -5000, "quantity": 1}],
			"metadata": {"till": "1"}, "custom_field1": "table 4"}`)
		if status != http.StatusOK {
			t.Errorf("got HTTP %d", status)
		}
		for field, want := range map[string]any{
			"status_code": "201", "status_message": "QRIS transaction is created", "order_id": "till-1-00000001",
			"gross_amount": "25000.00", "currency": "IDR", "payment_type": "qris", "transaction_status": "pending",
			"fraud_status": "accept", "acquirer": "gopay", "custom_field1": "table 4",
			"transaction_time": "2000-01-01 07:00:00", "expiry_time": "2000-01-01 07:15:00", // midnight UTC
		} {
			if doc[field] != want {
				t.Errorf("%s: got %v, want %v", field, doc[field], want)
			}
		}
		id := doc["transaction_id"].(string)
		if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Errorf("transaction id %s is not a UUID", id)
		}
		actions := fmt.Sprint(doc["actions"])
		for _, url := range []string{"http://provider/v2/qris/" + id + "/qr-code", "http://provider/v4/qris/gopay/A120000101000000"} {
			if !strings.Contains(actions, url) {
				t.Errorf("%s is not in %s", url, actions)
			}
		}
		for field, v := range doc {
			if v == nil || v == "" {
				t.Errorf("%s is empty and should have been left out", field)
			}
		}
	})
}

func TestChargeGoPay(t *testing.T) {
	bubble(t, Options{BaseURL: "https://api.example/"}, func(st *stage) {
		_, doc := st.call("POST", "/v2/charge", `{"payment_type":"gopay","transaction_details":{"order_id":"g1","gross_amount":"12000.00"}}`)
		if _, ok := doc["qr_string"]; ok {
			t.Error("gopay answers have no qr_string")
		}
		var names []string
		for _, a := range doc["actions"].([]any) {
			a := a.(map[string]any)
			names = append(names, a["name"].(string))
			if url := a["url"].(string); !strings.HasPrefix(url, "https://api.example/") || strings.Contains(url, ".example//") {
				t.Errorf("url %s", url)
			}
		}
		if got, want := strings.Join(names, " "), "generate-qr-code generate-qr-code-v2 deeplink-redirect get-status cancel"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		st.must(st.Pay("g1"))
		_, doc = st.call("GET", "/v2/g1/status", "")
		if doc["payment_type"] != "qris" || doc["issuer"] != "gopay" || doc["transaction_type"] != "on-us" || doc["acquirer"] != "gopay" {
			t.Errorf("paid by scanning: got %v", doc)
		}
		st.call("POST", "/v2/charge", `{"payment_type":"gopay","transaction_details":{"order_id":"g2","gross_amount":1}}`)
		if status, _ := st.call("POST", "/sandbox/g2/pay?by=app", ""); status != 200 {
			t.Errorf("pay by deeplink: HTTP %d", status)
		}
		_, doc = st.call("GET", "/v2/g2/status", "")
		if doc["payment_type"] != "gopay" || doc["payment_option_type"] != "GOPAY_WALLET" || doc["issuer"] != nil {
			t.Errorf("paid in the wallet: got %v", doc)
		}
	})
}

// details is a charge's body with more behind its transaction details.
func details(order, amount, more string) string {
	return `{"payment_type":"qris","transaction_details":{"order_id":"` + order + `","gross_amount":` + amount + `}` + more + `}`
}

func TestChargeRefused(t *testing.T) {
	long := strings.Repeat("x", 256)
	bubble(t, Options{}, func(st *stage) {
		for _, c := range []struct {
			name, body string
			http       int
			code, says string
		}{
			{"no JSON", "amount=1", 200, "413", ""},
			{"wrong type", `{"payment_type":1}`, 200, "413", ""},
			{"too large", details("a", "1", `,"metadata":{"x":"`+strings.Repeat("x", 16_000)+`"}`), 200, "413", ""},
			{"empty", `{}`, 400, "400", "payment_type is required"},
			{"no order id", details("", "1", ""), 400, "400", "order_id is required"},
			{"order id too long", details(strings.Repeat("x", 51), "1", ""), 400, "400", "order_id is too long"},
			{"order id with a slash", details("a/b", "1", ""), 400, "400", "invalid characters"},
			{"zero", details("a", "0", ""), 400, "400", "gross_amount"},
			{"negative", details("a", "-5", ""), 400, "400", "gross_amount"},
			{"no number", details("a", `"ten"`, ""), 400, "400", "gross_amount"},
			{"parts", details("a", "10.5", ""), 400, "400", "gross_amount"},
			{"over the limit", details("a", "10000001", ""), 400, "400", "above the maximum"},
			{"items", details("a", "10", `,"item_details":[{"name":"x","price":3,"quantity":3}]`), 400, "400", "not equal to the sum of item_details"},
			{"no quantity", details("a", "10", `,"item_details":[{"name":"x","price":10}]`), 400, "400", "quantity"},
			{"no item name", details("a", "10", `,"item_details":[{"price":10,"quantity":1}]`), 400, "400", "name"},
			{"long customer", details("a", "10", `,"customer_details":{"billing_address":{"city":"`+long+`"}}`), 400, "400", "customer_details"},
			{"long field", details("a", "10", `,"custom_field3":"`+long+`"`), 400, "400", "custom_field3"},
			{"acquirer", details("a", "10", `,"qris":{"acquirer":"bank"}`), 400, "400", "acquirer"},
			{"metadata", details("a", "10", `,"metadata":"text"`), 400, "400", "metadata"},
			{"expiry below 20 s", details("a", "10", `,"custom_expiry":{"expiry_duration":19,"unit":"second"}`), 400, "400", "custom_expiry is below minimum threshold"},
			{"expiry, order long ago", details("a", "10", `,"custom_expiry":{"order_time":"2000-01-01 06:00:00 +0700","expiry_duration":60}`), 400, "400", "below minimum"},
			{"expiry unit", details("a", "10", `,"custom_expiry":{"expiry_duration":15,"unit":"minutes"}`), 400, "400", "unit"},
			{"expiry time", details("a", "10", `,"custom_expiry":{"order_time":"today","expiry_duration":15}`), 400, "400", "order_time"},
			{"expiry nothing", details("a", "10", `,"custom_expiry":{}`), 400, "400", "expiry_duration"},
			{"another channel", `{"payment_type":"bank_transfer","transaction_details":{"order_id":"a","gross_amount":1}}`, 200, "402", ""},
			{"linked account", `{"payment_type":"gopay","gopay":{"account_id":"x"},"transaction_details":{"order_id":"a","gross_amount":1}}`, 200, "404", ""},
			{"linked account, none named", `{"payment_type":"gopay","gopay":{"payment_option_token":"x"},"transaction_details":{"order_id":"a","gross_amount":1}}`, 400, "400", "Gopay.account_id is required"},
			{"nothing", `null`, 200, "500", ""},
		} {
			status, doc := st.call("POST", "/v2/charge", c.body)
			if status != c.http || doc["status_code"] != c.code || !strings.Contains(fmt.Sprint(doc["validation_messages"]), c.says) {
				t.Errorf("%s: got HTTP %d, %v", c.name, status, doc)
			}
		}
		if got := st.Orders(); len(got) != 0 {
			t.Errorf("refused charges made %d transactions", len(got))
		}
	})
}

func TestKeyAndMethod(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		for name, auth := range map[string]string{
			"none": "", "another": "Basic b3RoZXI6", "with a password": "Basic U0ItTWlkLXNlcnZlci10ZXN0Ong=", "bare": testKey,
		} {
			status, doc := st.call("POST", "/v2/charge", details("a", "1", ""), "Authorization", auth)
			if status != 401 || doc["status_code"] != "401" || doc["id"] == nil ||
				doc["status_message"] != "Transaction cannot be authorized with the current client/server key." {
				t.Errorf("key %s: got HTTP %d, %v", name, status, doc)
			}
		}
		if status, doc := st.call("GET", "/v2/charge", ""); status != 405 || doc["status_code"] != "405" {
			t.Errorf("GET charge: got HTTP %d, %v", status, doc)
		}
	})
}

func TestCustomExpiry(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		for i, c := range []struct{ expiry, want string }{
			{`{"expiry_duration":20,"unit":"second"}`, "2000-01-01 07:00:20"},
			{`{"expiry_duration":"45"}`, "2000-01-01 07:45:00"},
			{`{"expiry_duration":2,"unit":"hour"}`, "2000-01-01 09:00:00"},
			{`{"expiry_duration":7,"unit":"day"}`, "2000-01-08 07:00:00"},
			{`{"expiry_duration":180,"unit":"day"}`, "2000-01-08 07:00:00"},
			{`{"order_time":"2000-01-01 06:55:00 +0700","expiry_duration":10,"unit":"minute"}`, "2000-01-01 07:05:00"},
			{`{"expiry_duration":1000000,"unit":"day"}`, "2000-01-08 07:00:00"},
		} {
			_, doc := st.call("POST", "/v2/charge", details(fmt.Sprint("e", i), "1", `,"custom_expiry":`+c.expiry))
			if doc["expiry_time"] != c.want {
				t.Errorf("%s: got %v, want %s", c.expiry, doc["expiry_time"], c.want)
			}
		}
		st.must(st.Faults().Add(Fault{Kind: LongExpiry}))
		if status, doc := st.call("POST", "/v2/charge", details("e", "1", `,"custom_expiry":{"expiry_duration":8,"unit":"day"}`)); status != 400 {
			t.Errorf("long expiry, refused: got %v", doc)
		}
	})
}

// TestOrderIDReuse walks an order id through all that frees it or does not.
func TestOrderIDReuse(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		first := st.charge("a", 1)["transaction_id"]
		expect := func(when, want string) {
			t.Helper()
			if got := st.charge("a", 1)["status_code"]; got != want {
				t.Errorf("%s: got %v, want %s", when, got, want)
			}
		}
		expect("pending", "406")
		st.must(st.Cancel("a"))
		expect("cancelled", "201")
		st.must(st.Expire("a"))
		expect("expired", "201")
		st.must(st.Deny("a"))
		expect("denied", "201")
		st.must(st.Pay("a"))
		expect("paid", "406")
		time.Sleep(time.Hour)
		expect("paid, much later", "406")
		// The order id now means the newest, the transaction id still the first.
		if _, doc := st.call("GET", "/v2/a/status", ""); doc["transaction_status"] != "settlement" {
			t.Errorf("by order id: got %v", doc["transaction_status"])
		}
		if _, doc := st.call("GET", "/v2/"+first.(string)+"/status", ""); doc["transaction_status"] != "cancel" {
			t.Errorf("by transaction id: got %v", doc["transaction_status"])
		}
	})
}
