package midtrans

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

const subscriptionID = "d98a63b8-97e4-4059-825f-0f62340407e9"

// subscribed is a subscription as its creation is answered, in the older way to
// write times.
const subscribed = `{"id":"` + subscriptionID + `","name":"MONTHLY_2019","amount":"14000","currency":"IDR","created_at":"2019-05-29T09:11:01.810452",
	"schedule":{"interval":1,"interval_unit":"month","start_time":"2019-05-29 09:11:01","previous_execution_at":"2019-05-29T09:11:01.803677","next_execution_at":"2019-06-29T09:11:01.803677"},
	"retry_schedule":{"interval":1,"interval_unit":"day","max_interval":3},"status":"active","token":"secret-token","payment_type":"gopay",
	"metadata":{"description":"Recurring payment for A"},"customer_details":{"first_name":"John"},"gopay":{"account_id":"` + accountID + `"}}`

func subscription() SubscriptionRequest {
	return SubscriptionRequest{Name: "MONTHLY_2019", Amount: 14000, AccountID: accountID, Token: "secret-token",
		Schedule: Schedule{Interval: 1, Unit: "month"}, Retry: &Retry{1, "day", 3}}
}

func TestSubscribe(t *testing.T) {
	p := serve(t, answerWith(200, subscribed))
	c := client(t, p.URL, Options{NotifyURLs: []string{"https://shop.example/n"}})
	r := subscription()
	twelve := 12
	r.Schedule.MaxInterval, r.Schedule.Start = &twelve, time.Date(2099, 7, 22, 0, 25, 1, 5, time.UTC)
	r.Metadata, r.Customer, r.IdempotencyKey = map[string]any{"description": "x"}, &Customer{FirstName: "John"}, "key-1"
	s, err := c.Subscribe(t.Context(), r)
	if err != nil || s.ID != subscriptionID || !s.Active() || s.Amount != 14000 || s.AccountID != accountID || s.Retry.Max != 3 {
		t.Fatalf("got %#v, %v", s, err)
	}
	if want := time.Date(2019, 6, 29, 2, 11, 1, 803677000, time.UTC); !s.Schedule.Next.Equal(want) {
		t.Errorf("next: got %v, want %v", s.Schedule.Next, want)
	}
	got := p.took()
	equalJSON(t, "body", []byte(got.body), []byte(`{"name":"MONTHLY_2019","amount":"14000","currency":"IDR","payment_type":"gopay","token":"secret-token",
		"schedule":{"interval":1,"interval_unit":"month","max_interval":12,"start_time":"2099-07-22 07:25:01 +0700"},
		"retry_schedule":{"interval":1,"interval_unit":"day","max_interval":3},"metadata":{"description":"x"},
		"customer_details":{"first_name":"John"},"gopay":{"account_id":"`+accountID+`"}}`))
	if h := got.header; got.method+" "+got.path != "POST /v1/subscriptions" || h.Get("Idempotency-Key") != "key-1" || h.Get("X-Override-Notification") != "" {
		t.Errorf("got %s %s %v", got.method, got.path, h)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, s); strings.Contains(text, "secret-token") {
			t.Errorf("%s shows the token: %s", verb, text)
		}
	}
	var again Subscription
	if b, err := json.Marshal(s); err != nil || json.Unmarshal(b, &again) != nil || again.String() != s.String() || !again.Schedule.Next.Equal(s.Schedule.Next) || !again.CreatedAt.Equal(s.CreatedAt) {
		t.Errorf("again: got %#v, %v", again, err)
	}
}

