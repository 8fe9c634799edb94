package hardware

import (
	"fmt"
	"image"
	"strings"

	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/conn/v3/spi"
	"periph.io/x/conn/v3/spi/spireg"

	"kasir/cmd/kasir/board"
	"kasir/display/bus"
	paper "kasir/display/ssd168x/emu"

	lcd "kasir/display/mipidbi/emu"
)

// emulate makes the bus and the pins of an emulated glass known to periph, in
// the way that those of a real computer are; nothing after it knows better.
func (h *Hardware) emulate(b board.Board) error {
	for i, g := range []board.Glass{b.Panel, b.Cashier} {
		if !g.Emulate {
			continue
		}
		e, err := build(g)
		if err != nil {
			return fmt.Errorf("emulate %s: %w", g.Kind.Name, err)
		}
		if err := driverreg.Register(e); err != nil {
			return fmt.Errorf("emulate %s: %w", g.Kind.Name, err)
		}
		if i == 0 {
			h.Seen, h.Wrong = e.seen, e.wrong
		}
	}
	return nil
}

// emulation is a glass that obeys bytes, as a driver of periph's host.
type emulation struct {
	glass board.Glass
	port  spi.Port
	pins  map[string]*bus.Pin // by the names in the board file
	seen  func() image.Image
	wrong func() []string
}

func build(g board.Glass) (*emulation, error) {
	e := &emulation{glass: g}
	if g.Kind.Driver == board.SSD168x {
		_, inches, _ := strings.Cut(g.Kind.Name, "-")
		model, err := paper.Find(inches)
		if err != nil {
			return nil, err
		}
		p := paper.New(model)
		if g.Power != "" {
			p = paper.NewHAT(model)
		}
		e.port, e.pins = p, map[string]*bus.Pin{g.DC: p.DC, g.Reset: p.RST, g.Busy: p.Busy, g.Power: p.Power}
		e.seen = func() image.Image { return turned(p.Image(), g.Rotation) }
		e.wrong = p.Notes.Take
		return e, nil
	}
	module, err := moduleOf(g)
	if err != nil {
		return nil, err
	}
	p := lcd.New(module, g.Rotation/90)
	e.port, e.pins = p.Port(), map[string]*bus.Pin{g.DC: p.DC(), g.Reset: p.RST(), g.Light: p.Backlight()}
	e.seen = func() image.Image { return p.Image() }
	e.wrong = p.Violations
	return e, nil
}

// String implements driver.Impl.
func (e *emulation) String() string { return "kasir-emulated-" + e.glass.Kind.Name }

// Prerequisites implements driver.Impl.
func (e *emulation) Prerequisites() []string { return nil }

// After implements driver.Impl.
func (e *emulation) After() []string { return nil }

// Init implements driver.Impl.
func (e *emulation) Init() (bool, error) {
	open := func() (spi.PortCloser, error) { return closer{e.port}, nil }
	if err := spireg.Register(e.glass.Bus, nil, -1, open); err != nil {
		return false, err
	}
	for name, p := range e.pins {
		if name == "" || p == nil {
			continue
		}
		if err := gpioreg.Register(&named{p, name}); err != nil {
			return false, err
		}
	}
	return true, nil
}

// named is an emulated pin under the name that the board file gives it.
type named struct {
	*bus.Pin
	name string
}

func (n *named) Name() string   { return n.name }
func (n *named) String() string { return n.name }
func (n *named) Number() int    { return -1 }

// closer is a port that stays open: the glass on it is there as long as the
// program.
type closer struct{ spi.Port }

func (closer) Close() error { return nil }
