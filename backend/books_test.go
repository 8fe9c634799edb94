package backend

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

// till is a terminal reduced to its promise: it asks again until it is told.
type till struct {
	*town
	*rand.Rand
	order  string
	amount int64
	last   wire.Charge
}

// insist sends a request until it is answered.
func (k *till) insist(method, path string, body any) {
	for {
		var c wire.Charge
		status, err := k.try(method, path, body, &c)
		if err == nil && status == 200 {
			k.last = c
			return
		}
		if err == nil && status != 503 && status != 500 {
			k.Errorf("%s %s: HTTP %d", method, k.order, status)
			return
		}
		time.Sleep(time.Duration(500+k.IntN(1500)) * time.Millisecond)
	}
}

func (k *till) open() {
	k.insist("PUT", "/v1/charges/"+k.order, wire.Open{Amount: k.amount, Journal: journal})
}

func (k *till) look() { k.insist("GET", "/v1/charges/"+k.order, nil) }

func (k *till) cancel() {
	k.insist("DELETE", fmt.Sprintf("/v1/charges/%s?amount=%d&journal=%s", k.order, k.amount, journal), nil)
}

// sell makes one sale with a customer of some kind, and does not rest before
// it is over. The kinds are dealt out, not drawn, so that each comes.
func (k *till) sell(kind int) {
	k.open()
	for k.last.State == wire.Asked {
		time.Sleep(time.Duration(1+k.IntN(5)) * time.Second)
		k.open()
	}
	switch kind % 5 {
	case 0, 1: // pays, sooner or later
		time.Sleep(time.Duration(k.IntN(60)) * time.Second)
		k.sandbox.Pay(k.order)
	case 2: // changes his mind
		k.cancel()
	case 3: // changes his mind, and may have paid all the same
		go k.sandbox.Pay(k.order)
		k.cancel()
	case 4: // walks away
	}
	for !k.last.State.Final() {
		time.Sleep(time.Duration(5+k.IntN(20)) * time.Second)
		k.look()
	}
}

// TestThreeBooksAgree kills the backend at random moments of many sales over a
// bad provider, and compares what the terminals were told, what the book says
// and what the provider says.
func TestThreeBooksAgree(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) { threeBooks(t, seed) })
		})
	}
}

func threeBooks(t *testing.T, seed uint64) {
	const tills, sales = 6, 5
	w := settle(t, nil)
	for _, f := range []sandbox.Fault{
		{Kind: sandbox.Error500, Op: sandbox.OpCharge, Count: 5, After: true},
		{Kind: sandbox.HTML502, Count: 10},
		{Kind: sandbox.Cut, Op: sandbox.OpCancel, Count: 4, After: true},
		{Kind: sandbox.NoQRString, Count: 4},
		{Kind: sandbox.DropNotification, State: "settlement", Count: 8},
		{Kind: sandbox.DuplicateNotification, Count: 20},
	} {
		w.fault(f)
	}
	r := rand.New(rand.NewPCG(seed, 99))
	var all sync.WaitGroup
	told := make([]wire.Charge, tills*sales)
	for n := range tills {
		own := rand.New(rand.NewPCG(seed+2, uint64(n)))
		all.Go(func() {
			for i := range sales {
				k := &till{town: w, Rand: own, order: fmt.Sprintf("K%d-%08d", n, i+1), amount: int64(1 + own.IntN(10_000_000))}
				k.sell(n + i)
				told[n*sales+i] = k.last
			}
		})
	}
	over := make(chan struct{})
	go func() { all.Wait(); close(over) }()
	kills := 0
	for running := true; running; {
		select {
		case <-over:
			running = false
		case <-time.After(time.Duration(1+r.IntN(60)) * time.Second):
			w.kill()
			time.Sleep(time.Duration(r.IntN(5)) * time.Second)
			w.start()
			kills++
		}
	}
	time.Sleep(2 * time.Minute) // money that came after a cancel is found
	compare(w, told)
	t.Logf("%d sales, %d kills, %d charge calls", len(told), kills, w.calls.charge.Load())
	if kills < 5 {
		t.Errorf("only %d kills", kills)
	}
}

func compare(w *town, told []wire.Charge) {
	psp := map[string]sandbox.Order{}
	for _, o := range w.sandbox.Orders() {
		if _, twice := psp[o.OrderID]; twice {
			w.Errorf("%s was charged twice", o.OrderID)
		}
		psp[o.OrderID] = o
	}
	ends := map[wire.State]int{}
	for _, c := range told {
		f, o := w.facts(c.OrderID), psp[c.OrderID]
		ends[wire.State(f.State)]++
		paid := o.Status == "settlement"
		if paid != (wire.State(f.State) == wire.Settled) {
			w.Errorf("%s: the provider says %q, the book %s", c.OrderID, o.Status, f.State)
		}
		if c.State != wire.State(f.State) && f.State != "settled" {
			w.Errorf("%s: the terminal was told %s, the book says %s", c.OrderID, c.State, f.State)
		}
		if c.State == wire.Settled && (!paid || c.Paid != o.Amount || f.Paid != o.Amount) {
			w.Errorf("%s: told %d, book %d, provider %s %d", c.OrderID, c.Paid, f.Paid, o.Status, o.Amount)
		}
		if o.Status == "pending" {
			w.Errorf("%s is over and still payable", c.OrderID)
		}
		delete(psp, c.OrderID)
	}
	for id := range psp {
		w.Errorf("%s: the provider has it and nobody asked", id)
	}
	for _, s := range []wire.State{wire.Settled, wire.Cancelled, wire.Expired} {
		if ends[s] == 0 {
			w.Errorf("no sale ended %s: %v", s, ends)
		}
	}
}
