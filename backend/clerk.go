package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/meter"
)

// Bounds of the clerk's desk.
const (
	maxNotes   = 1024             // waiting to be looked at
	maxOpen    = 10_000           // charges on the desk; new ones are refused beyond it
	maxHasty   = 32               // calls in the air that somebody waits for
	maxPatient = 16               // and others
	retryAfter = time.Second      // after the book could not be read or written
	farewell   = 5 * time.Second  // for calls in the air when we are told to stop
	bookTime   = 20 * time.Second // for one commit, waiting for the file included
	callTime   = 30 * time.Second // for one call; the client's own timeout is shorter
)

// What the clerk answers when it does not look at a note.
var (
	errNoOrder = errors.New("no such order")
	errFull    = errors.New("too many open charges")
	errBook    = errors.New("the book cannot be used")
)

// note is an event for an order, and whom to answer.
type note struct {
	order string
	event ledger.Event
	claim *claim // who may do that; nil: anybody
	reply chan<- reply
	// visiting: it came from another backend, and is looked at only if the order
	// is ours already.
	visiting bool
}

// claim is what a terminal says of its order.
type claim struct {
	amount  int64
	journal string
}

// reply is what came of a note: committed, or not happened at all.
type reply struct {
	page *page
	err  error
}

// clerk owns every charge. All fields belong to the goroutine of run, but for
// notes, and what says otherwise.
type clerk struct {
	book   ledger.Book
	teller *teller
	bells  *bells
	// unlinked is told of a customer whose wallet a charge found not linked.
	unlinked func(customer string)

	log     *slog.Logger
	meter   *meter.Meter
	began   time.Time
	notes   chan note
	desk    map[string]*file
	due     agenda
	custody custody
	pulse   pulse // anybody may look at it
	batches batches

	calls   context.Context // of calls; ends some time after run is told to stop
	hasty   chan struct{}
	patient chan struct{}
	inAir   int
	leaving bool
	workers sync.WaitGroup
}

func newClerk(o Options, bells *bells, unlinked func(string), calls context.Context) *clerk {
	return &clerk{
		book: o.Book, teller: newTeller(o), bells: bells, unlinked: unlinked, log: o.Logger, meter: o.Meter,
		began: time.Now(), notes: make(chan note, maxNotes), desk: make(map[string]*file),
		custody: newCustody(o.Shared), calls: calls, hasty: make(chan struct{}, maxHasty), patient: make(chan struct{}, maxPatient),
	}
}

// moment is now, as the ledger counts.
func (c *clerk) moment() ledger.Moment {
	now := time.Now()
	return ledger.Moment{Up: now.Sub(c.began), Wall: now}
}

// run takes up what is open and works until ctx ends.
func (c *clerk) run(ctx context.Context) error {
	calls, hangUp := context.WithCancel(c.calls)
	c.calls = calls
	defer c.workers.Wait()
	defer hangUp()
	if err := c.takeUp(ctx); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(c.rest())
		select {
		case <-ctx.Done():
			c.leave(timer)
			return nil
		case n := <-c.notes:
			done := c.pulse.beat()
			c.work(c.more(n))
			done()
		case <-timer.C:
			done := c.pulse.beat()
			c.timely(ctx)
			done()
		}
	}
}

// leave lets calls in the air come back for a while, and commits what they
// bring. Nothing new is called.
func (c *clerk) leave(timer *time.Timer) {
	c.leaving = true
	timer.Reset(farewell)
	for c.inAir > 0 {
		select {
		case <-timer.C:
			c.log.Warn("calls left in the air; they are asked about after the next start", "calls", c.inAir)
			return
		case <-c.calls.Done():
			return
		case n := <-c.notes:
			c.work(c.more(n))
		}
	}
}

// ticks is a note for every charge whose time has come.
func (c *clerk) ticks() (notes []note) {
	now := c.moment().Up
	for len(notes) < maxBatch && len(c.due) > 0 && c.due[0].due <= now {
		f := c.due[0]
		c.due.drop(f)
		notes = append(notes, note{order: f.id, event: ledger.Tick{}})
	}
	return notes
}

// call asks the provider, in a goroutine of its own, and brings the answer
// back as a note.
func (c *clerk) call(k ledger.Call) {
	lane := c.patient
	if k.Urgent {
		lane = c.hasty
	}
	c.inAir++
	c.workers.Go(func() {
		answer := ledger.Answer{Verb: k.Verb, Outcome: ledger.Unknown}
		select {
		case lane <- struct{}{}:
			answer = c.ask(k)
			<-lane
		case <-c.calls.Done():
		}
		select {
		case c.notes <- note{order: k.Order, event: answer}:
		case <-c.calls.Done():
		}
	})
}

// ask is a call that always has an answer, whatever the provider's may do to
// the code that reads it.
func (c *clerk) ask(k ledger.Call) (a ledger.Answer) {
	defer func() {
		if v := recover(); v != nil {
			c.log.Error("panic in a call", "verb", k.Verb, "order", k.Order, "type", fmt.Sprintf("%T", v))
			a = ledger.Answer{Verb: k.Verb, Outcome: ledger.Unknown}
		}
	}()
	ctx, cancel := context.WithTimeout(c.calls, callTime)
	defer cancel()
	return c.teller.ask(ctx, k)
}

// send hands a note to the clerk, here or where the order is, and waits until
// it is committed.
func (b *Backend) send(ctx context.Context, n note) (*page, error) {
	return attempt(ctx, b.lobby, func() (*page, error) { return b.hand(ctx, n) },
		func() (*page, error) { return b.passNote(ctx, n) })
}

// hand hands a note to our own clerk and waits until it is committed.
func (b *Backend) hand(ctx context.Context, n note) (*page, error) {
	back := make(chan reply, 1)
	n.reply = back
	select {
	case b.clerk.notes <- n:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-b.alive.Done():
		return nil, errClosed
	}
	select {
	case r := <-back:
		return r.page, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-b.alive.Done():
		return nil, errClosed
	}
}
