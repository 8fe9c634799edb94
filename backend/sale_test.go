package backend

import (
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

func TestSale(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		c := w.put("KASIR-00000001", 25_000)
		w.want("opened", c, wire.Pending)
		if c.QR != w.sandbox.Orders()[0].QRString || c.TransactionID == "" {
			t.Errorf("got %+v", c)
		}
		if left := time.Duration(c.ExpiresIn) * time.Millisecond; left < 14*time.Minute || left > 15*time.Minute {
			t.Errorf("%s left of 15 minutes", left)
		}
		news := make(chan wire.Events)
		go func() { news <- w.events("KASIR", 1, 25) }()
		synctest.Wait()
		paid := time.Now()
		w.pay("KASIR-00000001")
		e := <-news
		if took := time.Since(paid); took > 100*time.Millisecond {
			t.Errorf("the news took %s", took)
		}
		if len(e.Events) != 1 || e.Latest != 2 || e.Events[0].Seq != 2 {
			t.Fatalf("events %+v", e)
		}
		got := e.Events[0].Charge
		w.want("news", got, wire.Settled)
		if got.Paid != 25_000 || got.QR != "" || got.SettledAt == 0 || got.Issuer == "" {
			t.Errorf("settled %+v", got)
		}
		w.want("asked", w.get("KASIR-00000001"), wire.Settled)
		w.want("opened again", w.put("KASIR-00000001", 25_000), wire.Settled)
		w.want("cancelled after", w.del("KASIR-00000001", 25_000), wire.Settled)
		if n := w.calls.charge.Load(); n != 1 {
			t.Errorf("charged %d times", n)
		}
	})
}

// TestNoNotification: the sweep and the terminals' questions find a payment
// that nobody told us of.
func TestNoNotification(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		w.put("KASIR-00000001", 25_000)
		time.Sleep(3 * time.Second)
		w.pay("KASIR-00000001")
		paid := time.Now()
		e := w.events("KASIR", 1, 25)
		if took := time.Since(paid); took > 11*time.Second || len(e.Events) != 1 {
			t.Errorf("the sweep took %s, %d events", took, len(e.Events))
		}
	})
}

func TestCancel(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.put("KASIR-00000001", 25_000)
		w.want("cancelled", w.del("KASIR-00000001", 25_000), wire.Cancelled)
		if got := w.sandbox.Orders()[0].Status; got != "cancel" {
			t.Errorf("the provider says %s", got)
		}
		w.want("opened again", w.put("KASIR-00000001", 25_000), wire.Cancelled)

		// The payer was quicker: the cancel is refused, and it is settled.
		w.put("KASIR-00000002", 25_000)
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		w.pay("KASIR-00000002")
		w.want("cancelled too late", w.del("KASIR-00000002", 25_000), wire.Settled)

		// Never seen: the charge that comes later is dead already.
		w.want("cancelled before", w.del("KASIR-00000003", 25_000), wire.Cancelled)
		w.want("opened after", w.put("KASIR-00000003", 25_000), wire.Cancelled)
		if got := len(w.sandbox.Orders()); got != 2 {
			t.Errorf("%d transactions, want 2", got)
		}
	})
}

// TestPaidAfterTheCancel: settlement beats our cancel, whenever it comes.
func TestPaidAfterTheCancel(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.put("KASIR-00000001", 25_000)
		w.want("cancelled", w.del("KASIR-00000001", 25_000), wire.Cancelled)
		latest := w.events("KASIR", 0, 0).Latest
		time.Sleep(10 * time.Hour)
		if err := w.sandbox.PayLate("KASIR-00000001"); err != nil {
			t.Fatal(err)
		}
		e := w.events("KASIR", latest, 25)
		if len(e.Events) != 1 {
			t.Fatalf("events %+v", e)
		}
		w.want("news", e.Events[0].Charge, wire.Settled)

		// And without a notification: the late looks find it.
		w.put("KASIR-00000002", 1_000)
		w.want("cancelled", w.del("KASIR-00000002", 1_000), wire.Cancelled)
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		if err := w.sandbox.PayLate("KASIR-00000002"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Second)
		w.want("a minute later", w.get("KASIR-00000002"), wire.Settled)
	})
}

