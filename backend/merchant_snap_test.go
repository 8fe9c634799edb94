package backend

import (
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const snapPath = "/v1/merchant/snap"

func (s *shop) snap(ask merchant.SnapAsk) (p merchant.Snap) {
	s.Helper()
	if status := s.call("POST", snapPath, ask, &p); status != 200 {
		s.Fatalf("POST snap: HTTP %d", status)
	}
	return p
}

func (s *shop) snapState(order string) (p merchant.Snap) {
	s.Helper()
	s.call("GET", snapPath+"/"+order, nil, &p)
	return p
}

// TestMerchantSnap: a page that is paid by a code, told of by a notification,
// found there after a kill.
func TestMerchantSnap(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		ask := merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_000, FinishURL: "https://shop.example/thanks"}
		first := s.snap(ask)
		if first.State != merchant.SnapOpen || first.Token == "" || !strings.HasPrefix(first.RedirectURL, "http://provider.test/snap/") {
			t.Fatalf("made %+v", first)
		}
		if again := s.snap(ask); again.Token != first.Token {
			t.Errorf("another page: %+v", again)
		}
		time.Sleep(time.Minute)
		if got := s.snapState("WEB-00000001"); got.State != merchant.SnapOpen {
			t.Errorf("nobody has picked: %+v", got)
		}
		if _, err := s.sandbox.PickQR(first.Token); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second) // told of in the second of the last look
		if got := s.snapState("WEB-00000001"); got.State != merchant.SnapPending {
			t.Errorf("picked: %+v", got)
		}
		s.kill()
		s.start()
		s.pay("WEB-00000001")
		time.Sleep(5 * time.Second)
		if got := s.snapState("WEB-00000001"); got.State != merchant.SnapSettled || got.Paid != 50_000 || got.SettledAt == 0 || got.Linked {
			t.Errorf("paid: %+v", got)
		}
		status, _, page := s.as("", "GET", "/v1/callback/gopay?order_id=WEB-00000001&result=failure", nil)
		if status != 200 || !strings.Contains(string(page), "Paid. Thank you.") {
			t.Errorf("callback: HTTP %d\n%s", status, page)
		}
	})
}

// TestMerchantSnapSweep: a settlement that no notification told of is found.
func TestMerchantSnapSweep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		p := s.snap(merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_000})
		if _, err := s.sandbox.PickQR(p.Token); err != nil {
			t.Fatal(err)
		}
		s.pay("WEB-00000001")
		time.Sleep(10 * time.Minute)
		asked := s.calls.status.Load()
		if got := s.snapState("WEB-00000001"); got.State != merchant.SnapSettled || s.calls.status.Load() != asked {
			t.Errorf("not found: %+v", got)
		}
	})
}

// TestMerchantSnapLink: a wallet is linked by the first payment, belongs to the
// customer whose name the provider never hears, and is unlinked.
func TestMerchantSnapLink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const customer = "budi@example.com"
		s := openShop(t, nil)
		users := snapPath + "/users/" + customer
		s.refused(wire.NotFound, "GET", users, nil)
		p := s.snap(merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_000, Customer: customer, Phone: richPhone, Enforce: true})
		if err := s.sandbox.LinkOnPage(p.Token, "62", "8215023424"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.sandbox.PayOnPage(p.Token); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		if got := s.snapState("WEB-00000001"); got.State != merchant.SnapSettled || !got.Linked {
			t.Errorf("paid: %+v", got)
		}
		if account, err := s.desk.AccountOf(t.Context(), customer); err != nil || account != s.account(0).AccountID {
			t.Errorf("account %q, %v; want %q", account, err, s.account(0).AccountID)
		}
		var u merchant.SnapUser
		if s.call("GET", users, nil, &u); u.State != wire.CustomerLinked || u.Phone != "****3424" || u.Balance == 0 {
			t.Errorf("linked: %+v", u)
		}
		for range 2 {
			if s.call("DELETE", users, nil, &u); u.State != wire.CustomerUnlinked {
				t.Errorf("unlinked: %+v", u)
			}
		}
		if account, err := s.desk.AccountOf(t.Context(), customer); err != nil || account != "" {
			t.Errorf("account %q, %v after unlinking", account, err)
		}
		if text := s.logged(); strings.Contains(text, customer) || strings.Contains(text, "8215023424") {
			t.Error("who the customer is stands in the log")
		}
	})
}

func TestMerchantSnapRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.snap(merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_000})
		s.put("KASIR-00000001", 1_000)
		s.charge("WEB-00000002", merchant.ChargeAsk{Amount: 1_000, Method: merchant.MethodQRIS})
		for _, test := range []struct {
			body any
			code string
		}{
			{merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_001}, wire.OrderConflict},
			{merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_000, Customer: "x"}, wire.OrderConflict},
			{merchant.SnapAsk{OrderID: "WEB-00000002", Amount: 1_000}, wire.OrderConflict},
			{merchant.SnapAsk{OrderID: "KASIR-00000001", Amount: 1_000}, wire.OrderConflict},
			{merchant.SnapAsk{OrderID: "WEB-3", Amount: 1_000}, wire.BadRequest},
			{merchant.SnapAsk{OrderID: "WEB-00000003", Amount: 0}, wire.AmountRefused},
			{merchant.SnapAsk{OrderID: "WEB-00000003", Amount: 1, Phone: richPhone}, wire.BadRequest},
			{merchant.SnapAsk{OrderID: "WEB-00000003", Amount: 1, Customer: "x", Phone: "call me"}, wire.BadRequest},
			{merchant.SnapAsk{OrderID: "WEB-00000003", Amount: 1, Customer: strings.Repeat("x", 129)}, wire.BadRequest},
			{merchant.SnapAsk{OrderID: "WEB-00000003", Amount: 1, FinishURL: "javascript:alert(1)"}, wire.BadRequest},
			{`{"order_id":"WEB-00000003","amount":1,"user_id":"raw"}`, wire.BadRequest},
		} {
			s.refused(test.code, "POST", snapPath, test.body)
		}
		s.refused(wire.NotFound, "GET", snapPath+"/WEB-00000003", nil)
		s.refused(wire.OrderConflict, "PUT", "/v1/merchant/charges/WEB-00000001", merchant.ChargeAsk{Amount: 50_000, Method: merchant.MethodQRIS})
		s.refused(wire.BadRequest, "GET", snapPath+"/users/"+strings.Repeat("x", 129), nil)
	})
}

// TestMerchantSnapUnanswered: asking again is safe, and a stranger's news about
// an order is not believed.
func TestMerchantSnapUnanswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.fault(sandbox.Fault{Kind: sandbox.Cut, Op: sandbox.OpSnap, After: true, Count: 1})
		ask := merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_000}
		if got := s.snap(ask); got.State != merchant.SnapAsked || got.RedirectURL != "" {
			t.Errorf("unanswered: %+v", got)
		}
		if got := s.snap(ask); got.State != merchant.SnapOpen {
			t.Errorf("again: %+v", got)
		}
		s.fault(sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpUser})
		s.refused(wire.Busy, "GET", snapPath+"/users/x", nil)
		s.refused(wire.Busy, "DELETE", snapPath+"/users/x", nil)
	})
}

// TestSnapOfATillsOrder: money on a checkout page is never a till's sale, nor
// the other way round, though order id and amount are the same.
func TestSnapOfATillsOrder(t *testing.T) {
	const order = "KASIR-00000001"
	ask := merchant.SnapAsk{OrderID: order, Amount: 25_000}
	for _, paid := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			s := openShop(t, nil)
			if _, err := s.sandbox.PickQR(s.snap(ask).Token); err != nil {
				t.Fatal(err)
			}
			if paid {
				s.pay(order)
			}
			var got wire.Charge
			s.request("PUT", "/v1/charges/"+order, wire.Open{Amount: 25_000, Journal: journal}, &got)
			time.Sleep(time.Minute)
			s.request("GET", "/v1/charges/"+order, nil, &got)
			if s.want("a till's", got, wire.Denied); got.Reason == nil || got.Reason.Code != wire.ReasonDuplicate || s.facts(order).Alarm != ledger.AlarmForeign {
				t.Errorf("page paid %v: the till's %+v", paid, got)
			}
		})
	}
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.snap(ask)
		s.put(order, 25_000)
		s.pay(order)
		time.Sleep(time.Hour)
		s.want("the till's", s.get(order), wire.Settled)
		if got := s.snapState(order); got.State != merchant.SnapOpen || got.Paid != 0 {
			t.Errorf("the page took the till's money: %+v", got)
		}
	})
}