// TestSubscribeCheck has requests that must never be sent.
func TestSubscribeCheck(t *testing.T) {
	p := serve(t, answerWith(200, subscribed))
	c := client(t, p.URL, Options{})
	for name, spoil := range map[string]func(*SubscriptionRequest){
		"no name":       func(r *SubscriptionRequest) { r.Name = "" },
		"space":         func(r *SubscriptionRequest) { r.Name = "MONTHLY 2019" },
		"16 characters": func(r *SubscriptionRequest) { r.Name = strings.Repeat("x", 16) },
		"nothing":       func(r *SubscriptionRequest) { r.Amount = 0 },
		"too much":      func(r *SubscriptionRequest) { r.Amount = MaxGoPay + 1 },
		"no account":    func(r *SubscriptionRequest) { r.AccountID = "" },
		"no token":      func(r *SubscriptionRequest) { r.Token = "" },
		"token":         func(r *SubscriptionRequest) { r.Token = "a\nb" },
		"long key":      func(r *SubscriptionRequest) { r.IdempotencyKey = strings.Repeat("k", 37) },
		"metadata":      func(r *SubscriptionRequest) { r.Metadata = map[string]any{"x": strings.Repeat("x", 992)} },
		"no JSON":       func(r *SubscriptionRequest) { r.Metadata = map[string]any{"x": func() {}} },
		"schedule":      func(r *SubscriptionRequest) { r.Schedule.Unit = "year" },
		"past":          func(r *SubscriptionRequest) { r.Schedule.Start = time.Now().Add(-time.Minute) },
		"four retries":  func(r *SubscriptionRequest) { r.Retry = &Retry{1, "day", 4} },
	} {
		r := subscription()
		spoil(&r)
		for what, err := range map[string]error{
			"subscribe": second(c.Subscribe(t.Context(), r)),
			"update":    c.UpdateSubscription(t.Context(), subscriptionID, r),
		} {
			if got, _ := outcome(Transaction{}, err); got != "refused" || p.took() != nil {
				t.Errorf("%s, %s: got %s, %v", what, name, got, err)
			}
		}
	}
	r := subscription()
	r.Metadata = map[string]any{"x": strings.Repeat("x", 991)}
	if _, err := c.Subscribe(t.Context(), r); err != nil {
		t.Errorf("999 bytes of metadata: %v", err)
	}
	// Another client may have made one with the longer name of the other page.
	p = serve(t, answerWith(200, strings.Replace(subscribed, "MONTHLY_2019", strings.Repeat("x", 40), 1)))
	if s, err := client(t, p.URL, Options{}).Subscription(t.Context(), subscriptionID); err != nil || len(s.Name) != 40 {
		t.Errorf("a name of 40: got %v, %v", s, err)
	}
}

func TestJudgeSubscription(t *testing.T) {
	for _, c := range []struct {
		name string
		http int
		body string
		want string
		code int
	}{
		{"there", 200, subscribed, "ok", 0},
		{"made", 201, subscribed, "ok", 0},
		{"ended", 200, strings.Replace(subscribed, `"active"`, `"inactive"`, 1), "ok", 0},
		{"upper case", 200, strings.Replace(subscribed, `"active"`, `"ACTIVE"`, 1), "ok", 0},
		{"amount as number", 200, strings.Replace(subscribed, `"14000"`, `14000`, 1), "ok", 0},
		{"validation", 400, `{"status_message":"Invalid parameter.","validation_messages":["subscription.amount is required"]}`, "refused", 400},
		{"validation in 200", 200, `{"status_message":"Invalid parameter.","validation_messages":["subscription.amount is required"]}`, "refused", 400},
		{"nobody", 404, `{"status_message":"Subscription doesn't exist."}`, "refused", 404},
		{"key", 401, `{"status_message":"no"}`, "refused", 401},
		{"limiter", 429, "", "refused", 429},
		{"trouble", 500, `{"status_message":"Sorry, Our system is recovering from unexpected issues. Please retry."}`, "unknown", 0},
		{"running", 202, subscribed, "unknown", 0},
		{"gateway's 404", 404, `{"message":"no route"}`, "unknown", 0},
		{"HTML", 403, "<html>", "unknown", 0},
		{"another", 200, strings.Replace(subscribed, subscriptionID, "x", 1), "unknown", 0},
		{"no id", 200, `{"status":"active"}`, "unknown", 0},
		{"no state", 200, `{"id":"` + subscriptionID + `"}`, "unknown", 0},
		{"a state of tomorrow", 200, strings.Replace(subscribed, `"active"`, `"paused"`, 1), "unknown", 0},
		{"parts of a rupiah", 200, strings.Replace(subscribed, `"14000"`, `"14000.5"`, 1), "unknown", 0},
		{"schedule is a word", 200, `{"id":"` + subscriptionID + `","status":"active","schedule":"monthly"}`, "unknown", 0},
	} {
		_, err := judgeSubscription(call{op: "subscription", id: subscriptionID}, c.http, []byte(c.body))
		if got, code := outcome(Transaction{}, err); got != c.want || code != c.code {
			t.Errorf("%s: got %s %d, want %s %d (%v)", c.name, got, code, c.want, c.code, err)
		}
	}
	// A creation is only believed when it made what was asked for.
	for name, other := range map[string]string{"MONTHLY_2019": "WEEKLY_2019", "14000": "15000", accountID: "another", subscriptionID: strings.Repeat("x", 256)} {
		body := strings.Replace(subscribed, name, other, 1)
		p := serve(t, answerWith(200, body))
		if got, _ := outcome(Transaction{}, second(client(t, p.URL, Options{}).Subscribe(t.Context(), subscription()))); got != "unknown" {
			t.Errorf("%.20s instead of %s: got %s", other, name, got)
		}
	}
}

