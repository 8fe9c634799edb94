package ssd168x

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/display/bus"
)

// doze sends an idle panel to sleep. It runs on the timer, with nobody to tell
// an error to: the next picture starts the panel anew then.
func (d *Dev) doze() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state != ready {
		return
	}
	if d.busy.Read() == gpio.High { // nothing runs, so something is wrong
		d.state = unknown
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), resetBusy)
	defer cancel()
	if d.sleep(ctx) != nil {
		d.state = unknown
	}
}

// sleep is deep sleep mode 1: next to no current, the memory is kept, and only
// a reset wakes it. BUSY is high all the while.
func (d *Dev) sleep(ctx context.Context) error {
	if err := d.wait(ctx, "idling", resetBusy); err != nil {
		return err
	}
	if err := d.wire.Command(ctx, cmdDeepSleep, 1); err != nil {
		return err
	}
	d.state = asleep
	return nil
}

// rest leaves the panel in deep sleep, whatever it does now.
func (d *Dev) rest() error {
	d.idle.Stop()
	if d.state == asleep || d.state == closed || d.state == unknown && d.power != nil && !d.powered {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), d.opts.Timeout+3*resetBusy)
	defer cancel()
	err := d.start(ctx)
	if errors.Is(err, ErrBusy) && d.state == ready {
		d.state = unknown
		err = d.start(ctx)
	}
	if err == nil {
		err = d.sleep(ctx)
	}
	if err != nil {
		d.state = unknown
		return fmt.Errorf("send %s to sleep: %w", d, err)
	}
	return nil
}

// Halt implements conn.Resource: the panel keeps its picture without current.
// The next picture wakes it. It waits for a refresh that still runs.
func (d *Dev) Halt() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rest()
}

// Close implements frame.Panel: deep sleep, then the supply off where there is
// a pin for it, but never while a refresh may be running. The picture stays.
// Closing again does nothing.
func (d *Dev) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state == closed {
		return nil
	}
	err := d.rest()
	d.state = closed
	if d.power == nil || !d.powered {
		return err
	}
	_ = bus.Sleep(context.Background(), max(sleepTake, time.Until(d.busyTill)))
	if off := d.power.Out(gpio.Low); off != nil {
		return errors.Join(err, fmt.Errorf("switch power %s off: %w", d.power, off))
	}
	d.powered = false
	return err
}

// ColorModel implements display.Drawer.
func (d *Dev) ColorModel() color.Model { return d.canvas.ColorModel() }
