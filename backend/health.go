package backend

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// Two questions of whoever looks after the process. /healthz: is it of any use to
// start it anew? A database that does not answer is no reason for that. /readyz:
// is it of any use to send it requests?

const (
	readyTime  = 2 * time.Second  // for the clerk and the book to answer
	stuckAfter = 90 * time.Second // longer than anything that the clerk waits for
)

// pulse says since when somebody has been at one piece of work.
type pulse struct{ since atomic.Pointer[time.Time] }

// beat is called when a piece of work begins, and its answer when that ends.
func (p *pulse) beat() func() {
	now := time.Now()
	p.since.Store(&now)
	return func() { p.since.Store(nil) }
}

// busy is how long the present piece of work has taken; 0 when there is none.
func (p *pulse) busy() time.Duration {
	since := p.since.Load()
	if since == nil {
		return 0
	}
	return time.Since(*since)
}

// health says that the process works, whatever becomes of its database.
func (b *Backend) health(*http.Request) (any, error) {
	switch {
	case !b.ran.Load() || b.alive.Err() != nil:
		return nil, &wire.Error{Code: wire.Busy, Message: "it does not run"}
	case b.clerk.pulse.busy() > stuckAfter:
		return nil, &wire.Error{Code: wire.Busy, Message: "the clerk is stuck"}
	}
	return map[string]string{"status": "ok"}, nil
}

// ready says that requests can be answered: the clerk answers, the book can be
// written, and nobody has told us to stop.
func (b *Backend) ready(r *http.Request) (any, error) {
	if b.draining.Load() {
		return nil, &wire.Error{Code: wire.Busy, Message: "it is about to stop"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	if _, err := b.hand(ctx, note{order: "-", event: ledger.Look{}}); err != nil && !errors.Is(err, errNoOrder) {
		return nil, &wire.Error{Code: wire.Busy, Message: "the clerk does not answer"}
	}
	if err := b.o.Book.Ping(ctx); err != nil {
		b.log.ErrorContext(ctx, "book cannot be written", "error", err)
		return nil, &wire.Error{Code: wire.Busy, Message: "the book cannot be written"}
	}
	return map[string]string{"status": "ok"}, nil
}

// Drain says from now on that we are not ready, so that a load balancer sends
// requests elsewhere. Those that come all the same are answered.
func (b *Backend) Drain() { b.draining.Store(true) }
