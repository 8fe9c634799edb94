package hardware

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strings"

	"periph.io/x/conn/v3/display"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/i2c/i2creg"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
	"periph.io/x/conn/v3/spi/spireg"
	"periph.io/x/devices/v3/inky"
	"periph.io/x/devices/v3/ssd1306"
	"periph.io/x/devices/v3/waveshare2in13v2"
	"periph.io/x/devices/v3/waveshare2in13v3"
	"periph.io/x/devices/v3/waveshare2in13v4"

	"kasir/cmd/kasir/board"
	"kasir/display/bus"
	"kasir/display/drawer"
	"kasir/display/frame"
	"kasir/display/mipidbi"
	"kasir/display/ssd168x"
)

// wires are what a glass is on.
type wires struct {
	port  spi.PortCloser
	dc    gpio.PinOut
	reset gpio.PinOut
	light gpio.PinOut
	power gpio.PinOut
	busy  gpio.PinIO
}

// openGlass opens a glass with the driver for its kind.
func openGlass(g board.Glass) (frame.Panel, error) {
	if g.Kind.I2C {
		return openI2C(g)
	}
	w, err := openWires(g)
	if err != nil {
		return nil, err
	}
	var p frame.Panel
	switch g.Kind.Driver {
	case board.MIPIDBI:
		p, err = openLCD(g, w)
	case board.SSD168x:
		p, err = openPaper(g, w)
	default:
		p, err = openDrawer(g, w)
	}
	if err != nil {
		return nil, errors.Join(err, w.port.Close())
	}
	return &owned{p, w.port}, nil
}

// owned is a panel that closes its port.
type owned struct {
	frame.Panel
	port interface{ Close() error }
}

// Wake wakes a glass that can be woken before it has something to show.
func (o *owned) Wake(ctx context.Context) error {
	if w, can := o.Panel.(interface{ Wake(context.Context) error }); can {
		return w.Wake(ctx)
	}
	return nil
}

// Close implements frame.Panel.
func (o *owned) Close() error { return errors.Join(o.Panel.Close(), o.port.Close()) }

func openWires(g board.Glass) (w wires, err error) {
	var errs []error
	for _, p := range []struct {
		what, name string
		into       *gpio.PinOut
	}{{"dc", g.DC, &w.dc}, {"reset", g.Reset, &w.reset}, {"light", g.Light, &w.light}, {"power", g.Power, &w.power}} {
		found, err := out(p.what, p.name)
		*p.into, errs = found, append(errs, err)
	}
	if g.Busy != "" {
		w.busy, err = pin("busy", g.Busy)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return w, err
	}
	w.port, err = spireg.Open(g.Bus)
	if err != nil {
		return w, fmt.Errorf("bus %s: %w; is SPI switched on (dtparam=spi=on), and is the user in the group spi?", g.Bus, err)
	}
	return w, nil
}

func openLCD(g board.Glass, w wires) (frame.Panel, error) {
	o := mipidbi.Opts{
		Size: g.Kind.Size, Rotation: g.Rotation / 90, BGR: choice(g.BGR), Invert: choice(g.Invert),
		Freq: g.Clock, Mode: spi.Mode(g.Mode), Brightness: g.White,
	}
	switch g.Kind.Chip {
	case "st7789":
		o.Controller = mipidbi.ST7789
	case "st7796":
		o.Controller = mipidbi.ST7796
	default:
		o.Controller = mipidbi.ILI9341
	}
	return mipidbi.New(w.port, w.dc, w.reset, w.light, &o)
}

func choice(m board.Maybe) mipidbi.Choice {
	switch m {
	case board.Yes:
		return mipidbi.Yes
	case board.No:
		return mipidbi.No
	}
	return mipidbi.Usual
}

