package uplink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// Limits. A till has at most terminal.MaxOpen charges, a hello and about ten
// questions about wallets without an answer, so the queue is twice what it can
// fill.
const (
	inFlight  = 4    // calls at once, besides the poll for news
	queued    = 64   // calls waiting for one of those
	mostTurns = 1024 // calls turned away and not yet told so
)

// Options is what a link is made of.
type Options struct {
	Base    *url.URL // of the backend, http or https; a path in it is kept
	Device  string   // see terminal.CheckDevice
	Journal string   // the journal's identity, wire.JournalIDLen hexadecimal digits
	Joined  bool     // a backend has greeted this journal before
	Cursor  int64    // news known so far; counts only when Joined
	Epoch   string   // of the book that Cursor is counted in, "" when no backend said
	// Confirm is what an earlier life was told and keeps; Keep is called with
	// another one when a hello brings it, before the till hears of that, so that
	// it outlasts a power cut. nil: it does not.
	Confirm terminal.Confirm
	Keep    func(terminal.Confirm) error
	// HTTP makes the requests; nil for one of our own. Its Timeout, cookies
	// and rule for redirects are not used: each request has its own deadline,
	// and a redirect is not an answer.
	HTTP *http.Client
	// Rows is how many rows the journal has, for the hello; nil: it is not said.
	Rows func() int64
	// Pages reads the journal, which is sent to the backend when nobody sells; nil:
	// it is not. It needs Rows.
	Pages Pages
	// Says is what this device says of itself, for its owner; nil: nothing.
	Says   func() Says
	Events chan<- terminal.Event
	Log    *slog.Logger
}

// Says is what a device says of itself. Nothing is decided by it.
type Says struct {
	Version string // of its program
	Board   string // which kit it is, "" for none
	Unsent  int    // sales whose end it has not heard
}

// Link is a way to one backend. It implements terminal.Uplink.
type Link struct {
	Options
	client  *http.Client
	jobs    chan job
	greeted chan terminal.Greeted // the first hello that was answered
	works   chan struct{}         // says that a call was answered
	ran     atomic.Bool
	streams atomic.Bool // the backend says that it has streams

	lull lull

	keeping sync.Mutex // over Confirm, from here on

	mu     sync.Mutex
	turned []terminal.Call // calls that found the queue full
	turn   chan struct{}   // says that there are some
	told   terminal.Trouble
}

// job is a call and when it was made: waiting in the queue counts.
type job struct {
	terminal.Call
	at time.Time
}

// New makes a link that is not used until Run. It returns an error for
// options that could never work.
func New(o Options) (*Link, error) {
	switch {
	case o.Base == nil || o.Base.Scheme != "http" && o.Base.Scheme != "https" || o.Base.Host == "":
		return nil, fmt.Errorf("make uplink: backend address %s: want http://host or https://host", redacted(o.Base))
	case o.Base.User != nil || o.Base.RawQuery != "" || o.Base.Fragment != "":
		return nil, fmt.Errorf("make uplink: backend address %s: a user, a query and a fragment have no meaning there", redacted(o.Base))
	case o.Events == nil:
		return nil, errors.New("make uplink: nobody listens: Events is nil")
	case len(o.Journal) != wire.JournalIDLen:
		return nil, fmt.Errorf("make uplink: journal identity has %d characters, want %d", len(o.Journal), wire.JournalIDLen)
	case o.Cursor < 0:
		return nil, fmt.Errorf("make uplink: cursor %d is negative", o.Cursor)
	}
	if err := terminal.CheckDevice(o.Device); err != nil {
		return nil, fmt.Errorf("make uplink: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Link{
		Options: o,
		client:  client(o.HTTP),
		jobs:    make(chan job, queued),
		greeted: make(chan terminal.Greeted, 1),
		works:   make(chan struct{}, 1),
		turn:    make(chan struct{}, 1),
	}, nil
}

func redacted(u *url.URL) string {
	if u == nil {
		return "(none)"
	}
	return u.Redacted()
}

// Call hands a question over and returns at once. With the queue full the
// answer is TroubleBackend; that takes a caller who asks far more than a till.
func (l *Link) Call(c terminal.Call) {
	l.lull.use()
	select {
	case l.jobs <- job{Call: c, at: time.Now()}:
		return
	default:
	}
	l.mu.Lock()
	full := len(l.turned) >= mostTurns
	if !full {
		l.turned = append(l.turned, c)
	}
	l.mu.Unlock()
	if full {
		l.Log.Error("call dropped: nobody takes the answers", "verb", c.Verb.String(), "order", string(c.Order))
		return
	}
	select {
	case l.turn <- struct{}{}:
	default:
	}
}

// Run answers calls and brings news until ctx ends, and returns its cause when
// no goroutine of the link is left. It can run once. Calls without an answer
// by then get none.
func (l *Link) Run(ctx context.Context) error {
	if l.ran.Swap(true) {
		return errors.New("run uplink: it ran before")
	}
	var rooms sync.WaitGroup
	for range inFlight {
		rooms.Go(func() { l.work(ctx) })
	}
	rooms.Go(func() { l.turnAway(ctx) })
	rooms.Go(func() { l.listen(ctx) })
	rooms.Go(func() { l.upload(ctx) })
	rooms.Wait()
	l.client.CloseIdleConnections()
	return context.Cause(ctx)
}

// turnAway answers the calls that found the queue full.
func (l *Link) turnAway(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.turn:
		}
		l.mu.Lock()
		turned := l.turned
		l.turned = nil
		l.mu.Unlock()
		for _, c := range turned {
			l.Log.Warn("call turned away: too many at once", "verb", c.Verb.String(), "order", string(c.Order))
			l.tell(ctx, silent(c, terminal.TroubleBackend), terminal.TroubleBackend)
		}
	}
}

// tell hands over an event that says how the link is, and notes what the till
// knows of it from then on. It is false when ctx ended before the till took it.
func (l *Link) tell(ctx context.Context, e terminal.Event, t terminal.Trouble) bool {
	if !l.deliver(ctx, e) {
		return false
	}
	l.mu.Lock()
	was := l.told
	l.told = t
	l.mu.Unlock()
	if was != t {
		l.Log.Info("link", "trouble", string(t), "was", string(was))
	}
	return true
}

func (l *Link) deliver(ctx context.Context, e terminal.Event) bool {
	select {
	case l.Events <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// known is the trouble the till was last told of.
func (l *Link) known() terminal.Trouble {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.told
}
