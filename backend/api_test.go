package backend

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

func TestRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.put("KASIR-00000001", 25_000)
		const other = "ffffffffffffffffffffffffffffffff"
		for _, test := range []struct {
			method, path string
			body         any
			code         string
		}{
			{"PUT", "/v1/charges/KASIR-00000001", wire.Open{Amount: 25_001, Journal: journal}, wire.OrderConflict},
			{"PUT", "/v1/charges/KASIR-00000001", wire.Open{Amount: 25_000, Journal: other}, wire.OrderTaken},
			{"DELETE", "/v1/charges/KASIR-00000001?amount=1&journal=" + journal, nil, wire.OrderConflict},
			{"DELETE", "/v1/charges/KASIR-00000001?amount=25000&journal=" + other, nil, wire.OrderTaken},
			{"DELETE", "/v1/charges/KASIR-00000001", nil, wire.BadRequest},
			{"DELETE", "/v1/charges/KASIR-00000001?amount=25000", nil, wire.BadRequest},
			{"DELETE", "/v1/charges/KASIR-00000001?amount=%zz&journal=" + journal, nil, wire.BadRequest},
			{"PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: 0, Journal: journal}, wire.AmountRefused},
			{"PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: -5, Journal: journal}, wire.AmountRefused},
			{"PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: wire.MaxAmount + 1, Journal: journal}, wire.AmountRefused},
			{"PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: 1, Journal: "short"}, wire.BadRequest},
			{"PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: 1, Journal: strings.Repeat("z", 32)}, wire.BadRequest},
			{"PUT", "/v1/charges/KASIR-00000002", `{"amount":1.5,"journal":"` + journal + `"}`, wire.BadRequest},
			{"PUT", "/v1/charges/KASIR-00000002", `<html>`, wire.BadRequest},
			{"PUT", "/v1/charges/KASIR-00000002", `{"amount":1,"journal":"` + strings.Repeat(" ", wire.MaxBody) + `"}`, wire.TooLarge},
			{"PUT", "/v1/charges/KASIR-2", wire.Open{Amount: 1, Journal: journal}, wire.BadRequest},
			{"PUT", "/v1/charges/KASIR%2F..-00000002", wire.Open{Amount: 1, Journal: journal}, wire.BadRequest},
			{"GET", "/v1/charges/KASIR-00000002", nil, wire.NotFound},
			{"GET", "/v1/charges/" + strings.Repeat("x", 2000), nil, wire.BadRequest},
			{"POST", "/v1/charges/KASIR-00000001", nil, wire.BadMethod},
			{"GET", "/v1/devices/-x", nil, wire.BadRequest},
			{"GET", "/v1/devices/KASIR/events?since=-1", nil, wire.BadRequest},
			{"GET", "/v1/devices/KASIR/events?since=x", nil, wire.BadRequest},
			{"GET", "/v1/devices/KASIR/events?wait=1.5", nil, wire.BadRequest},
			{"GET", "/v1/notifications/midtrans", nil, wire.BadMethod},
			{"GET", "/nowhere", nil, wire.NotFound},
		} {
			var e wire.Error
			status, err := w.try(test.method, test.path, test.body, &e)
			if err != nil || e.Code != test.code || status != wire.Status(test.code) || e.Message == "" {
				t.Errorf("%s %.60s: HTTP %d %+v, %v; want %s", test.method, test.path, status, e, err, test.code)
			}
		}
		w.want("after all that", w.get("KASIR-00000001"), wire.Pending)
		if n := w.calls.charge.Load(); n != 1 {
			t.Errorf("charged %d times", n)
		}
		if got := w.facts("KASIR-00000002"); got.Order != "" {
			t.Errorf("a refused order is in the book: %+v", got)
		}
	})
}

// TestOneFlight: terminals that ask for the same order at the same time get
// one charge.
func TestOneFlight(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.fault(sandbox.Fault{Kind: sandbox.Slow, Op: sandbox.OpCharge, Delay: sandbox.Delay(4 * time.Second)})
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { w.want("joined", w.put("KASIR-00000001", 25_000), wire.Pending) })
		}
		all.Wait()
		if n := w.calls.charge.Load(); n != 1 {
			t.Errorf("charged %d times", n)
		}
	})
}