func TestSubscriptionChanges(t *testing.T) {
	p := serve(t, say(`{"status_message":"Subscription is updated."}`))
	var log bytes.Buffer
	c := client(t, p.URL, Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	const path = "/v1/subscriptions/" + subscriptionID
	r := subscription()
	max := 3
	r.Schedule.MaxInterval = &max // cannot be changed: not sent
	for _, c := range []struct {
		err        error
		want, body string
	}{
		{c.UpdateSubscription(t.Context(), subscriptionID, r), "PATCH " + path, `{"name":"MONTHLY_2019","amount":"14000","currency":"IDR","token":"secret-token",
			"schedule":{"interval":1},"retry_schedule":{"interval":1,"interval_unit":"day","max_interval":3},"gopay":{"account_id":"` + accountID + `"}}`},
	} {
		got := p.took()
		equalJSON(t, c.want, []byte(got.body), []byte(c.body))
		if c.err != nil || got.method+" "+got.path != c.want {
			t.Errorf("%s: got %s %s, %v", c.want, got.method, got.path, c.err)
		}
	}
	for verb, do := range map[string]func() error{
		"disable": func() error { return c.DisableSubscription(t.Context(), subscriptionID) },
		"enable":  func() error { return c.EnableSubscription(t.Context(), subscriptionID) },
		"cancel":  func() error { return c.CancelSubscription(t.Context(), subscriptionID) },
	} {
		err := do()
		if got := p.took(); err != nil || got.method+" "+got.path != "POST "+path+"/"+verb || got.body != "" {
			t.Errorf("%s: got %+v, %v", verb, got, err)
		}
	}
	r.Metadata = map[string]any{"x": 1}
	if got, _ := outcome(Transaction{}, c.UpdateSubscription(t.Context(), subscriptionID, r)); got != "refused" || p.took() != nil {
		t.Errorf("metadata in an update: got %s", got)
	}
	if got, _ := outcome(Transaction{}, c.CancelSubscription(t.Context(), "..")); got != "refused" || p.took() != nil {
		t.Errorf("no id: got %s", got)
	}
	if strings.Contains(log.String(), "secret-token") {
		t.Errorf("the token is in the log: %s", &log)
	}
	for body, want := range map[string]string{`{}`: "unknown", `<html>`: "unknown", `{"status_message":"Subscription is updated."}`: "ok", `{"status_message":[]}`: "unknown"} {
		if got, _ := outcome(Transaction{}, second(judgeChange(call{op: "x"}, 200, []byte(body)))); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}

func TestSubscribeLinked(t *testing.T) {
	var paths []string
	account := enabled
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.Path)
		io.WriteString(w, map[bool]string{true: account, false: subscribed}[r.Method == http.MethodGet])
	})
	c := client(t, p.URL, Options{})
	r := subscription()
	r.Token = ""
	if _, err := c.SubscribeLinked(t.Context(), r, ""); err != nil || len(paths) != 2 || !strings.Contains(p.took().body, `"token":"wallet-token"`) {
		t.Errorf("asked %v: %v", paths, err)
	}
	account, paths = strings.Replace(enabled, "ENABLED", "DISABLED", 1), nil
	if _, err := c.SubscribeLinked(t.Context(), r, ""); ReasonOf(err) != ReasonNotLinked || len(paths) != 1 {
		t.Errorf("unlinked: asked %v: %v", paths, err)
	}
	r.Name, paths = "", nil
	if _, err := c.SubscribeLinked(t.Context(), r, ""); ReasonOf(err) != ReasonRequest || len(paths) != 0 {
		t.Errorf("no name: asked %v: %v", paths, err)
	}
}
