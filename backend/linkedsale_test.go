package backend

import (
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

// TestLinkedSale: below the provider's limit the money is taken at once, and
// what the terminal is told was read back.
func TestLinkedSale(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		customer := w.linked(linkID, richPhone)
		c := w.charge("KASIR-00000002", customer, 25_000)
		w.want("charged", c, wire.Settled)
		if c.Paid != 25_000 || c.QR != "" || c.VerifyURL != "" || w.calls.status.Load() == 0 {
			t.Errorf("%+v after %d questions", c, w.calls.status.Load())
		}
		w.want("again", w.charge("KASIR-00000002", customer, 25_000), wire.Settled)
		if n := w.calls.charge.Load(); n != 1 {
			t.Errorf("charged %d times", n)
		}
		var e wire.Error
		w.request("PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: 25_000, Journal: journal}, &e)
		if e.Code != wire.OrderConflict {
			t.Errorf("for nobody: %+v", e)
		}
		w.unnamed()
	})
}

// TestLinkedSaleWithPIN, entered or not.
func TestLinkedSaleWithPIN(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		customer := w.linked(linkID, richPhone)
		c := w.charge("KASIR-00000002", customer, 250_000)
		w.want("charged", c, wire.Pending)
		if c.QR != "" || !strings.HasPrefix(c.VerifyURL, "http://provider.test/") || c.ExpiresIn < 290_000 || c.ExpiresIn > 300_000 {
			t.Errorf("%+v", c)
		}
		w.pay("KASIR-00000002")
		time.Sleep(time.Second)
		if c = w.get("KASIR-00000002"); c.State != wire.Settled || c.VerifyURL != "" {
			t.Errorf("after the PIN: %+v", c)
		}
		w.charge("KASIR-00000003", customer, 250_000)
		w.want("cancelled", w.del("KASIR-00000003", 250_000), wire.Cancelled)
		w.charge("KASIR-00000004", customer, 250_000)
		time.Sleep(7 * time.Minute)
		w.want("nobody entered it", w.get("KASIR-00000004"), wire.Expired)
	})
}

func TestLinkedSaleDenied(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		c := w.charge("KASIR-00000009", "c-nobody", 5_000)
		if c.State != wire.Denied || c.Reason.Code != wire.ReasonNotLinked {
			t.Errorf("a stranger: %+v %+v", c, c.Reason)
		}
		customer := w.linked(linkID, poorPhone)
		c = w.charge("KASIR-00000002", customer, 90_000)
		if c.State != wire.Denied || c.Reason == nil || c.Reason.Code != wire.ReasonBalance || c.Reason.Retry {
			t.Errorf("poor: %+v %+v", c, c.Reason)
		}
		for code, want := range map[string]wire.Reason{"900": {Code: wire.ReasonBusy, Retry: true}, "4060": {Code: wire.ReasonFraud}, "126": {Code: wire.ReasonBlocked}} {
			w.sandbox.Faults().Clear()
			w.fault(sandbox.Fault{Kind: sandbox.Deny, Op: sandbox.OpCharge, Text: code})
			c := w.charge("KASIR-"+pad(10+len(code)*int(code[0])), customer, 1_000)
			if c.State != wire.Denied || c.Reason == nil || c.Reason.Code != want.Code || c.Reason.Retry != want.Retry {
				t.Errorf("%s: %s %+v, want %+v", code, c.State, c.Reason, want)
			}
		}
	})
}

// TestLinkedWrongAmount: the provider takes something else than was asked.
func TestLinkedWrongAmount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		customer := w.linked(linkID, richPhone)
		w.fault(sandbox.Fault{Kind: sandbox.WrongAmountPaid, Order: "KASIR-00000002", Amount: 9_999})
		c := w.charge("KASIR-00000002", customer, 10_000)
		if c.State != wire.Mismatched || c.Paid != 9_999 {
			t.Errorf("%+v", c)
		}
		if f := w.facts("KASIR-00000002"); f.Alarm != ledger.AlarmAmount || f.State == ledger.Settled {
			t.Errorf("the book says %+v", f)
		}
	})
}

// TestLinkedHostile: whatever the provider answers with, for a while, a wallet
// is charged once and what the terminal is told in the end is true.
func TestLinkedHostile(t *testing.T) {
	ops := map[string][]sandbox.Kind{
		sandbox.OpCharge:  {sandbox.Error500, sandbox.Hang, sandbox.Code406},
		sandbox.OpStatus:  {sandbox.HTML502, sandbox.Cut},
		sandbox.OpAccount: {sandbox.Error500, sandbox.Hang},
	}
	for op, kinds := range ops {
		for _, kind := range kinds {
			for _, amount := range []int64{25_000, 250_000} {
				bubble(t, func(t *testing.T) {
					w := settle(t, nil)
					customer := w.linked(linkID, richPhone)
					w.fault(sandbox.Fault{Kind: kind, Op: op, Count: 2, After: amount < 100_000 || kind == sandbox.Hang})
					linkedThrough(w, string(kind)+" at "+op, customer, amount)
				})
			}
		}
	}
}

// linkedThrough makes one linked sale and holds the provider's books against
// ours.
func linkedThrough(w *town, name, customer string, amount int64) {
	w.Helper()
	const order = "KASIR-00000002"
	c := w.charge(order, customer, amount)
	for range 60 {
		if c.State == wire.Pending {
			w.sandbox.Pay(order)
		}
		if c.State.Final() {
			break
		}
		time.Sleep(5 * time.Second)
		c = w.get(order)
	}
	if !c.State.Final() {
		w.Errorf("%s, %d: %s", name, amount, c.State)
	}
	time.Sleep(3 * time.Minute)
	c = w.get(order)
	paid, pending := 0, 0
	for _, o := range w.sandbox.Orders() {
		switch o.Status {
		case "settlement":
			paid++
		case "pending":
			pending++
		}
	}
	if paid > 1 || pending > 0 || (paid == 1) != (c.State == wire.Settled) {
		w.Errorf("%s, %d: told %s %+v, %d paid and %d pending at the provider", name, amount, c.State, c.Reason, paid, pending)
	}
	w.unnamed()
}

// TestLinkedRestart: killed at every moment of a linked charge, it is made
// once and found again.
func TestLinkedRestart(t *testing.T) {
	for _, amount := range []int64{25_000, 250_000} {
		for _, wait := range []time.Duration{0, 5 * time.Second, 40 * time.Second} {
			bubble(t, func(t *testing.T) {
				w := settle(t, nil)
				customer := w.linked(linkID, richPhone)
				w.fault(sandbox.Fault{Kind: sandbox.Hang, Op: sandbox.OpCharge, Count: 1, After: wait > time.Second})
				go w.try("PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: amount, Journal: journal, Customer: customer}, nil)
				time.Sleep(100*time.Millisecond + wait)
				w.kill()
				time.Sleep(3 * time.Second)
				w.start()
				linkedThrough(w, wait.String(), customer, amount)
			})
		}
	}
}
