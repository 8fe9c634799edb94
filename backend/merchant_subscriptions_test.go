package backend

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const subsPath = "/v1/merchant/subscriptions"

// subShop is a shop with a linked customer.
func subShop(t *testing.T) (*shop, merchant.SubscriptionAsk) {
	s := openShop(t, nil)
	s.reprovide(sandbox.Options{})
	customer := s.linked(linkID, richPhone)
	return s, merchant.SubscriptionAsk{Name: "KOPI-1", Customer: customer, Amount: 20_000,
		Schedule: merchant.Cadence{Interval: 1, Unit: "day"}, Retry: &merchant.Retry{Interval: 30, Unit: "minute", Max: 2}}
}

func (s *shop) subscribe(ask merchant.SubscriptionAsk) (out merchant.Subscription) {
	s.Helper()
	if status := s.call("POST", subsPath, ask, &out); status != 200 {
		s.Fatalf("POST subscriptions: HTTP %d", status)
	}
	return out
}

func (s *shop) subscription(name string) (out merchant.Subscription) {
	s.Helper()
	s.call("GET", subsPath+"/"+name, nil, &out)
	return out
}

func TestMerchantSubscription(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, ask := subShop(t)
		first := s.subscribe(ask)
		if first.State != merchant.SubscriptionActive || first.Next == 0 || first.Retry.Max != 2 {
			t.Fatalf("made %+v", first)
		}
		if again := s.subscribe(ask); again.AskedAt != first.AskedAt || again.State != first.State {
			t.Errorf("again %+v", again)
		}
		time.Sleep(24*time.Hour + 10*time.Second)
		got := s.subscription("KOPI-1")
		if len(got.Charges) != 1 || !got.Charges[0].Paid || got.Charges[0].Amount != 20_000 || !strings.HasPrefix(got.Charges[0].OrderID, "KOPI-1") || got.Previous == 0 {
			t.Errorf("charged %+v", got)
		}
		s.call("PATCH", subsPath+"/KOPI-1", merchant.SubscriptionChange{Amount: 25_000}, &got)
		if got.Amount != 25_000 || got.Wanted != "" || got.State != merchant.SubscriptionActive {
			t.Errorf("changed %+v", got)
		}
		for _, step := range []struct {
			verb  string
			state merchant.SubscriptionState
		}{
			{"disable", merchant.SubscriptionInactive}, {"disable", merchant.SubscriptionInactive},
			{"enable", merchant.SubscriptionActive}, {"cancel", merchant.SubscriptionInactive}, {"cancel", merchant.SubscriptionInactive},
		} {
			var now merchant.Subscription
			if status := s.call("POST", subsPath+"/KOPI-1/"+step.verb, nil, &now); status != 200 || now.State != step.state || now.Ended != (step.verb == "cancel") {
				t.Errorf("%s: HTTP %d %+v", step.verb, status, now)
			}
		}
		s.refused(wire.OrderConflict, "POST", subsPath+"/KOPI-1/enable", nil)
		s.refused(wire.OrderConflict, "POST", subsPath, ask)
		var list merchant.Subscriptions
		if s.call("GET", subsPath+"?limit=1", nil, &list); len(list.Subscriptions) != 1 || list.Next != "KOPI-1" {
			t.Errorf("%+v", list)
		}
		if s.call("GET", subsPath+"?limit=1&after=KOPI-1", nil, &list); len(list.Subscriptions) != 0 {
			t.Errorf("%+v", list)
		}
		if strings.Contains(s.logged(), "8215023424") {
			t.Error("the number is in the log")
		}
	})
}

// TestMerchantSubscriptionNames: a name stands for what was asked for under it
// first. The same again finds it, also after it was changed; anything else is
// refused, also what it was changed to.
func TestMerchantSubscriptionNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, ask := subShop(t)
		other := s.linked("KASIR-00000077", "+6281234567890")
		s.subscribe(ask)
		again := func(when string) {
			t.Helper()
			for name, change := range map[string]func(*merchant.SubscriptionAsk){
				"amount":   func(a *merchant.SubscriptionAsk) { a.Amount = 25_000 },
				"interval": func(a *merchant.SubscriptionAsk) { a.Schedule.Interval = 2 },
				"unit":     func(a *merchant.SubscriptionAsk) { a.Schedule.Unit = "week" },
				"end":      func(a *merchant.SubscriptionAsk) { a.Schedule.Max = new(12) },
				"retry":    func(a *merchant.SubscriptionAsk) { a.Retry = nil },
				"customer": func(a *merchant.SubscriptionAsk) { a.Customer = other },
			} {
				changed := ask
				change(&changed)
				var e wire.Error
				if status := s.call("POST", subsPath, changed, &e); status != 409 || e.Code != wire.OrderConflict {
					t.Errorf("%s, another %s: HTTP %d %+v", when, name, status, e)
				}
			}
			if got := s.subscribe(ask); got.State != merchant.SubscriptionActive || got.Charges != nil {
				t.Errorf("%s, the same: %+v", when, got)
			}
		}
		again("made")
		s.call("PATCH", subsPath+"/KOPI-1", merchant.SubscriptionChange{Amount: 25_000}, nil)
		again("changed")
		if got := s.subscription("KOPI-1"); got.Amount != 25_000 {
			t.Errorf("repeating changed it: %+v", got)
		}
	})
}

