package office

import (
	"context"
	"sync"
	"time"
)

// How often somebody may be wrong within throttleTime: one address about one
// account, one address about any, anybody about one account. The last is the
// widest, so that a stranger far away does not lock the owner out soon.
const (
	throttleTime = 15 * time.Minute
	perPair      = 5
	perAddress   = 30
	perAccount   = 60
	maxCounted   = 8192
)

// throttle counts attempts that failed.
type throttle struct {
	mu   sync.Mutex
	seen map[string]tally
}

type tally struct {
	n    int
	ends time.Time
}

// names are what an attempt is counted under.
func names(account, address string) map[string]int {
	return map[string]int{"pair " + account + " " + address: perPair, "address " + address: perAddress, "account " + account: perAccount}
}

// take counts an attempt before it is made, and reports whether it may be. Many
// at one time count as many.
func (t *throttle) take(account, address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.seen == nil {
		t.seen = make(map[string]tally)
	}
	t.sweep(now)
	of := names(account, address)
	for name, most := range of {
		if c := t.seen[name]; c.n >= most && now.Before(c.ends) {
			return false
		}
	}
	for name := range of {
		c := t.seen[name]
		if !now.Before(c.ends) {
			c = tally{ends: now.Add(throttleTime)}
		}
		c.n++
		t.seen[name] = c
	}
	return true
}

// give takes an attempt back that did not fail.
func (t *throttle) give(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name := range names(account, address) {
		if c, ok := t.seen[name]; ok && c.n > 0 {
			c.n--
			t.seen[name] = c
		}
	}
}

// sweep makes room: for what is over first, then for anything, since whoever
// comes from many addresses must not be able to shut the door for all.
func (t *throttle) sweep(now time.Time) {
	if len(t.seen) < maxCounted {
		return
	}
	for name, c := range t.seen {
		if !now.Before(c.ends) {
			delete(t.seen, name)
		}
	}
	for name := range t.seen {
		if len(t.seen) < maxCounted {
			return
		}
		delete(t.seen, name)
	}
}

// stretching bounds how many passwords are stretched at one time: each takes a
// core for a good while.
const stretching = 2

// hold takes a place for stretching, until the returned function is called.
func (o *Office) hold(ctx context.Context) (func(), error) {
	select {
	case o.places <- struct{}{}:
		return func() { <-o.places }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (o *Office) sealed(ctx context.Context, password string) (secret, error) {
	done, err := o.hold(ctx)
	if err != nil {
		return secret{}, err
	}
	defer done()
	return seal(password, o.rounds)
}

func (o *Office) opens(ctx context.Context, s secret, password string) (bool, error) {
	done, err := o.hold(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	return s.opens(password, o.rounds), nil
}
