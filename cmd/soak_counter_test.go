package cmd_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"kasir/store"
	"kasir/terminal"
	"kasir/terminal/keypad"
	"kasir/terminal/uplink"
)

// counter is one till of a shop with many, and who stands before it.
type counter struct {
	*tillLife
	stage  *stage
	device string
	path   string // of its journal
	dice   *rand.Rand

	mu    sync.Mutex
	view  terminal.View
	thank map[terminal.OrderID]terminal.Rupiah // what it has called paid
	paid  map[terminal.OrderID]bool            // what customers have paid
}

// openCounter switches a till on.
func openCounter(s *stage, device string, seed uint64) (*counter, error) {
	c := &counter{stage: s, device: device, path: s.file(tillFile), dice: rand.New(rand.NewPCG(seed, 11)),
		thank: make(map[terminal.OrderID]terminal.Rupiah), paid: make(map[terminal.OrderID]bool)}
	l := newLife()
	j, err := store.Open(l, c.path, store.Options{})
	if err != nil {
		return nil, err
	}
	c.tillLife = &tillLife{life: l, journal: j, pad: keypad.NewQueue(s.story.log(device))}
	events := make(chan terminal.Event)
	link, err := uplink.New(uplink.Options{Base: must(backendURL), Device: device, Journal: j.ID(),
		HTTP: httpClient(s.shopNet.plug(l)), Events: events, Log: s.story.log(device)})
	if err != nil {
		return nil, err
	}
	c.rooms.Go(func() { link.Run(l) })
	c.rooms.Go(func() {
		c.pad.Run(l, func(k terminal.Key) {
			select {
			case events <- k:
			case <-l.Done():
			}
		})
	})
	c.rooms.Go(func() {
		terminal.Run(l, terminal.Config{Device: device, Merchant: merchant, Version: "soak", Expect: terminal.Expect{NMID: nmid}}, terminal.Book{Next: 1},
			terminal.Rooms{Events: events, Journal: tripped{j, s, c.tillLife}, Uplink: link, Glass: c, Speaker: deaf{}, Log: s.story.log(device)})
	})
	return c, nil
}

type deaf struct{}

func (deaf) Play(terminal.Sound, terminal.Lang) {}

// Show implements terminal.Glass.
func (c *counter) Show(v terminal.View) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.view = v
	switch sc := v.Screen.(type) {
	case terminal.Thanks:
		c.thank[sc.Order] = sc.Amount
	case terminal.Late:
		c.thank[sc.Order] = sc.Amount
	}
}

func (c *counter) screen() terminal.Screen {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.view.Screen
}

// When a shop sells, in hours of the virtual day.
const (
	opens  = 8
	closes = 22
)

// work sells until the shop closes on the last day, one sale about every few
// minutes, and sees to what the glass says until the till's life ends.
func (c *counter) work(until time.Time, every time.Duration) {
	for c.Err() == nil {
		c.pause(every/2 + c.upTo(every))
		now := time.Now().UTC()
		if _, idle := c.screen().(terminal.Idle); !idle {
			c.see(func() bool { return false })
			continue
		}
		if now.Before(until) && now.Hour() >= opens && now.Hour() < closes {
			c.sell()
		}
	}
}

func (c *counter) upTo(d time.Duration) time.Duration { return time.Duration(c.dice.Int64N(int64(d))) }

func (c *counter) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.Done():
	}
}

func (c *counter) press(all ...terminal.Key) {
	for _, k := range all {
		c.pause(pace)
		c.pad.Press(k)
	}
}

// sell is one sale to some customer.
func (c *counter) sell() {
	for _, digit := range fmt.Sprint(1000 + c.dice.IntN(500_000)) {
		c.press(terminal.Key(digit))
	}
	c.press(terminal.KeyOK)
	served := false
	c.see(func() bool {
		o, offered := c.screen().(terminal.Offering)
		if offered && !served {
			served = true
			c.serve(o.Order)
		}
		return offered
	})
}

// serve is what a customer does about a code.
func (c *counter) serve(id terminal.OrderID) {
	p := c.stage.provider
	switch n := c.dice.IntN(100); {
	case n < 60: // pays
		c.pause(2*time.Second + c.upTo(20*time.Second))
		c.pays(id, p.Pay)
	case n < 75: // looks for the telephone first
		c.pause(time.Minute + c.upTo(3*time.Minute))
		c.pays(id, p.Pay)
	case n < 85: // has no money
		c.pause(10 * time.Second)
		c.press(terminal.KeyClear)
	case n < 90: // and then has
		c.press(terminal.KeyClear)
		c.pause(c.upTo(2 * time.Minute))
		c.pays(id, p.PayLate)
	case n < 95: // is refused by the wallet
		if err := p.Deny(string(id)); err != nil {
			c.stage.accuse("deny %s: %v", id, err)
		}
	default: // leaves without a word; nobody presses anything
	}
}

func (c *counter) pays(id terminal.OrderID, how func(string) error) {
	if how(string(id)) == nil { // a code that is over refuses
		c.mu.Lock()
		c.paid[id] = true
		c.mu.Unlock()
	}
}

// see does what the glass says until it is idle. Waiting is all that busy
// wants.
func (c *counter) see(busy func() bool) {
	for unsure := 0; c.Err() == nil; c.pause(time.Second) {
		if busy() {
			continue
		}
		switch c.screen().(type) {
		case terminal.Idle:
			return
		case terminal.Thanks, terminal.Late, terminal.Alarm:
			c.press(terminal.KeyOK)
		case terminal.Ended, terminal.Denied, terminal.Entering:
			c.press(terminal.KeyClear)
		case terminal.Unsure:
			if unsure++; unsure > 20 {
				c.press(terminal.KeyClear)
			}
		}
	}
}

// size is how large the till's database and its log are, in bytes.
func (c *counter) size(t *testing.T) (db, log int64) { return sizes(t, c.path) }