// TestMerchantSubscriptionFails: a charge fails, its retries fail, and the
// subscription is inactive; all of it shows.
func TestMerchantSubscriptionFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, ask := subShop(t)
		s.subscribe(ask)
		s.fault(sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpSubscription})
		time.Sleep(24*time.Hour + 10*time.Second)
		s.sandbox.Faults().Clear() // so that it can be read
		got := s.subscription("KOPI-1")
		if got.State != merchant.SubscriptionActive {
			t.Errorf("after one failure %+v", got)
		}
		s.fault(sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpSubscription, Order: "KOPI-1"})
		time.Sleep(2 * time.Hour)
		s.sandbox.Faults().Clear()
		time.Sleep(8 * time.Hour) // notifications are told again
		if got = s.subscription("KOPI-1"); got.State != merchant.SubscriptionInactive || len(got.Charges) != 0 || len(got.Rumors) == 0 || !strings.HasPrefix(got.Rumors[0].Message, "500") {
			t.Errorf("after all failures %+v", got)
		}
	})
}

// TestMerchantSubscriptionDenied: a charge without the money is a transaction
// that can be read.
func TestMerchantSubscriptionDenied(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, ask := subShop(t)
		ask.Amount, ask.Retry = 9_999_999, nil
		s.subscribe(ask)
		time.Sleep(48*time.Hour + time.Minute)
		got := s.subscription("KOPI-1")
		if len(got.Charges) == 0 || got.Charges[0].Paid || got.Charges[0].State != "deny" || got.Charges[0].Reason == nil || got.Charges[0].Reason.Code != wire.ReasonBalance {
			t.Errorf("%+v", got)
		}
	})
}

func TestMerchantSubscriptionRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, good := subShop(t)
		change := func(f func(*merchant.SubscriptionAsk)) merchant.SubscriptionAsk { a := good; f(&a); return a }
		for _, test := range []struct {
			body any
			code string
		}{
			{change(func(a *merchant.SubscriptionAsk) { a.Name = "" }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Name = strings.Repeat("x", 16) }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Name = "a.b" }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Customer = "" }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.SnapCustomer = "x" }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Customer, a.SnapCustomer = "", "nobody" }), wire.NotFound},
			{change(func(a *merchant.SubscriptionAsk) { a.Customer = "c-nobody" }), wire.NotFound},
			{change(func(a *merchant.SubscriptionAsk) { a.Amount = 0 }), wire.AmountRefused},
			{change(func(a *merchant.SubscriptionAsk) { a.Amount = 20_000_001 }), wire.AmountRefused},
			{change(func(a *merchant.SubscriptionAsk) { a.Schedule.Interval = 0 }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Schedule.Unit = "year" }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Schedule.Start = "tomorrow" }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Schedule.Start = "1999-01-01T00:00:00Z" }), wire.BadRequest},
			{change(func(a *merchant.SubscriptionAsk) { a.Retry = &merchant.Retry{Interval: 1, Unit: "hour", Max: 4} }), wire.BadRequest},
			{`{"name":"a","amount":"1"}`, wire.BadRequest},
			{`{"name":"a","token":"x"}`, wire.BadRequest},
		} {
			s.refused(test.code, "POST", subsPath, test.body)
		}
		s.refused(wire.NotFound, "GET", subsPath+"/KOPI-1", nil)
		s.refused(wire.NotFound, "POST", subsPath+"/KOPI-1/cancel", nil)
		s.refused(wire.BadRequest, "PATCH", subsPath+"/KOPI-1", merchant.SubscriptionChange{})
		s.refused(wire.AmountRefused, "PATCH", subsPath+"/KOPI-1", merchant.SubscriptionChange{Amount: -1})
		s.refused(wire.BadRequest, "GET", subsPath+"?limit=0", nil)
		s.subscribe(good)
		s.refused(wire.NotFound, "POST", subsPath+"/KOPI-2/enable", nil)
	})
}

