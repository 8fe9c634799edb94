package cmd_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestStorm sells with the three real programs while one of them is killed
// with -9 at a random moment of every sale and started again, over a network
// that refuses, cuts, delays, garbles and slows half of their connections.
// Once all that ends, no sale may be lost, none charged twice, none called
// LUNAS that was not paid, and the three books (journal, backend, provider)
// must agree.
//
// KASIR_STORM is the number of sales (default 4), and
// KASIR_STORM_SEED repeats a run's choices, though not its timing.
func TestStorm(t *testing.T) {
	t.Parallel() // it mostly waits
	sales := number(t, "KASIR_STORM", 4)
	seed := number(t, "KASIR_STORM_SEED", 1)
	s := newStorm(t, rand.New(rand.NewPCG(uint64(seed), 2)))
	start := time.Now()
	for n := range sales {
		s.sell(n)
		if t.Failed() {
			break
		}
	}
	s.heal()
	s.compare()
	t.Logf("%d sales in %v, %d kills: %v; on the network: %v; outcomes %v",
		sales, time.Since(start).Round(time.Second), s.kills(), s.killed, s.mishaps(), s.outcomes)
}

func number(t *testing.T, name string, usual int) int {
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q: want a number", name, text)
	}
	return n
}

// plan is what the people of a sale mean to do.
type plan int

const (
	payAtOnce plan = iota
	payLater       // after some seconds before the code
	changeMind
	payAfterCancel // the customer pays a photograph of the code
	plans
)

// sell makes one sale, pressing what each screen asks for, while a killer is
// about.
func (s *storm) sell(n int) {
	amount := 10_000 + s.dice.IntN(9_990_000) // lower ones are the sandbox's magic
	p := plan(s.dice.IntN(int(plans)))
	if s.dice.IntN(2) == 0 {
		p = payAtOnce
	}
	opened := len(s.till.orders())
	victim := s.programs[s.dice.IntN(len(s.programs))]
	moment := time.Duration(s.dice.IntN(1500)) * time.Millisecond
	down := time.Duration(s.dice.IntN(400)) * time.Millisecond
	killed := make(chan struct{})
	go func() {
		defer close(killed)
		time.Sleep(moment)
		s.kill(victim, down)
	}()
	defer func() { <-killed }()
	acted := map[string]bool{}
	for limit := time.Now().Add(3 * time.Minute); time.Now().Before(limit); time.Sleep(40 * time.Millisecond) {
		screen, order := s.till.screen()
		mine := len(s.till.orders()) > opened
		if screen == "idle" && mine && s.settledDown(killed) {
			return
		}
		s.press(screen, order, amount, mine, p, acted)
	}
	screen, order := s.till.screen()
	s.Errorf("sale %d (Rp %d, plan %d) is stuck on %s %s", n, amount, p, screen, order)
}

// settledDown reports that the killer has been and gone.
func (s *storm) settledDown(killed chan struct{}) bool {
	select {
	case <-killed:
		return true
	default:
		return false
	}
}

// press does what a person would do before this screen.
func (s *storm) press(screen, order string, amount int, mine bool, p plan, acted map[string]bool) {
	switch screen {
	case "idle":
		if !mine {
			s.till.keys(fmt.Sprintf("%d\n", amount))
			s.till.wait(screen, time.Second)
		}
	case "entering": // keys were lost in a kill
		s.till.keys("c")
		s.till.wait(screen, time.Second)
	case "offering":
		s.standBefore(order, p, acted)
	case "unsure":
		time.Sleep(2 * time.Second)
		if now, _ := s.till.screen(); now == "unsure" {
			s.till.keys("c")
			s.till.wait(screen, time.Second)
		}
	case "thanks", "ended", "denied", "late", "alarm":
		time.Sleep(350 * time.Millisecond) // a key sooner is not taken
		s.till.keys("\n")
		s.till.wait(screen, time.Second)
	}
}

