package postgres

import (
	"context"
	"errors"
	"sync"

	"kasir/backend/ledger"
)

// maxGroup is how many entries one transaction takes from several callers.
const maxGroup = 512

var errShut = errors.New("the book is closed")

// ask is one caller's Commit that waits.
type ask struct {
	entries []ledger.Entry
	done    chan error // holds one
	taken   bool       // it is being committed: too late to go away
}

// queue collects what is to be committed while a commit is under way. Whoever
// comes when nobody commits does so for himself and for those behind him.
type queue struct {
	mu      sync.Mutex
	waiting []*ask
	busy    bool
	closed  bool
}

func (q *queue) shut() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}

// enter queues a request; lead says that the caller is to commit.
func (q *queue) enter(a *ask) (lead bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, errShut
	}
	q.waiting = append(q.waiting, a)
	lead = !q.busy
	q.busy = true
	return lead, nil
}

// next is what is committed together: requests that name an order once. Nothing
// means that the caller leads no more.
func (q *queue) next() (group []*ask) {
	q.mu.Lock()
	defer q.mu.Unlock()
	named, n := map[string]bool{}, 0
	for len(q.waiting) > 0 {
		a := q.waiting[0]
		for _, e := range a.entries {
			if len(group) > 0 && named[e.Facts.Order] {
				return group
			}
		}
		if n += len(a.entries); len(group) > 0 && n > maxGroup {
			return group
		}
		for _, e := range a.entries {
			named[e.Facts.Order] = true
		}
		a.taken = true
		group = append(group, a)
		q.waiting = q.waiting[1:]
	}
	if len(group) == 0 {
		q.busy = false
	}
	return group
}

// leave takes a back, unless it is being committed already.
func (q *queue) leave(a *ask) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if a.taken {
		return false
	}
	for i, w := range q.waiting {
		if w == a {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// wait is the answer to a, or the end of ctx if that comes before its turn.
func (q *queue) wait(ctx context.Context, a *ask) error {
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done():
		if q.leave(a) {
			return ctx.Err()
		}
		return <-a.done
	}
}
