package ledger

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// purse is a provider's book of one order of a linked wallet. An order id can
// be used again after a transaction of it has ended without money, and a key is
// remembered for five minutes, for a success only: what was sent twice can be
// done twice.
type purse struct {
	made  []string // states of the transactions, oldest first
	moved int      // how often money did

	kept   *Answer // under the charge's key
	keptAt time.Duration
}

func (p *purse) tx(n int) Tx {
	return Tx{ID: fmt.Sprint("T", n), Order: order, Status: p.made[n], Amount: amount,
		Mark: Mark(order, amount, journal), Paid: p.made[n] == "settlement", Lifetime: 5 * minute}
}

func (p *purse) provider(w *world, k Call) Answer {
	if k.Verb == Send {
		return p.charge(w)
	}
	n := len(p.made) - 1
	for i := range p.made {
		if k.ID == fmt.Sprint("T", i) {
			n = i
		}
	}
	switch {
	case n < 0:
		return Answer{Verb: k.Verb, Outcome: Absent}
	case k.Verb == Status:
		return Answer{Verb: Status, Outcome: Done, Tx: p.tx(n)}
	case p.made[n] != "pending":
		return Answer{Verb: k.Verb, Outcome: Locked}
	}
	p.become(w, n, map[Verb]string{Stop: "cancel", Expire: "expire"}[k.Verb])
	return Answer{Verb: k.Verb, Outcome: Done, Tx: p.tx(n)}
}

// charge moves the money at once, or waits for a PIN, or is denied.
func (p *purse) charge(w *world) Answer {
	n := len(p.made)
	switch {
	case p.kept != nil && w.now-p.keptAt < 5*minute:
		return *p.kept
	case n > 0 && (p.made[n-1] == "pending" || p.made[n-1] == "settlement"):
		return Answer{Verb: Send, Outcome: Duplicate}
	case w.chance(0.1): // the token could not be read
		return Answer{Verb: Send, Outcome: Refused, Reason: Reason{Code: ReasonBusy, Retry: true}}
	}
	p.made = append(p.made, "")
	if w.chance(0.2) {
		p.become(w, n, "deny")
		return Answer{Verb: Send, Outcome: Done, Tx: with(p.tx(n), func(t *Tx) { t.Reason = Reason{Code: "insufficient_balance"} })}
	}
	if w.chance(0.5) {
		p.become(w, n, "settlement")
	} else {
		p.become(w, n, "pending")
		w.after(w.within(5*minute), func() { // the PIN, or its refusal
			if p.made[n] == "pending" && w.chance(0.7) {
				p.become(w, n, []string{"settlement", "settlement", "deny"}[w.IntN(3)])
			}
		})
		w.after(5*minute+w.within(2*minute), func() {
			if p.made[n] == "pending" {
				p.become(w, n, "expire")
			}
		})
	}
	p.kept, p.keptAt = &Answer{Verb: Send, Outcome: Done, Tx: p.tx(n)}, w.now
	if p.made[n] == "pending" {
		p.kept.Tx.VerifyURL = page
	}
	return *p.kept
}

func (p *purse) become(w *world, n int, state string) {
	p.made[n] = state
	if state == "settlement" {
		p.moved++
		w.paid = true
	}
	w.become(state)
}

// TestLinkedStories: whatever is lost, late, sent again or forgotten, the wallet
// is charged once at most, and the book comes to say so.
func TestLinkedStories(t *testing.T) {
	seeds := uint64(1500)
	if testing.Short() {
		seeds = 400
	}
	ends := map[string]int{}
	for seed := range seeds {
		w := &world{Rand: rand.New(rand.NewPCG(seed, 11)), purse: &purse{}}
		w.tell(openedLinked())
		w.charges = w.purse.moved
		if err := w.judge(); err != nil {
			for _, l := range w.log {
				t.Logf("%8s %T%+v -> %s %v", l.at.Round(time.Millisecond), l.event, l.event, l.state, l.calls)
			}
			t.Fatalf("seed %d: %v; the provider's transactions %v", seed, err, w.purse.made)
		}
		ends[string(w.c.State)+" while the provider says "+w.psp]++
	}
	t.Log(ends)
	for _, must := range []string{"settled while the provider says settlement", "cancelled while the provider says cancel",
		"denied while the provider says deny", "denied while the provider says "} {
		if ends[must] == 0 {
			t.Errorf("no story ended %s", must)
		}
	}
}

// TestOvertaken: two charge calls are on their way; one is denied, and the one
// before it takes the money after that.
func TestOvertaken(t *testing.T) {
	l := begin().steps(openedLinked(), outcome(Send, Unknown), says("deny"))
	if l.State != Denied || !l.Watched() {
		t.Fatalf("%s, watched %v", l.State, l.Watched())
	}
	calls := l.ticks(2 * minute)
	if len(calls) != 1 || calls[0].Verb != Status || calls[0].ID != order {
		t.Fatalf("asked %+v, want a status of the order", calls)
	}
	late := says("settlement")
	late.Tx.ID = "T2"
	foreign := late
	foreign.Tx.Mark = "another life"
	if l.step(foreign); l.State != Denied || l.TransactionID != "T1" {
		t.Errorf("took a stranger's: %s %s", l.State, l.TransactionID)
	}
	if l.step(late); l.State != Settled || l.TransactionID != "T2" || l.Alarm != AlarmLate || l.Paid != amount {
		t.Errorf("got %s %s %s %d, want settled, late", l.State, l.TransactionID, l.Alarm, l.Paid)
	}
}
