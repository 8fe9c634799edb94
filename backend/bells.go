package backend

import (
	"sync"

	"kasir/backend/meter"
)

// maxPolls bounds the devices that wait at one time, each with a stream or a
// long poll.
const maxPolls = 12_000

// bells wake the long polls of a device. A ring is a hint: what the news is,
// and whether there is any, the book says.
type bells struct {
	mu      sync.Mutex
	waiting map[string]*waiter
	meter   *meter.Meter
}

// waiter is the one long poll of a device: a newer one takes its place.
type waiter struct {
	rung chan struct{} // holds one ring
	gone chan struct{} // closed when a newer poll has come, or we stop
	// draining: we stop. It is written before gone is closed.
	draining bool
}

func newBells(m *meter.Meter) *bells { return &bells{waiting: make(map[string]*waiter), meter: m} }

// wait enters a poll for device; the one that waited before is sent home. It
// is false when too many wait already. Call leave when done.
func (b *bells) wait(device string) (w *waiter, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old := b.waiting[device]; old != nil {
		close(old.gone)
	} else if len(b.waiting) >= maxPolls {
		return nil, false
	}
	w = &waiter{rung: make(chan struct{}, 1), gone: make(chan struct{})}
	b.waiting[device] = w
	b.meter.Waiting(len(b.waiting))
	return w, true
}

func (b *bells) leave(device string, w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting[device] == w {
		delete(b.waiting, device)
	}
	b.meter.Waiting(len(b.waiting))
}

// ring wakes the poll of device, if one waits.
func (b *bells) ring(device string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w := b.waiting[device]; w != nil {
		select {
		case w.rung <- struct{}{}:
		default:
		}
	}
}

// ringAll wakes every poll: nobody knows any more who has news.
func (b *bells) ringAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.waiting {
		select {
		case w.rung <- struct{}{}:
		default:
		}
	}
}

// dismiss sends all polls home.
func (b *bells) dismiss() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for device, w := range b.waiting {
		w.draining = true
		close(w.gone)
		delete(b.waiting, device)
	}
	b.meter.Waiting(0)
}