// TestMerchantSubscriptionUnanswered: a creation is repeated with its key and
// makes one subscription; a change stands until it is granted.
func TestMerchantSubscriptionUnanswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, ask := subShop(t)
		s.fault(sandbox.Fault{Kind: sandbox.Cut, Op: sandbox.OpSubscription, After: true, Count: 1})
		if got := s.subscribe(ask); got.State != merchant.SubscriptionAsked {
			t.Errorf("unanswered: %+v", got)
		}
		time.Sleep(time.Minute)
		if got := s.subscription("KOPI-1"); got.State != merchant.SubscriptionActive {
			t.Errorf("a minute later: %+v", got)
		}
		time.Sleep(24 * time.Hour)
		n := 0
		for _, o := range s.sandbox.Orders() {
			if strings.HasPrefix(o.OrderID, "KOPI-1") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("charged %d times in a day", n)
		}
		s.fault(sandbox.Fault{Kind: sandbox.HTML502, Op: sandbox.OpSubscription, Count: 2})
		s.refused(wire.Busy, "POST", subsPath+"/KOPI-1/cancel", nil)
		time.Sleep(time.Minute)
		if got := s.subscription("KOPI-1"); !got.Ended || got.State != merchant.SubscriptionInactive || got.Wanted != "" {
			t.Errorf("cancelled at last: %+v", got)
		}
	})
	bubble(t, func(t *testing.T) { // never answered, and told of by a notification
		s, ask := subShop(t)
		s.fault(sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpSubscription, After: true, Count: 20})
		s.subscribe(ask)
		time.Sleep(4 * time.Minute)
		if got := s.subscription("KOPI-1"); got.State != merchant.SubscriptionLost {
			t.Errorf("lost: %+v", got)
		}
		s.sandbox.Faults().Clear()
		time.Sleep(6 * time.Hour)
		if got := s.subscription("KOPI-1"); got.State != merchant.SubscriptionActive {
			t.Errorf("found: %+v", got)
		}
	})
}

// TestMerchantSubscriptionOnce: a creation whose answer was lost is never made
// twice: not after the provider has forgotten the key, nor after an answer that
// it does not remember the key for.
func TestMerchantSubscriptionOnce(t *testing.T) {
	for _, kind := range []sandbox.Kind{sandbox.Cut, sandbox.Error500} {
		bubble(t, func(t *testing.T) {
			s, ask := subShop(t)
			s.fault(sandbox.Fault{Kind: kind, Op: sandbox.OpSubscription, After: true, Count: 20})
			s.fault(sandbox.Fault{Kind: sandbox.DropNotification})
			s.subscribe(ask)
			time.Sleep(200 * time.Second)
			s.sandbox.Faults().Clear()
			if got := s.subscribe(ask); got.State != merchant.SubscriptionLost {
				t.Errorf("%s: asked again: %+v", kind, got)
			}
			time.Sleep(24 * time.Hour)
			n := 0
			for _, o := range s.sandbox.Orders() {
				if strings.HasPrefix(o.OrderID, "KOPI-1") {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s: charged %d times in a day", kind, n)
			}
		})
	}
}

// TestRecurringForged: what an unsigned notification says is not believed, and
// what it names is asked about only when it is ours.
func TestRecurringForged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, ask := subShop(t)
		s.subscribe(ask)
		s.put("KASIR-00000009", 20_000)
		tx := s.get("KASIR-00000009").TransactionID
		s.pay("KASIR-00000009")
		time.Sleep(time.Minute)
		id := s.providerID("KOPI-1")
		const hook = "/v1/notifications/midtrans/recurring"
		sub := func(id, name string) string {
			return fmt.Sprintf(`{"id":%q,"name":%q,"amount":"20000","currency":"IDR","status":"inactive","schedule":{"interval":1,"interval_unit":"day"}}`, id, name)
		}
		charge := func(id, tx string) string {
			return fmt.Sprintf(`{"event_name":"subscription.charge","transaction":{"transaction_id":%q,"transaction_status":"settlement","status_code":"200"},"subscription":%s}`, tx, sub(id, "KOPI-1"))
		}
		for _, test := range []struct {
			name, body string
			status     int
		}{
			{"ours, said to be inactive", sub(id, "KOPI-1"), 200},
			{"the same again", sub(id, "KOPI-1"), 200},
			{"a charge that is another sale's", charge(id, tx), 404},
			{"a charge that is not", charge(id, "no-such-transaction"), 404},
			{"somebody else's", sub("11111111-2222-3333-4444-555555555555", "KOPI-1"), 404},
			{"nobody's", sub("11111111-2222-3333-4444-555555555555", "TEH-1"), 404},
			{"not one", `{"event_name":"subscription.party"}`, 400},
			{"not JSON", `<html>`, 400},
			{"a key twice", `{"id":"a","id":"b"}`, 400},
			{"too large", `{"id":"` + strings.Repeat("x", 70_000) + `"}`, 413},
		} {
			if status, _, text := s.as("", "POST", hook, test.body); status != test.status {
				t.Errorf("%s: HTTP %d, want %d: %s", test.name, status, test.status, text)
			}
		}
		if got := s.subscription("KOPI-1"); got.State != merchant.SubscriptionActive || len(got.Charges) != 0 {
			t.Errorf("believed: %+v", got)
		}
		if status, _, _ := s.as("", "GET", hook, nil); status != 405 {
			t.Errorf("GET: HTTP %d", status)
		}
	})
}
