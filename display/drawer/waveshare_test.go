package drawer

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/display"
	"periph.io/x/devices/v3/waveshare2in13v2"
	"periph.io/x/devices/v3/waveshare2in13v3"
	"periph.io/x/devices/v3/waveshare2in13v4"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/ssd168x/emu"
)

// They drive a chip select of their own, which nobody is on here.
func init() {
	ePaper["waveshare v2"] = func() (*emu.Panel, display.Drawer, error) {
		p := emu.New(older("v2", 122, 250))
		d, err := waveshare2in13v2.New(p, p.DC, bus.NewPin("CS", 8), p.RST, p.Busy, &waveshare2in13v2.EPD2in13v2)
		return p, d, errors.Join(err, d.Init())
	}
	ePaper["waveshare v4"] = func() (*emu.Panel, display.Drawer, error) {
		m, err := emu.Find("2.13")
		if err != nil {
			return nil, nil, err
		}
		p := emu.New(m)
		d, err := waveshare2in13v4.New(p, p.DC, bus.NewPin("CS", 8), p.RST, p.Busy, &waveshare2in13v4.EPD2in13v4)
		return p, d, errors.Join(err, d.Init())
	}
}

// The third version's driver writes a waveform that is cut short, so there is
// nothing to see; but it comes to an end, and hangs no longer than it may.
func TestThirdVersionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := emu.Find("2.13")
		if err != nil {
			t.Fatal(err)
		}
		glass := emu.New(m)
		d, err := waveshare2in13v3.New(glass, glass.DC, bus.NewPin("CS", 8), glass.RST, glass.Busy, &waveshare2in13v3.EPD2in13v3)
		if err != nil {
			t.Fatal(err)
		}
		inits := 0
		p := NewWith(d, Options{Before: func(frame.Refresh) error { inits++; return d.Init() }})
		f := noise(p.Bounds().Max, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		if err := p.Show(ctx, f, frame.Full, f.Bounds()); err != nil || inits != 1 {
			t.Errorf("show: %v, %d starts", err, inits)
		}
		if notes := glass.Notes.Take(); len(notes) == 0 {
			t.Error("no rule broken: the driver was mended, so compare its pixels too")
		}
	})
}
