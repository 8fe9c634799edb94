package midtrans

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// provider answers every request with answer and keeps the last one.
type provider struct {
	*httptest.Server
	mu   sync.Mutex
	last *sent
}

// sent is a request as it arrived.
type sent struct {
	method, path, query, body string
	header                    http.Header
}

func serve(t *testing.T, answer http.HandlerFunc) *provider {
	t.Helper()
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		p.last = &sent{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(b), r.Header.Clone()}
		p.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// took gives the last request and forgets it; nil when there was none.
func (p *provider) took() *sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.last
	p.last = nil
	return last
}

func say(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

func client(t *testing.T, base string, o Options) *Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(u, docsKey, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestChargeRequest(t *testing.T) {
	p := serve(t, say(created))
	c := client(t, p.URL+"/", Options{NotifyURLs: []string{"https://shop.example/n", "https://two.example/n"}})
	tr, err := c.Charge(t.Context(), ChargeRequest{PaymentType: "qris", OrderID: "a-1", GrossAmount: 1, IdempotencyKey: "key-1"})
	if err != nil || tr.TransactionID != "t-1" {
		t.Fatalf("got %+v, %v", tr, err)
	}
	r := p.took()
	h := r.header
	for _, c := range []struct{ what, got, want string }{
		{"method", r.method, "POST"},
		{"path", r.path, "/v2/charge"},
		{"authorization", h.Get("Authorization"), "Basic " + base64.StdEncoding.EncodeToString([]byte(docsKey+":"))},
		{"content type", h.Get("Content-Type"), "application/json"},
		{"accept", h.Get("Accept"), "application/json"},
		{"idempotency key", h.Get("Idempotency-Key"), "key-1"},
		{"notification", h.Get("X-Override-Notification"), "https://shop.example/n,https://two.example/n"},
		{"body", r.body, `{"payment_type":"qris","transaction_details":{"order_id":"a-1","gross_amount":1}}`},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestOperations(t *testing.T) {
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		id, _ := url.PathUnescape(strings.Split(r.URL.EscapedPath(), "/")[2])
		fmt.Fprintf(w, `{"status_code":"200","transaction_status":"cancel","order_id":%q}`, id)
	})
	c := client(t, p.URL, Options{NotifyURLs: []string{"https://shop.example/n"}})
	for _, op := range []struct {
		do     func(context.Context, string) (Transaction, error)
		id     string
		method string
		path   string
	}{
		{c.Status, "a-1", "GET", "/v2/a-1/status"},
		{c.Cancel, "a~b.c_d-1", "POST", "/v2/a~b.c_d-1/cancel"},
		{c.Expire, "a/../b?c#d e", "POST", "/v2/a%2F..%2Fb%3Fc%23d%20e/expire"},
	} {
		if _, err := op.do(t.Context(), op.id); err != nil {
			t.Errorf("%s: %v", op.path, err)
		}
		r := p.took()
		if got := r.method + " " + r.path; got != op.method+" "+op.path {
			t.Errorf("got %s, want %s %s", got, op.method, op.path)
		}
		if got := r.header.Get("X-Override-Notification"); got != "" {
			t.Errorf("%s: notification URL %q goes with charges only", op.path, got)
		}
	}
	for _, id := range []string{"", ".", "..", strings.Repeat("x", 256)} {
		_, err := c.Status(t.Context(), id)
		if got, code := outcome(Transaction{}, err); got != "refused" || code != 400 {
			t.Errorf("status of %.10q: got %s %d", id, got, code)
		}
		if r := p.took(); r != nil {
			t.Errorf("status of %.10q: was sent to %s", id, r.path)
		}
	}
}

func TestUnknownOutcomes(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for name, answer := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-release:
			}
		},
		"drip": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
		"5 MB": say(`{"x":"` + strings.Repeat("x", 5<<20) + `"}`),
		"cut":  func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"cut in the body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "999")
			io.WriteString(w, created)
		},
		"redirect":         func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"HTML in HTTP 502": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502); io.WriteString(w, "<html>") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // two of them wait for the whole of it
			p := serve(t, answer)
			c := client(t, p.URL, Options{Timeout: 2 * time.Second, HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
			start := time.Now()
			got, _ := outcome(c.Charge(t.Context(), ChargeRequest{PaymentType: "qris", OrderID: "a-1", GrossAmount: 1}))
			if got != "unknown" {
				t.Errorf("got %s", got)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if r := p.took(); r == nil || r.path != "/v2/charge" {
				t.Errorf("the last request was %+v", r)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	p := serve(t, say(""))
	p.Close()
	c := client(t, p.URL, Options{})
	_, err := c.Status(t.Context(), "a-1")
	if got, _ := outcome(Transaction{}, err); got != "unknown" {
		t.Errorf("got %s, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = c.Status(ctx, "a-1"); !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUnknown) {
		t.Errorf("cancelled: got %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	const key, base = "SB-Mid-server-x", "https://api.sandbox.midtrans.com"
	for _, c := range []struct {
		name, base, key string
		urls            []string
		ok              bool
	}{
		{"fine", base, key, []string{"https://shop.example/n"}, true},
		{"port and path", "http://127.0.0.1:8090/provider/", key, nil, true},
		{"no scheme", "api.midtrans.com", key, nil, false},
		{"ftp", "ftp://api.midtrans.com", key, nil, false},
		{"user", "https://u:p@api.midtrans.com", key, nil, false},
		{"query", base + "?a=b", key, nil, false},
		{"empty key", base, "", nil, false},
		{"key with a newline", base, key + "\n", nil, false},
		{"key with a colon", base, "a:b", nil, false},
		{"three URLs", base, key, []string{"https://a.example", "https://b.example", "https://c.example"}, false},
		{"comma in a URL", base, key, []string{"https://a.example/x,https://b.example"}, false},
		{"no URL", base, key, []string{"a.example/n"}, false},
		{"header injection", base, key, []string{"https://a.example/\r\nX: y"}, false},
	} {
		u, err := url.Parse(c.base)
		if err != nil {
			t.Fatal(err)
		}
		_, err = New(u, c.key, Options{NotifyURLs: c.urls})
		if (err == nil) != c.ok {
			t.Errorf("%s: got %v, want ok %v", c.name, err, c.ok)
		}
		if err != nil && c.key != "" && strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: the key is in the error: %v", c.name, err)
		}
	}
	if _, err := New(nil, key, Options{}); err == nil {
		t.Error("no base was taken")
	}
}

// TestNoSecretsInLogs makes every kind of outcome and looks at what was logged.
func TestNoSecretsInLogs(t *testing.T) {
	var log bytes.Buffer
	for _, answer := range []string{sample(t, "charge_qris_2026.json"), `{"status_code":"406","status_message":"` + strings.Repeat("m", 5000) + `"}`, "<html>"} {
		p := serve(t, say(answer))
		c := client(t, p.URL, Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
		_, err := c.Charge(t.Context(), ChargeRequest{PaymentType: "qris", OrderID: "order103", GrossAmount: 789000})
		p.Close()
		_, after := c.Status(t.Context(), "order103")
		fmt.Fprintln(&log, err, after)
	}
	text := log.String()
	for _, secret := range []string{docsKey, base64.StdEncoding.EncodeToString([]byte(docsKey + ":")), "COM.GO-JEK.WWW"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q was logged:\n%s", secret, text)
		}
	}
	if got := strings.Count(text, "op=charge"); got != 3 {
		t.Errorf("got %d lines about charges, want 3:\n%s", got, text)
	}
}
