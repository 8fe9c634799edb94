package ssd168x

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"time"

	"kasir/display/frame"
)

// patience is how many times FullEvery partial refreshes Show makes in a row
// when its caller never asks for a full one.
const patience = 5

// Show implements frame.Panel: it returns when the refresh is over. It sends
// no more than what differs from what is shown, which it knows better than
// dirty. When BUSY does not fall the panel is reset and the picture tried once
// more, full; errors.Is(err, ErrBusy) when that was in vain.
func (d *Dev) Show(ctx context.Context, f *frame.Frame, mode frame.Refresh, _ image.Rectangle) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if want := d.canvas.Format; f.Format.Size != want.Size || f.Format.Depth != want.Depth {
		return fmt.Errorf("show frame of %v: panel is %v", f.Format, want)
	}
	d.canvas.Copy(f)
	return d.show(ctx, mode == frame.Full || d.partials >= patience*d.opts.FullEvery)
}

// Draw implements display.Drawer. It waits no longer than two full refreshes.
func (d *Dev) Draw(dst image.Rectangle, src image.Image, at image.Point) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 2*d.opts.Timeout+5*time.Second)
	defer cancel()
	draw.Draw(d.canvas, dst, src, at, draw.Src)
	return d.show(ctx, d.partials >= d.opts.FullEvery)
}

// show brings the canvas to the glass.
func (d *Dev) show(ctx context.Context, full bool) error {
	if d.state == closed {
		return fmt.Errorf("show frame: %w", ErrClosed)
	}
	d.idle.Stop()
	d.next.pack(d.canvas, d.opts.Rotation)
	err := d.attempt(ctx, full)
	if errors.Is(err, ErrBusy) && ctx.Err() == nil {
		d.busyTill = time.Time{} // it had all the time a refresh may take
		err = d.attempt(ctx, true)
	}
	if err != nil {
		return err
	}
	d.shown, d.next = d.next, d.shown
	d.idle.Reset(d.opts.SleepAfter)
	return nil
}

// attempt is one try. What goes wrong in it leaves the panel unknown.
func (d *Dev) attempt(ctx context.Context, full bool) (err error) {
	full = full || d.state == unknown || time.Since(d.fullAt) >= d.opts.FullAfter
	part := d.next.window(d.shown)
	if !full && part.Empty() {
		return nil // it can be seen already
	}
	before := d.state
	defer func() {
		if err != nil {
			d.state = unknown
		}
	}()
	if err := d.start(ctx); err != nil {
		return err
	}
	d.state = ready
	if full {
		return d.full(ctx, d.opts.Fast && before != unknown && time.Since(d.dailyAt) < d.opts.FullAfter)
	}
	return d.partial(ctx, part)
}

// full writes both planes and moves every pixel. The plane of the old picture
// is not looked at in mode 1; it is read as zero, because on red glass of the
// same controller it would be the red.
func (d *Dev) full(ctx context.Context, fast bool) error {
	if err := d.wire.Command(ctx, cmdBorder, 0x05); err != nil { // the border moves as white does
		return err
	}
	all := d.next.whole()
	if err := d.window(ctx, all); err != nil {
		return err
	}
	if err := d.write(ctx, cmdWriteNew, d.next, all); err != nil {
		return err
	}
	if err := d.write(ctx, cmdWriteOld, d.next, all); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, cmdUpdateOptions, 0x40, d.opts.Glass.Source); err != nil {
		return err
	}
	sequence := byte(sequenceFull)
	if fast {
		sequence = sequenceFast
		if err := d.wire.Command(ctx, cmdTempWrite, d.opts.Glass.Warm, 0); err != nil {
			return err
		}
	}
	if err := d.refresh(ctx, sequence); err != nil {
		return err
	}
	d.partials, d.fullAt = 0, time.Now()
	if !fast {
		d.dailyAt = d.fullAt
	}
	return nil
}

// partial moves the pixels that differ. The plane of the old picture follows
// afterwards, in the same window, so that it is right for the next one.
func (d *Dev) partial(ctx context.Context, w image.Rectangle) error {
	if err := d.wire.Command(ctx, cmdBorder, 0x80); err != nil { // the border stays
		return err
	}
	if err := d.window(ctx, w); err != nil {
		return err
	}
	if err := d.write(ctx, cmdWriteNew, d.next, w); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, cmdUpdateOptions, 0, d.opts.Glass.Source); err != nil {
		return err
	}
	if err := d.refresh(ctx, sequencePartial); err != nil {
		return err
	}
	d.partials++
	return d.write(ctx, cmdWriteOld, d.next, w)
}
