package check

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"kasir/terminal"
	"kasir/terminal/uplink"
)

// runningTime is how long the parts of a till that sells may take to be looked at:
// somebody stands before it.
const runningTime = 20 * time.Second

// Own is the journal of the till that runs. Only who writes a journal may open it
// in its process.
type Own interface {
	// VerifyRows walks the chain from a row on, and rests now and then.
	VerifyRows(ctx context.Context, from int64, rest func()) error
	// Head is the last row.
	Head() (row int64, hash [32]byte)
}

// rest is what a till that runs is given between rows that are verified.
const rest = time.Millisecond

// Running looks at what needs nobody while the till runs: what Run says in lines
// it says in signs, for the till's own screen. faultOf is what a journal's error
// is to people.
func Running(ctx context.Context, b Bench, own Own, faultOf func(error) terminal.FaultKind) (found terminal.Inspected) {
	ctx, cancel := context.WithTimeout(ctx, runningTime)
	defer cancel()
	var both sync.WaitGroup
	both.Go(func() { found[terminal.LookBackend], found[terminal.LookClock] = answers(ctx, b) })
	both.Go(func() { found[terminal.LookJournal], found[terminal.LookDisk] = keeps(ctx, b.Journal, own, faultOf) })
	both.Wait()
	return found
}

// answers is how the backend does, and this clock against its.
func answers(ctx context.Context, b Bench) (backend, clock terminal.Sign) {
	h, err := uplink.Probe(ctx, b.Backend, b.Device, b.HTTP)
	if err != nil {
		return terminal.Sign{Is: terminal.ShapeBad, Why: uplink.TroubleOf(err)}, clock
	}
	backend = terminal.Sign{Is: terminal.ShapeGood, Figure: h.Took.Milliseconds()}
	clock = terminal.Sign{Is: terminal.ShapeGood, Figure: int64(-h.Skew / time.Second)}
	if h.Skew.Abs() > maxSkew {
		clock.Is = terminal.ShapeBad
	}
	return backend, clock
}

// keeps is how the journal and its card do. A journal that is too long to be read
// to its end in the time there is, is not known; it is read again and again by the
// till itself.
func keeps(ctx context.Context, path string, own Own, faultOf func(error) terminal.FaultKind) (journal, disk terminal.Sign) {
	if free, err := freeMB(filepath.Dir(path)); err == nil {
		disk = terminal.Sign{Is: terminal.ShapeGood, Figure: free}
		if free < leastMB {
			disk.Is = terminal.ShapeBad
		}
	}
	_, err := tryWriting(ctx, filepath.Dir(path))
	rows := int64(0)
	if err == nil {
		rows, _ = own.Head()
		err = own.VerifyRows(ctx, 1, func() { time.Sleep(rest) })
	}
	switch {
	case err == nil:
		journal = terminal.Sign{Is: terminal.ShapeGood, Figure: rows}
	case ctx.Err() == nil:
		journal = terminal.Sign{Is: terminal.ShapeBad, What: faultOf(err)}
	}
	return journal, disk
}
