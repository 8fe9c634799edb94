package cmd_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/terminal"
)

// TestSoak sells for days, virtual ones, at several tills with all kinds of
// customers, while one dial in twenty fails. Every night goroutines, memory
// and files are looked at: nothing may grow but by what was sold. In the end
// journals must verify and the three books agree.
//
// KASIR_SOAK_DAYS, KASIR_SOAK_TILLS and KASIR_SOAK_MINUTES (between two sales)
// say how long and how much; make soak is a month of twenty tills.
func TestSoak(t *testing.T) {
	days, tills := number(t, "KASIR_SOAK_DAYS", 1), number(t, "KASIR_SOAK_TILLS", 1)
	every := time.Duration(number(t, "KASIR_SOAK_MINUTES", 15)) * time.Minute
	synctest.Test(t, func(t *testing.T) {
		k := newSoak(t, unreliable, 20)
		defer k.stage.close()
		closing := time.Now().Add(time.Duration(days)*24*time.Hour - (24-closes)*time.Hour)
		k.open("soak", tills, closing, every)
		time.Sleep(time.Hour) // everybody has said hello
		k.look()
		time.Sleep(closes * time.Hour) // and sold until an hour ago
		for range days - 1 {
			k.look()
			time.Sleep(24 * time.Hour)
		}
		k.stage.shopNet.calm()
		k.stage.trunk.calm()
		time.Sleep(time.Hour)
		k.look()
		k.close()
	})
}

// unreliable has one dial in twenty fail between till, backend and provider.
func unreliable(s *stage) {
	forgetful(s)
	for i, r := range []*road{s.shopNet, s.trunk} {
		dice := rand.New(rand.NewPCG(uint64(i), 13))
		r.fails = func() bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			return !r.steady && dice.IntN(20) == 0
		}
	}
}

// calm lets no dial fail from now on.
func (r *road) calm() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.steady = true
}

type soak struct {
	*testing.T
	stage    *stage
	counters []*counter
	people   sync.WaitGroup
	least    int   // sales that each has made
	before   night // the first one, before anything was sold
}

// newSoak is a shop whose tills are yet to be opened; arm may be nil.
func newSoak(t *testing.T, arm func(*stage), least int) *soak {
	s := newStage(t, settings{blind: true, arm: arm})
	s.till.end(s) // there are others
	s.till = nil
	return &soak{T: t, stage: s, least: least}
}

// open has so many tills sell until a moment, one sale about every so often.
func (k *soak) open(name string, tills int, until time.Time, every time.Duration) {
	k.Helper()
	for n := range tills {
		c, err := openCounter(k.stage, fmt.Sprintf("%s-%d", name, n+1), uint64(n))
		if err != nil {
			k.Fatal(err)
		}
		k.counters = append(k.counters, c)
		k.people.Go(func() { c.work(until, every) })
	}
}

// close sends everybody home, and judges.
func (k *soak) close() {
	k.Helper()
	for _, c := range k.counters {
		c.cancel()
	}
	k.people.Wait()
	k.agree()
	for _, c := range k.counters {
		c.end(k.stage)
	}
	if err := k.stage.broken(); err != nil {
		k.Error(err)
	}
}

// night is what there is when the shop is closed.
type night struct {
	orders, goroutines int
	heap               uint64 // bytes in use after a collection
}

// What one order may leave behind, in bytes. The memory is the provider's: it
// is part of the test and forgets nothing.
const (
	heapPerOrder = 4 << 10
	tillPerOrder = 2 << 10
	bookPerOrder = 4 << 10
	mostHeap     = 2 << 20   // besides: what the tills remember of the last sales, and pools
	mostFile     = 128 << 10 // of a database without an order
	mostLog      = 5 << 20
)

