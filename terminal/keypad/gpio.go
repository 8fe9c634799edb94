package keypad

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/terminal"
)

// The rhythm of a scanned pad.
const (
	scanEvery = 5 * time.Millisecond
	// settle is how long a row's wire takes to follow its column: 50 kilohms of
	// pull-up into some 100 pF of ribbon are 5 µs.
	settle = 10 * time.Microsecond
	// lookAgain is how often an idle pad's rows are read without an edge: not
	// every driver tells them all, and a short press lasts some 50 ms.
	lookAgain = 20 * time.Millisecond
	// edgeWait is for how long an edge is waited for in one call. Drivers differ
	// in what zero and less than zero mean, and none takes a context.
	edgeWait = 100 * time.Millisecond
	stuckFor = time.Minute
)

// Pins are the wires of a key matrix. Rows are read: inputs that are pulled up
// by the chip and tell edges. Columns are at most 64 / rows; a column is an
// input, pulled up weakly, or low, and never driven high, because two keys
// held in a row would connect it to a low one and burn the pins.
type Pins struct {
	Rows []gpio.PinIn
	Cols []gpio.PinIO
}

// GPIO is a key matrix on the pins of the computer, without diodes. While no
// key is down all columns are low and an edge on any row wakes it up; then it
// is scanned every 5 ms until all keys are up. Presses go through a Queue, so
// that neither a busy till nor a slow panel delays a scan.
//
// The layout must have as many rows and places in a row as there are pins.
// Run returns an error when a pin refuses its direction, and leaves all pins
// as inputs. The pins belong to it while it runs.
func GPIO(p Pins, keys Layout, log *slog.Logger) (Source, error) {
	if len(keys) == 0 || len(p.Rows) != len(keys) || len(p.Cols) != len(keys[0]) {
		return nil, fmt.Errorf("open key matrix: pins for %d rows and %d columns, which are not those of a layout of %d rows", len(p.Rows), len(p.Cols), len(keys))
	}
	if len(p.Rows)*len(p.Cols) > 64 {
		return nil, fmt.Errorf("open key matrix: %d by %d keys, at most 64", len(p.Rows), len(p.Cols))
	}
	return &scanner{Pins: p, keys: keys, log: log, edge: make(chan struct{}, 1)}, nil
}

type scanner struct {
	Pins
	keys  Layout
	log   *slog.Logger
	edge  chan struct{} // some row changed
	since time.Time     // the last time that the reading changed
	last  Contacts
	stuck bool
	told  bool // that the key is held
}

// Run implements Source.
func (s *scanner) Run(ctx context.Context, out func(terminal.Key)) error {
	ctx, stop := context.WithCancelCause(ctx)
	queue := NewQueue(s.log)
	var hands sync.WaitGroup
	hands.Go(func() { _ = queue.Run(ctx, out) })
	err := s.open()
	if err == nil {
		for _, row := range s.Rows {
			hands.Go(func() { s.listen(ctx, row) })
		}
		err = s.loop(ctx, queue)
	}
	stop(err)
	hands.Wait()
	if shut := s.release(); shut != nil {
		s.log.Warn("pins of the keypad stay as they are", "err", shut)
	}
	return err
}

// open makes the columns inputs before any of them is driven, and the rows
// inputs with pull-up.
func (s *scanner) open() error {
	for _, col := range s.Cols {
		if err := lift(col); err != nil {
			return err
		}
	}
	for _, row := range s.Rows {
		if err := row.In(gpio.PullUp, gpio.BothEdges); err != nil {
			return fmt.Errorf("make row %s an input with pull-up: %w", row, err)
		}
	}
	return nil
}

// release leaves no pin driven and no interrupt on.
func (s *scanner) release() error {
	var errs []error
	for _, col := range s.Cols {
		errs = append(errs, lift(col))
	}
	for _, row := range s.Rows {
		if err := row.In(gpio.PullUp, gpio.NoEdge); err != nil {
			errs = append(errs, fmt.Errorf("let go of row %s: %w", row, err))
		}
	}
	return errors.Join(errs...)
}

