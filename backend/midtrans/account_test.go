package midtrans

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

const accountID = "00000269-7836-49e5-bc65-e592afafec14"

// enabled is an answer about a linked account with one active purse.
const enabled = `{"status_code":"200","payment_type":"gopay","account_id":"` + accountID + `","account_status":"ENABLED",
	"metadata":{"payment_options":[
		{"name":"PAY_LATER","active":false,"balance":{"value":"0.00","currency":"IDR"},"metadata":{},"token":"later"},
		{"name":"GOPAY_WALLET","active":true,"balance":{"value":1000000,"currency":"IDR"},"metadata":{},"token":"wallet-token"}]}}`

func accountOutcome(a Account, err error) (string, int) {
	return outcome(Transaction{StatusCode: a.StatusCode}, err)
}

func TestCreateAccount(t *testing.T) {
	p := serve(t, say(sample(t, "seeds/000-create-response.json")))
	var log bytes.Buffer
	c := client(t, p.URL, Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	a, err := c.CreateAccount(t.Context(), AccountRequest{Phone: Phone{"62", "81212345678"}, RedirectURL: "https://www.gojek.com"})
	if err != nil || a.ID != accountID || a.Status != AccountPending || a.Enabled() || a.Final() {
		t.Fatalf("got %+v, %v", a, err)
	}
	if got, want := a.ActivationURL(), "http://api.midtrans.com/v2/gopay/redirect/gpar_6123269-1425-21e3-bc44-e592afafec14/link"; got != want {
		t.Errorf("activation: got %s, want %s", got, want)
	}
	if got, want := a.ActivationApp(), "http://api.midtrans.com/v2/gopay/redirect/gpad_6123269-1425-21e3-bc44-e592afafec14/link"; got != want {
		t.Errorf("activation in the app: got %s, want %s", got, want)
	}
	r := p.took()
	equalJSON(t, "body", []byte(r.body), []byte(sample(t, "seeds/000-create-request.json")))
	if got := r.method + " " + r.path; got != "POST /v2/pay/account" {
		t.Errorf("got %s", got)
	}
	if got := r.header.Get("X-Override-Notification") + r.header.Get("Idempotency-Key"); got != "" {
		t.Errorf("headers that do not work here were sent: %s", got)
	}
	if strings.Contains(log.String(), "81212345678") {
		t.Errorf("the number is in the log: %s", &log)
	}
	for name, bad := range map[string]AccountRequest{
		"no number":   {},
		"leading 0":   {Phone: Phone{"62", "081212345678"}},
		"no country":  {Phone: Phone{"", "81212345678"}},
		"plus":        {Phone: Phone{"+62", "81212345678"}},
		"no scheme":   {Phone: Phone{"62", "81212345678"}, RedirectURL: "www.gojek.com"},
		"too large":   {Phone: Phone{"62", "81212345678"}, RedirectURL: "https://x.example/" + strings.Repeat("x", 17_000)},
		"line breaks": {Phone: Phone{"62", "81212345678"}, RedirectURL: "https://x.example/\n"},
	} {
		if got, _ := accountOutcome(c.CreateAccount(t.Context(), bad)); got != "refused" || p.took() != nil {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestJudgeAccount(t *testing.T) {
	state := func(code, state string) string {
		return fmt.Sprintf(`{"status_code":%q,"payment_type":"gopay","account_id":%q,"account_status":%q}`, code, accountID, state)
	}
	for _, c := range []struct {
		name, op string
		http     int
		body     string
		want     string
		code     int
		reason   Reason
	}{
		{"pending", "account", 200, state("201", "PENDING"), "ok", 201, ReasonNone},
		{"pending, HTTP 201", "account", 201, state("201", "PENDING"), "ok", 201, ReasonNone},
		{"enabled", "account", 200, enabled, "ok", 200, ReasonNone},
		{"expired", "account", 200, state("204", "EXPIRED"), "ok", 204, ReasonNone},
		{"disabled", "account", 200, state("204", "DISABLED"), "ok", 204, ReasonNone},
		{"lower case", "account", 200, state("204", "disabled"), "ok", 204, ReasonNone},
		{"unbound", "unbind", 200, state("204", "DISABLED"), "ok", 204, ReasonNone},
		{"unbound, yet enabled", "unbind", 200, state("200", "ENABLED"), "unknown", 0, ReasonTryLater},
		{"another account", "account", 200, strings.Replace(enabled, "00000269", "00000000", 1), "unknown", 0, ReasonTryLater},
		{"no state", "account", 200, state("200", ""), "unknown", 0, ReasonTryLater},
		{"a state of tomorrow", "account", 200, state("200", "FROZEN"), "unknown", 0, ReasonTryLater},
		{"options are no list", "account", 200, strings.Replace(enabled, "[", "{}, \"x\":[", 1), "unknown", 0, ReasonTryLater},

		{"nobody's number", "create account", 200, sample(t, "seeds/000-create-refused.json"), "refused", 202, ReasonNotRegistered},
		{"scheme", "create account", 200, `{"status_code":"202","channel_response_code":"2903","channel_response_message":"invalid scheme"}`, "refused", 202, ReasonRequest},
		{"blocked", "create account", 200, `{"status_code":"410","status_message":"GoPay user is blocked"}`, "refused", 410, ReasonBlocked},
		{"blocked, formerly", "create account", 200, `{"status_code":"402","channel_response_code":"112"}`, "refused", 402, ReasonBlocked},
		{"passing trouble", "create account", 200, `{"status_code":"202","channel_response_code":"900"}`, "unknown", 0, ReasonTryLater},
		{"202 of nobody", "create account", 200, `{"status_code":"202"}`, "unknown", 0, ReasonTryLater},
		{"still running", "create account", 202, `{"status_code":"202","channel_response_code":"105"}`, "unknown", 0, ReasonTryLater},
		{"caller", "unbind", 200, `{"status_code":"202","channel_response_code":"1001","channel_response_message":"Caller authentication error."}`, "refused", 202, ReasonMerchant},
		{"still pending", "unbind", 200, `{"status_code":"412","status_message":"Account status cannot be updated.","id":"r"}`, "refused", 412, ReasonState},
		{"unknown account", "account", 200, `{"status_code":"404","status_message":"Account doesn't exist."}`, "refused", 404, ReasonNotFound},
		{"rate limit", "create account", 429, ``, "refused", 429, ReasonTryLater},
		{"500 in 200", "create account", 200, `{"status_code":"500"}`, "unknown", 0, ReasonTryLater},
		{"HTML", "create account", 502, `<html>`, "unknown", 0, ReasonTryLater},
	} {
		q := call{op: c.op, id: accountID}
		a, err := judgeAccount(q, c.http, []byte(c.body))
		got, code := accountOutcome(a, err)
		if got != c.want || code != c.code {
			t.Errorf("%s: got %s %d, want %s %d (%v)", c.name, got, code, c.want, c.code, err)
		}
		if got := ReasonOf(err); got != c.reason {
			t.Errorf("%s: got reason %q, want %q", c.name, got, c.reason)
		}
	}
}

func TestAccountPaths(t *testing.T) {
	p := serve(t, say(strings.Replace(enabled, "ENABLED", "DISABLED", 1)))
	c := client(t, p.URL, Options{})
	if _, err := c.Account(t.Context(), accountID); err != nil {
		t.Fatal(err)
	}
	if r := p.took(); r.method+" "+r.path != "GET /v2/pay/account/"+accountID {
		t.Errorf("got %s %s", r.method, r.path)
	}
	if _, err := c.Unbind(t.Context(), accountID); err != nil {
		t.Fatal(err)
	}
	if r := p.took(); r.method+" "+r.path != "POST /v2/pay/account/"+accountID+"/unbind" {
		t.Errorf("got %s %s", r.method, r.path)
	}
	for _, id := range []string{"", "..", strings.Repeat("x", 256)} {
		if got, _ := accountOutcome(c.Unbind(t.Context(), id)); got != "refused" || p.took() != nil {
			t.Errorf("%.10q: got %s", id, got)
		}
	}
}

func TestOptions(t *testing.T) {
	a, err := judgeAccount(call{op: "account"}, 200, []byte(enabled))
	if err != nil || len(a.Options) != 2 {
		t.Fatalf("got %+v, %v", a, err)
	}
	o, ok := a.Option("")
	if balance, whole := o.Balance.Rupiah(); !ok || o.Token != "wallet-token" || !whole || balance != 1_000_000 {
		t.Errorf("got %v, %v, balance %v, %v", o, ok, balance, whole)
	}
	if _, ok := a.Option("PAY_LATER"); ok {
		t.Error("an inactive option can be charged")
	}
	if _, ok := a.Option("GOPAY_SAVINGS"); ok {
		t.Error("a missing option can be charged")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, o); strings.Contains(got, "wallet-token") {
			t.Errorf("%s shows the token: %s", verb, got)
		}
	}
	a.Status = AccountDisabled
	if _, ok := a.Option(""); ok {
		t.Error("a disabled account can be charged")
	}
	for _, b := range []*Balance{nil, {Value: "1.50", Currency: "IDR"}, {Value: "1.00", Currency: "SGD"}, {}} {
		if n, ok := b.Rupiah(); ok {
			t.Errorf("%+v is %v rupiah", b, n)
		}
	}
}

// wallet answers for one linked account whose token is another every time.
func wallet(t *testing.T, account, charge string) (*provider, *[]string) {
	var paths []string
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.Path)
		if r.Method == http.MethodGet {
			io.WriteString(w, strings.Replace(account, "wallet-token", fmt.Sprintf("token-%d", len(paths)), 1))
			return
		}
		io.WriteString(w, charge)
	}), &paths
}