// standBefore is the customer, and the cashier who waits.
func (s *storm) standBefore(order string, p plan, acted map[string]bool) {
	if acted[order] {
		return
	}
	switch p {
	case payAtOnce:
		acted[order] = s.pay(order, false)
	case payLater:
		time.Sleep(time.Duration(s.dice.IntN(1500)) * time.Millisecond)
		acted[order] = s.pay(order, false)
	case changeMind, payAfterCancel:
		acted[order] = true
		s.till.keys("c")
		s.till.wait("offering", time.Second)
		if p == payAfterCancel {
			time.Sleep(time.Duration(s.dice.IntN(300)) * time.Millisecond)
			s.pay(order, true)
		}
	}
}

// heal lets everything run undisturbed until nothing is open any more.
func (s *storm) heal() {
	for _, l := range s.lanes {
		l.mend()
	}
	for limit := time.Now().Add(3 * time.Minute); time.Now().Before(limit); time.Sleep(100 * time.Millisecond) {
		screen, order := s.till.screen()
		if screen == "idle" && len(s.open()) == 0 {
			return
		}
		s.press(screen, order, 0, true, payAtOnce, map[string]bool{order: true})
		if screen == "offering" {
			s.till.keys("c")
			s.till.wait(screen, time.Second)
		}
	}
	screen, _ := s.till.screen()
	s.Errorf("after healing: screen %s, still open %v", screen, s.open())
}

// fact is one row of the journal.
type fact struct {
	Kind   string `json:"kind"`
	Order  string `json:"order_id"`
	Amount int64  `json:"amount"`
}

func (s *storm) facts() []fact {
	var facts []fact
	out := s.output(s.till.path, "journal", "-journal", s.till.journal, "-format", "json")
	if err := json.Unmarshal(out, &facts); err != nil {
		s.Fatalf("read journal: %v", err)
	}
	return facts
}

// open is the orders in the journal without an outcome.
func (s *storm) open() []string {
	over, open := map[string]bool{}, []string{}
	facts := s.facts()
	for _, f := range facts {
		switch f.Kind {
		case "settled", "cancelled", "expired", "denied", "taken":
			over[f.Order] = true
		}
	}
	for _, f := range facts {
		if f.Kind == "opened" && !over[f.Order] {
			open = append(open, f.Order)
		}
	}
	return open
}

// compare holds the three books against each other.
func (s *storm) compare() {
	paid, amounts, seen := map[string]int{}, map[string]int64{}, map[string]bool{}
	for _, f := range s.facts() {
		switch f.Kind {
		case "opened":
			if _, twice := amounts[f.Order]; twice {
				s.Errorf("%s was opened twice", f.Order)
			}
			amounts[f.Order] = f.Amount
		case "settled":
			paid[f.Order]++
		case "acknowledged":
			seen[f.Order] = true
		}
		if f.Kind != "opened" && f.Kind != "acknowledged" {
			s.outcomes[f.Kind]++
		}
	}
	provider := s.providerBook()
	for order, p := range provider {
		if _, ours := amounts[order]; !ours {
			s.Errorf("the provider has %s, the journal has not", order)
		}
		if want := p.settled; (paid[order] == 1) != want || paid[order] > 1 {
			s.Errorf("%s: settled at the provider %v, %d times in the journal", order, want, paid[order])
		}
		if p.settled && p.amount != amounts[order] {
			s.Errorf("%s: provider took Rp %d, the till asked for Rp %d", order, p.amount, amounts[order])
		}
		if p.settled && !seen[order] {
			s.Errorf("%s was paid and nobody acknowledged it", order)
		}
	}
	for order := range amounts {
		state := s.backendState(order)
		if (state == "settled") != provider[order].settled {
			s.Errorf("%s: backend says %s, settled at the provider %v", order, state, provider[order].settled)
		}
		if paid[order] > 0 && !provider[order].settled {
			s.Errorf("%s: LUNAS, and the provider has no money for it", order)
		}
	}
}
