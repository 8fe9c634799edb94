package ssd168x

import (
	"context"
	"fmt"
	"image"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/display/bus"
)

// Commands, as the data sheets number them.
const (
	cmdDriverOutput  = 0x01 // gates-1 (9 bits), scan order
	cmdDeepSleep     = 0x10 // 1: keep the memory
	cmdDataEntry     = 0x11 // 3: X and Y count up, X first
	cmdSoftReset     = 0x12
	cmdTempSensor    = 0x18 // 0x80: the one inside
	cmdTempWrite     = 0x1a // degrees Celsius, and four bits of a fraction
	cmdActivate      = 0x20 // runs the sequence of cmdSequence
	cmdUpdateOptions = 0x21 // how the planes are read, and the sources
	cmdSequence      = 0x22
	cmdWriteNew      = 0x24 // the picture to show
	cmdWriteOld      = 0x26 // the picture that is shown, which partial refreshes compare
	cmdBorder        = 0x3c
	cmdWindowX       = 0x44 // in bytes, the last one included
	cmdWindowY       = 0x45
	cmdCounterX      = 0x4e
	cmdCounterY      = 0x4f
)

// Sequences of cmdSequence. All of them switch clock and high voltage off at
// the end, so that no power is on the film when this program dies.
const (
	sequenceFull    = 0xf7 // measure the temperature, load that waveform, mode 1
	sequenceFast    = 0xd7 // load the waveform of the temperature written, mode 1
	sequencePartial = 0xff // measure, load, mode 2: only what differs moves
)

// Times of the data sheets, rounded up.
const (
	powerUp    = 20 * time.Millisecond  // supply to reset
	resetLow   = 2 * time.Millisecond   // longer cuts the supply on some HATs
	resetAfter = 20 * time.Millisecond  // to the first command
	resetBusy  = time.Second            // the most that a reset may take; 10 ms are usual
	busyRise   = 2 * time.Millisecond   // from a command to BUSY
	busyLook   = 100 * time.Millisecond // between looks at BUSY when it can be waited for
	busyPoll   = 5 * time.Millisecond   // when it cannot
	sleepTake  = 100 * time.Millisecond // to fall asleep before the supply goes
)

// start brings the panel from anywhere to where it takes a picture. After deep
// sleep the memory is what it was; after anything else it is not relied on.
func (d *Dev) start(ctx context.Context) error {
	switch d.state {
	case closed:
		return ErrClosed
	case ready:
		return d.wait(ctx, "idling", resetBusy)
	}
	if err := d.letFinish(ctx); err != nil {
		return err
	}
	if err := d.powerOn(ctx); err != nil {
		return err
	}
	if err := bus.Reset(ctx, d.rst, resetLow, resetAfter); err != nil {
		return err
	}
	if err := d.wait(ctx, "reset", resetBusy); err != nil {
		return err
	}
	return d.setUp(ctx)
}

// letFinish waits for a refresh that a caller gave up on: a reset in the
// middle of it would leave voltage on the film. BUSY that stays high longer
// than any refresh is no refresh.
func (d *Dev) letFinish(ctx context.Context) error {
	for d.busy.Read() == gpio.High {
		left := time.Until(d.busyTill)
		if left <= 0 {
			break
		}
		if err := bus.Sleep(ctx, min(left, busyPoll)); err != nil {
			return err
		}
	}
	d.busyTill = time.Time{}
	return nil
}

func (d *Dev) powerOn(ctx context.Context) error {
	if d.power == nil || d.powered {
		return nil
	}
	if err := d.power.Out(gpio.High); err != nil {
		return fmt.Errorf("switch power %s on: %w", d.power, err)
	}
	d.powered = true
	return bus.Sleep(ctx, powerUp)
}

// setUp sets the registers that no refresh sets for itself.
func (d *Dev) setUp(ctx context.Context) error {
	if err := d.wire.Command(ctx, cmdSoftReset); err != nil {
		return err
	}
	if err := bus.Sleep(ctx, busyRise); err != nil {
		return err
	}
	if err := d.wait(ctx, "software reset", resetBusy); err != nil {
		return err
	}
	gates := d.opts.Glass.Height - 1
	if err := d.wire.Command(ctx, cmdDriverOutput, byte(gates), byte(gates>>8), 0); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, cmdDataEntry, 3); err != nil {
		return err
	}
	return d.wire.Command(ctx, cmdTempSensor, 0x80)
}

// window says which part of a plane the next data are: X in bytes, Y in rows.
func (d *Dev) window(ctx context.Context, w image.Rectangle) error {
	y0, y1 := w.Min.Y, w.Max.Y-1
	if err := d.wire.Command(ctx, cmdWindowX, byte(w.Min.X), byte(w.Max.X-1)); err != nil {
		return err
	}
	return d.wire.Command(ctx, cmdWindowY, byte(y0), byte(y0>>8), byte(y1), byte(y1>>8))
}

// write fills the window of one plane.
func (d *Dev) write(ctx context.Context, op byte, p *plane, w image.Rectangle) error {
	if err := d.wire.Command(ctx, cmdCounterX, byte(w.Min.X)); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, cmdCounterY, byte(w.Min.Y), byte(w.Min.Y>>8)); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, op); err != nil {
		return err
	}
	return d.wire.Data(ctx, p.cut(d.scratch, w))
}

// refresh runs a sequence to its end.
func (d *Dev) refresh(ctx context.Context, sequence byte) error {
	if err := d.wire.Command(ctx, cmdSequence, sequence); err != nil {
		return err
	}
	// From here on the panel may be refreshing, whatever the wire says.
	d.busyTill = time.Now().Add(d.opts.Timeout)
	if err := d.wire.Command(ctx, cmdActivate); err != nil {
		return err
	}
	if err := bus.Sleep(ctx, busyRise); err != nil {
		return err
	}
	if err := d.wait(ctx, "refresh", d.opts.Timeout); err != nil {
		return err
	}
	d.busyTill = time.Time{}
	return nil
}

// wait returns when BUSY is low, or ErrBusy after most. Waits for an edge are
// short and the level is read again after each: ports differ in what a long
// one means, and it could not be called off.
func (d *Dev) wait(ctx context.Context, after string, most time.Duration) error {
	start := time.Now()
	for d.busy.Read() == gpio.High {
		left := most - time.Since(start)
		if left <= 0 {
			return fmt.Errorf("wait %v after %s: %w", most, after, ErrBusy)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("wait for BUSY after %s: %w", after, context.Cause(ctx))
		}
		if d.edges {
			began := time.Now()
			d.busy.WaitForEdge(min(left, busyLook))
			if d.busy.Read() == gpio.Low || time.Since(began) >= busyPoll/2 {
				continue
			}
			// An old edge, or a pin that does not wait at all.
		}
		if err := bus.Sleep(ctx, min(left, busyPoll)); err != nil {
			return fmt.Errorf("wait for BUSY after %s: %w", after, err)
		}
	}
	return nil
}
