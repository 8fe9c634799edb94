package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"testing"
	"time"

	"periph.io/x/conn/v3/physic"

	"kasir/display"
	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/mipidbi"
	lcd "kasir/display/mipidbi/emu"
	"kasir/display/ssd168x"
	paper "kasir/display/ssd168x/emu"
	"kasir/terminal"
)

// views are what the glass goes through in a sale, with what each step is.
func views() []struct {
	what string
	goal float64 // bytes on the wire over the least there can be
	view terminal.View
} {
	strip := terminal.Strip{Merchant: "Warung Bu Sri", Device: "kasir-01", Online: true}
	late := strip
	late.Unsure = 1
	at := func(s terminal.Screen, st terminal.Strip) terminal.View { return terminal.View{Screen: s, Strip: st} }
	offer := terminal.Offering{Order: "kasir-01-00000042", Amount: 25_000, QR: payload, Left: 15 * time.Minute}
	sooner := offer
	sooner.Left -= time.Minute
	return []struct {
		what string
		goal float64
		view terminal.View
	}{
		{"", 0, at(terminal.Entering{Amount: 2_500}, strip)},
		{"key echo", 3, at(terminal.Entering{Amount: 25_000}, strip)},
		{"QR", 3, at(offer, strip)},
		{"a minute less", 8, at(sooner, strip)},
		{"status change", 8, at(sooner, late)},
	}
}

// wires counts what goes over SPI for the steps of a sale, and says how long
// the bus takes for it at the board's clock; the floor is the changed pixels
// alone. Counted on emulated glass, so it is the same on every machine.
func wires(ctx context.Context) ([]row, error) {
	colour := lcd.New(lcd.Modules["ili9341"], 1)
	tft, err := mipidbi.New(colour.Port(), colour.DC(), colour.RST(), colour.Backlight(), &mipidbi.Opts{Rotation: 1})
	if err != nil {
		return nil, fmt.Errorf("measure the wire: %w", err)
	}
	model, err := paper.Find("4.2")
	if err != nil {
		return nil, fmt.Errorf("measure the wire: %w", err)
	}
	grey := paper.New(model)
	epd, err := ssd168x.New(grey.Port, grey.DC, grey.RST, grey.Busy, nil, &ssd168x.Opts{Glass: ssd168x.Glass4in2})
	if err != nil {
		return nil, fmt.Errorf("measure the wire: %w", err)
	}
	var rows []row
	for _, g := range []struct {
		name   string
		panel  frame.Panel
		format frame.Format
		clock  physic.Frequency
		stats  func() bus.Stats
	}{
		{`2.8" LCD`, tft, tft.Format(), 32 * physic.MegaHertz, colour.Stats},
		{`4.2" e-paper`, epd, epd.Format(), 10 * physic.MegaHertz, grey.Port.Stats},
	} {
		more, err := wire(ctx, g.name, g.panel, g.format, g.clock, g.stats)
		if err != nil {
			return rows, fmt.Errorf("measure the wire of the %s: %w", g.name, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func wire(ctx context.Context, name string, p frame.Panel, format frame.Format, clock physic.Frequency, stats func() bus.Stats) (rows []row, err error) {
	r, err := display.NewRenderer(format)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	next, shown := frame.New(format), frame.New(format)
	for i, v := range views() {
		if err := r.Render(next, v.view); err != nil {
			return rows, err
		}
		dirty, mode, before := next.Diff(shown), frame.Partial, stats()
		if _, code := v.view.Screen.(terminal.Offering); i == 0 || code && v.what == "QR" && format.Depth == frame.Mono {
			dirty, mode = next.Bounds(), frame.Full
		}
		if err := p.Show(ctx, next, mode, dirty); err != nil {
			return rows, err
		}
		if i > 0 {
			sent := stats().Since(before)
			least, floor := changed(next, shown), "its pixels"
			if format.Depth == frame.Mono { // a window is one rectangle, of whole bytes, and both planes must follow
				least, floor = 2*int64((dirty.Max.X+7)/8-dirty.Min.X/8)*int64(dirty.Dy()), "its rectangle, both planes"
			}
			bits := func(n int64) time.Duration {
				return time.Duration(n) * 8 * time.Second / time.Duration(clock/physic.Hertz)
			}
			rows = append(rows, row{
				what: fmt.Sprintf("%s on %s at %v, %d transfers / %s", v.what, name, clock, sent.Transfers, floor),
				ours: fmt.Sprintf("%.1fkB", float64(sent.Bytes)/1e3), peer: fmt.Sprintf("%.1fkB", float64(least)/1e3),
				ratio: float64(sent.Bytes) / float64(least), goal: v.goal,
			}, row{
				what: "  on the bus, without waiting for the panel",
				ours: short(bits(sent.Bytes)), peer: short(bits(least)), ratio: float64(sent.Bytes) / float64(least), goal: v.goal,
			})
		}
		next, shown = shown, next
	}
	return rows, nil
}

// changed is how many bytes of colour pixels differ.
func changed(a, b *frame.Frame) (n int64) {
	for i := 0; i+1 < len(a.Pix); i += 2 {
		if a.Pix[i] != b.Pix[i] || a.Pix[i+1] != b.Pix[i+1] {
			n += 2
		}
	}
	return n
}

// pipeline holds what happens to every frame before the wire against reading
// or copying as many bytes.
func pipeline(context.Context) ([]row, error) {
	format := frame.Format{Size: image.Pt(320, 240), Depth: frame.RGB565}
	r, err := display.NewRenderer(format)
	if err != nil {
		return nil, err
	}
	f, before := frame.New(format), frame.New(format)
	v := views()[2].view
	if err := r.Render(f, v); err != nil {
		return nil, err
	}
	before.Copy(f)
	const n = 200
	var render, diff, equal, copied []time.Duration
	for range 15 {
		render = append(render, took(func() {
			for range n / 10 {
				_ = r.Render(f, v)
			}
		})/(n/10))
		diff = append(diff, took(func() {
			for range n {
				f.Diff(before)
			}
		})/n)
		equal = append(equal, took(func() {
			for range n {
				bytes.Equal(f.Pix, before.Pix)
			}
		})/n)
		copied = append(copied, took(func() {
			for range n {
				copy(before.Pix, f.Pix)
			}
		})/n)
	}
	a, b, c, d := median(render), median(diff), median(equal), median(copied)
	allocs := testing.AllocsPerRun(50, func() { f.Diff(before) })
	return []row{
		{what: "a screen with a code, 320x240 colour / a copy of its pixels", ours: short(a), peer: short(d), ratio: over(a, d), goal: 400},
		{what: fmt.Sprintf("what changed since the last frame (%.0f allocations) / bytes.Equal", allocs), ours: short(b), peer: short(c), ratio: over(b, c), goal: 10},
	}, nil
}
