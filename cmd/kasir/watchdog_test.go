package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kasir/terminal"
)

// dog is a watchdog that keeps what it was told, and when.
type dog struct {
	mu     sync.Mutex
	heard  []byte
	last   time.Time
	closed bool
	bad    error
}

func (d *dog) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bad != nil {
		return 0, d.bad
	}
	d.heard, d.last = append(d.heard, b...), time.Now()
	return len(b), nil
}

func (d *dog) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return nil
}

// silent is how long it has heard nothing.
func (d *dog) silent() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Since(d.last)
}

// TestGuard has a till that takes events for a minute, then hangs on one for
// longer than a watchdog waits, and then is switched off.
func TestGuard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		d, events, hang := &dog{last: time.Now()}, make(chan terminal.Event), make(chan time.Duration, 1)
		go func() {
			for {
				select {
				case <-events:
					select {
					case long := <-hang:
						time.Sleep(long)
					default:
					}
				case <-ctx.Done():
					return
				}
			}
		}()
		ended := make(chan error, 1)
		go func() { ended <- guard(ctx, events, d) }()
		for range 60 {
			time.Sleep(time.Second)
			if d.silent() > petEvery {
				t.Fatalf("a till that works is silent for %v", d.silent())
			}
		}
		hang <- 20 * time.Second
		time.Sleep(18 * time.Second)
		if got := d.silent(); got < 15*time.Second {
			t.Errorf("a till that hangs is silent for %v only: no watchdog would notice", got)
		}
		time.Sleep(14 * time.Second)
		if d.silent() > petEvery {
			t.Errorf("a till that works again is silent for %v", d.silent())
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if n := len(d.heard); !d.closed || n < 15 || d.heard[n-1] != 'V' || slices.Contains(d.heard[:n-1], 'V') {
			t.Errorf("closed %v, it heard %q", d.closed, d.heard)
		}
	})
}

func TestGuardSaysWhatItCannot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := make(chan terminal.Event, 2)
		if err := guard(t.Context(), events, &dog{bad: errors.New("broken")}); err == nil {
			t.Error("a watchdog that cannot be petted is no error")
		}
	})
	if _, err := openWatchdog(t.TempDir() + "/none"); err == nil {
		t.Error("a watchdog that is not there was opened")
	}
}
