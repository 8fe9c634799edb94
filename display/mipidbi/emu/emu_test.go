package emu

import (
	"image/color"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// hand is somebody who talks to a panel without a driver.
type hand struct {
	t *testing.T
	p *Panel
	c spi.Conn
}

func hold(t *testing.T, module string, turned int, f physic.Frequency, mode spi.Mode) *hand {
	t.Helper()
	p := New(Modules[module], turned)
	c, err := p.Port().Connect(f, mode, 8)
	if err != nil {
		t.Fatal(err)
	}
	return &hand{t, p, c}
}

// op sends a command and its data.
func (h *hand) op(op byte, data ...byte) *hand {
	_ = h.p.DC().Out(gpio.Low)
	if err := h.c.Tx([]byte{op}, nil); err != nil {
		h.t.Fatal(err)
	}
	_ = h.p.DC().Out(gpio.High)
	if len(data) > 0 {
		if err := h.c.Tx(data, nil); err != nil {
			h.t.Fatal(err)
		}
	}
	return h
}

func (h *hand) wait(d time.Duration) *hand { time.Sleep(d); return h }

func (h *hand) reset(low time.Duration) *hand {
	_ = h.p.RST().Out(gpio.Low)
	time.Sleep(low)
	_ = h.p.RST().Out(gpio.High)
	return h
}

// up is a panel that is awake and takes 16 bits.
func (h *hand) up() *hand {
	return h.reset(time.Millisecond).wait(120*time.Millisecond).op(0x11).wait(120*time.Millisecond).op(0x3a, 0x55).op(0x29)
}

func TestViolationsAreSeen(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		want string // "" is none
		do   func(h *hand)
	}{
		{"", func(h *hand) {
			h.up().op(0x2a, 0, 0, 0, 239).op(0x2b, 0, 0, 1, 63).op(0x2c, 1, 2, 3, 4).op(0x3c, 5, 6).op(0x00)
		}},
		{"", func(h *hand) { h.up().op(0x28).op(0x10).wait(120 * ms).op(0x11).wait(120 * ms).op(0x29) }},
		{"", func(h *hand) { h.up().op(0x01).wait(120 * ms).op(0x11) }},
		{"", func(h *hand) { h.up().op(0x11).op(0x29) }}, // awake already
		{"during reset", func(h *hand) { _ = h.p.RST().Out(gpio.Low); h.op(0x11) }},
		{"may not be seen", func(h *hand) { h.reset(time.Microsecond) }},
		{"too early after a reset", func(h *hand) { h.reset(ms).wait(4*ms).op(0x3a, 0x55) }},
		{"sleep out comes 20ms too early", func(h *hand) { h.up().reset(ms).wait(100 * ms).op(0x11) }},
		{"too early after a reset or a change of sleep", func(h *hand) { h.reset(ms).wait(120 * ms).op(0x11).wait(4 * ms).op(0x00) }},
		{"sleep in comes 20ms too early", func(h *hand) { h.reset(ms).wait(120 * ms).op(0x11).wait(100 * ms).op(0x10) }},
		{"display on comes 20ms before", func(h *hand) { h.reset(ms).wait(120 * ms).op(0x11).wait(100 * ms).op(0x29) }},
		{"while asleep", func(h *hand) { h.reset(ms).wait(120 * ms).op(0x29) }},
		{"had 3 parameters, wants 4", func(h *hand) { h.up().op(0x2a, 0, 0, 0).op(0x00) }},
		{"more than 1 parameters", func(h *hand) { h.up().op(0x36, 0, 0) }},
		{"window of columns 0 to 240", func(h *hand) { h.up().op(0x2a, 0, 0, 0, 240) }},
		{"window of rows 9 to 8", func(h *hand) { h.up().op(0x2b, 0, 9, 0, 8) }},
		{"", func(h *hand) { h.up().op(0x36, 0x20).op(0x2a, 0, 0, 1, 63) }},
		{"more pixels than the window", func(h *hand) { h.up().op(0x2a, 0, 1, 0, 1).op(0x2b, 0, 1, 0, 1).op(0x2c, 1, 2, 3, 4) }},
		{"middle of a pixel", func(h *hand) { h.up().op(0x2c, 1, 2, 3).op(0x00) }},
		{"pixel format 0x53", func(h *hand) { h.up().op(0x3a, 0x53) }},
		{"has none such", func(h *hand) { h.up().op(0x99) }},
		{"refused by the port, the longest tried was 4097", func(h *hand) { _ = h.c.Tx(make([]byte, 4097), nil) }},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := hold(t, "ili9341", 0, 10*physic.MegaHertz, spi.Mode0)
			c.do(h)
			got := strings.Join(h.p.Violations(), "; ")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("violations %q, want %q", got, c.want)
			}
			if again := h.p.Violations(); again != nil {
				t.Errorf("taken twice: %q", again)
			}
		})
	}
}

