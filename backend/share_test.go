package backend

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// TestOneOfThreeCharges: the same order, opened at three backends in the same
// moment, is charged by one of them, once; all three say the same.
func TestOneOfThreeCharges(t *testing.T) {
	t.Parallel()
	c := newFleet(t, 3)
	c.slow.Store(int64(30 * time.Millisecond))
	const orders = 30
	got := make([][3]wire.Charge, orders)
	var all sync.WaitGroup
	for i := range orders {
		for j, n := range c.nodes {
			all.Go(func() { got[i][j] = n.put(fmt.Sprintf("K%d-00000001", i), int64(1000+i)) })
		}
	}
	all.Wait()
	for i, three := range got {
		order := fmt.Sprintf("K%d-00000001", i)
		for _, one := range three {
			if one.State != wire.Pending || one.QR == "" || one.TransactionID != three[0].TransactionID || one.Amount != int64(1000+i) || one.ExpiresIn < 800_000 {
				t.Errorf("%s: told %+v, and %+v", order, one, three[0])
			}
		}
		if n := c.count(order).Load(); n != 1 {
			t.Errorf("%s: the provider was asked %d times to charge", order, n)
		}
	}
	if n := len(c.sandbox.Orders()); n != orders {
		t.Errorf("the provider has %d orders", n)
	}
}