// lift stops driving a column. Pulled up rather than left floating: many pins
// of a Raspberry Pi are pulled down after a reset, and that, through a key
// that is held, would pull a row half way down.
func lift(col gpio.PinIO) error {
	if err := col.In(gpio.PullUp, gpio.NoEdge); err != nil {
		return fmt.Errorf("make column %s an input: %w", col, err)
	}
	return nil
}

func lower(col gpio.PinIO) error {
	if err := col.Out(gpio.Low); err != nil {
		return fmt.Errorf("drive column %s low: %w", col, err)
	}
	return nil
}

// listen turns edges of a row into wake-ups. An edge while the pad is being
// scanned comes from the scan and is forgotten by rest. A driver that returns
// at once instead of waiting is not asked faster than one that waits.
func (s *scanner) listen(ctx context.Context, row gpio.PinIn) {
	for ctx.Err() == nil {
		asked := time.Now()
		if row.WaitForEdge(edgeWait) {
			select {
			case s.edge <- struct{}{}:
			default:
			}
		}
		pause := scanEvery - time.Since(asked)
		if pause <= 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// loop rests until a key goes down, and scans until all are up.
func (s *scanner) loop(ctx context.Context, queue *Queue) error {
	m := NewMatrix(len(s.Cols), scanEvery)
	tick := time.NewTicker(scanEvery)
	defer tick.Stop()
	for {
		if m.Idle() {
			if err := s.rest(ctx); err != nil {
				return err
			}
			tick.Reset(scanEvery)
		}
		scan, err := s.scan()
		if err != nil {
			return err
		}
		var contact int
		var pressed bool
		if m, contact, pressed = m.Step(scan); pressed {
			if k := s.keys[contact/len(s.Cols)][contact%len(s.Cols)]; k != 0 {
				queue.Press(k)
			}
		}
		s.watch(scan)
		if k := s.held(scan); k != 0 {
			queue.Press(k)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// rest returns when a row is low with all columns low: some key is down.
func (s *scanner) rest(ctx context.Context) error {
	select {
	case <-s.edge: // from the scan
	default:
	}
	for _, col := range s.Cols {
		if err := lower(col); err != nil {
			return err
		}
	}
	for {
		// Read after the columns are low and after every edge: one that was
		// forgotten above has left its row low.
		time.Sleep(settle)
		for _, row := range s.Rows {
			if row.Read() == gpio.Low {
				return s.raise()
			}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.edge:
		case <-time.After(lookAgain):
		}
	}
}

func (s *scanner) raise() error {
	for _, col := range s.Cols {
		if err := lift(col); err != nil {
			return err
		}
	}
	return nil
}

// scan reads the matrix, one column low at a time.
func (s *scanner) scan() (c Contacts, err error) {
	for x, col := range s.Cols {
		if err := lower(col); err != nil {
			return 0, err
		}
		time.Sleep(settle)
		for y, row := range s.Rows {
			if row.Read() == gpio.Low {
				c |= 1 << (y*len(s.Cols) + x)
			}
		}
		if err := lift(col); err != nil {
			return 0, err
		}
	}
	return c, nil
}

// held is the key that says that the only one that is down is held, once; 0 for
// none.
func (s *scanner) held(scan Contacts) terminal.Key {
	if s.told || bits.OnesCount64(uint64(scan)) != 1 || time.Since(s.since) < HeldFor {
		return 0
	}
	s.told = true
	contact := bits.TrailingZeros64(uint64(scan))
	k, _ := terminal.Hold(s.keys[contact/len(s.Cols)][contact%len(s.Cols)])
	return k
}

// watch writes to the log, once, that a key has been down for a minute: it is
// stuck, or something lies on the pad.
func (s *scanner) watch(scan Contacts) {
	if scan != s.last || s.since.IsZero() {
		s.last, s.since, s.stuck, s.told = scan, time.Now(), false, false
	}
	if scan != 0 && !s.stuck && time.Since(s.since) > stuckFor {
		s.stuck = true
		s.log.Warn("a key is stuck", "contacts", fmt.Sprintf("%b", uint64(scan)))
	}
}
