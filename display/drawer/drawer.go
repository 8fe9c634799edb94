// Package drawer makes a panel of any display.Drawer of periph.io: the
// displays of periph.io/x/devices/v3 and whatever else speaks that interface.
//
// A Drawer has no context, and several of periph's e-paper drivers wait for
// BUSY without a deadline: a loose cable would hang the till. Here the drawing
// is done by a goroutine of its own and waited for no longer than the caller's
// context; while an earlier drawing hangs, Show says so at once. Frames are
// always drawn whole, because some of those drivers misplace partial ones.
//
// For panels that have a driver of their own in this repository, use that.
// Next room to visit: display/frame, which says what a panel is.
package drawer

import (
	"context"
	"errors"
	"fmt"
	"image"

	"periph.io/x/conn/v3/display"

	"kasir/display/frame"
)

// ErrStuck means that an earlier drawing has not come back yet.
var ErrStuck = errors.New("the display still hangs in an earlier drawing")

// Panel is a Drawer as a panel.
type Panel struct {
	to   display.Drawer
	copy *frame.Frame // what is being drawn; the caller's frame is only lent
	turn chan struct{}
}

// New makes a panel of d, which it owns from now on.
func New(d display.Drawer) *Panel {
	return &Panel{to: d, turn: make(chan struct{}, 1)}
}

// Bounds implements frame.Panel.
func (p *Panel) Bounds() image.Rectangle {
	return image.Rectangle{Max: p.to.Bounds().Size()}
}

// String implements frame.Panel.
func (p *Panel) String() string { return p.to.String() }

// Show implements frame.Panel. The mode is the driver's own business.
func (p *Panel) Show(ctx context.Context, f *frame.Frame, _ frame.Refresh, _ image.Rectangle) error {
	select {
	case p.turn <- struct{}{}:
	default:
		return fmt.Errorf("draw on %s: %w", p, ErrStuck)
	}
	if p.copy == nil || len(p.copy.Pix) != len(f.Pix) || p.copy.Stride != f.Stride {
		p.copy = frame.New(f.Format)
	}
	p.copy.Copy(f)
	done := make(chan error, 1)
	go func() {
		defer func() { <-p.turn }()
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Errorf("driver panics: %v", r)
			}
		}()
		done <- p.to.Draw(p.to.Bounds(), p.copy, image.Point{})
	}()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("draw on %s: %w", p, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("draw on %s: %w", p, context.Cause(ctx))
	}
}

// Close implements frame.Panel. A display that hangs is left as it is.
func (p *Panel) Close() error {
	select {
	case p.turn <- struct{}{}:
		return p.to.Halt()
	default:
		return fmt.Errorf("close %s: %w", p, ErrStuck)
	}
}
