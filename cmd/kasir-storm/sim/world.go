package sim

import (
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// Options say which story is told.
type Options struct {
	Seed  uint64
	Plant Plant     // a bug that is planted in the shell around the cores; "" for none
	Story io.Writer // where every happening is written down; nil: nowhere
}

// Result is what became of one story.
type Result struct {
	Seed    uint64
	Broken  *Broken       // the first promise that did not hold; nil: all held
	Hash    uint64        // of everything that happened, in order
	Steps   int           // events that were carried out
	Virtual time.Duration // how long it lasted in its own time
	Sales   int           // amounts keyed and confirmed
	Settled int           // payments that the provider settled
	Kills   int           // programs that were killed
}

// World is one story: tills, their backend, the provider, the people before
// them, and everything that can go wrong between them, as one queue of events
// in virtual time. One goroutine, one generator of chance, no clock: the same
// seed gives the same story to the last bit.
type World struct {
	dice   *rand.Rand
	now    time.Duration
	agenda agenda
	seq    int
	steps  int
	hash   uint64
	story  io.Writer
	plant  Plant

	weather  weather
	calm     bool // the storm is over
	quiet    bool // and everybody had time to recover: nothing is asked in vain any more
	provider *provider
	backend  *backend
	tills    []*till
	sales    []*sale
	orders   map[string]*order
	kills    int
	restored restore
	counts   bool // its cashiers close shifts
	broken   *Broken
}

// How long the acts of a story are.
const (
	stormMin = 40 * time.Second
	stormMax = 6 * time.Minute
	// Healing is how soon after the last fault the books must agree about
	// every rupiah that the provider settled.
	Healing   = 30 * time.Second
	untilRest = 9 * time.Hour // after that nothing is open any more, anywhere
	maxSteps  = 60_000
)

// epoch is the time of day when a story begins.
var epoch = time.UnixMilli(1_760_000_000_000)

// Run tells one story from its beginning to its end, or to the first promise
// that is broken.
func Run(o Options) (r Result) {
	w := &World{
		dice: rand.New(rand.NewPCG(o.Seed, 0x6b61736972)), hash: fnvStart, story: o.Story, plant: o.Plant,
		orders: make(map[string]*order), counts: o.Seed%3 == 0,
	}
	defer func() {
		if v := recover(); v != nil {
			w.breaks("panic", "%v", v)
		}
		r = w.result(o.Seed)
	}()
	w.begin()
	w.until(w.weather.lasts)
	if w.broken == nil {
		w.heal()
		w.until(w.now + Healing)
		w.judgeMoney("within " + Healing.String() + " of healing")
	}
	if w.broken == nil {
		w.until(w.now + time.Minute)
		w.quiet = true
		w.until(w.now + untilRest)
		w.judgeEnd()
	}
	return r
}

func (w *World) result(seed uint64) Result {
	r := Result{Seed: seed, Broken: w.broken, Hash: w.hash, Steps: w.steps, Virtual: w.now, Sales: len(w.sales), Kills: w.kills}
	if w.provider == nil {
		return r
	}
	for _, t := range w.provider.all {
		if t.settled {
			r.Settled++
		}
	}
	return r
}

// begin sets the stage.
func (w *World) begin() {
	w.weather = w.forecast()
	w.provider = newProvider(w)
	w.backend = newBackend(w)
	w.backend.start()
	for n := range 1 + w.dice.IntN(2) {
		w.tills = append(w.tills, newTill(w, n))
	}
	for _, t := range w.tills {
		w.after(w.within(2*time.Second), t.boot)
	}
	w.brew()
}

// heal ends the storm: every program runs, every message arrives, the provider
// is honest, and what it never got rid of it tells once more.
func (w *World) heal() {
	w.tell("---- the storm is over")
	w.calm = true
	w.weather.end()
	w.after(time.Second, func() {
		w.backend.start()
		for _, t := range w.tills {
			t.boot()
		}
	})
	w.provider.tellAgain()
}

// until lets things happen up to a moment.
func (w *World) until(end time.Duration) {
	for w.broken == nil && len(w.agenda) > 0 && w.agenda[0].at <= end {
		next := w.agenda.pop()
		w.now = next.at
		w.steps++
		if w.steps > maxSteps {
			w.breaks(PromiseRest, "%d happenings by %v and no end", w.steps, w.now)
			return
		}
		w.mix(uint64(next.at))
		next.do()
	}
	w.now = max(w.now, end)
}

// after has something happen later.
func (w *World) after(d time.Duration, do func()) {
	w.seq++
	w.agenda.push(item{w.now + max(d, 0), w.seq, do})
}

// chance is a throw of the dice.
func (w *World) chance(p float64) bool { return p > 0 && w.dice.Float64() < p }

// within is a wait up to d, mostly short.
func (w *World) within(d time.Duration) time.Duration {
	return time.Duration(float64(d) * w.dice.Float64() * w.dice.Float64())
}

// between is a wait from a to b.
func (w *World) between(a, b time.Duration) time.Duration {
	return a + time.Duration(w.dice.Int64N(int64(b-a)+1))
}

// tell writes a line of the story.
func (w *World) tell(format string, args ...any) {
	if w.story != nil {
		fmt.Fprintf(w.story, "%12s  "+format+"\n", append([]any{w.now.Round(time.Millisecond)}, args...)...)
	}
}

// FNV-1a, eight bytes at a time and byte by byte.
const (
	fnvStart = 14695981039346656037
	fnvPrime = 1099511628211
)

func (w *World) mix(n uint64) { w.hash = (w.hash ^ n) * fnvPrime }

func (w *World) mixText(s string) {
	for i := range len(s) {
		w.hash = (w.hash ^ uint64(s[i])) * fnvPrime
	}
}

// item is something that will happen.
type item struct {
	at time.Duration
	n  int // of two at one moment the older one comes first
	do func()
}

// agenda is a heap of them, soonest first.
type agenda []item

func (a agenda) before(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].n < a[j].n
}

func (a *agenda) push(x item) {
	h := append(*a, x)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h.before(i, up) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
	*a = h
}

func (a *agenda) pop() item {
	h := *a
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h[last] = item{}
	h = h[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			break
		}
		if child+1 < last && h.before(child+1, child) {
			child++
		}
		if !h.before(child, i) {
			break
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
	*a = h
	return top
}
