package ssd168x

import (
	"errors"
	"image"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/ssd168x/emu"
)

// Bytes on the wire: both planes and little more for a full refresh, the
// changed bytes twice and little more for a partial one.
func TestWireBudget(t *testing.T) {
	const commands = 60 // bytes, and transfers are fewer
	for _, g := range Glasses() {
		synctest.Test(t, func(t *testing.T) {
			b := wire(t, Opts{Glass: g})
			first, second := two(b.dev)
			plane := int64(g.stride() * g.Height)
			for _, c := range []struct {
				what string
				f    *frame.Frame
				mode frame.Refresh
				most int64
			}{
				{"first", first, frame.Full, 2*plane + commands},
				{"full", second, frame.Full, 2*plane + commands},
				{"partial", first, frame.Partial, 2*20*1 + commands},
				{"nothing new", first, frame.Partial, 0},
			} {
				before := b.panel.Port.Stats()
				b.shows(c.f, c.mode)
				sent := b.panel.Port.Stats().Since(before)
				if sent.Bytes > c.most {
					t.Errorf("%s, %s: %d bytes, want %d at most", g.Name, c.what, sent.Bytes, c.most)
				}
				if most := 2*(int(plane)/4096+1) + 40; sent.Transfers > most {
					t.Errorf("%s, %s: %d transfers, want %d at most", g.Name, c.what, sent.Transfers, most)
				}
			}
			b.close()
		})
	}
}

// The sequence of refreshes that an idle panel, a busy one and a patient
// caller lead to.
func TestGhostsArePaidForInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := wire(t, Opts{Glass: Glass2in13, FullEvery: 3, Fast: true})
		b.panel.SetGhosts(true)
		pictures := [2]*frame.Frame{}
		pictures[0], pictures[1] = two(b.dev)
		full := func() int { s := b.panel.Stats(); return s.Full + s.Fast }
		turn := 0
		next := func(mode frame.Refresh) {
			turn++
			if err := b.show(pictures[turn%2], mode); err != nil {
				t.Error(err)
			}
		}
		next(frame.Partial)
		if full() != 1 {
			t.Error("the first picture is not full")
		}
		for range 5 * 3 {
			next(frame.Partial)
		}
		if full() != 1 {
			t.Errorf("%d full refreshes after 15 partial ones, want 1", full())
		}
		next(frame.Partial)
		if full() != 2 {
			t.Errorf("%d full refreshes after the patience ended, want 2", full())
		}
		b.sees(pictures[turn%2]) // no ghosts
		for range 8 {
			turn++
			if err := b.dev.Draw(b.dev.Bounds(), pictures[turn%2], image.Point{}); err != nil {
				t.Error(err)
			}
		}
		if s := b.panel.Stats(); full() != 4 || s.Fast != 3 {
			t.Errorf("%+v after 8 draws, want 4 full ones, 3 of them fast", s)
		}
		time.Sleep(25 * time.Hour)
		next(frame.Partial)
		if s := b.panel.Stats(); s.Full != 2 {
			t.Errorf("%+v: after a day the full refresh has to be thorough", s)
		}
		b.close()
	})
}

func TestIdlePanelSleepsAndWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := wire(t, Opts{Glass: Glass4in2, SleepAfter: 5 * time.Second})
		first, second := two(b.dev)
		b.shows(first, frame.Full)
		time.Sleep(4 * time.Second)
		b.shows(second, frame.Partial)
		time.Sleep(4 * time.Second)
		if b.panel.Asleep() {
			t.Error("asleep too early")
		}
		time.Sleep(2 * time.Second)
		if !b.panel.Asleep() || b.panel.HighVoltage() {
			t.Error("not asleep when it is idle")
		}
		for range 3 { // the memory was kept: a window is enough
			before := b.panel.Port.Stats()
			b.shows(first, frame.Partial)
			if sent := b.panel.Port.Stats().Since(before); sent.Bytes > 120 {
				t.Errorf("%d bytes after sleep", sent.Bytes)
			}
			if err := b.dev.Halt(); err != nil || !b.panel.Asleep() {
				t.Errorf("halt: %v, asleep %t", err, b.panel.Asleep())
			}
			first, second = second, first
		}
		if s := b.panel.Stats(); s.Full != 1 {
			t.Errorf("%+v, want a single full refresh", s)
		}
		b.close()
		if err := b.show(first, frame.Full); !errors.Is(err, ErrClosed) {
			t.Errorf("show after close: %v", err)
		}
		if err := errors.Join(b.dev.Close(), b.dev.Halt()); err != nil {
			t.Errorf("close again: %v", err)
		}
	})
}

func TestHATHasPowerOnlyWhenItIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := emu.Find("2.13")
		if err != nil {
			t.Fatal(err)
		}
		p := emu.NewHAT(m)
		b := wireTo(t, p, Opts{Glass: Glass2in13, Rotation: Rotate90})
		if p.Power.Level() != gpio.Low {
			t.Error("power before the first picture")
		}
		first, second := two(b.dev)
		b.shows(first, frame.Partial)
		b.shows(second, frame.Partial)
		if p.Power.Level() != gpio.High {
			t.Error("no power")
		}
		start := time.Now()
		b.faults.Arm(bus.FailAt(30)) // in the refresh
		_ = b.show(first, frame.Full)
		b.faults.Arm(nil)
		if err := b.dev.Close(); err != nil {
			t.Error(err)
		}
		if p.Power.Level() != gpio.Low {
			t.Errorf("closed with power on after %v", time.Since(start))
		}
		b.clean()
	})
}

func TestDrawPlacesPartsOfPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := wire(t, Opts{Glass: Glass2in9, Rotation: Rotate270})
		src := noise(Glass2in9, Rotate270, 9)
		want := frame.New(b.dev.Format())
		for _, c := range []struct {
			dst image.Rectangle
			at  image.Point
		}{
			{b.dev.Bounds(), image.Pt(0, 0)},
			{image.Rect(13, 9, 77, 40), image.Pt(5, 3)},
			{image.Rect(280, 100, 400, 300), image.Pt(0, 0)}, // beyond the glass
			{image.Rect(-10, -10, 30, 30), image.Pt(20, 20)},
		} {
			if err := b.dev.Draw(c.dst, src, c.at); err != nil {
				t.Fatal(err)
			}
			for y := c.dst.Min.Y; y < c.dst.Max.Y; y++ {
				for x := c.dst.Min.X; x < c.dst.Max.X; x++ {
					from := c.at.Add(image.Pt(x, y)).Sub(c.dst.Min)
					if from.In(src.Bounds()) {
						want.SetPixel(x, y, src.Pixel(from.X, from.Y))
					}
				}
			}
			clear(b.looks)
			b.sees(want)
			b.clean()
		}
		b.close()
	})
}

func TestOptionsAreChecked(t *testing.T) {
	p := emu.New(emu.Models()[0])
	for name, o := range map[string]*Opts{
		"none":     nil,
		"no glass": {},
		"rotation": {Glass: Glass4in2, Rotation: 45},
		"speed":    {Glass: Glass4in2, Speed: 2 * maxSpeed},
		"times":    {Glass: Glass4in2, Timeout: -1},
		"too wide": {Glass: Glass{Width: 800, Height: 480}},
	} {
		if _, err := New(p, p.DC, p.RST, p.Busy, nil, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	good := &Opts{Glass: Glass1in54}
	if _, err := New(p, p.DC, nil, p.Busy, nil, good); err == nil {
		t.Error("no reset pin: no error")
	}
	if _, err := New(p, p.DC, p.RST, gpio.INVALID, nil, good); err == nil {
		t.Error("no BUSY pin: no error")
	}
	d, err := New(p, p.DC, p.RST, p.Busy, nil, good)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.String(); !strings.Contains(got, "1.54") || !strings.Contains(got, p.String()) {
		t.Errorf("String: %s", got)
	}
	if err := d.Show(t.Context(), frame.New(frame.Format{Size: image.Pt(100, 100)}), frame.Full, image.Rect(0, 0, 1, 1)); err == nil {
		t.Error("a frame of another size: no error")
	}
	if _, err := Find("7.5"); err == nil {
		t.Error("7.5 inch is found")
	}
	for _, g := range Glasses() {
		if got, err := Find(g.Name); err != nil || got != g {
			t.Errorf("find %s: %v, %v", g.Name, got, err)
		}
	}
}
