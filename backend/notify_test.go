package backend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const hookPath = "/v1/notifications/midtrans"

// letter is a notification signed with key.
func letter(order, code, gross, status, key string) string {
	b, _ := json.Marshal(map[string]string{
		"order_id": order, "status_code": code, "gross_amount": gross, "transaction_status": status,
		"transaction_id": "T", "payment_type": "qris", "fraud_status": "accept", "currency": "IDR",
		"signature_key": midtrans.Signature(order, code, gross, key),
	})
	return string(b)
}

func TestNotificationAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		const order = "KASIR-00000001"
		w.put(order, 25_000)
		before := w.calls.status.Load()
		for _, test := range []struct {
			name, body string
			status     int
		}{
			{"pending, no news", letter(order, "201", "25000.00", "pending", serverKey), 200},
			{"forged", letter(order, "200", "25000.00", "settlement", "another key"), 403},
			{"forged for nobody", letter("NOBODY-00000001", "200", "25000.00", "settlement", "another key"), 403},
			{"of an order we do not know", letter("KASIR-00000099", "200", "25000.00", "settlement", serverKey), 404},
			{"of an order that cannot be ours", letter("QRIS-1", "200", "25000.00", "settlement", serverKey), 404},
			{"with the signed text cut elsewhere", letter("KASIR-00000001", "2012", "5000.00", "settlement", serverKey), 400},
			{"with parts of a rupiah", letter(order, "200", "25000.50", "settlement", serverKey), 400},
			{"not JSON", "<html>", 400},
			{"empty", "", 400},
			{"an array", "[]", 400},
			{"a key twice", strings.Replace(letter(order, "200", "25000.00", "settlement", serverKey), "{", `{"order_id":"X",`, 1), 400},
			{"too large", `{"x":"` + strings.Repeat("x", midtrans.MaxNotification) + `"}`, 413},
		} {
			if got := w.request("POST", hookPath, test.body, nil); got != test.status {
				t.Errorf("%s: HTTP %d, want %d", test.name, got, test.status)
			}
		}
		if n := w.calls.status.Load() - before; n != 0 {
			t.Errorf("the provider was asked %d times", n)
		}
		w.want("after all that", w.get(order), wire.Pending)
		if got := w.facts(order).HeardCount; got != 0 {
			t.Errorf("%d claims written down", got)
		}
	})
}

// TestFloods: forged and replayed notifications cost the provider next to
// nothing, and do not fill the log.
func TestFloods(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		const order = "KASIR-00000001"
		w.put(order, 25_000)
		asked := w.calls.status.Load()
		for i := range 400 {
			w.request("POST", hookPath, letter(order, "200", "25000.00", "settlement", fmt.Sprint("key ", i)), nil)
		}
		if n := w.calls.status.Load() - asked; n != 0 {
			t.Errorf("400 forgeries: the provider was asked %d times", n)
		}
		if n := strings.Count(w.logged(), "forged notification"); n < 1 || n > 3 {
			t.Errorf("400 forgeries: %d log lines", n)
		}
		began := time.Now()
		for i := range 400 {
			// A genuine signature, with the unsigned words changed.
			w.request("POST", hookPath, letter(order, "201", "25000.00", []string{"settlement", "cancel", "expire", "deny", "magic"}[i%5], serverKey), nil)
		}
		took := time.Since(began)
		if n := w.calls.status.Load() - asked; n > 6+int64(took/(10*time.Second)) {
			t.Errorf("400 replays in %s: the provider was asked %d times", took, n)
		}
		w.want("after all that", w.get(order), wire.Pending)
		if n := w.facts(order).HeardCount; n > 5 {
			t.Errorf("%d claims written down", n)
		}
		w.pay(order)
		time.Sleep(time.Second)
		w.want("and then it is paid", w.get(order), wire.Settled)
	})
}

// TestClaimsAreNotFacts: a signed notification that lies changes nothing.
func TestClaimsAreNotFacts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		const order = "KASIR-00000001"
		w.put(order, 25_000)
		for _, status := range []string{"settlement", "cancel", "expire", "deny", "refund", "capture"} {
			if got := w.request("POST", hookPath, letter(order, "200", "25000.00", status, serverKey), nil); got != 200 {
				t.Errorf("%s: HTTP %d", status, got)
			}
			w.want(status, w.get(order), wire.Pending)
		}
	})
}

