package ledger

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// world is one charge, its provider, a payer, and everything that can go wrong
// between them, in virtual time. Same seed, same story.
type world struct {
	*rand.Rand
	now     time.Duration // of the world; never jumps
	skew    time.Duration // of our wall clock
	born    time.Duration // of the present process
	life    int           // how often it was killed
	forgot  bool          // and not yet resumed
	c       Charge
	book    []Record
	agenda  agenda
	n       int
	psp     string // the provider's state of the order, "" none
	madeAt  time.Duration
	paid    bool
	charges int // transactions made
	asks    []time.Duration
	hasty   int // happenings that may ask at once
	log     []line
	purse   *purse // of a linked charge
}

// line is what happened once.
type line struct {
	at    time.Duration
	event Event
	state State
	calls []Call
}

type item struct {
	at time.Duration
	n  int
	do func()
}

type agenda []item

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(item)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

func (w *world) after(d time.Duration, do func()) {
	w.n++
	heap.Push(&w.agenda, item{w.now + d, w.n, do})
}

// within is a random wait, mostly short.
func (w *world) within(d time.Duration) time.Duration {
	return time.Duration(float64(d) * w.Float64() * w.Float64())
}

func (w *world) chance(p float64) bool { return w.Float64() < p }

func (w *world) moment() Moment {
	return Moment{Up: w.now - w.born, Wall: time.UnixMilli(1_760_000_000_000).Add(w.now + w.skew)}
}

// happen steps the charge, writes its records and sends its calls, in that
// order, or is killed before, between or after.
func (w *world) happen(e Event) {
	if _, first := e.(Resume); w.forgot && !first {
		w.happen(Resume{}) // whoever loads a charge resumes it before anything else
	}
	w.forgot = false
	life := w.life
	was := w.c.State
	c, owed := Step(w.c, w.moment(), e)
	if w.chance(0.01) {
		w.crash()
		return
	}
	w.c = c
	w.book = append(w.book, owed.Records...)
	w.log = append(w.log, line{w.now, e, c.State, owed.Calls})
	if c.State.rank() < was.rank() || was.rank() == rankEnded && c.State.rank() == rankEnded && c.State != was {
		panic(fmt.Sprintf("went from %s to %s", was, c.State))
	}
	if w.chance(0.01) {
		w.crash()
		return
	}
	for _, call := range owed.Calls {
		w.call(call, life)
	}
	if at, ok := w.c.Next(); ok {
		w.after(max(0, at-w.moment().Up), func() {
			if w.life == life {
				w.happen(Tick{})
			}
		})
	}
}

// crash forgets what is not in the book. The wall clock may be wrong after.
func (w *world) crash() {
	w.life++
	var c Charge
	for _, r := range w.book {
		c.Apply(r)
	}
	w.c = Load(c.Facts)
	w.born = w.now
	if w.chance(0.2) {
		w.skew = w.within(48*time.Hour) - 24*time.Hour
	}
	life := w.life
	w.hasty++
	w.forgot = true
	w.after(w.within(5*time.Second), func() {
		if w.life == life && w.forgot {
			w.happen(Resume{})
		}
	})
}

const patience = 15 * time.Second

// call sends a call over a bad network: lost on the way, slow, or its answer
// lost.
func (w *world) call(k Call, life int) {
	if k.Verb == Status {
		w.asks = append(w.asks, w.now)
	}
	if k.Verb == Stop || k.Verb == Expire || k.Verb == Send {
		w.hasty++
	}
	gone := false
	answer := func(a Answer) {
		if !gone && w.life == life {
			gone = true
			w.happen(a)
		}
	}
	w.after(patience, func() { answer(Answer{Verb: k.Verb, Outcome: Unknown}) })
	if w.chance(0.15) {
		return
	}
	slow := 2 * time.Second
	if w.chance(0.1) {
		slow = 50 * time.Second // the charge can land after we stopped waiting
	}
	w.after(w.within(slow), func() {
		a := w.provider(k)
		if w.chance(0.05) {
			a = Answer{Verb: k.Verb, Outcome: Unknown} // done, and 500 in the answer
		}
		if !w.chance(0.1) {
			w.after(w.within(time.Second), func() { answer(a) })
		}
	})
}