// TestAnyBackend: a sale goes on wherever its next word arrives.
func TestAnyBackend(t *testing.T) {
	t.Parallel()
	c := newFleet(t, 3)
	a, b, d := c.nodes[0], c.nodes[1], c.nodes[2]
	if got := a.put("KASIR-00000001", 5000); got.State != wire.Pending {
		t.Fatalf("%+v", got)
	}
	if got := b.put("KASIR-00000001", 5000); got.State != wire.Pending || got.QR == "" {
		t.Errorf("again elsewhere: %+v", got)
	}
	for _, wrong := range []wire.Open{{Amount: 5001, Journal: journal}, {Amount: 5000, Journal: "ff" + journal[2:]}} {
		if code, body := d.ask("PUT", "/v1/charges/KASIR-00000001", fmt.Appendf(nil, `{"amount":%d,"journal":%q}`, wrong.Amount, wrong.Journal)); code != http.StatusConflict {
			t.Errorf("another's order: HTTP %d %s", code, body)
		}
	}
	if code, _ := d.ask("GET", "/v1/charges/KASIR-00000099", nil); code != http.StatusNotFound {
		t.Errorf("an unknown order of a device that another has: HTTP %d", code)
	}

	// A terminal that waits at one is woken by a notification that two others take.
	news := make(chan wire.Events, 1)
	go func() {
		var e wire.Events
		d.want("GET", "/v1/devices/KASIR/events?since=1&wait=30", nil, &e)
		news <- e
	}()
	time.Sleep(100 * time.Millisecond)
	if err := c.sandbox.Pay("KASIR-00000001"); err != nil {
		t.Fatal(err)
	}
	select {
	case e := <-news:
		if len(e.Events) != 1 || e.Events[0].Charge.State != wire.Settled {
			t.Errorf("news %+v", e)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no news")
	}
	for _, n := range c.nodes {
		if got := n.get("KASIR-00000001"); got.State != wire.Settled || got.Paid != 5000 {
			t.Errorf("%s: %+v", n.host, got)
		}
	}
	b.put("KASIR-00000002", 700)
	if got := d.del("KASIR-00000002", 700); got.State != wire.Cancelled {
		t.Errorf("cancelled elsewhere: %+v", got)
	}
	if got := d.del("KASIR-00000003", 700); got.State != wire.Cancelled && got.State != wire.Asked {
		t.Errorf("cancelled before it was asked for: %+v", got)
	}
}

// TestKeeperDies: what was on the desk of a backend that is gone is finished by
// the others, without a word from a terminal.
func TestKeeperDies(t *testing.T) {
	t.Parallel()
	c := newFleet(t, 3)
	for i := range 9 {
		c.nodes[i%3].put(fmt.Sprintf("K%d-00000001", i), 5000)
	}
	c.nodes[0].kill()
	for i := range 9 {
		if err := c.sandbox.Pay(fmt.Sprintf("K%d-00000001", i)); err != nil {
			t.Fatal(err)
		}
	}
	c.nodes[0].start()
	c.settled(9)
	c.once(9)
}

// TestKeeperDiesUnheard: whoever takes over a device, because of its next sale, goes
// on asking about the one before as well, which nobody tells him of.
func TestKeeperDiesUnheard(t *testing.T) {
	t.Parallel()
	c := newFleet(t, 2)
	c.deaf.Store(true)
	c.nodes[0].put("K0-00000001", 5000)
	c.nodes[0].kill()
	t.Cleanup(c.nodes[0].start)
	if err := c.sandbox.Pay("K0-00000001"); err != nil {
		t.Fatal(err)
	}
	c.nodes[1].put("K0-00000002", 700)
	c.settled(1)
}

// TestSessionsAreCut: connections with the database end at the worst of moments,
// while charges are made; every order is charged once and ends settled.
func TestSessionsAreCut(t *testing.T) {
	t.Parallel()
	c := newFleet(t, 2)
	c.slow.Store(int64(50 * time.Millisecond))
	const orders = 12
	var all sync.WaitGroup
	for i := range orders {
		all.Go(func() {
			order := fmt.Sprintf("K%d-00000001", i)
			for try := 0; ; try++ {
				code, _ := c.nodes[(i+try)%2].ask("PUT", "/v1/charges/"+order, fmt.Appendf(nil, `{"amount":5000,"journal":%q}`, journal))
				if code == http.StatusOK {
					return
				}
				if code != http.StatusServiceUnavailable && code != http.StatusInternalServerError {
					t.Errorf("%s: HTTP %d", order, code)
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	for _, n := range c.nodes { // cut before it has begun a backend ends, and is started anew
		var ok map[string]string
		n.want("GET", "/readyz", nil, &ok)
	}
	for range 6 {
		time.Sleep(40 * time.Millisecond)
		c.nodes[0].cut("true")
	}
	all.Wait()
	for i := range orders {
		order := fmt.Sprintf("K%d-00000001", i)
		for end := time.Now().Add(40 * time.Second); ; time.Sleep(200 * time.Millisecond) {
			// Whoever has just lost a session says to try again.
			code, body := c.nodes[i%2].ask("GET", "/v1/charges/"+order, nil)
			var is wire.Charge
			if code == http.StatusOK && json.Unmarshal(body, &is) == nil && is.State == wire.Pending {
				break
			}
			if time.Now().After(end) || code != http.StatusOK && code != http.StatusServiceUnavailable {
				t.Fatalf("%s: HTTP %d %s", order, code, body)
			}
		}
		if err := c.sandbox.Pay(order); err != nil {
			t.Error(err)
		}
	}
	c.settled(orders)
	if n := len(c.sandbox.Orders()); n != orders {
		t.Errorf("the provider has %d transactions for %d orders", n, orders)
	}
}

// settled waits until the book has n orders settled, and nothing else.
func (c *fleet) settled(n int) {
	c.Helper()
	for end := time.Now().Add(40 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		var found []ledger.Facts
		done := 0
		for i := range n {
			f, _, err := c.nodes[1].book.Order(c.Context(), fmt.Sprintf("K%d-00000001", i))
			if err == nil && f.State == ledger.Settled && f.Paid == 5000 {
				done++
			}
			found = append(found, f)
		}
		if done == n {
			return
		}
		if time.Now().After(end) {
			c.Fatalf("%d of %d are settled: %+v", done, n, found)
		}
	}
}

// once fails when any order was charged twice.
func (c *fleet) once(n int) {
	c.Helper()
	for i := range n {
		if got := c.count(fmt.Sprintf("K%d-00000001", i)).Load(); got != 1 {
			c.Errorf("order %d was charged %d times", i, got)
		}
	}
}
