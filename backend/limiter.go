package backend

import (
	"sync"
	"time"
)

// Telephone numbers can be tried one after the other, and the answer tells
// which of them have a wallet, or are customers here. No shop links more than
// this many in a minute.
const (
	perMinute = 10
	maxNames  = 1024 // who are counted at one time; beyond it strangers wait
)

// limiter counts, by name, what is done in a minute.
type limiter struct {
	mu   sync.Mutex
	seen map[string]*tally
}

type tally struct {
	ends time.Time
	n    int
}

// take reports whether name may do it once more.
func (l *limiter) take(name string) bool { return l.takeOf(name, perMinute) }

// takeOf is take with another number a minute.
func (l *limiter) takeOf(name string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.seen == nil {
		l.seen = make(map[string]*tally)
	}
	t := l.seen[name]
	if t == nil && len(l.seen) >= maxNames {
		l.sweep(now)
		if len(l.seen) >= maxNames {
			return false
		}
	}
	if t == nil || !now.Before(t.ends) {
		t = &tally{ends: now.Add(time.Minute)}
		l.seen[name] = t
	}
	t.n++
	return t.n <= most
}

// giveBack undoes a take: what was done was no try at anything.
func (l *limiter) giveBack(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.seen[name]; t != nil && t.n > 0 {
		t.n--
	}
}

// sweep forgets whose minute is over.
func (l *limiter) sweep(now time.Time) {
	for name, t := range l.seen {
		if !now.Before(t.ends) {
			delete(l.seen, name)
		}
	}
}