// TestPatience: a terminal gets its answer within its time, and the work goes
// on without it.
func TestPatience(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.fault(sandbox.Fault{Kind: sandbox.Slow, Op: sandbox.OpCharge, Delay: sandbox.Delay(14 * time.Second)})
		asked := time.Now()
		w.want("slow", w.put("KASIR-00000001", 25_000), wire.Asked)
		if took := time.Since(asked); took != openWait {
			t.Errorf("answered after %s, want %s", took, openWait)
		}
		if e := w.events("KASIR", 0, 25); len(e.Events) != 1 || e.Events[0].Charge.State != wire.Pending {
			t.Errorf("events %+v", e)
		}
		w.sandbox.Faults().Clear()
		w.fault(sandbox.Fault{Kind: sandbox.Hang, Op: sandbox.OpCancel})
		asked = time.Now()
		w.want("cancel without an answer", w.del("KASIR-00000001", 25_000), wire.Pending)
		if took := time.Since(asked); took != cancelWait {
			t.Errorf("answered after %s, want %s", took, cancelWait)
		}
		w.sandbox.Faults().Clear()
		time.Sleep(time.Minute)
		w.want("and it was cancelled at last", w.get("KASIR-00000001"), wire.Cancelled)
	})
}

func TestPolls(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		ended := func(since int64, wait int) (time.Duration, wire.Events) {
			began := time.Now()
			e := w.events("KASIR", since, wait)
			return time.Since(began), e
		}
		if took, e := ended(0, 0); took != 0 || e.Latest != 0 || e.Events == nil {
			t.Errorf("no wait: %s, %+v", took, e)
		}
		if took, _ := ended(0, 7); took != 7*time.Second {
			t.Errorf("waited %s, want 7s", took)
		}
		if took, _ := ended(0, 25_000); took != wire.MaxWait {
			t.Errorf("waited %s, want %s", took, wire.MaxWait)
		}
		if took, e := ended(99, 25); took != 0 || e.Latest != 0 {
			t.Errorf("a cursor from the future: %s, %+v", took, e)
		}
		// A newer poll sends the older one home.
		first := make(chan time.Duration)
		go func() { took, _ := ended(0, 25); first <- took }()
		time.Sleep(3 * time.Second)
		go func() { w.put("KASIR-00000001", 1_000) }()
		second, e := ended(0, 25)
		if took := <-first; took != 3*time.Second {
			t.Errorf("the older poll took %s, want 3s", took)
		}
		if second > 100*time.Millisecond || len(e.Events) != 1 {
			t.Errorf("the newer poll took %s, %+v", second, e)
		}
		// And polls do not hold up a shutdown.
		go func() { took, _ := ended(1, 25); first <- took }()
		time.Sleep(time.Second)
		w.backend.EndPolls()
		if took := <-first; took != time.Second {
			t.Errorf("the last poll took %s, want 1s", took)
		}
	})
}

func TestManyNews(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		for i := range wire.MaxEvents + 5 {
			w.del("KASIR-"+pad(i+1), 1_000)
		}
		e := w.events("KASIR", 0, 25)
		if len(e.Events) != wire.MaxEvents || e.Latest != wire.MaxEvents+5 {
			t.Fatalf("%d events, latest %d", len(e.Events), e.Latest)
		}
		if e = w.events("KASIR", e.Events[len(e.Events)-1].Seq, 25); len(e.Events) != 5 {
			t.Errorf("%d more", len(e.Events))
		}
	})
}

func pad(n int) string {
	const zeros = "00000000"
	s := ""
	for ; n > 0; n /= 10 {
		s = string(rune('0'+n%10)) + s
	}
	return zeros[len(s):] + s
}

