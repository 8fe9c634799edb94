package pace

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// taken is how many of n tries in a row were let through.
func taken(l *Limiter, name string, n int) (got int) {
	for range n {
		if _, ok := l.Take(name); ok {
			got++
		}
	}
	return got
}

func TestTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Limiter{Rate: 4, Burst: 10, Most: 100}
		if got := taken(l, "a", 50); got != 10 {
			t.Errorf("a burst of %d, want 10", got)
		}
		wait, ok := l.Take("a")
		if ok || wait != 250*time.Millisecond {
			t.Errorf("after it: %v, %v; want a wait of 250ms", wait, ok)
		}
		if got := taken(l, "b", 1); got != 1 {
			t.Error("somebody else had to wait too")
		}
		time.Sleep(wait)
		if got := taken(l, "a", 50); got != 1 {
			t.Errorf("after the wait %d, want 1", got)
		}
		passed := 0
		for range 400 { // ten a second for 40 s
			time.Sleep(100 * time.Millisecond)
			passed += taken(l, "a", 1)
		}
		if passed < 159 || passed > 161 {
			t.Errorf("%d in 40 s, want 160", passed)
		}
		time.Sleep(time.Hour)
		if got := taken(l, "a", 50); got != 10 {
			t.Errorf("a burst of %d after an hour, want 10", got)
		}
	})
}

// The map is bounded; whoever comes after it is full is let through all the
// same, unless all strangers together are too many.
func TestCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Limiter{Rate: 1, Burst: 2, Most: 50}
		for i := range 1000 {
			taken(l, fmt.Sprint(i), 1)
		}
		if got := len(l.buckets); got != 50 {
			t.Errorf("%d names are kept, want 50", got)
		}
		if got := taken(l, "stranger", 1); got != 0 {
			t.Error("a stranger passed after 950 others")
		}
		if got := taken(l, "0", 1); got != 1 {
			t.Error("somebody known had to wait with the strangers")
		}
		time.Sleep(time.Minute)
		if got := taken(l, "stranger", 1); got != 1 || len(l.buckets) != 1 {
			t.Errorf("a minute later: %d passed and %d names are kept, want 1 and 1", got, len(l.buckets))
		}
	})
}

func TestNobodyIsPaced(t *testing.T) {
	var l Limiter
	if got := taken(&l, "a", 10_000); got != 10_000 || l.buckets != nil {
		t.Errorf("%d passed, %d names", got, len(l.buckets))
	}
}
