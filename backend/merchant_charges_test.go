package backend

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

func action(c merchant.Charge, name string) string {
	for _, a := range c.Actions {
		if a.Name == name {
			return a.URL
		}
	}
	return ""
}

func TestMerchantCharge(t *testing.T) {
	for _, test := range []struct {
		method  merchant.Method
		actions []string
	}{
		{merchant.MethodQRIS, []string{"generate-qr-code", "generate-qr-code-v2"}},
		{merchant.MethodDeeplink, []string{"generate-qr-code", "generate-qr-code-v2", "deeplink-redirect", "get-status", "cancel"}},
	} {
		bubble(t, func(t *testing.T) {
			s := openShop(t, nil)
			ask := merchant.ChargeAsk{Amount: 25_000, Method: test.method}
			first := s.charge("WEB-00000001", ask)
			s.want("made", first.Charge, wire.Pending)
			if first.Method != test.method || first.QR == "" && test.method == merchant.MethodQRIS {
				t.Errorf("%+v", first)
			}
			for _, name := range test.actions {
				if action(first, name) == "" {
					t.Errorf("%s: no %s in %+v", test.method, name, first.Actions)
				}
			}
			if len(first.Actions) != len(test.actions) {
				t.Errorf("%s: %d actions, want %d", test.method, len(first.Actions), len(test.actions))
			}
			if again := s.charge("WEB-00000001", ask); again.TransactionID != first.TransactionID || len(again.Actions) != len(first.Actions) {
				t.Errorf("again %+v", again)
			}
			if n := s.calls.charge.Load(); n != 1 {
				t.Errorf("charged %d times", n)
			}
			s.pay("WEB-00000001")
			time.Sleep(time.Minute)
			var got merchant.Charge
			s.call("GET", "/v1/merchant/charges/WEB-00000001", nil, &got)
			if s.want("paid", got.Charge, wire.Settled); got.Paid != 25_000 || got.Actions != nil || got.Method != test.method {
				t.Errorf("paid %+v", got)
			}
		})
	}
}

// TestMerchantSurvives: how a charge is to be paid, and its addresses, are
// there after a kill.
func TestMerchantSurvives(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		first := s.charge("WEB-00000001", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodDeeplink})
		s.kill()
		s.start()
		var got merchant.Charge
		s.call("GET", "/v1/merchant/charges/WEB-00000001", nil, &got)
		if action(got, "deeplink-redirect") == "" || action(got, "deeplink-redirect") != action(first, "deeplink-redirect") {
			t.Errorf("got %+v, want %+v", got, first)
		}
		s.call("DELETE", "/v1/merchant/charges/WEB-00000001", nil, &got)
		s.want("cancelled", got.Charge, wire.Cancelled)
		s.call("DELETE", "/v1/merchant/charges/WEB-00000001", nil, &got)
		s.want("cancelled again", got.Charge, wire.Cancelled)
	})
}

func TestMerchantRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.charge("WEB-00000001", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodQRIS})
		s.put("KASIR-00000001", 5_000)
		const path = "/v1/merchant/charges/"
		for _, test := range []struct {
			method, path string
			body         any
			code         string
		}{
			{"PUT", path + "WEB-00000001", merchant.ChargeAsk{Amount: 25_001, Method: merchant.MethodQRIS}, wire.OrderConflict},
			{"PUT", path + "WEB-00000001", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodDeeplink}, wire.OrderConflict},
			{"PUT", path + "KASIR-00000001", merchant.ChargeAsk{Amount: 5_000, Method: merchant.MethodQRIS}, wire.OrderTaken},
			{"GET", path + "KASIR-00000001", nil, wire.OrderTaken},
			{"DELETE", path + "KASIR-00000001", nil, wire.OrderTaken},
			{"GET", path + "WEB-00000002", nil, wire.NotFound},
			{"DELETE", path + "WEB-00000002", nil, wire.NotFound},
			{"PUT", path + "WEB-2", merchant.ChargeAsk{Amount: 1, Method: merchant.MethodQRIS}, wire.BadRequest},
			{"PUT", path + "WEB-00000002", merchant.ChargeAsk{Amount: 0, Method: merchant.MethodQRIS}, wire.AmountRefused},
			{"PUT", path + "WEB-00000002", merchant.ChargeAsk{Amount: wire.MaxAmount + 1, Method: merchant.MethodQRIS}, wire.AmountRefused},
			{"PUT", path + "WEB-00000002", merchant.ChargeAsk{Amount: 1, Method: "cash"}, wire.BadRequest},
			{"PUT", path + "WEB-00000002", merchant.ChargeAsk{Amount: 1, Method: merchant.MethodQRIS, Customer: "c-1"}, wire.BadRequest},
			{"PUT", path + "WEB-00000002", merchant.ChargeAsk{Amount: 1, Method: merchant.MethodLinked}, wire.BadRequest},
			{"PUT", path + "WEB-00000002", merchant.ChargeAsk{Amount: 1, Method: merchant.MethodLinked, Customer: "Pak Budi"}, wire.BadRequest},
			{"PUT", path + "WEB-00000002", `{"amount":1,"method":"qris","tip":2}`, wire.BadRequest},
			{"PUT", path + "WEB-00000002", `{"amount":"1","method":"qris"}`, wire.BadRequest},
			{"PUT", path + "WEB-00000002", `{"amount":1,"method":"qris"} {}`, wire.BadRequest},
			{"PUT", path + "WEB-00000002", `<html>`, wire.BadRequest},
			{"PUT", path + "WEB-00000002", `{"method":"` + strings.Repeat(" ", wire.MaxBody) + `"}`, wire.TooLarge},
			{"POST", path + "WEB-00000002", nil, wire.BadMethod},
		} {
			s.refused(test.code, test.method, test.path, test.body)
		}
		if n := s.calls.charge.Load(); n != 2 {
			t.Errorf("charged %d times", n)
		}
		if f := s.facts("WEB-00000002"); f.Order != "" {
			t.Errorf("a refused order is in the book: %+v", f)
		}
		// Nor can a terminal take what the programs have asked for.
		if status := s.request("PUT", "/v1/charges/WEB-00000001", wire.Open{Amount: 25_000, Journal: journal}, nil); status != http.StatusConflict {
			t.Errorf("a terminal took it: HTTP %d", status)
		}
	})
}

