// Package hardware opens what a board file names: the glass, the keypad, the
// buzzer and the lamps, on the computer's own buses and pins or on emulated
// ones. It is where drivers and periph's host meet, and the only room that
// knows both; it decides nothing. Next rooms to visit: cmd/kasir/board, which
// reads the files, and display/mipidbi and display/ssd168x, which drive glass.
package hardware

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"log/slog"
	"os"

	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"

	// The buses and pins of any computer, by its kernel, and what a Pi calls them. The host's
	// drivers for other boards would ask this one who it is at every start.
	_ "periph.io/x/host/v3/bcm283x"
	_ "periph.io/x/host/v3/gpioioctl"
	_ "periph.io/x/host/v3/rpi"
	_ "periph.io/x/host/v3/sysfs"

	"kasir/cmd/kasir/board"
	"kasir/display/frame"
	"kasir/terminal"
	"kasir/terminal/keypad"
	"kasir/terminal/speaker"
	"kasir/terminal/speaker/voice"
)

// Hardware is a board, opened. What the board has not is nil.
type Hardware struct {
	Panel   frame.Panel // the customers' glass
	Cashier frame.Panel
	Keys    keypad.Source // evdev or a matrix
	Speaker terminal.Speaker
	Lights  *speaker.Lights
	Lamps   []Lamp
	// Seen is what an emulated customers' glass shows now.
	Seen func() image.Image
	// Wrong is what an emulated glass did not like about the bytes it got since
	// the last call.
	Wrong func() []string

	runs    []func(context.Context) error
	closers []io.Closer
}

// Lamp is a lamp that can be switched by itself, for a test.
type Lamp struct {
	Name string
	Set  func(on bool) error
}

// Options are what opening wants to know besides the board.
type Options struct {
	Log   *slog.Logger
	Voice voice.Set // that talks by the sound card; zero for none
	// Pad, unless nil, is told when a keypad is there and when it is gone. It
	// must not block.
	Pad func(there bool)
}

// Open opens a board. What cannot be opened is an error that says which line of
// the board file is meant; only a cashier's glass may fail, with a line in the
// log, because a sale does not need it.
func Open(b board.Board, o Options) (h *Hardware, err error) {
	h = &Hardware{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
			h = nil
		}
	}()
	if err := h.emulate(b); err != nil {
		return h, err
	}
	if os.Geteuid() == 0 && !b.Panel.Emulate {
		// On a Pi 5 the host's driver would map memory that is not the pins'.
		o.Log.Warn("run kasir as a user in the groups gpio, spi, i2c and input, not as root")
	}
	state, err := driverreg.Init()
	if err != nil {
		return h, fmt.Errorf("look for buses and pins: %w", err)
	}
	for _, f := range state.Failed {
		o.Log.Debug("driver of the host failed", "driver", f.D.String(), "err", f.Err)
	}
	if h.Panel, err = openGlass(b.Panel); err != nil {
		return h, fmt.Errorf("open panel %s: %w", b.Panel.Kind.Name, err)
	}
	if b.Cashier.There() {
		glass, err := openGlass(b.Cashier)
		if err != nil {
			o.Log.Error("the cashier's glass stays dark", "glass", b.Cashier.Kind.Name, "err", err)
		} else {
			h.Cashier = glass
		}
	}
	if err := h.openKeys(b.Keys, o); err != nil {
		return h, err
	}
	return h, h.openSound(b, o)
}

// Run works what has to be worked besides glass and keys, until ctx ends.
func (h *Hardware) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done := make(chan error)
	for _, run := range h.runs {
		go func() { done <- run(ctx) }()
	}
	for range h.runs {
		stop(<-done)
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// Close lets go of what Open opened, but for the glass, which is its user's to
// close; that must have happened before.
func (h *Hardware) Close() error {
	var errs []error
	for i := len(h.closers) - 1; i >= 0; i-- {
		errs = append(errs, h.closers[i].Close())
	}
	h.closers = nil
	return errors.Join(errs...)
}

// pin is a pin by name. what says which line of the board file names it.
func pin(what, name string) (gpio.PinIO, error) {
	p := gpioreg.ByName(name)
	if p == nil {
		return nil, fmt.Errorf("%s: this computer has no pin %q; is it the computer that the board file is for, and is the user in the group gpio?", what, name)
	}
	return p, nil
}

// out is an output pin by name, nil for none.
func out(what, name string) (gpio.PinOut, error) {
	if name == "" {
		return nil, nil
	}
	return pin(what, name)
}
