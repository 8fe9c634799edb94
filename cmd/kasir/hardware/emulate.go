package hardware

import (
	"errors"
	"fmt"
	"image"
	"strings"
	"sync"

	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/conn/v3/spi"
	"periph.io/x/conn/v3/spi/spireg"

	"kasir/cmd/kasir/board"
	"kasir/display/bus"
	lcd "kasir/display/mipidbi/emu"
	paper "kasir/display/ssd168x/emu"
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
		if driverreg.Register(e) != nil { // the host was looked at before, and will not be again
			if _, err := e.Init(); err != nil {
				return fmt.Errorf("emulate %s: %w", g.Kind.Name, err)
			}
		}
		ribbons.Store(g.Bus, e)
		h.closers = append(h.closers, e)
		if i == 0 {
			h.Seen, h.Wrong = e.seen, e.wrong
		}
	}
	return nil
}

// emulation is a glass that obeys bytes, as a driver of periph's host.
type emulation struct {
	glass board.Glass
	port  spi.PortCloser
	pins  map[string]*bus.Pin // by the names in the board file
	seen  func() image.Image
	wrong func() []string
	pull  func() // the ribbon out
	plug  func() // and in again
}

// ribbons are those of the emulated glass there is, by bus.
var ribbons sync.Map

// Ribbon pulls the ribbon of the emulated glass on a bus, or plugs it in again;
// it is false when there is no such glass. It is for whoever wants to see what
// a till does then.
func Ribbon(bus string, in bool) bool {
	found, there := ribbons.Load(bus)
	if !there {
		return false
	}
	if e := found.(*emulation); in {
		e.plug()
	} else {
		e.pull()
	}
	return true
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
		e.wrong, e.pull, e.plug = p.Notes.Take, p.Unplug, p.Plug
		return e, nil
	}
	module, err := moduleOf(g)
	if err != nil {
		return nil, err
	}
	p := lcd.New(module, g.Rotation/90)
	e.port, e.pins = p.Port(), map[string]*bus.Pin{g.DC: p.DC(), g.Reset: p.RST(), g.Light: p.Backlight()}
	e.seen = func() image.Image { return p.Image() }
	e.wrong, e.pull, e.plug = p.Violations, p.Unplug, p.Plug
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

// Close makes the bus and the pins unknown again.
func (e *emulation) Close() error {
	ribbons.Delete(e.glass.Bus)
	errs := []error{spireg.Unregister(e.glass.Bus)}
	for name, p := range e.pins {
		if name != "" && p != nil {
			errs = append(errs, gpioreg.Unregister(name))
		}
	}
	return errors.Join(errs...)
}

// moduleOf is the emulated module of a kind of LCD.
func moduleOf(g board.Glass) (lcd.Module, error) {
	for _, name := range []string{fmt.Sprintf("%s-%dx%d", g.Kind.Chip, g.Kind.Size.X, g.Kind.Size.Y), g.Kind.Chip} {
		if m, ok := lcd.Modules[name]; ok && m.Glass == g.Kind.Size {
			return m, nil
		}
	}
	return lcd.Module{}, fmt.Errorf("there is no emulated %s of %v", g.Kind.Chip, g.Kind.Size)
}

// turned is what somebody sees who holds a glass so that a picture turned by
// degrees clockwise on it is upright.
func turned(m *image.Gray, degrees int) image.Image {
	size := m.Bounds().Size()
	if degrees%180 != 0 {
		size.X, size.Y = size.Y, size.X
	}
	out := image.NewGray(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			u, v := x, y
			switch degrees {
			case 90:
				u, v = size.Y-1-y, x
			case 180:
				u, v = size.X-1-x, size.Y-1-y
			case 270:
				u, v = y, size.X-1-x
			}
			out.SetGray(x, y, m.GrayAt(u, v))
		}
	}
	return out
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
type closer struct{ spi.PortCloser }

func (closer) Close() error { return nil }