// look holds this night against the first one.
func (k *soak) look() {
	k.Helper()
	synctest.Wait()
	now := night{orders: len(k.stage.provider.Orders()), goroutines: runtime.NumGoroutine()}
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	now.heap = m.HeapAlloc
	if k.before.goroutines == 0 {
		k.before = now
	}
	if most := k.before.goroutines + 4*len(k.counters); now.goroutines > most {
		k.Errorf("%d goroutines, want %d at most", now.goroutines, most)
	}
	if most := k.before.heap + uint64(now.orders)*heapPerOrder + mostHeap; now.heap > most {
		k.Errorf("%d bytes in use after %d orders, want %d at most", now.heap, now.orders, most)
	}
	k.Logf("%s: %d orders, %d goroutines, heap %d kB", time.Now().UTC().Format("Jan 2 15:04"), now.orders, now.goroutines, now.heap>>10)
	bound := func(name string, db, log, most int64) {
		k.Helper()
		k.Logf("%s: %d kB and a log of %d kB", name, db>>10, log>>10)
		if db > most || log > mostLog {
			k.Errorf("%s: file of %d bytes and log of %d, want %d and %d at most", name, db, log, most, mostLog)
		}
	}
	for _, c := range k.counters {
		db, log := c.size(k.T)
		_, sold := c.sold(k.T)
		bound(c.device, db, log, mostFile+int64(sold)*tillPerOrder)
	}
	db, log := sizes(k.T, k.stage.bookDB)
	bound("backend", db, log, mostFile+int64(now.orders)*bookPerOrder)
}

// sizes is how large a database and its log are, in bytes.
func sizes(t *testing.T, path string) (db, log int64) {
	t.Helper()
	for tail, to := range map[string]*int64{"": &db, "-wal": &log} {
		info, err := os.Stat(path + tail)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		*to = info.Size()
	}
	return db, log
}

// sold is what the till's journal says of its orders: the amount that was
// asked, and the sum of what was settled.
type sold struct {
	asked, got terminal.Rupiah
	settled    int
}

func (c *counter) sold(t *testing.T) (map[terminal.OrderID]*sold, int) {
	t.Helper()
	all := make(map[terminal.OrderID]*sold)
	for r, err := range records(t.Context(), c.journal) {
		if err != nil {
			t.Fatal(err)
		}
		switch r.Kind {
		case terminal.KindOpened:
			if all[r.Order] != nil {
				t.Errorf("%s was opened twice", r.Order)
			}
			all[r.Order] = &sold{asked: r.Amount}
		case terminal.KindSettled:
			all[r.Order].got += r.Amount
			all[r.Order].settled++
		}
	}
	return all, len(all)
}

// agree holds the three books, what the glasses said and what customers paid
// against each other.
func (k *soak) agree() {
	provider := make(map[string]bool)
	for _, o := range k.stage.provider.Orders() {
		settled := o.Status == midtrans.StatusSettlement
		if _, twice := provider[o.OrderID]; twice {
			k.Errorf("the provider has %s twice", o.OrderID)
		}
		provider[o.OrderID] = settled
		f, _, err := k.stage.backend.book.Order(k.Context(), o.OrderID)
		if err != nil {
			k.Fatal(err)
		}
		if (f.State == ledger.Settled) != settled || settled && f.Paid != o.Amount {
			k.Errorf("%s: backend says %q and Rp %d, provider %q and Rp %d", o.OrderID, f.State, f.Paid, o.Status, o.Amount)
		}
		if o.Status == midtrans.StatusPending {
			k.Errorf("%s can still be paid", o.OrderID)
		}
	}
	all := 0
	for _, c := range k.counters {
		if err := c.journal.Verify(k.Context()); err != nil {
			k.Error(err)
		}
		book, err := terminal.Fold(records(k.Context(), c.journal))
		if err != nil || len(book.Open)+len(book.Unseen)+len(book.Alarms) > 0 {
			k.Errorf("%s: %d open, %d unseen, %d alarms: %v", c.device, len(book.Open), len(book.Unseen), len(book.Alarms), err)
		}
		orders, n := c.sold(k.T)
		all += n
		if n < k.least {
			k.Errorf("%s has made %d sales, want %d", c.device, n, k.least)
		}
		for id, o := range orders {
			settled := provider[string(id)]
			if settled != (o.settled == 1) || o.settled > 1 || settled && o.got != o.asked {
				k.Errorf("%s: settled at the provider %t, %d times in the journal, Rp %d of %d", id, settled, o.settled, o.got, o.asked)
			}
			if amount, said := c.thank[id]; said != settled || said && amount != o.asked {
				k.Errorf("%s: settled at the provider %t; LUNAS was shown %t of Rp %d", id, settled, said, amount)
			}
			if c.paid[id] && !settled {
				k.Errorf("%s: a customer paid it, and nobody knows", id)
			}
		}
	}
	if len(provider) > all {
		k.Errorf("the provider has %d orders, the journals %d", len(provider), all)
	}
}