// provider keeps one order the way the real one does.
func (w *world) provider(k Call) Answer {
	if w.purse != nil {
		return w.purse.provider(w, k)
	}
	tx := Tx{ID: fmt.Sprint("T", w.charges), Order: order, Status: w.psp, Amount: amount, Mark: Mark(order, amount, journal)}
	switch k.Verb {
	case Send:
		if w.psp != "" && w.now-w.madeAt > 5*time.Minute {
			return Answer{Verb: Send, Outcome: Duplicate}
		}
		if w.psp == "" {
			if w.chance(0.1) {
				return Answer{Verb: Send, Outcome: Refused, Reason: Reason{Code: "limit", Retry: true}}
			}
			w.charges++
			w.madeAt = w.now
			w.become("pending")
			w.after(15*minute+w.within(2*minute), func() {
				if w.psp == "pending" {
					w.become("expire")
				}
			})
			if w.chance(0.6) {
				w.after(w.within(20*minute), func() {
					if w.psp == "pending" {
						w.paid = true
						w.become("settlement")
					}
				})
			}
		}
		tx.ID, tx.Status, tx.Lifetime = fmt.Sprint("T", w.charges), "pending", 15*minute
		if !w.chance(0.2) {
			tx.QR = "QR"
		}
		return Answer{Verb: Send, Outcome: Done, Tx: tx}
	case Scan:
		if w.chance(0.3) {
			return Answer{Verb: Scan, Outcome: Refused}
		}
		return Answer{Verb: Scan, Outcome: Done, QR: "QR"}
	}
	switch {
	case w.psp == "":
		return Answer{Verb: k.Verb, Outcome: Absent}
	case k.Verb == Status:
		tx.Paid = w.psp == "settlement"
		return Answer{Verb: Status, Outcome: Done, Tx: tx}
	case w.psp != "pending":
		return Answer{Verb: k.Verb, Outcome: Locked}
	}
	w.become(map[Verb]string{Stop: "cancel", Expire: "expire"}[k.Verb])
	tx.Status = w.psp
	return Answer{Verb: k.Verb, Outcome: Done, Tx: tx}
}

// become changes the provider's state and notifies: late, twice, or never.
func (w *world) become(state string) {
	w.psp = state
	claim := map[string]State{"pending": Pending, "settlement": Settled, "cancel": Cancelled, "expire": Expired}[state]
	for range w.IntN(4) {
		w.after(w.within(10*minute), func() {
			w.hasty++
			w.happen(Heard{Signed: "x", Claim: claim})
		})
	}
}

func tell(seed uint64) *world {
	return (&world{Rand: rand.New(rand.NewPCG(seed, 7))}).tell(opened())
}

func (w *world) tell(open Open) *world {
	w.after(0, func() { w.happen(open) })
	for range w.IntN(3) {
		w.after(w.within(5*minute), func() { w.happen(open) })
	}
	if w.chance(0.5) {
		w.after(w.within(10*minute), func() { w.happen(cancelled()) })
	}
	for range w.IntN(40) {
		w.after(w.within(20*minute), func() { w.happen(Look{}) })
	}
	for w.agenda.Len() > 0 && w.now < 48*time.Hour {
		next := heap.Pop(&w.agenda).(item)
		w.now = next.at
		next.do()
	}
	return w
}

// TestStories tells many of them and checks what must hold in each.
func TestStories(t *testing.T) {
	seeds := uint64(1500)
	if testing.Short() {
		seeds = 400
	}
	ends := map[string]int{}
	for seed := range seeds {
		w := tell(seed)
		if err := w.judge(); err != nil {
			for _, l := range w.log {
				t.Logf("%8s %T%+v -> %s %v", l.at.Round(time.Millisecond), l.event, l.event, l.state, l.calls)
			}
			t.Fatalf("seed %d: %v", seed, err)
		}
		ends[string(w.c.State)+" while the provider says "+w.psp]++
	}
	t.Log(ends)
	for _, must := range []string{"settled while the provider says settlement", "cancelled while the provider says cancel",
		"cancelled while the provider says ", "expired while the provider says expire", "denied while the provider says cancel",
		"denied while the provider says "} {
		if ends[must] == 0 {
			t.Errorf("no story ended %s", must)
		}
	}
}

// judge is what the issue calls the books agreeing.
func (w *world) judge() error {
	var c Charge
	for _, r := range w.book {
		c.Apply(r)
	}
	switch {
	case c.Facts != w.c.Facts:
		return fmt.Errorf("the book says %+v, memory %+v", c.Facts, w.c.Facts)
	case c.Order == "": // killed before the first record: nothing was promised
		if w.psp != "" {
			return fmt.Errorf("a charge without a record")
		}
	case w.paid != (c.State == Settled):
		return fmt.Errorf("paid %v, but %s", w.paid, c.State)
	case c.State == Settled && c.Paid != amount:
		return fmt.Errorf("paid amount %d", c.Paid)
	case !c.State.Final():
		return fmt.Errorf("open for ever: %s", c.State)
	case w.psp == "pending":
		return fmt.Errorf("still payable after %s", c.State)
	case w.charges > 1:
		return fmt.Errorf("charged %d times", w.charges)
	case c.Watched():
		return fmt.Errorf("not at rest after two days")
	}
	return w.judgePace()
}

// judgePace: a question less than readFloor after the one before needs a
// cause, and nothing asks twice within urgentGap, but for a new process.
func (w *world) judgePace() error {
	early := 0
	for i := 1; i < len(w.asks); i++ {
		if w.asks[i]-w.asks[i-1] < readFloor {
			early++
		}
	}
	if early > w.hasty {
		return fmt.Errorf("%d hurried questions of %d for %d causes", early, len(w.asks), w.hasty)
	}
	if len(w.asks) > 500 {
		return fmt.Errorf("%d questions", len(w.asks))
	}
	return nil
}