func TestWireIsChecked(t *testing.T) {
	for _, c := range []struct {
		f    physic.Frequency
		mode spi.Mode
		want string
	}{
		{10 * physic.MegaHertz, spi.Mode3, ""},
		{80 * physic.MegaHertz, spi.Mode0, "clock"},
		{0, spi.Mode0, "clock"},
		{10 * physic.MegaHertz, spi.Mode1, "Mode1"},
	} {
		h := hold(t, "st7789", 0, c.f, c.mode)
		h.op(0x00).op(0x00)
		if got := strings.Join(h.p.Violations(), "; "); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%v %v: violations %q, want %q", c.f, c.mode, got, c.want)
		}
	}
}

func TestLockedCommands(t *testing.T) {
	h := hold(t, "st7796", 0, 10*physic.MegaHertz, spi.Mode0)
	h.op(0xf0, 0xc3).op(0xf0, 0x96).op(0xb4, 1).op(0xf0, 0x3c).op(0xf0, 0x69)
	if got := h.p.Violations(); got != nil {
		t.Errorf("open: %q", got)
	}
	if got := h.op(0xb4, 1).p.Violations(); len(got) != 1 {
		t.Errorf("closed: %q", got)
	}
}

// The four corners of the glass as seen, each by MADCTL as the datasheet's
// pictures have it.
func TestPixelsLandWhereTheDatasheetSays(t *testing.T) {
	red, blank := color.RGBA{R: 0xff, A: 0xff}, color.RGBA{A: 0xff}
	for _, c := range []struct {
		module string
		madctl byte
		x, y   byte // sent, in the controller's coordinates
		wantX  int  // on the glass held upright
		wantY  int
	}{
		{"st7789", 0x00, 3, 5, 3, 5},
		{"st7789", 0x40, 3, 5, 236, 5},
		{"st7789", 0x80, 3, 5, 3, 314},
		{"st7789", 0x20, 3, 5, 5, 3},
		{"st7789", 0x60, 3, 5, 234, 3},
		{"st7789", 0xa0, 3, 5, 5, 316},
		{"ili9341", 0x48, 3, 5, 3, 5},
		{"ili9341", 0x08, 3, 5, 236, 5},
		{"st7789-135x240", 0x00, 52, 40, 0, 0},
		{"st7789-170x320", 0x00, 35, 0, 0, 0},
		{"st7789-240x240", 0xc0, 0, 80, 239, 239},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := hold(t, c.module, 0, 10*physic.MegaHertz, spi.Mode0).up()
			if Modules[c.module].NormallyBlack {
				h.op(0x21)
			}
			clear(h.p.chip.ram)
			h.op(0x36, c.madctl).op(0x2a, 0, c.x, 0, c.x).op(0x2b, 0, c.y, 0, c.y).op(0x2c, 0xf8, 0x00)
			m := h.p.Image()
			if got := m.RGBAAt(c.wantX, c.wantY); got != red {
				t.Errorf("%s MADCTL %#02x: %v at %d,%d, want %v", c.module, c.madctl, got, c.wantX, c.wantY, red)
			}
			m.SetRGBA(c.wantX, c.wantY, blank)
			for i, v := range m.Pix {
				if want := byte(0xff) * byte(i%4/3); v != want {
					t.Fatalf("%s MADCTL %#02x: byte %d of the picture is %#02x, want %#02x", c.module, c.madctl, i, v, want)
				}
			}
		})
	}
}

// 18 bits a pixel, blue and red exchanged, the negative, a window that is
// continued, and blank glass.
func TestColoursAsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, "ili9341", 1, 10*physic.MegaHertz, spi.Mode0).up()
		h.op(0x36, 0x28).op(0x3a, 0x66).op(0x2c, 0xfc, 0x80).op(0x3c, 0x04)
		_ = h.p.Violations() // half a pixel
		h.op(0x2c, 0xfc, 0x80, 0x04, 0x00, 0xfc, 0x00)
		at := func(x int) color.RGBA { return h.p.Image().RGBAAt(x, 0) }
		if got, want := at(0), (color.RGBA{0xff, 0x82, 0x04, 0xff}); got != want {
			t.Errorf("18 bits: %v, want %v", got, want)
		}
		h.op(0x3c, 0x00, 0x00, 0xfc)
		if got, want := at(2), (color.RGBA{0, 0, 0xff, 0xff}); got != want {
			t.Errorf("continued: %v, want %v", got, want)
		}
		if got, want := h.op(0x36, 0x20).p.Image().RGBAAt(2, 0), (color.RGBA{0xff, 0, 0, 0xff}); got != want {
			t.Errorf("the other order of colours: %v, want %v", got, want)
		}
		if got, want := h.op(0x36, 0x28).op(0x21).p.Image().RGBAAt(2, 0), (color.RGBA{0xff, 0xff, 0, 0xff}); got != want {
			t.Errorf("the negative: %v, want %v", got, want)
		}
		if got, want := h.op(0x28).p.Image().RGBAAt(2, 0), (color.RGBA{0xff, 0xff, 0xff, 0xff}); got != want || h.p.On() {
			t.Errorf("off: %v, want %v", got, want)
		}
		h.op(0x29).p.Unplug()
		if h.op(0x2c, 1, 2).p.On() {
			t.Error("it is on without power")
		}
	})
}
