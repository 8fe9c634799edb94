package midtrans

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	snapToken = `{"token":"66e4fa55-fdac-4ef9-91b5-733b97d1b862","redirect_url":"https://app.sandbox.midtrans.com/snap/v2/vtweb/66e4fa55-fdac-4ef9-91b5-733b97d1b862"}`
	snap401   = `{"error_messages":["Access denied due to unauthorized transaction, please check client or server key","Visit https://snap-docs.midtrans.com/#request-headers for more details"]}`
	snapSum   = `{"error_messages":["transaction_details.gross_amount is not equal to the sum of item_details"]}`
	snapPaid  = `{"error_messages":["transaction_details.order_id has been paid and utilized, please use another order ID"]}`
	snap500   = `{"error_messages":["Sorry, we encountered internal server error. We will fix this soon."]}`
)

// user derives a customer's id as the backend would.
func user(t *testing.T, customer string) UserID {
	t.Helper()
	id, err := DeriveUserID([]byte("a salt of some length"), customer)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// answerWith says body with an HTTP status.
func answerWith(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestSnap(t *testing.T) {
	p := serve(t, answerWith(201, snapToken))
	api := serve(t, say(created))
	app, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := client(t, api.URL, Options{App: app, NotifyURLs: []string{"https://shop.example/n"}})
	id := user(t, "customer 17")
	no := false
	got, err := c.Snap(t.Context(), SnapRequest{
		OrderID: "ORDER-101", GrossAmount: 10000, EnabledPayments: []string{"gopay"},
		Items: []Item{{ID: "ITEM1", Price: 10000, Quantity: 1, Name: "Midtrans Bear"}},
		GoPay: Lock(Phone{"62", "8123456789"}), UserID: id,
		Expiry:     &SnapExpiry{Start: time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC), Duration: 30, Unit: "minutes"},
		PageExpiry: &SnapExpiry{Duration: 1, Unit: "hour"}, FinishURL: "https://shop.example/done", Fee: &no,
	})
	if err != nil || got.Token != "66e4fa55-fdac-4ef9-91b5-733b97d1b862" || !strings.HasSuffix(got.RedirectURL, got.Token) {
		t.Fatalf("got %+v, %v", got, err)
	}
	r := p.took()
	equalJSON(t, "body", []byte(r.body), []byte(`{"transaction_details":{"order_id":"ORDER-101","gross_amount":10000},
		"item_details":[{"id":"ITEM1","price":10000,"quantity":1,"name":"Midtrans Bear"}],"enabled_payments":["gopay"],
		"gopay":{"tokenization":true,"phone_number":"8123456789","country_code":"62"},"user_id":"`+id.String()+`",
		"expiry":{"start_time":"2026-11-21 12:00:00 +0700","duration":30,"unit":"minutes"},
		"page_expiry":{"duration":1,"unit":"hour"},"callbacks":{"finish":"https://shop.example/done"},
		"customer_imposed_payment_fee":{"enable":false}}`))
	if got := r.method + " " + r.path + " " + r.header.Get("X-Override-Notification"); got != "POST /snap/v1/transactions https://shop.example/n" {
		t.Errorf("got %s", got)
	}
	if api.took() != nil {
		t.Error("the page was asked of the API's host")
	}
	var again SnapRequest
	if err := json.Unmarshal([]byte(r.body), &again); err != nil {
		t.Fatal(err)
	}
	if b, err := json.Marshal(again); err != nil {
		t.Fatal(err)
	} else {
		equalJSON(t, "again", b, []byte(r.body))
	}
}

// TestSnapCheck has requests that must never be sent.
func TestSnapCheck(t *testing.T) {
	p := serve(t, answerWith(201, snapToken))
	c := client(t, p.URL, Options{})
	good := SnapRequest{OrderID: "a-1", GrossAmount: 10000, GoPay: &SnapGoPay{Tokenization: true}, UserID: user(t, "x")}
	if _, err := c.Snap(t.Context(), good); err != nil || p.took() == nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*SnapRequest){
		"no order":             func(r *SnapRequest) { r.OrderID = "" },
		"order ..":             func(r *SnapRequest) { r.OrderID = ".." },
		"nothing":              func(r *SnapRequest) { r.GrossAmount = 0 },
		"too much":             func(r *SnapRequest) { r.GrossAmount = MaxGoPay + 1 },
		"link of nobody":       func(r *SnapRequest) { r.UserID = UserID{} },
		"long user":            func(r *SnapRequest) { r.UserID = UserID{strings.Repeat("x", MaxUserID+1)} },
		"enforce without link": func(r *SnapRequest) { r.GoPay = &SnapGoPay{Enforce: true} },
		"half a number":        func(r *SnapRequest) { r.GoPay = &SnapGoPay{Tokenization: true, PhoneNumber: "8123456789"} },
		"leading 0":            func(r *SnapRequest) { r.GoPay = Lock(Phone{"62", "08123456789"}) },
		"number without link": func(r *SnapRequest) {
			r.GoPay = &SnapGoPay{PhoneNumber: "8123456789", CountryCode: "62"}
		},
		"callback":       func(r *SnapRequest) { r.GoPay = &SnapGoPay{CallbackURL: "callback"} },
		"finish":         func(r *SnapRequest) { r.FinishURL = "shop.example" },
		"error":          func(r *SnapRequest) { r.ErrorURL = "shop.example" },
		"seconds":        func(r *SnapRequest) { r.Expiry = &SnapExpiry{Duration: 30, Unit: "second"} },
		"eight days":     func(r *SnapRequest) { r.Expiry = &SnapExpiry{Duration: 8, Unit: "days"} },
		"no time":        func(r *SnapRequest) { r.PageExpiry = &SnapExpiry{Unit: "minute"} },
		"items":          func(r *SnapRequest) { r.Items = []Item{{Name: "x", Price: 1, Quantity: 1}} },
		"long field":     func(r *SnapRequest) { r.CustomField1 = strings.Repeat("x", 256) },
		"too large":      func(r *SnapRequest) { r.Metadata = map[string]any{"x": strings.Repeat("x", 17_000)} },
		"is not JSON":    func(r *SnapRequest) { r.Metadata = map[string]any{"x": func() {}} },
		"three quarters": func(r *SnapRequest) { r.PageExpiry = &SnapExpiry{Duration: 3, Unit: "quarters"} },
	} {
		r := good
		spoil(&r)
		_, err := c.Snap(t.Context(), r)
		if got, _ := outcome(Transaction{}, err); got != "refused" || p.took() != nil {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

// TestJudgeSnap has the documented answers and some that nobody documented.
func TestJudgeSnap(t *testing.T) {
	for _, c := range []struct {
		name string
		http int
		body string
		want string
		code int
	}{
		{"made", 201, snapToken, "ok", 0},
		{"made, with 200", 200, snapToken, "ok", 0},
		{"key", 401, snap401, "refused", 401},
		{"sum", 400, snapSum, "refused", 400},
		{"paid", 400, snapPaid, "refused", 406},
		{"trouble", 500, snap500, "unknown", 0},
		{"limiter", 429, "slow down", "refused", 429},
		{"complaints in 201", 201, snapSum, "refused", 400},
		{"Core's dialect", 200, `{"status_code":"402","status_message":"no"}`, "refused", 402},
		{"Core's 500 in 200", 200, `{"status_code":"500","status_message":"no"}`, "unknown", 0},

		{"no token", 201, `{"redirect_url":"https://app.example/x"}`, "unknown", 0},
		{"no page", 201, `{"token":"t"}`, "unknown", 0},
		{"page of a script", 201, `{"token":"t","redirect_url":"javascript:alert(1)"}`, "unknown", 0},
		{"page with a line break", 201, `{"token":"t","redirect_url":"https://a.example/\n"}`, "unknown", 0},
		{"token is a list", 201, `{"token":["t"],"redirect_url":"https://a.example/"}`, "unknown", 0},
		{"HTML in 201", 201, "<html>", "unknown", 0},
		{"HTML in 403", 403, "<html>", "unknown", 0},
		{"nothing", 200, "", "unknown", 0},
		{"list", 201, "[" + snapToken + "]", "unknown", 0},
		{"cut", 201, snapToken[:30], "unknown", 0},
		{"accepted", 202, snapToken, "unknown", 0},
		{"gateway's 404", 404, `{"message":"no route"}`, "unknown", 0},
		{"gateway's 502", 502, `{"error_messages":["x"]}`, "unknown", 0},
		{"redirect", 302, `{"error_messages":["x"]}`, "unknown", 0},
	} {
		_, err := judgeSnap(call{op: "snap", id: "a-1"}, c.http, []byte(c.body))
		if got, code := outcome(Transaction{}, err); got != c.want || code != c.code {
			t.Errorf("%s: got %s %d, want %s %d (%v)", c.name, got, code, c.want, c.code, err)
		}
		if got, want := IsDuplicate(err), c.name == "paid"; got != want {
			t.Errorf("%s: duplicate %v", c.name, got)
		}
	}
	var refused *APIError
	_, err := judgeSnap(call{op: "snap"}, 401, []byte(snap401))
	if !errors.As(err, &refused) || len(refused.Validation) != 2 || ReasonOf(err) != ReasonMerchant {
		t.Errorf("got %+v", refused)
	}
}

func TestSibling(t *testing.T) {
	for base, want := range map[string]string{
		"https://api.midtrans.com":          "https://app.midtrans.com",
		"https://api.sandbox.midtrans.com/": "https://app.sandbox.midtrans.com",
		"http://127.0.0.1:8090":             "http://127.0.0.1:8090",
	} {
		if got := client(t, base, Options{}).app; got != want {
			t.Errorf("%s: got %s, want %s", base, got, want)
		}
	}
	for _, app := range []string{"ftp://a.example", "https://u@a.example", "https://a.example?x"} {
		u, err := url.Parse(app)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(&url.URL{Scheme: "https", Host: "api.example"}, docsKey, Options{App: u}); err == nil {
			t.Errorf("%s was taken", app)
		}
	}
}

func TestSnapLogsNoNumber(t *testing.T) {
	r := SnapRequest{OrderID: "a 1", GrossAmount: 1, GoPay: Lock(Phone{"62", "8123456789012345"}), UserID: user(t, "x")}
	_, err := client(t, "http://127.0.0.1:1", Options{}).Snap(t.Context(), r)
	if text := fmt.Sprint(err); strings.Contains(text, "8123456789") || strings.Contains(text, r.UserID.String()) {
		t.Errorf("an error tells who it was: %s", text)
	}
}