func TestChargeLinked(t *testing.T) {
	p, paths := wallet(t, enabled, strings.Replace(created, `"201"`, `"200"`, 1))
	c := client(t, p.URL, Options{NotifyURLs: []string{"https://shop.example/n"}})
	r := ChargeRequest{PaymentType: "gopay", OrderID: "a-1", GrossAmount: 1, GoPay: &GoPayOptions{AccountID: accountID}}
	for n, token := range []string{"token-1", "token-3"} {
		if _, err := c.ChargeLinked(t.Context(), r, ""); err != nil {
			t.Fatal(err)
		}
		got := p.took()
		equalJSON(t, "body", []byte(got.body), []byte(`{"payment_type":"gopay","transaction_details":{"order_id":"a-1","gross_amount":1},
			"gopay":{"account_id":"`+accountID+`","payment_option_token":"`+token+`"}}`))
		if got := (*paths)[2*n : 2*n+2]; got[0] != "GET /v2/pay/account/"+accountID || got[1] != "POST /v2/charge" {
			t.Errorf("got %v", got)
		}
	}
	if r.GoPay.PaymentOptionToken != "" {
		t.Error("the caller's request was changed")
	}
}

// TestNotCharged: whatever keeps the account from being read or charged, the
// charge is certainly not made.
func TestNotCharged(t *testing.T) {
	good := ChargeRequest{PaymentType: "gopay", OrderID: "a-1", GrossAmount: 1, GoPay: &GoPayOptions{AccountID: accountID}}
	for _, c := range []struct {
		name, account, option string
		want                  Reason
	}{
		{"unlinked", strings.Replace(enabled, "ENABLED", "DISABLED", 1), "", ReasonNotLinked},
		{"pending", `{"status_code":"201","account_id":"` + accountID + `","account_status":"PENDING"}`, "", ReasonNotLinked},
		{"no such option", enabled, "GOPAY_SAVINGS", ReasonNotLinked},
		{"inactive option", enabled, "PAY_LATER", ReasonNotLinked},
		{"no such account", `{"status_code":"404","status_message":"no"}`, "", ReasonNotLinked},
		{"unreadable", `<html>`, "", ReasonTryLater},
		{"500", `{"status_code":"500"}`, "", ReasonTryLater},
		{"blocked", `{"status_code":"410"}`, "", ReasonBlocked},
	} {
		p, paths := wallet(t, c.account, created)
		_, err := client(t, p.URL, Options{}).ChargeLinked(t.Context(), good, c.option)
		if got, _ := outcome(Transaction{}, err); got != "refused" || ReasonOf(err) != c.want || IsNotFound(err) {
			t.Errorf("%s: got %s, reason %q: %v", c.name, got, ReasonOf(err), err)
		}
		if len(*paths) != 1 {
			t.Errorf("%s: asked %v", c.name, *paths)
		}
	}
	p, paths := wallet(t, enabled, created)
	c := client(t, p.URL, Options{})
	for name, spoil := range map[string]func(*ChargeRequest){
		"qris":         func(r *ChargeRequest) { r.PaymentType = "qris" },
		"no account":   func(r *ChargeRequest) { r.GoPay = &GoPayOptions{} },
		"no gopay":     func(r *ChargeRequest) { r.GoPay = nil },
		"bad order":    func(r *ChargeRequest) { r.OrderID = "a b" },
		"callback":     func(r *ChargeRequest) { r.GoPay = &GoPayOptions{AccountID: accountID, CallbackURL: "callback"} },
		"strange id":   func(r *ChargeRequest) { r.GoPay = &GoPayOptions{AccountID: "a b"} },
		"lonely token": func(r *ChargeRequest) { r.GoPay = &GoPayOptions{PaymentOptionToken: "x"} },
	} {
		r := good
		spoil(&r)
		if got, _ := outcome(c.ChargeLinked(t.Context(), r, "")); got != "refused" || len(*paths) != 0 {
			t.Errorf("%s: got %s", name, got)
		}
	}
	var refused *APIError
	if _, err := c.Charge(t.Context(), good); !errors.As(err, &refused) || len(*paths) != 0 {
		t.Errorf("an account without a token: got %v", err)
	}
}
