package merchant

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// turnstile is Turns for several desks of one process.
type turnstile struct {
	mu   sync.Mutex
	held map[string]bool
	err  error
}

func (s *turnstile) Lock(ctx context.Context, kind, name string) (func(), error) {
	for ctx.Err() == nil {
		s.mu.Lock()
		if s.err != nil {
			defer s.mu.Unlock()
			return nil, s.err
		}
		if !s.held[kind+name] {
			s.held[kind+name] = true
			s.mu.Unlock()
			return func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				delete(s.held, kind+name)
			}, nil
		}
		s.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	return nil, ctx.Err()
}

// TestTurns: of many requests about one thing, at several desks, one is worked
// on; a thing that cannot be locked is not worked on, and can be later.
func TestTurns(t *testing.T) {
	far := &turnstile{held: map[string]bool{}}
	desks := [3]locks{{far: far}, {far: far}, {far: far}}
	var in, most atomic.Int64
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			done, err := desks[i%3].take(t.Context(), "refund A")
			if err != nil {
				t.Error(err)
				return
			}
			defer done()
			n := in.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(time.Millisecond)
			in.Add(-1)
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d worked on one thing at one time", most.Load())
	}
	far.err = errors.New("the database is away")
	if _, err := desks[0].take(t.Context(), "refund A"); !errors.Is(err, far.err) {
		t.Errorf("without a lock: %v", err)
	}
	far.err = nil
	done, err := desks[0].take(t.Context(), "refund A")
	if err != nil {
		t.Fatal(err)
	}
	done()
	for i := range desks {
		if len(desks[i].held) != 0 || desks[i].n != 0 {
			t.Errorf("desk %d holds %d, counts %d", i, len(desks[i].held), desks[i].n)
		}
	}
}
