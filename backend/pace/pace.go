// Package pace says when somebody asks too often. Everybody has a bucket of
// tokens, by name; each request takes one, and they come back evenly. So a
// burst, such as all that a till asks after its line came back, is nothing, and
// somebody who never stops is slowed down to the rate.
//
// It knows names and not what they are. Next room: package backend, whose gate
// asks it about devices and addresses.
package pace

import (
	"sync"
	"time"
)

// Limiter paces by name. Set its fields before it is used, and not after; it may
// be used by many goroutines.
type Limiter struct {
	Rate  int // tokens a second for each name; 0: nobody is paced
	Burst int // tokens that a name has when it was quiet, at least 1
	Most  int // names that are known at one time; beyond it strangers share one bucket

	mu      sync.Mutex
	buckets map[string]bucket
	crowd   bucket    // of strangers, when there are too many names
	swept   time.Time // when it was last looked for buckets that are full again
}

// bucket is somebody's tokens as they were at a moment.
type bucket struct {
	tokens float64
	at     time.Time
}

// crowdShare is how many times a name's tokens all strangers have together.
const crowdShare = 20

// Take takes a token of name's. It reports whether there was one, and otherwise
// how long it is until there will be.
func (l *Limiter) Take(name string) (wait time.Duration, ok bool) {
	if l.Rate <= 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	b, known := l.buckets[name]
	if !known && len(l.buckets) >= l.Most && !l.sweep(now) {
		wait, ok = l.crowd.take(now, crowdShare*l.Rate, crowdShare*l.Burst)
		return wait, ok
	}
	if l.buckets == nil {
		l.buckets = make(map[string]bucket)
	}
	wait, ok = b.take(now, l.Rate, l.Burst)
	l.buckets[name] = b
	return wait, ok
}

func (b *bucket) take(now time.Time, rate, burst int) (time.Duration, bool) {
	if b.at.IsZero() {
		b.tokens = float64(burst)
	} else {
		b.tokens = min(float64(burst), b.tokens+now.Sub(b.at).Seconds()*float64(rate))
	}
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / float64(rate) * float64(time.Second)), false
	}
	b.tokens--
	return 0, true
}

// sweep forgets whose bucket is full again, and reports whether that made room.
// It looks at all of them, so at most once a second.
func (l *Limiter) sweep(now time.Time) bool {
	if now.Sub(l.swept) < time.Second {
		return false
	}
	l.swept = now
	full := time.Duration(float64(l.Burst) / float64(l.Rate) * float64(time.Second))
	for name, b := range l.buckets {
		if now.Sub(b.at) >= full {
			delete(l.buckets, name)
		}
	}
	return len(l.buckets) < l.Most
}