// TestUnruly: the provider's notifications come twice, late, in the wrong
// order, forged, with another amount, or never.
func TestUnruly(t *testing.T) {
	for _, fault := range []sandbox.Fault{
		{Kind: sandbox.DuplicateNotification},
		{Kind: sandbox.ReorderNotification},
		{Kind: sandbox.DelayNotification, Delay: sandbox.Delay(30 * time.Second)},
		{Kind: sandbox.ForgeNotification},
		{Kind: sandbox.WrongAmountNotification, Amount: 1},
		{Kind: sandbox.DropNotification},
	} {
		t.Run(string(fault.Kind), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := settle(t, nil)
				w.fault(fault)
				w.put("KASIR-00000001", 25_000)
				w.put("KASIR-00000002", 30_000)
				w.pay("KASIR-00000001")
				time.Sleep(11 * time.Second)
				w.want("paid", w.get("KASIR-00000001"), wire.Settled)
				w.want("unpaid", w.get("KASIR-00000002"), wire.Pending)
				time.Sleep(time.Minute)
				w.want("paid", w.get("KASIR-00000001"), wire.Settled)
				w.want("unpaid", w.get("KASIR-00000002"), wire.Pending)
			})
		})
	}
}

// TestConfirmedBeforeAnswered: on the common path the settlement is committed
// when the provider gets its 200.
func TestConfirmedBeforeAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		const order = "KASIR-00000001"
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		w.put(order, 25_000)
		w.pay(order)
		if got := w.request("POST", hookPath, letter(order, "200", "25000.00", "settlement", serverKey), nil); got != 200 {
			t.Errorf("HTTP %d", got)
		}
		if got := w.facts(order).State; got != ledger.Settled {
			t.Errorf("answered while the book says %s", got)
		}

		// And when the provider does not answer us, we answer it all the same.
		w.put("KASIR-00000002", 1_000)
		w.pay("KASIR-00000002")
		w.fault(sandbox.Fault{Kind: sandbox.Hang, Op: sandbox.OpStatus, Count: 1})
		began := time.Now()
		if got := w.request("POST", hookPath, letter("KASIR-00000002", "200", "1000.00", "settlement", serverKey), nil); got != 200 {
			t.Errorf("HTTP %d", got)
		}
		if took := time.Since(began); took != confirmWait {
			t.Errorf("answered after %s, want %s", took, confirmWait)
		}
		time.Sleep(30 * time.Second)
		w.want("found by the sweep", w.get("KASIR-00000002"), wire.Settled)
	})
}

// TestAmounts: the money must be the money that was asked for; a fee that the
// payer was charged on top is none of ours.
func TestAmounts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.fault(sandbox.Fault{Kind: sandbox.FeeOnTop, Order: "FEE", Amount: 71})
		w.put("FEE-00000001", 10_000)
		w.pay("FEE-00000001")
		time.Sleep(time.Second)
		c := w.get("FEE-00000001")
		if w.want("with a fee", c, wire.Settled); c.Paid != 10_000 {
			t.Errorf("paid %d, want 10000", c.Paid)
		}
		w.fault(sandbox.Fault{Kind: sandbox.WrongAmountPaid, Order: "LESS", Amount: 9_999})
		w.put("LESS-00000001", 10_000)
		w.pay("LESS-00000001")
		time.Sleep(time.Minute)
		if c := w.get("LESS-00000001"); c.State != wire.Mismatched || c.Paid != 9_999 || c.QR != "" {
			t.Errorf("with less: told %+v", c)
		}
		if f := w.facts("LESS-00000001"); f.Alarm != ledger.AlarmAmount || f.AlarmAmount != 9_999 || f.Paid != 0 {
			t.Errorf("the book says %+v", f)
		}
		if !strings.Contains(w.logged(), "alarm: amount") {
			t.Error("no alarm in the log")
		}
	})
}
