package mipidbi

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"sync"
	"time"

	"periph.io/x/conn/v3/display"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/spi"

	"kasir/display/bus"
	"kasir/display/frame"
)

// drawTimeout bounds Draw, which has no context: three times a frame of the
// largest glass at the slowest clock, 1 MHz.
const drawTimeout = 10 * time.Second

// Dev is a glass. Its methods may be called by any goroutine; SetBrightness
// does not wait for the others.
type Dev struct {
	opts  Opts
	geo   geometry
	light *light
	rst   gpio.PinOut // nil: it is wired to something else

	mu     sync.Mutex // of all below
	wire   *bus.Wire
	shown  *frame.Frame // what is on the glass, or was last tried
	known  bool         // shown is what is on the glass
	awake  bool         // it takes pixels, and has none yet
	fresh  bool         // the registers were set and the glass not turned on since
	closed bool
	wakes  time.Time // when it may be told to wake, after a reset
	wokeAt time.Time // when it was
	setAt  time.Time // when the registers were set
	damage damage
	pack   []byte       // a transfer's pixels, for windows narrower than a row
	canvas *frame.Frame // of Draw
}

var (
	_ display.Drawer = (*Dev)(nil)
	_ frame.Panel    = (*Dev)(nil)
)

// New connects a glass, and does nothing else yet: the first frame resets it
// and wakes it up. dc and rst are required, except that an rst of nil means a
// glass whose reset is wired to something else; it is then reset by a command.
// backlight may be nil. o may be nil for the zero Opts.
func New(p spi.Port, dc, rst, backlight gpio.PinOut, o *Opts) (*Dev, error) {
	if o == nil {
		o = &Opts{}
	}
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if rst == gpio.INVALID {
		return nil, fmt.Errorf("use %v: the reset pin is not valid", opts.Controller)
	}
	wire, err := bus.Dial(p, dc, opts.Freq, opts.Mode)
	if err != nil {
		return nil, err
	}
	d := &Dev{opts: opts, geo: opts.geometry(), wire: wire, rst: rst,
		light: newLight(backlight, opts.Brightness, opts.PWM), pack: make([]byte, 0, wire.Limit())}
	d.shown = frame.New(d.Format())
	return d, nil
}

// Format is what Show wants its frames to be. The pitch is the module's, which
// is not known here.
func (d *Dev) Format() frame.Format {
	return frame.Format{Size: d.geo.size, Depth: frame.RGB565}
}

// String implements conn.Resource.
func (d *Dev) String() string {
	return fmt.Sprintf("%v %dx%d on %v", d.opts.Controller, d.geo.size.X, d.geo.size.Y, d.wire)
}

// Bounds implements display.Drawer and frame.Panel.
func (d *Dev) Bounds() image.Rectangle { return image.Rectangle{Max: d.geo.size} }

// ColorModel implements display.Drawer.
func (d *Dev) ColorModel() color.Model { return d.shown.ColorModel() }

// Show implements frame.Panel. The dirty rectangle is not needed: the driver
// has its own copy of what is on the glass. A frame of another format is
// refused before anything is sent. Any other error is of the wire, the pins or
// ctx; the next frame then begins with a reset.
func (d *Dev) Show(ctx context.Context, f *frame.Frame, mode frame.Refresh, _ image.Rectangle) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.show(ctx, f, mode)
}

// Wake brings the glass to where it takes pixels, which is a quarter of a second of
// waiting that a first frame, still being made, would otherwise begin with. Nothing is
// seen of it, and without it the first frame does the same.
func (d *Dev) Wake(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.known || d.awake {
		return nil
	}
	if err := d.reset(ctx); err != nil {
		return err
	}
	if err := d.setUp(ctx); err != nil {
		return err
	}
	d.awake = true
	return nil
}

// Draw implements display.Drawer.
func (d *Dev) Draw(r image.Rectangle, src image.Image, sp image.Point) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.canvas == nil {
		d.canvas = frame.New(d.Format())
	}
	d.canvas.Copy(d.shown)
	if f, ok := src.(*frame.Frame); ok && f.Format.Size == d.geo.size && f.Format.Depth == frame.RGB565 &&
		r.Intersect(d.Bounds()) == d.Bounds() && sp == r.Min.Mul(-1) {
		d.canvas.Copy(f)
	} else {
		draw.Draw(d.canvas, r, src, sp, draw.Src)
	}
	ctx, cancel := context.WithTimeout(context.Background(), drawTimeout)
	defer cancel()
	return d.show(ctx, d.canvas, frame.Partial)
}

// SetBrightness sets the backlight, 0 to 100 percent, at once when the glass is
// on; at 0 it is dark and goes on showing.
func (d *Dev) SetBrightness(percent int) error { return d.light.set(percent) }

// show is Show with the lock held.
func (d *Dev) show(ctx context.Context, f *frame.Frame, mode frame.Refresh) error {
	switch {
	case d.closed:
		return errors.New("show frame: the glass is closed")
	case f.Format.Size != d.geo.size || f.Format.Depth != frame.RGB565:
		return fmt.Errorf("show frame of %v: the glass is %v", f.Format, d.Format())
	}
	var err error
	for range d.opts.Retries + 1 {
		if err = d.try(ctx, f, mode); err == nil {
			return nil
		}
		d.known = false
		if ctx.Err() != nil {
			break
		}
	}
	return err
}

// try brings f to the glass once.
func (d *Dev) try(ctx context.Context, f *frame.Frame, mode frame.Refresh) error {
	all, err := d.ready(ctx, f, mode)
	if err != nil {
		return err
	}
	if all {
		d.shown.Copy(f)
		if err := d.send(ctx, f, f.Bounds()); err != nil {
			return err
		}
	} else {
		for _, r := range d.damage.find(f, d.shown) {
			if err := d.send(ctx, f, r); err != nil {
				return err
			}
		}
		d.shown.Copy(f)
	}
	return d.turnOn(ctx)
}

// ready makes the glass take pixels, and reports whether it needs all of them.
func (d *Dev) ready(ctx context.Context, f *frame.Frame, mode frame.Refresh) (all bool, err error) {
	switch {
	case d.awake:
		d.awake = false
		return true, nil
	case !d.known:
		if err := d.reset(ctx); err != nil {
			return false, err
		}
		return true, d.setUp(ctx)
	case mode == frame.Full, d.stale(f):
		return true, d.setUp(ctx)
	}
	return false, nil
}

// stale reports whether the registers are old, and f so different that
// everything may be sent as well. Keys that are echoed do not pay for it.
func (d *Dev) stale(f *frame.Frame) bool {
	if d.opts.Renew < 0 || time.Since(d.setAt) < d.opts.Renew {
		return false
	}
	changed := f.Diff(d.shown).Size()
	return 2*changed.X*changed.Y >= d.geo.size.X*d.geo.size.Y
}

// Halt implements conn.Resource: dark and asleep. The next frame wakes it up.
func (d *Dev) Halt() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sleep()
}

// Close implements frame.Panel. The glass is left dark and asleep; port and
// pins are the caller's.
func (d *Dev) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	return d.sleep()
}
