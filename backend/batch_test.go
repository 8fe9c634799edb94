package backend

import (
	"runtime"
	"testing"
	"time"
)

// A clerk who usually has many notes together lets those who bring them run first.
func TestLinger(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // another thread may be kept from running for longer than he lingers
	for range 20 {                                  // and so may all of us, once
		c := &clerk{notes: make(chan note, maxNotes), batches: batches{usual: 20, took: time.Second}}
		go func() {
			for range 40 {
				c.notes <- note{}
			}
		}()
		c.linger()
		if len(c.notes) >= 15 {
			return
		}
	}
	t.Error("he did not wait for those who were about to come")
}

// One who has them one by one is not kept, nor is one who has enough, or whose commits
// cost nothing; and nobody waits for long.
func TestNoLinger(t *testing.T) {
	for name, tt := range map[string]struct {
		usual   float64
		took    time.Duration
		waiting int
		most    time.Duration
	}{
		"one by one":                  {usual: 1, took: time.Hour},
		"as many as usual wait":       {usual: 20, took: time.Hour, waiting: 16},
		"a commit that costs nothing": {usual: 20},
		"nobody comes":                {usual: 20, took: time.Hour, most: maxLinger},
	} {
		t.Run(name, func(t *testing.T) {
			quickest := time.Hour // of several: the machine may be busy
			for range 20 {
				c := &clerk{notes: make(chan note, maxNotes), batches: batches{usual: tt.usual, took: tt.took}}
				for range tt.waiting {
					c.notes <- note{}
				}
				began := time.Now()
				c.linger()
				quickest = min(quickest, time.Since(began))
			}
			if quickest > tt.most+time.Millisecond {
				t.Errorf("he lingered for %s", quickest)
			}
		})
	}
}

// What is usual follows what was, and comes down again when it is quiet.
func TestUsual(t *testing.T) {
	c := &clerk{notes: make(chan note, maxNotes)}
	for range 40 {
		for range 31 {
			c.notes <- note{}
		}
		if n := len(c.more(note{})); n != 32 {
			t.Fatalf("%d notes, want all 32", n)
		}
	}
	if c.batches.usual < 31 {
		t.Errorf("usual are %.1f after batches of 32", c.batches.usual)
	}
	for range 40 {
		c.more(note{})
	}
	if c.batches.usual > 1.5 {
		t.Errorf("usual are %.1f after single notes", c.batches.usual)
	}
}