func TestExpiry(t *testing.T) {
	for _, life := range []time.Duration{time.Minute, 15 * time.Minute} {
		t.Run(life.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := settle(t, func(o *Options) { o.Expiry = life })
				w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
				w.put("KASIR-00000001", 25_000)
				time.Sleep(life - time.Second)
				w.want("before its end", w.get("KASIR-00000001"), wire.Pending)
				time.Sleep(time.Second + 2*time.Minute)
				w.want("after", w.get("KASIR-00000001"), wire.Expired)
				ended := w.calls.expire.Load() == 1
				if want := life < 15*time.Minute; ended != want {
					t.Errorf("expired by us: %v, want %v", ended, want)
				}
			})
		})
	}
}

// TestRestart: whatever was open is taken up again.
func TestRestart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.put("KASIR-00000001", 25_000)
		w.put("KASIR-00000002", 30_000)
		w.kill()
		w.pay("KASIR-00000001") // its notification finds nobody
		if err := w.sandbox.Cancel("KASIR-00000002"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		w.start()
		time.Sleep(time.Second)
		w.want("paid meanwhile", w.get("KASIR-00000001"), wire.Settled)
		w.want("cancelled meanwhile", w.get("KASIR-00000002"), wire.Cancelled)
		var h wire.Hello
		w.request("GET", "/v1/devices/KASIR", nil, &h)
		if h.Next != 3 || h.Latest != 4 || !h.Sandbox {
			t.Errorf("hello %+v", h)
		}
	})
}

// TestCancelBeforeTheAnswer: the charge call is resolved first, then ended.
func TestCancelBeforeTheAnswer(t *testing.T) {
	for _, kind := range []sandbox.Kind{sandbox.Slow, sandbox.Hang, sandbox.Cut} {
		for _, after := range []bool{false, true} {
			bubble(t, func(t *testing.T) {
				w := settle(t, nil)
				w.fault(sandbox.Fault{Kind: kind, Op: sandbox.OpCharge, Count: 1, After: after, Delay: sandbox.Delay(14 * time.Second)})
				go w.try("PUT", "/v1/charges/KASIR-00000001", wire.Open{Amount: 25_000, Journal: journal}, nil)
				time.Sleep(time.Second)
				if c := w.del("KASIR-00000001", 25_000); c.State != wire.Asked && c.State != wire.Cancelled {
					t.Errorf("%s: answered %s", kind, c.State)
				}
				time.Sleep(2 * time.Minute)
				w.want(string(kind), w.get("KASIR-00000001"), wire.Cancelled)
				if all := w.sandbox.Orders(); len(all) > 1 || len(all) == 1 && all[0].Status != "cancel" {
					t.Errorf("%s: the provider has %+v", kind, all)
				}
			})
		}
	}
}

// TestPace: however often terminals ask, the provider is asked every ten
// seconds at most.
func TestPace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		w.put("KASIR-00000001", 25_000)
		const asking = 5 * time.Minute
		for began := time.Now(); time.Since(began) < asking; {
			w.get("KASIR-00000001")
			time.Sleep(700 * time.Millisecond)
		}
		if n := w.calls.status.Load(); n > int64(asking/(10*time.Second)) || n < 25 {
			t.Errorf("asked %d times in %s", n, asking)
		}
	})
}

// TestPictureOnly: a charge without its code's text.
func TestPictureOnly(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, func(o *Options) { o.PaymentType = "gopay" })
		c := w.put("KASIR-00000001", 25_000)
		w.want("gopay", c, wire.Pending)
		if want := w.sandbox.Orders()[0].QRString; c.QR != want {
			t.Errorf("read %q, want %q", c.QR, want)
		}
	})
	bubble(t, func(t *testing.T) {
		w := settle(t, func(o *Options) { o.Scanner = nil })
		w.fault(sandbox.Fault{Kind: sandbox.NoQRString})
		c := w.put("KASIR-00000001", 25_000)
		w.want("no picture either", c, wire.Denied)
		if c.Reason == nil || c.Reason.Code != wire.ReasonBusy || !c.Reason.Retry {
			t.Errorf("reason %+v", c.Reason)
		}
		if got := w.sandbox.Orders()[0].Status; got != "cancel" {
			t.Errorf("the provider says %s: a code nobody saw must not stay payable", got)
		}
	})
}