func TestMerchantDoor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		for _, test := range []struct {
			authorization string
			status        int
		}{
			{"Bearer " + merchantToken, 404}, {"bearer " + merchantToken, 404},
			{"", 401}, {"Bearer", 401}, {"Bearer ", 401}, {merchantToken, 401}, {"Basic " + merchantToken, 401},
			{"Bearer " + merchantToken + "x", 401}, {"Bearer " + merchantToken[1:], 401}, {"Bearer " + serverKey, 401},
		} {
			for _, r := range s.backend.merchantTable() {
				if !strings.HasPrefix(r.path, "/v1/merchant/") {
					continue
				}
				for method := range r.methods {
					path := strings.NewReplacer("{", "", "}", "").Replace(r.path)
					if test.status == 401 {
						if status, _, _ := s.as(test.authorization, method, path, nil); status != 401 {
							t.Errorf("%s %s with %q: HTTP %d", method, path, test.authorization, status)
						}
					}
				}
			}
			if status, _, _ := s.as(test.authorization, "GET", "/v1/merchant/charges/WEB-00000001", nil); status != test.status {
				t.Errorf("%q: HTTP %d, want %d", test.authorization, status, test.status)
			}
		}
		if strings.Contains(s.logged(), merchantToken[3:]) {
			t.Error("the token is in the log")
		}
	})
	bubble(t, func(t *testing.T) {
		s := openShop(t, func(o *Options) { o.Merchant.Token = "" })
		if status, _, _ := s.as("Bearer ", "GET", "/v1/merchant/charges/WEB-00000001", nil); status != 403 {
			t.Errorf("shut: HTTP %d", status)
		}
	})
	bubble(t, func(t *testing.T) {
		s := openShop(t, func(o *Options) { o.Local = false })
		if status, _, _ := s.as("Bearer "+merchantToken, "GET", "/v1/merchant/charges/WEB-00000001", nil); status != 403 {
			t.Errorf("not local: HTTP %d", status)
		}
	})
}

func TestMerchantCheck(t *testing.T) {
	desk := &merchant.Desk{}
	for name, m := range map[string]Merchant{
		"no desk":       {Token: merchantToken},
		"a short token": {Token: "short", Desk: desk},
		"no host":       {PublicURL: "https://"},
		"no scheme":     {PublicURL: "shop.example"},
		"a query":       {PublicURL: "https://shop.example/?a=b"},
		"a user":        {PublicURL: "https://u@shop.example/"},
	} {
		if err := m.check(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if err := (Merchant{Token: merchantToken, Desk: desk, PublicURL: publicURL}).check(); err != nil {
		t.Error(err)
	}
}

// TestMerchantUnanswered: a charge that the provider made without our hearing
// of it is found, and its addresses come when it is sent again.
func TestMerchantUnanswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.fault(sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpCharge, Count: 1})
		s.charge("WEB-00000001", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodDeeplink})
		time.Sleep(time.Minute)
		var got merchant.Charge
		s.call("GET", "/v1/merchant/charges/WEB-00000001", nil, &got)
		s.want("made after all", got.Charge, wire.Pending)
		if action(got, "deeplink-redirect") == "" {
			t.Errorf("no address: %+v", got)
		}
	})
}
