package backend

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const (
	merchantToken = "a merchant's token, long enough"
	publicURL     = "https://shop.example"
)

// shop is a town whose merchant has programs of his own.
type shop struct {
	*town
	desk   *merchant.Desk
	client *midtrans.Client // what the merchant's Server Key can do
	papers *shelf.Shelf
}

// openShop builds a shop; change may alter what its backend is made of.
func openShop(t *testing.T, change func(*Options)) *shop {
	t.Helper()
	s := &shop{}
	papers, err := shelf.Open(t.Context(), filepath.Join(t.TempDir(), "shelf.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { papers.Close() })
	s.papers = papers
	s.town = settle(t, func(o *Options) {
		s.client = o.Provider.(*midtrans.Client)
		if s.desk, err = merchant.New(context.Background(), merchant.Options{
			Shelf: papers, Provider: s.client, Logger: o.Logger}); err != nil {
			t.Fatal(err)
		}
		o.Merchant = Merchant{Token: merchantToken, Desk: s.desk, Papers: papers, PublicURL: publicURL}
		if change != nil {
			change(o)
		}
	})
	return s
}

// reprovide takes another provider, before anybody has asked anything of it.
func (s *shop) reprovide(o sandbox.Options) {
	s.Helper()
	s.sandbox.Close()
	o.ServerKey, o.Seed, o.BaseURL, o.RetryScale = serverKey, 7, "http://provider.test", 1
	o.HTTP, o.AccountNotifyURL, o.RecurringNotifyURL = &http.Client{Transport: s.net.transport()}, hook+"/account", hook+"/recurring"
	fresh := sandbox.New(o)
	s.sandbox = fresh
	s.Cleanup(func() { fresh.Close() })
}

// call is one exchange as the merchant's program; the answer is held against
// openapi.json like every other.
func (s *shop) call(method, path string, body, into any) int {
	s.Helper()
	status, _, text := s.as("Bearer "+merchantToken, method, path, body)
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			s.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return status
}

func (s *shop) as(authorization, method, path string, body any) (int, http.Header, []byte) {
	s.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			s.Fatal(err)
		}
		text = string(b)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://backend.test"+path, bytes.NewReader([]byte(text)))
	if err != nil {
		s.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := (&http.Client{Transport: s.net.transport()}).Do(req)
	if err != nil {
		s.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	if err := readAPI(s.T).conforms(method, path, res, got); err != nil {
		s.Errorf("not as openapi.json says: %v", err)
	}
	return res.StatusCode, res.Header, got
}

// refused wants a refusal with this code.
func (s *shop) refused(code, method, path string, body any) {
	s.Helper()
	var e wire.Error
	if status := s.call(method, path, body, &e); e.Code != code || status != wire.Status(code) || e.Message == "" {
		s.Errorf("%s %.80s: HTTP %d %+v, want %s", method, path, status, e, code)
	}
}

// charge asks for a charge and wants it done.
func (s *shop) charge(order string, ask merchant.ChargeAsk) (c merchant.Charge) {
	s.Helper()
	if status := s.call("PUT", "/v1/merchant/charges/"+order, ask, &c); status != http.StatusOK {
		s.Fatalf("PUT %s: HTTP %d", order, status)
	}
	return c
}

// providerID is the provider's id of a subscription, which no answer tells.
func (s *shop) providerID(name string) string {
	s.Helper()
	p, ok, err := s.papers.Get(context.Background(), merchant.KindSubscription, name)
	if err != nil || !ok {
		s.Fatalf("subscription %s: %v, %v", name, ok, err)
	}
	return p.Key
}
