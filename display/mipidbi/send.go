package mipidbi

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"kasir/display/bus"
	"kasir/display/frame"
)

// reset brings the glass to where its datasheet begins: asleep and off. What
// its memory holds then is not meant to be seen, so the light goes first.
func (d *Dev) reset(ctx context.Context) error {
	if err := d.light.shine(false); err != nil {
		return err
	}
	var err error
	if d.rst != nil {
		err = bus.Reset(ctx, d.rst, resetLow, 0)
	} else {
		err = d.wire.Command(ctx, cmdSWRESET)
	}
	d.wakes = time.Now().Add(resetWait)
	if err != nil {
		return err
	}
	return bus.Sleep(ctx, resetHear)
}

// setUp sets every register and wakes the glass up. On glass that is awake it
// changes nothing that can be seen.
func (d *Dev) setUp(ctx context.Context) error {
	d.fresh = true
	c := &chips[d.opts.Controller]
	if err := d.steps(ctx, c.before); err != nil {
		return err
	}
	if err := bus.Sleep(ctx, time.Until(d.wakes)); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, cmdSLPOUT); err != nil {
		return err
	}
	d.wokeAt = time.Now()
	if err := bus.Sleep(ctx, hearWait); err != nil {
		return err
	}
	if err := d.steps(ctx, c.after); err != nil {
		return err
	}
	invert := byte(cmdINVOFF)
	if d.opts.Invert.or(c.invert) {
		invert = cmdINVON
	}
	return first(
		func() error { return d.wire.Command(ctx, cmdCOLMOD, colmod16) },
		func() error { return d.wire.Command(ctx, cmdMADCTL, d.geo.madctl) },
		func() error { return d.wire.Command(ctx, invert) },
		func() error { return d.wire.Command(ctx, cmdNORON) },
	)
}

func (d *Dev) steps(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := d.wire.Command(ctx, s.op, s.params...); err != nil {
			return err
		}
	}
	return nil
}

// turnOn lets people see what was sent.
func (d *Dev) turnOn(ctx context.Context) error {
	if d.fresh {
		if err := bus.Sleep(ctx, wakeWait-time.Since(d.wokeAt)); err != nil {
			return err
		}
		if err := d.wire.Command(ctx, cmdDISPON); err != nil {
			return err
		}
		d.setAt, d.fresh = time.Now(), false
	}
	if err := d.light.shine(true); err != nil {
		return err
	}
	d.known = true
	return nil
}

// sleep turns everything off. When nothing is known of the glass, a reset does
// that, of whatever state it is in.
func (d *Dev) sleep() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	known := d.known
	d.known, d.awake = false, false
	dark := d.light.shine(false)
	var asleep error
	if known {
		asleep = first(
			func() error { return d.wire.Command(ctx, cmdDISPOFF) },
			func() error { return d.wire.Command(ctx, cmdSLPIN) },
			func() error { return bus.Sleep(ctx, sleepWait) },
		)
	} else if d.rst != nil {
		asleep = bus.Reset(ctx, d.rst, resetLow, sleepWait)
	} else {
		asleep = first(
			func() error { return d.wire.Command(ctx, cmdSWRESET) },
			func() error { return bus.Sleep(ctx, sleepWait) },
		)
	}
	if err := errors.Join(dark, asleep); err != nil {
		return fmt.Errorf("put %v to sleep: %w", d.opts.Controller, err)
	}
	return nil
}

// first does things until one fails.
func first(do ...func() error) error {
	for _, f := range do {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// send sends the pixels of a rectangle.
func (d *Dev) send(ctx context.Context, f *frame.Frame, r image.Rectangle) error {
	if err := d.window(ctx, r.Add(d.geo.start)); err != nil {
		return err
	}
	if r.Dx() == d.geo.size.X {
		return d.wire.Data(ctx, f.Pix[r.Min.Y*f.Stride:r.Max.Y*f.Stride])
	}
	buf := d.pack[:0]
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := f.Pix[y*f.Stride+2*r.Min.X : y*f.Stride+2*r.Max.X]
		for len(row) > 0 {
			n := min(len(row), cap(buf)-len(buf))
			buf, row = append(buf, row[:n]...), row[n:]
			if len(buf) < cap(buf) {
				continue
			}
			if err := d.wire.Data(ctx, buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	return d.wire.Data(ctx, buf)
}

// window is where the next pixels go, in the controller's coordinates.
func (d *Dev) window(ctx context.Context, r image.Rectangle) error {
	x0, x1, y0, y1 := r.Min.X, r.Max.X-1, r.Min.Y, r.Max.Y-1
	if err := d.wire.Command(ctx, cmdCASET, byte(x0>>8), byte(x0), byte(x1>>8), byte(x1)); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, cmdRASET, byte(y0>>8), byte(y0), byte(y1>>8), byte(y1)); err != nil {
		return err
	}
	return d.wire.Command(ctx, cmdRAMWR)
}
