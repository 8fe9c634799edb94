package backend

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
)

// listener hears what the provider is asked to charge.
type listener struct {
	Provider
	mu sync.Mutex
	r  midtrans.ChargeRequest
}

func (l *listener) Charge(ctx context.Context, r midtrans.ChargeRequest) (midtrans.Transaction, error) {
	l.mu.Lock()
	l.r = r
	l.mu.Unlock()
	return l.Provider.Charge(ctx, r)
}

func (l *listener) last() midtrans.ChargeRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r
}

func TestCallback(t *testing.T) {
	bubble(t, func(t *testing.T) {
		heard := &listener{}
		s := openShop(t, func(o *Options) { heard.Provider, o.Provider = o.Provider, heard })
		s.charge("WEB-00000001", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodDeeplink})
		if g := heard.last().GoPay; g == nil || !g.EnableCallback || g.CallbackURL != publicURL+"/v1/callback/gopay" {
			t.Errorf("the wallet does not know the way back: %+v", g)
		}
		look := func(query string) (int, string) {
			status, header, text := s.as("", "GET", "/v1/callback/gopay?"+query, nil)
			if header.Get("Cache-Control") != "no-store" || header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers %v", header)
			}
			return status, string(text)
		}
		// Whatever it claims, the provider is asked.
		for _, claim := range []string{"success", "failure", "settlement", ""} {
			if status, text := look("order_id=WEB-00000001&result=" + claim); status != 200 || !strings.Contains(text, "Not paid yet") || !strings.Contains(text, "http-equiv") {
				t.Errorf("pending, claims %q: HTTP %d\n%s", claim, status, text)
			}
		}
		s.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		s.pay("WEB-00000001")
		time.Sleep(11 * time.Second) // since the provider was asked last
		for _, claim := range []string{"failure", "success"} {
			if status, text := look("result=" + claim + "&order_id=WEB-00000001"); status != 200 || !strings.Contains(text, "Paid. Thank you.") || !strings.Contains(text, "Terima kasih") || strings.Contains(text, "http-equiv") {
				t.Errorf("paid, claims %q: HTTP %d\n%s", claim, status, text)
			}
		}
		s.charge("WEB-00000002", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodDeeplink})
		s.call("DELETE", "/v1/merchant/charges/WEB-00000002", nil, nil)
		if status, text := look("order_id=WEB-00000002&result=success"); status != 200 || !strings.Contains(text, "Not paid.") {
			t.Errorf("cancelled: HTTP %d\n%s", status, text)
		}
	})
}

// TestCallbackStrangers: what is not an order that was given this way back is
// not told about, asked about, or written into a page as it came.
func TestCallbackStrangers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.put("KASIR-00000001", 5_000)
		s.charge("WEB-00000001", merchant.ChargeAsk{Amount: 5_000, Method: merchant.MethodQRIS})
		s.pay("KASIR-00000001")
		time.Sleep(time.Minute)
		time.Sleep(5 * time.Second) // clear of what the clerk asks by itself
		asked := s.calls.status.Load()
		for query, want := range map[string]int{
			"order_id=KASIR-00000001&result=success":                    404,
			"order_id=WEB-00000001&result=success":                      404,
			"order_id=WEB-00000009&result=success":                      404,
			"result=success":                                            400,
			"order_id=WEB-00000001&order_id=WEB-00000002":               400,
			"order_id=%zz":                                              400,
			"order_id=%3Cscript%3Ealert(1)%3C/script%3E&result=%3Cb%3E": 400,
			"order_id=" + strings.Repeat("x", 3000):                     400,
		} {
			status, header, text := s.as("", "GET", "/v1/callback/gopay?"+query, nil)
			if status != want || strings.Contains(string(text), "<script") || strings.Contains(string(text), "<b>") || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
				t.Errorf("%.60s: HTTP %d, want %d\n%s", query, status, want, text)
			}
		}
		if got := s.calls.status.Load(); got != asked {
			t.Errorf("the provider was asked %d times", got-asked)
		}
		if status, _, _ := s.as("", "POST", "/v1/callback/gopay?order_id=WEB-00000001", nil); status != http.StatusMethodNotAllowed {
			t.Errorf("POST: HTTP %d", status)
		}
	})
}

// TestCallbackLie: the wallet's app goes back with a success that never was;
// the page it lands on says what the provider says.
func TestCallbackLie(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		for _, test := range []struct {
			order, claims, says string
			lie                 bool
		}{
			{"WEB-00000001", "result=success", "Not paid yet", true},
			{"WEB-00000002", "result=success", "Paid. Thank you.", false},
		} {
			c := s.charge(test.order, merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodDeeplink})
			if test.lie {
				s.fault(sandbox.Fault{Kind: sandbox.FalseCallback, Order: test.order})
			}
			req, err := http.NewRequestWithContext(t.Context(), "POST", action(c, "deeplink-redirect"), nil)
			if err != nil {
				t.Fatal(err)
			}
			phone := &http.Client{Transport: s.net.transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			res, err := phone.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			back, ok := strings.CutPrefix(res.Header.Get("Location"), publicURL)
			if !ok || !strings.Contains(back, test.claims) {
				t.Fatalf("the phone goes to %q", res.Header.Get("Location"))
			}
			time.Sleep(11 * time.Second)
			if status, _, text := s.as("", "GET", back, nil); status != 200 || !strings.Contains(string(text), test.says) {
				t.Errorf("%s: HTTP %d\n%s", test.order, status, text)
			}
		}
	})
}

// TestCallbackCrowd: however many wait on the page, notifications are taken.
func TestCallbackCrowd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.charge("WEB-00000001", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodDeeplink})
		for range maxNotifying { // slow ones, who have not been answered yet
			s.backend.visitors <- struct{}{}
		}
		if status, _, _ := s.as("", "GET", "/v1/callback/gopay?order_id=WEB-00000001", nil); status != http.StatusServiceUnavailable {
			t.Errorf("one too many: HTTP %d", status)
		}
		s.pay("WEB-00000001")
		time.Sleep(2 * time.Second)
		if f := s.facts("WEB-00000001"); f.State != ledger.Settled || f.HeardCount == 0 {
			t.Errorf("not heard: %s, %d", f.State, f.HeardCount)
		}
	})
}