// TestDoor: who is let in as a terminal.
func TestDoor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, test := range []struct {
			name                string
			local               bool
			here, remote, host  string
			header              string
			status, notifyCheck int
		}{
			{"this machine", true, "127.0.0.1:8080", "127.0.0.1:5000", "127.0.0.1:8080", "", 200, 400},
			{"this machine, by name", true, "127.0.0.1:8080", "127.0.0.1:5000", "localhost:8080", "", 200, 400},
			{"this machine, IPv6", true, "[::1]:8080", "[::1]:5000", "[::1]:8080", "", 200, 400},
			{"behind a proxy", true, "127.0.0.1:8080", "127.0.0.1:5000", "127.0.0.1:8080", "X-Forwarded-For", 403, 400},
			{"a page that has its name point here", true, "127.0.0.1:8080", "127.0.0.1:5000", "evil.example", "", 403, 400},
			{"another machine", true, "10.0.0.5:8080", "10.0.0.9:5000", "10.0.0.5:8080", "", 403, 400},
			{"not on loopback", false, "127.0.0.1:8080", "127.0.0.1:5000", "127.0.0.1:8080", "", 403, 400},
		} {
			w := settle(t, func(o *Options) { o.Local = test.local })
			for path, want := range map[string]int{"GET /v1/devices/KASIR": test.status, "POST /v1/notifications/midtrans": test.notifyCheck} {
				method, path, _ := strings.Cut(path, " ")
				here, err := net.ResolveTCPAddr("tcp", test.here)
				if err != nil {
					t.Fatal(err)
				}
				r := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, net.Addr(here)), method, path, strings.NewReader("{}"))
				r.RemoteAddr, r.Host = test.remote, test.host
				if test.header != "" {
					r.Header.Set(test.header, "10.1.2.3")
				}
				rec := httptest.NewRecorder()
				w.backend.Handler().ServeHTTP(rec, r)
				if rec.Code != want {
					t.Errorf("%s: %s: HTTP %d, want %d: %s", test.name, path, rec.Code, want, rec.Body)
				}
			}
			w.kill()
			w.start()
		}
	})
}

// brokenBook fails while broken, like a disk.
type brokenBook struct {
	ledger.Book
	broken func() bool
}

func (b brokenBook) Commit(ctx context.Context, e []ledger.Entry) error {
	if b.broken() {
		return errors.New("disk is full")
	}
	return b.Book.Commit(ctx, e)
}

func (b brokenBook) Ping(ctx context.Context) error {
	if b.broken() {
		return errors.New("disk is full")
	}
	return b.Book.Ping(ctx)
}

// TestBrokenBook: what cannot be written down is not done, said or promised,
// and nothing is lost once it can be.
func TestBrokenBook(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var broken bool
		var mu sync.Mutex
		set := func(v bool) { mu.Lock(); broken = v; mu.Unlock() }
		w := settle(t, nil)
		w.kill()
		w.start() // its book stays open below the broken one
		b, err := New(func() Options {
			o := w.options
			o.Book = brokenBook{w.book, func() bool { mu.Lock(); defer mu.Unlock(); return broken }}
			return o
		}())
		if err != nil {
			t.Fatal(err)
		}
		w.backend.Close()
		<-w.done
		w.server.Close()
		w.backend = b
		go func() { w.done <- b.Run(t.Context()) }()
		w.server = w.net.host(t, "backend.test", b.Handler())

		w.put("KASIR-00000001", 25_000)
		set(true)
		if status := w.request("PUT", "/v1/charges/KASIR-00000002", wire.Open{Amount: 1_000, Journal: journal}, nil); status != 503 {
			t.Errorf("open: HTTP %d, want 503", status)
		}
		if status := w.request("GET", "/readyz", nil, nil); status != 503 {
			t.Errorf("ready: HTTP %d, want 503", status)
		}
		if n := len(w.sandbox.Orders()); n != 1 {
			t.Errorf("%d transactions: one was made without a record", n)
		}
		w.pay("KASIR-00000001")
		time.Sleep(time.Minute)
		if got := w.facts("KASIR-00000001").State; got != ledger.Pending {
			t.Errorf("the book says %s", got)
		}
		set(false)
		time.Sleep(2 * time.Second)
		w.want("after the disk came back", w.get("KASIR-00000001"), wire.Settled)
		w.want("opened again", w.put("KASIR-00000002", 1_000), wire.Pending)
		if status := w.request("GET", "/readyz", nil, nil); status != 200 {
			t.Errorf("ready: HTTP %d, want 200", status)
		}
		synctest.Wait()
	})
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]Options{
		"nothing":           {},
		"no key":            {Book: brokenBook{}, Provider: &fakeProvider{}},
		"another type":      {Book: brokenBook{}, Provider: &fakeProvider{}, NotifyKey: "k", PaymentType: "bank"},
		"too short a life":  {Book: brokenBook{}, Provider: &fakeProvider{}, NotifyKey: "k", Expiry: time.Second},
		"too long a life":   {Book: brokenBook{}, Provider: &fakeProvider{}, NotifyKey: "k", Expiry: 8 * 24 * time.Hour},
		"parts of a second": {Book: brokenBook{}, Provider: &fakeProvider{}, NotifyKey: "k", Expiry: time.Minute + time.Millisecond},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestRunsOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.put("KASIR-00000001", 1_000)
		if err := w.backend.Run(t.Context()); !errors.Is(err, errTwice) {
			t.Errorf("second run: %v", err)
		}
	})
}
