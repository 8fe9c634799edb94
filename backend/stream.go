package backend

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"kasir/backend/wire"
)

// A device that takes a stream gets its news without asking again: the pages of
// a long poll, one after the other, as server-sent events. What is on them is
// read from the book after the device's cursor, as with a poll, so that neither
// a ring that was lost nor a stream that broke loses anything.

const (
	streamLife  = 10 * time.Minute // then the device comes again, and its certificate is looked at again
	streamWrite = 10 * time.Second // for one message to be taken
	drainSpread = 5 * time.Second  // over which devices come back after we have stopped
)

// stream is an answer that goes on: its handler has the connection.
type stream struct{ run func(http.ResponseWriter) }

// streams reports whether the one who asks takes a stream.
func streams(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), wire.StreamType)
}

// tuner is one device's stream.
type tuner struct {
	*Backend
	*waiter
	device string
	since  int64
	epoch  string // that it was told last
	out    *http.ResponseController
	w      http.ResponseWriter
}

// stream answers a device with its news until it goes, another comes in its
// place, or we stop.
func (b *Backend) stream(r *http.Request, device string, since int64, epoch string, w *waiter) stream {
	ctx := r.Context()
	return stream{func(rw http.ResponseWriter) {
		defer b.bells.leave(device, w)
		l := &tuner{b, w, device, since, epoch, http.NewResponseController(rw), rw}
		// The server's own deadlines are those of an answer that ends.
		if l.out.SetReadDeadline(time.Time{}) != nil {
			return
		}
		h := rw.Header()
		h.Set("Content-Type", wire.StreamType)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Accel-Buffering", "no") // nginx would keep it to itself
		l.run(ctx)
	}}
}

func (l *tuner) run(ctx context.Context) {
	beat := time.NewTicker(wire.Heartbeat)
	defer beat.Stop()
	end := time.NewTimer(streamLife - rand.N(streamLife/5))
	defer end.Stop()
	if !l.tell(ctx, true) { // at once, so that the device sees that streams get through
		return
	}
	for {
		select {
		case <-l.rung:
			if !l.tell(ctx, false) {
				return
			}
		case <-beat.C:
			if !l.write(":\n\n") {
				return
			}
			l.saw(l.device)
		case <-l.gone:
			if l.waiter.draining {
				l.write(fmt.Sprintf("retry: %d\n\n", rand.N(drainSpread).Milliseconds()))
			}
			return
		case <-end.C:
			l.write("retry: 0\n\n")
			return
		case <-ctx.Done():
			return
		case <-l.alive.Done():
			return
		}
	}
}

// tell writes what is new, page by page; always writes one at least. A book that
// cannot be read ends the stream: the device asks, and is told that.
func (l *tuner) tell(ctx context.Context, always bool) bool {
	for {
		page, err := l.news(ctx, l.device, l.since)
		if err == nil {
			err = l.sameEpoch(ctx, &page, l.epoch, l.since)
		}
		if err != nil {
			l.log.ErrorContext(ctx, "book cannot be read", "error", err)
			return false
		}
		if !always && len(page.Events) == 0 && page.Latest >= l.since && page.Epoch == l.epoch {
			return true
		}
		text, err := json.Marshal(page)
		if err != nil || !l.write("data: "+string(text)+"\n\n") {
			return false
		}
		switch {
		case len(page.Events) > 0 && page.Epoch == l.epoch:
			l.since = page.Events[len(page.Events)-1].Seq
		case page.Latest < l.since || page.Epoch != l.epoch:
			l.since = page.Latest // counted anew, as the device does
		}
		l.epoch = page.Epoch
		if len(page.Events) < wire.MaxEvents {
			return true
		}
		always = false
	}
}

func (l *tuner) write(text string) bool {
	if l.out.SetWriteDeadline(time.Now().Add(streamWrite)) != nil {
		return false
	}
	if _, err := l.w.Write([]byte(text)); err != nil {
		return false
	}
	return l.out.Flush() == nil
}
