package keypad

import (
	"context"
	"log/slog"
	"sync"

	"kasir/terminal"
)

// QueueLen is how many keys may wait for a till that is busy: with a disk that
// takes a second for a write, more than a minute of one key a second.
const QueueLen = 64

// Queue is a Source for keys that cannot wait where they come from. Press may
// be called from any goroutine, before, while and after it runs.
type Queue struct {
	log  *slog.Logger
	keys chan terminal.Key

	mu   sync.Mutex
	lost int // in a row, since the queue was found full
}

// NewQueue makes an empty queue.
func NewQueue(log *slog.Logger) *Queue {
	return &Queue{log: log, keys: make(chan terminal.Key, QueueLen)}
}

// Press puts a key in the queue and returns at once. It is false when the
// queue is full: then the key is dropped, the first of a row with a line in
// the log, the others with their number when there is room again.
func (q *Queue) Press(k terminal.Key) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case q.keys <- k:
		if q.lost > 0 {
			q.log.Warn("keys are taken again", "dropped", q.lost)
			q.lost = 0
		}
		return true
	default:
	}
	if q.lost++; q.lost == 1 {
		q.log.Warn("key dropped: the till is busy", "waiting", QueueLen)
	}
	return false
}

// Run implements Source.
func (q *Queue) Run(ctx context.Context, out func(terminal.Key)) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case k := <-q.keys:
			out(k)
		}
	}
}

// Web is the keypad of a panel in a browser: a Queue of characters.
type Web struct{ queue *Queue }

// NewWeb makes a pad that nobody has touched.
func NewWeb(log *slog.Logger) *Web { return &Web{NewQueue(log)} }

// Press takes a character as Key has them, or l for the other language. It
// returns at once, and false when the character is no key or the queue is full.
func (w *Web) Press(r rune) bool {
	k, ok := Key(r)
	if !ok && terminal.Key(r) == terminal.KeyLanguage {
		k, ok = terminal.KeyLanguage, true
	}
	return ok && w.queue.Press(k)
}

// Run implements Source.
func (w *Web) Run(ctx context.Context, out func(terminal.Key)) error { return w.queue.Run(ctx, out) }
