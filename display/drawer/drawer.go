// Package drawer makes a panel of any display.Drawer of periph.io: the
// displays of periph.io/x/devices/v3 and whatever else speaks that interface.
//
// A Drawer has no context, and several of periph's e-paper drivers wait for
// BUSY without a deadline: a loose cable would hang the till. Here the drawing
// is done by a goroutine of its own, never more than one, and waited for no
// longer than the caller's context. While an earlier drawing hangs, Show says
// so at once; what it comes to later is not lost. Frames are always drawn
// whole, because some of those drivers misplace partial ones.
//
// For panels that have a driver of their own in this repository, use that.
// Next room to visit: display/frame, which says what a panel is.
package drawer

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"periph.io/x/conn/v3/display"

	"kasir/display/frame"
)

// ErrStuck means that an earlier drawing has not come back yet.
var ErrStuck = errors.New("the display still hangs in an earlier drawing")

// Options are what a driver may need besides drawing. The zero value is usable.
type Options struct {
	// Before is called before each drawing by the goroutine that draws, for
	// drivers that have modes, or have to be woken. It may hang, as they do.
	Before func(frame.Refresh) error
	// CloseWithin is how long Close waits; 0 means 10 s. Several drivers clear
	// the glass to close it.
	CloseWithin time.Duration
}

// Panel is a Drawer as a panel.
type Panel struct {
	to   display.Drawer
	opts Options
	turn chan struct{} // full while something draws

	// Whoever has the turn may use these.
	copy *frame.Frame // what is drawn; the caller's frame is only lent
	err  error        // what the last drawing came to
	told bool         // and whether anybody heard of it
}

// New makes a panel of d, which it owns from now on.
func New(d display.Drawer) *Panel { return NewWith(d, Options{}) }

// NewWith is New with options.
func NewWith(d display.Drawer, o Options) *Panel {
	if o.CloseWithin <= 0 {
		o.CloseWithin = 10 * time.Second
	}
	return &Panel{to: d, opts: o, turn: make(chan struct{}, 1), told: true}
}

// Bounds implements frame.Panel.
func (p *Panel) Bounds() image.Rectangle {
	return image.Rectangle{Max: p.to.Bounds().Size()}
}

// String implements frame.Panel.
func (p *Panel) String() string { return p.to.String() }

// Show implements frame.Panel. The mode is the driver's own business, see
// Options.Before. A frame that was drawn after its caller had given up is not
// drawn again: a display that is slower than its caller would never be done.
func (p *Panel) Show(ctx context.Context, f *frame.Frame, mode frame.Refresh, _ image.Rectangle) error {
	if ctx.Err() != nil {
		return fmt.Errorf("draw on %s: %w", p, context.Cause(ctx))
	}
	if got, want := f.Format.Size, p.Bounds().Max; got != want {
		return fmt.Errorf("draw %v on %s: it is %v", got, p, want)
	}
	select {
	case p.turn <- struct{}{}:
	default:
		return fmt.Errorf("draw on %s: %w", p, ErrStuck)
	}
	late := !p.told
	p.told = true
	if late && p.err == nil && p.copy.Equal(f) {
		<-p.turn
		return nil
	}
	if p.copy == nil || p.copy.Format != f.Format {
		p.copy = frame.New(f.Format)
	}
	p.copy.Copy(f)
	return p.wait(ctx, "draw on", p.start(func() error {
		if p.opts.Before != nil {
			if err := p.opts.Before(mode); err != nil {
				return err
			}
		}
		return p.to.Draw(p.to.Bounds(), p.copy, image.Point{})
	}))
}

// start does what the caller has the turn for, and gives the turn back before
// it tells the result: who has heard it may draw again.
func (p *Panel) start(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() {
		err := guard(do)
		p.err, p.told = err, false
		<-p.turn
		done <- err
	}()
	return done
}

// guard makes an error of a panic: a driver's mistake must not stop a till.
func guard(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("driver panics: %v", r)
		}
	}()
	return do()
}

func (p *Panel) wait(ctx context.Context, what string, done <-chan error) error {
	select {
	case err := <-done:
		p.told = true
		if err != nil {
			return fmt.Errorf("%s %s: %w", what, p, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s %s: %w", what, p, context.Cause(ctx))
	}
}

// Close implements frame.Panel. Displays that can sleep are sent to sleep, as
// e-paper should be. One that hangs is left as it is.
func (p *Panel) Close() error {
	select {
	case p.turn <- struct{}{}:
	default:
		return fmt.Errorf("close %s: %w", p, ErrStuck)
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.opts.CloseWithin)
	defer cancel()
	return p.wait(ctx, "close", p.start(func() error {
		err := p.to.Halt()
		if s, ok := p.to.(interface{ Sleep() error }); ok {
			err = errors.Join(err, s.Sleep())
		}
		return err
	}))
}
