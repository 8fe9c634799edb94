package sandbox

import (
	"encoding/json"
	"time"
)

// How the provider treats an Idempotency-Key.
const (
	maxKey      = 46 // longer keys are not refused but ignored
	keyLifetime = 5 * time.Minute
	maxReplays  = 10_000
)

// replay is a success that is repeated for its key, whatever is asked with it
// and wherever: the key is remembered across all endpoints.
type replay struct {
	Key  string          `json:"key"`
	At   time.Time       `json:"at"`
	Body json.RawMessage `json:"body"`
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
	return r, ok && now.Sub(r.At) < keyLifetime
}

func (p *replays) fresh(now time.Time) []replay {
	var out []replay
	for _, r := range p.done {
		if now.Sub(r.At) < keyLifetime {
			out = append(out, r)
		}
	}
	return out
}