func openPaper(g board.Glass, w wires) (frame.Panel, error) {
	_, inches, _ := strings.Cut(g.Kind.Name, "-")
	glass, err := ssd168x.Find(inches)
	if err != nil {
		return nil, err
	}
	return ssd168x.New(w.port, w.dc, w.reset, w.busy, w.power, &ssd168x.Opts{
		Glass: glass, Rotation: ssd168x.Rotation(g.Rotation), Speed: g.Clock, Fast: g.Fast,
	})
}

// openDrawer opens a display that periph has a driver for. They drive a chip
// select themselves, which is the kernel's: they are given a pin that is none.
func openDrawer(g board.Glass, w wires) (frame.Panel, error) {
	none := bus.NewPin("no chip select", -1)
	if g.Clock > 0 {
		if err := w.port.LimitSpeed(g.Clock); err != nil {
			return nil, fmt.Errorf("clock %v: %w", g.Clock, err)
		}
	}
	var d display.Drawer
	var start func() error
	var err error
	switch g.Kind.Name {
	case "waveshare2in13v2":
		o := waveshare2in13v2.EPD2in13v2
		o.Origin = waveshare2in13v2.Corner(corner(g.Rotation))
		d, start, err = started(waveshare2in13v2.New(w.port, w.dc, none, w.reset, w.busy, &o))
	case "waveshare2in13v3":
		o := waveshare2in13v3.EPD2in13v3
		o.Origin = waveshare2in13v3.Corner(corner(g.Rotation))
		d, start, err = started(waveshare2in13v3.New(w.port, w.dc, none, w.reset, w.busy, &o))
	case "waveshare2in13v4":
		o := waveshare2in13v4.EPD2in13v4
		o.Origin = waveshare2in13v4.Corner(corner(g.Rotation))
		d, start, err = started(waveshare2in13v4.New(w.port, w.dc, none, w.reset, w.busy, &o))
	default:
		model := inky.WHAT
		if g.Kind.Name == "inky-phat" {
			model = inky.PHAT
		}
		// Black and white is all a code needs; sizes must be said, or the
		// driver takes 0 by 0.
		d, err = inky.New(w.port, w.dc, w.reset, w.busy, &inky.Opts{
			Model: model, ModelColor: inky.Black, BorderColor: inky.White, Width: g.Kind.Size.X, Height: g.Kind.Size.Y,
		})
	}
	if err != nil {
		return nil, err
	}
	return drawer.New(&lazy{Drawer: d, start: start}), nil
}

// started is a driver that wants to be started, and how.
func started[D interface {
	display.Drawer
	Init() error
}](d D, err error) (display.Drawer, func() error, error) {
	return d, d.Init, err
}

// corner is where the driver's origin is, by how far the picture is turned.
func corner(rotation int) int { return rotation / 90 }

// lazy is a Drawer that is started by its first drawing: where it may wait for
// ever, and where drawer.Panel has a deadline around it.
type lazy struct {
	display.Drawer
	start func() error
}

// Draw implements display.Drawer.
func (l *lazy) Draw(r image.Rectangle, src image.Image, sp image.Point) error {
	if l.start != nil {
		if err := l.start(); err != nil {
			return fmt.Errorf("start %s: %w", l, err)
		}
		l.start = nil
	}
	return l.Drawer.Draw(r, src, sp)
}

// openI2C opens the small display for the cashier.
func openI2C(g board.Glass) (frame.Panel, error) {
	b, err := i2creg.Open(g.Bus)
	if err != nil {
		return nil, fmt.Errorf("bus %s: %w; is I²C switched on (dtparam=i2c_arm=on), and is the user in the group i2c?", g.Bus, err)
	}
	if g.Clock > 0 {
		if err := b.SetSpeed(min(g.Clock, physic.MegaHertz)); err != nil {
			return nil, errors.Join(fmt.Errorf("clock %v: %w", g.Clock, err), b.Close())
		}
	}
	turned := g.Rotation == 180
	dev, err := ssd1306.NewI2C(b, &ssd1306.Opts{W: g.Kind.Size.X, H: g.Kind.Size.Y, MirrorVertical: turned, MirrorHorizontal: turned})
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return &owned{drawer.New(dev), b}, nil
}
