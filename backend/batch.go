package backend

import (
	"runtime"
	"time"
)

const (
	maxBatch  = 256 // notes decided together
	maxLinger = 5 * time.Millisecond
	maxYields = 1000 // to others, while lingering
)

// more is first and what waits behind it.
func (c *clerk) more(first note) []note {
	c.linger()
	notes := []note{first}
	for waiting := true; waiting && len(notes) < maxBatch; {
		select {
		case n := <-c.notes:
			notes = append(notes, n)
		default:
			waiting = false
		}
	}
	c.batches.usual += (float64(len(notes)) - c.batches.usual) / 8
	return notes
}

// batches is how the clerk's have been of late.
type batches struct {
	usual float64       // notes in one, on average of some
	took  time.Duration // the commit of the last
}

// linger lets others run while fewer notes wait than is usual: they come from those
// whom the last batch answered, and a commit takes about as long for few as for many.
// It takes a part of such a commit at most, and no time where notes come one by one.
func (c *clerk) linger() {
	enough := int(0.8*c.batches.usual) - 1 // without the one that is in hand
	end := time.Now().Add(min(c.batches.took/5, maxLinger))
	for range maxYields { // where time stands still, as in tests, this ends too
		if len(c.notes) >= enough || !time.Now().Before(end) {
			return
		}
		runtime.Gosched()
	}
}
