package ssd168x

import (
	"errors"
	"fmt"
	"image"
	"sync"
	"time"

	"periph.io/x/conn/v3/display"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/spi"

	"kasir/display/bus"
	"kasir/display/frame"
)

// Errors that a caller can decide on.
var (
	// ErrBusy means that BUSY did not fall although the panel was reset and
	// the picture tried again: a broken or missing panel, another controller,
	// or a loose cable.
	ErrBusy = errors.New("BUSY stays high")
	// ErrClosed means that the panel was closed.
	ErrClosed = errors.New("panel is closed")
)

// state is what is known of the panel.
type state uint8

const (
	unknown state = iota // perhaps not even power
	ready
	asleep // the picture is kept, the registers are not
	closed
)

// Dev is one panel. Its methods may be called by any goroutine.
type Dev struct {
	opts  Opts
	rst   gpio.PinOut
	busy  gpio.PinIn
	power gpio.PinOut // nil when the panel always has power

	mu          sync.Mutex
	wire        *bus.Wire
	edges       bool // busy can be waited for
	powered     bool
	state       state
	canvas      *frame.Frame // what was last asked for, for Draw
	next, shown *plane       // shown is right when ready or asleep
	scratch     []byte
	partials    int // since the last full refresh
	fullAt      time.Time
	dailyAt     time.Time // of the last thorough one
	busyTill    time.Time // the latest end of a refresh that was not waited for
	idle        *time.Timer
}

var (
	_ frame.Panel    = (*Dev)(nil)
	_ display.Drawer = (*Dev)(nil)
)

// New connects the port, which can be done once, and sets the pins to where
// they do nothing. The panel itself is not spoken to before the first picture:
// a till must start also with broken glass.
//
// Chip select belongs to the port. BUSY is pulled up where the pin can, so that
// a panel that is not there looks busy for ever and is noticed. power is the
// pin that switches a HAT's supply on when it is high, nil when there is none.
func New(p spi.Port, dc, rst gpio.PinOut, busy gpio.PinIn, power gpio.PinOut, o *Opts) (*Dev, error) {
	if o == nil {
		return nil, errors.New("make e-paper panel: want options, at least which glass it is")
	}
	opts := o.withDefaults()
	if err := opts.check(); err != nil {
		return nil, err
	}
	if rst == nil || rst == gpio.INVALID || busy == nil || busy == gpio.INVALID {
		return nil, errors.New("make e-paper panel: want a reset and a BUSY pin")
	}
	d := &Dev{opts: opts, rst: rst, busy: busy, power: power, canvas: frame.New(opts.format()),
		next: newPlane(opts.Glass), shown: newPlane(opts.Glass)}
	d.scratch = make([]byte, 0, len(d.next.pix))
	if err := d.listen(); err != nil {
		return nil, err
	}
	if err := rst.Out(gpio.High); err != nil {
		return nil, fmt.Errorf("release reset %s: %w", rst, err)
	}
	wire, err := bus.Dial(p, dc, opts.Speed, spi.Mode0)
	if err != nil {
		return nil, err
	}
	d.wire = wire
	d.idle = time.AfterFunc(time.Hour, d.doze)
	d.idle.Stop()
	return d, nil
}

// listen makes BUSY an input with the best there is: some pins have no edges,
// and the kernel's old interface has no pulls.
func (d *Dev) listen() error {
	var err error
	for _, pull := range []gpio.Pull{gpio.PullUp, gpio.PullNoChange, gpio.Float} {
		for _, edge := range []gpio.Edge{gpio.FallingEdge, gpio.NoEdge} {
			if err = d.busy.In(pull, edge); err == nil {
				d.edges = edge == gpio.FallingEdge
				return nil
			}
		}
	}
	return fmt.Errorf("listen to BUSY %s: %w", d.busy, err)
}

// format is what frames have to be.
func (o Opts) format() frame.Format {
	size := image.Pt(o.Glass.Width, o.Glass.Height)
	if o.Rotation == Rotate90 || o.Rotation == Rotate270 {
		size.X, size.Y = size.Y, size.X
	}
	return frame.Format{Size: size, Depth: frame.Mono, Pitch: o.Glass.Pitch}
}

// Format is what frames for this panel are.
func (d *Dev) Format() frame.Format { return d.opts.format() }

// Bounds implements frame.Panel and display.Drawer.
func (d *Dev) Bounds() image.Rectangle { return image.Rectangle{Max: d.opts.format().Size} }

// String implements conn.Resource and frame.Panel.
func (d *Dev) String() string {
	return fmt.Sprintf("e-paper %s\" on %s", d.opts.Glass.Name, d.wire)
}
