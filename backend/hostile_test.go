package backend

import (
	"strings"
	"testing"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

// TestHostileProvider: whatever the provider answers with, for a while, to
// whichever call: nothing is charged twice, nothing is called paid or over
// that is not, and when it comes to its senses the sale goes on.
func TestHostileProvider(t *testing.T) {
	const long = sandbox.Delay(20 * time.Second)
	for _, kind := range []sandbox.Kind{
		sandbox.Error500, sandbox.HTML502, sandbox.HTML403, sandbox.Hang, sandbox.Cut, sandbox.Huge, sandbox.Drip,
		sandbox.Slow, sandbox.Code503, sandbox.Code412, sandbox.Code406,
	} {
		for _, after := range []bool{false, true} {
			for _, op := range []string{sandbox.OpCharge, sandbox.OpStatus, sandbox.OpCancel} {
				if kind == sandbox.Code412 && op == sandbox.OpCharge {
					continue // a certain refusal; see TestRefusedCharges
				}
				name := string(kind) + " at " + op
				if after {
					name += ", done all the same"
				}
				t.Run(name, func(t *testing.T) {
					bubble(t, func(t *testing.T) {
						w := settle(t, nil)
						w.fault(sandbox.Fault{Kind: kind, Op: op, Count: 2, After: after, Delay: long})
						through(w, op)
					})
				})
			}
		}
	}
}

// through makes a sale that is paid and one that is cancelled, with two
// answers to op spoilt.
func through(w *town, op string) {
	w.Helper()
	// A 406 that nothing is behind ends an order as a duplicate: that is right.
	over := map[wire.State]bool{wire.Settled: true, wire.Denied: true}
	paid := time.Now()
	w.put("KASIR-00000001", 25_000)
	for range 40 {
		if c := w.get("KASIR-00000001"); c.State != wire.Asked {
			break
		}
		time.Sleep(5 * time.Second)
	}
	if w.get("KASIR-00000001").State == wire.Pending {
		w.pay("KASIR-00000001")
	}
	for range 40 {
		if over[w.get("KASIR-00000001").State] {
			break
		}
		time.Sleep(5 * time.Second)
	}
	c := w.get("KASIR-00000001")
	if !over[c.State] {
		w.Fatalf("after %s: %s", time.Since(paid), c.State)
	}
	if c.State == wire.Denied && (op != sandbox.OpCharge || c.Reason == nil || !c.Reason.Retry) {
		w.Errorf("denied: %+v", c.Reason)
	}
	w.put("KASIR-00000002", 1_000)
	w.del("KASIR-00000002", 1_000)
	time.Sleep(3 * time.Minute)
	w.want("cancelled", w.get("KASIR-00000002"), wire.Cancelled)
	seen := map[string]int{}
	for _, o := range w.sandbox.Orders() {
		seen[o.OrderID]++
		if o.Status == "pending" {
			w.Errorf("%s is still payable", o.OrderID)
		}
	}
	for id, n := range seen {
		if n > 1 {
			w.Errorf("%s was charged %d times", id, n)
		}
	}
	if strings.Contains(w.logged(), "panic") {
		w.Error("a panic in the log")
	}
	w.quiet()
}

// quiet holds the log to its rule: no key, no code.
func (t *town) quiet() {
	t.Helper()
	for _, secret := range []string{serverKey, "Basic ", "000201010212", "COM.GO-JEK"} {
		if strings.Contains(t.logged(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// TestRefusedCharges: a certain refusal is told with its reason.
func TestRefusedCharges(t *testing.T) {
	for kind, want := range map[sandbox.Kind]wire.Reason{
		sandbox.Code402: {Code: wire.ReasonChannelOff},
		sandbox.Code404: {Code: wire.ReasonRejected},
		sandbox.Code410: {Code: wire.ReasonRejected},
		sandbox.Code412: {Code: wire.ReasonRejected},
		sandbox.Code413: {Code: wire.ReasonInvalid},
		sandbox.Code429: {Code: wire.ReasonLimit, Retry: true},
	} {
		t.Run(string(kind), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := settle(t, nil)
				w.fault(sandbox.Fault{Kind: kind, Op: sandbox.OpCharge})
				c := w.put("KASIR-00000001", 25_000)
				if c.State != wire.Denied || c.Reason == nil || c.Reason.Code != want.Code || c.Reason.Retry != want.Retry {
					t.Errorf("%s %+v, want %+v", c.State, c.Reason, want)
				}
			})
		})
	}
}

// TestDenied: a deny is told; channel code 900 is not one, until the provider
// says on being asked that it is.
func TestDenied(t *testing.T) {
	for code, want := range map[string]wire.Reason{"900": {Code: wire.ReasonBusy, Retry: true}, "4060": {Code: wire.ReasonFraud}, "201": {Code: wire.ReasonBalance}} {
		t.Run(code, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := settle(t, nil)
				w.fault(sandbox.Fault{Kind: sandbox.Deny, Op: sandbox.OpCharge, Text: code})
				c := w.put("KASIR-00000001", 25_000)
				if c.State != wire.Denied || c.Reason == nil || c.Reason.Code != want.Code || c.Reason.Retry != want.Retry {
					t.Errorf("%s %+v, want %+v", c.State, c.Reason, want)
				}
				if code == "900" && w.calls.status.Load() == 0 {
					t.Error("900 was taken at its word")
				}
			})
		})
	}
}

// TestStrangersTransaction: an order id that the provider knows from another
// life is not ours, even with the same amount.
func TestStrangersTransaction(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.put("KASIR-00000001", 25_000)
		w.pay("KASIR-00000001")
		w.kill()
		w.path += ".new" // the book is lost
		w.start()
		var c wire.Charge
		other := strings.Repeat("e", 32)
		w.request("PUT", "/v1/charges/KASIR-00000001", wire.Open{Amount: 25_000, Journal: other}, &c)
		if c.State != wire.Denied || c.Reason == nil || c.Reason.Code != wire.ReasonDuplicate || !c.Reason.Retry {
			t.Errorf("%s %+v", c.State, c.Reason)
		}
	})
}
