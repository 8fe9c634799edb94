package sandbox

import (
	"encoding/json"
	"time"
)

// How the provider treats an Idempotency-Key.
const (
	maxKey        = 46 // longer keys are not refused but ignored
	keyLifetime   = 5 * time.Minute
	briefLifetime = 3 * time.Minute // of a subscription's
	maxReplays    = 10_000
)

// replay is a success that is repeated for its key, whatever is asked with it
// and wherever: the key is remembered across all endpoints.
type replay struct {
	Key   string          `json:"key"`
	At    time.Time       `json:"at"`
	HTTP  int             `json:"http,omitempty"`  // 0: 200
	Brief bool            `json:"brief,omitempty"` // a subscription's: remembered for less time
	Body  json.RawMessage `json:"body"`
}

func (r replay) fresh(now time.Time) bool {
	life := keyLifetime
	if r.Brief {
		life = briefLifetime
	}
	return now.Sub(r.At) < life
}

// replays are the keys in memory. Failures are not kept.
type replays struct {
	done    map[string]replay
	running map[string]bool
}

func newReplays() replays {
	return replays{done: make(map[string]replay), running: make(map[string]bool)}
}

func (p *replays) put(r replay) {
	for key, old := range p.done {
		if r.At.Sub(old.At) >= keyLifetime {
			delete(p.done, key)
		}
	}
	if len(p.done) < maxReplays {
		p.done[r.Key] = r
	}
}

// get is the answer to repeat for key, when there is one.
func (p *replays) get(key string, now time.Time) (replay, bool) {
	r, ok := p.done[key]
	return r, ok && r.fresh(now)
}

func (p *replays) fresh(now time.Time) []replay {
	var out []replay
	for _, r := range p.done {
		if r.fresh(now) {
			out = append(out, r)
		}
	}
	return out
}
