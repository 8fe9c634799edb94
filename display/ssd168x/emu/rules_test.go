package emu

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// Each rule that can be broken is noted, once a break.
func TestBrokenRulesAreNoted(t *testing.T) {
	for _, c := range []struct {
		name, want string
		do         func(h *host)
	}{
		{"busy", "while BUSY", func(h *host) { h.say(0x22, 0xf7); h.say(0x20); h.say(0x7f) }},
		{"data while busy", "while BUSY", func(h *host) { h.say(0x12); h.tx(gpio.High, []byte{1}) }},
		{"too few", "had 1 parameters, want 2", func(h *host) { h.say(0x44, 0); h.say(0x7f) }},
		{"too many", "more than 1", func(h *host) { h.say(0x3c, 1, 2) }},
		{"no such command", "not known", func(h *host) { h.say(0x80) }},
		{"window", "a row has 50", func(h *host) { h.say(0x44, 0, 60) }},
		{"rows", "there are 300", func(h *host) { h.say(0x45, 0, 0, 0xff, 1) }},
		{"counter", "outside of the window", func(h *host) { h.say(0x44, 4, 8); h.say(0x24, 1) }},
		{"direction", "walks out", func(h *host) { h.say(0x11, 0); h.say(0x24, 1) }},
		{"overrun", "into a window of 4", func(h *host) {
			h.say(0x44, 0, 1)
			h.say(0x45, 0, 0, 1, 0)
			h.say(0x24, 1, 2, 3, 4, 5)
		}},
		{"no waveform", "without a waveform", func(h *host) { h.run(0xc7) }},
		{"other waveform", "waveform of mode 2", func(h *host) { h.run(0x99); h.run(0xc7) }},
		{"no voltage", "without clock or high voltage", func(h *host) { h.run(0x94) }},
		{"no clock", "without a clock", func(h *host) { h.run(0x40) }},
		{"sensor", "sensor 0x48", func(h *host) { h.say(0x18, 0x48); h.run(0xf7) }},
		{"sleep mode", "does not exist", func(h *host) { h.say(0x10, 2) }},
		{"sleep powered", "high voltage on", func(h *host) { h.run(0xe0); h.say(0x10, 1) }},
		{"option", "option 5", func(h *host) { h.say(0x21, 5, 0) }},
		{"shift", "no such sources", func(h *host) { h.say(0x21, 0, 0x80) }},
		{"scan order", "no glass", func(h *host) { h.say(0x01, 0x2b, 1, 2) }},
		{"reset", "middle of a refresh", func(h *host) { h.say(0x22, 0xf7); h.say(0x20); h.reset() }},
		{"held", "held in reset", func(h *host) { _ = h.panel.RST.Out(gpio.Low); h.say(0x7f) }},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := connect(t, "4.2")
			h.begin()
			h.clean(c.name)
			c.do(h)
			notes := h.panel.Notes.Take()
			if len(notes) != 1 || !strings.Contains(notes[0], c.want) {
				t.Errorf("%s: notes %q, want one with %q", c.name, notes, c.want)
			}
		})
	}
}

func TestPortHasLimits(t *testing.T) {
	h := connect(t, "4.2")
	if err := h.conn.Tx(make([]byte, 4097), nil); err == nil {
		t.Error("4097 bytes went over a port of 4096")
	}
	if _, err := h.panel.Connect(physic.MegaHertz, spi.Mode0, 8); err == nil {
		t.Error("connected twice")
	}
	for _, mode := range []spi.Mode{spi.Mode1, spi.Mode2} {
		p := New(Models()[0])
		if _, err := p.Connect(30*physic.MegaHertz, mode, 8); err != nil {
			t.Fatal(err)
		}
		if notes := p.Notes.Take(); len(notes) != 1 {
			t.Errorf("%v at 30 MHz: notes %q", mode, notes)
		}
	}
}

func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, "4.2")
		for at := range stages {
			h.begin()
			h.panel.Stick(at, 1)
			switch at {
			case AfterReset:
				h.reset()
			case AfterSoftReset:
				h.say(0x12)
			case InFull:
				h.run(0xf7)
			case InPartial:
				h.run(0xff)
			}
			if h.wait() < time.Minute {
				t.Errorf("stage %d: BUSY is not stuck", at)
			}
			h.reset()
			if h.wait() != 0 {
				t.Errorf("stage %d: a reset does not help", at)
			}
			h.panel.Notes.Take()
		}
		h.panel.Unplug()
		h.say(0x24, 1, 2, 3)
		h.clean("unplugged")
		if h.panel.Busy.Read() != gpio.High {
			t.Error("nobody drives BUSY and it is not pulled up")
		}
		h.panel.Plug()
		h.begin()
		h.clean("plugged in again")
		seen := h.panel.Image()
		h.say(0x22, 0xf7)
		h.say(0x20)
		time.Sleep(time.Second)
		h.panel.Brownout()
		if got := h.panel.Image(); got.GrayAt(9, 9) == seen.GrayAt(9, 9) || h.panel.HighVoltage() {
			t.Error("a refresh that was cut off left the glass as it was, or goes on")
		}
	})
}

func TestSupplyOfAHAT(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := Find("2.13")
		if err != nil {
			t.Fatal(err)
		}
		h := attach(t, NewHAT(m))
		h.say(0x12) // to nobody
		h.clean("no supply")
		_ = h.panel.Power.Out(gpio.High)
		h.reset()
		h.say(0x18, 0x80)
		h.say(0x22, 0xf7)
		h.say(0x20)
		h.clean("supply")
		_ = h.panel.Power.Out(gpio.Low)
		if notes := h.panel.Notes.Take(); len(notes) != 1 || !strings.Contains(notes[0], "supply") {
			t.Errorf("notes %q", notes)
		}
	})
}

func TestColdIsSlowAndPale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, "4.2")
		h.begin()
		warm := h.run(0xf7)
		h.panel.SetAmbient(2)
		if cold := h.run(0xf7); cold < warm+time.Second {
			t.Errorf("%v in the cold, %v in the warm", cold, warm)
		}
		h.say(0x1a, 0x6e, 0)
		h.run(0xd7)
		for _, shade := range h.panel.Image().Pix {
			if shade < 50 || shade > 200 {
				t.Fatalf("shade %d: a waveform for the warm does not do in the cold", shade)
			}
		}
	})
}

func TestPatternsFillThePlanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, "4.2")
		h.begin()
		h.say(0x47, 0x80|1<<4) // blocks 16 high and 8 wide, white first
		if h.wait() == 0 {
			t.Error("it takes no time")
		}
		h.say(0x7f)
		next, _ := h.panel.Planes()
		for _, c := range []struct {
			x, y int
			want byte
		}{{0, 0, 0xff}, {1, 0, 0}, {0, 15, 0xff}, {0, 16, 0}, {1, 16, 0xff}} {
			if got := next[c.y*50+c.x]; got != c.want {
				t.Errorf("byte %d of row %d is %#02x, want %#02x", c.x, c.y, got, c.want)
			}
		}
		h.clean("patterns")
	})
}
