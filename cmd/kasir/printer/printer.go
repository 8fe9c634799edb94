package printer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"time"

	"kasir/terminal"
)

// Limits: of slips that wait, of one write, and of one slip. A printer of the
// slowest kind, on 9600 baud, takes a slip of 900 bytes in a second.
const (
	waiting   = 4
	piece     = 256 // bytes
	slipTime  = 10 * time.Second
	lookAgain = 20 * time.Millisecond // at a printer whose buffer is full
)

// Options say which printer it is.
type Options struct {
	Path    string // of the device
	Columns int    // letters in a line
	Zone    *time.Location
	// Trouble is told when slips begin to fail, and with nil when they work again.
	// It must not block.
	Trouble func(error)
	Log     *slog.Logger
}

// Printer prints slips, one after the other.
type Printer struct {
	Options
	slips chan terminal.Slip
	bad   bool
}

// New makes a printer that is not touched before Run.
func New(o Options) *Printer { return &Printer{Options: o, slips: make(chan terminal.Slip, waiting)} }

// Print implements terminal.Printer. It never blocks: a slip for which there is no
// room is dropped, with a line in the log.
func (p *Printer) Print(s terminal.Slip) {
	select {
	case p.slips <- s:
	default:
		p.Log.Error("slip dropped: the printer is behind", "order", string(s.Order))
	}
}

// Run prints until ctx ends.
func (p *Printer) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case s := <-p.slips:
			err := p.put(ctx, Encode(s, p.Columns, p.Zone))
			if ctx.Err() != nil {
				return nil
			}
			p.say(s, err)
		}
	}
}

// say tells of a slip, and of the printer when that has changed.
func (p *Printer) say(s terminal.Slip, err error) {
	if err != nil {
		p.Log.Error("slip not printed", "order", string(s.Order), "err", err)
	}
	if bad := err != nil; bad != p.bad {
		p.bad = bad
		p.Trouble(err)
	}
}

// put writes a slip to the printer within slipTime. The device is opened for each:
// one that was unplugged is there again under the same name.
func (p *Printer) put(ctx context.Context, text []byte) error {
	ctx, cancel := context.WithTimeout(ctx, slipTime)
	defer cancel()
	f, err := os.OpenFile(p.Path, os.O_WRONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return fmt.Errorf("open printer: %w", err)
	}
	defer f.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = f.SetWriteDeadline(end) // not every device can; then it says so below
	}
	for len(text) > 0 {
		n, err := f.Write(text[:min(piece, len(text))])
		text = text[n:]
		switch {
		case err == nil:
		case !errors.Is(err, syscall.EAGAIN):
			return fmt.Errorf("print: %w", err)
		}
		if err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("print: its buffer stays full: %w", ctx.Err())
		case <-time.After(lookAgain):
		}
	}
	return nil
}
