package emu

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// host speaks to a panel byte by byte, as a program of another maker would.
type host struct {
	t     *testing.T
	panel *Panel
	conn  spi.Conn
}

func connect(t *testing.T, name string) *host {
	t.Helper()
	m, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return attach(t, New(m))
}

func attach(t *testing.T, p *Panel) *host {
	t.Helper()
	c, err := p.Connect(4*physic.MegaHertz, spi.Mode0, 8)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Busy.In(gpio.PullUp, gpio.FallingEdge); err != nil {
		t.Fatal(err)
	}
	return &host{t, p, c}
}

func (h *host) tx(level gpio.Level, b []byte) {
	h.t.Helper()
	for part := range slices.Chunk(b, 4096) {
		_ = h.panel.DC.Out(level)
		if err := h.conn.Tx(part, nil); err != nil {
			h.t.Error(err)
		}
	}
}

// say sends a command and its data.
func (h *host) say(op byte, data ...byte) {
	h.t.Helper()
	h.tx(gpio.Low, []byte{op})
	h.tx(gpio.High, data)
}

// wait returns how long BUSY was high.
func (h *host) wait() time.Duration {
	start := time.Now()
	for h.panel.Busy.Read() == gpio.High && time.Since(start) < time.Minute {
		h.panel.Busy.WaitForEdge(time.Second)
	}
	return time.Since(start)
}

func (h *host) reset() {
	_ = h.panel.RST.Out(gpio.Low)
	time.Sleep(2 * time.Millisecond)
	_ = h.panel.RST.Out(gpio.High)
	h.wait()
}

// run runs a sequence to its end.
func (h *host) run(sequence byte) time.Duration {
	h.say(0x22, sequence)
	h.say(0x20)
	return h.wait()
}

// begin is a reset and what makers' programs set for 4.2 inch.
func (h *host) begin() {
	h.reset()
	h.say(0x12)
	h.wait()
	h.say(0x21, 0x40, 0)
	h.say(0x3c, 5)
	h.say(0x11, 3)
	h.say(0x18, 0x80)
	h.say(0x44, 0, 49)
	h.say(0x45, 0, 0, 0x2b, 1)
	h.say(0x4e, 0)
	h.say(0x4f, 0, 0)
}

// picture is a plane with a black corner at the top left and a black line at
// the bottom.
func picture(m Model) []byte {
	stride := (m.Width + 7) / 8
	p := slices.Repeat([]byte{0xff}, stride*m.Height)
	for y := range 16 {
		p[y*stride], p[y*stride+1] = 0, 0x0f
	}
	for i := range stride {
		p[(m.Height-1)*stride+i] = 0
	}
	return p
}

func (h *host) wants(what string, plane []byte) {
	h.t.Helper()
	m, seen, wrong := h.panel.Model(), h.panel.Image(), 0
	stride := (m.Width + 7) / 8
	for y := range m.Height {
		for x := range m.Width {
			light := plane[y*stride+x/8]<<(x%8)&0x80 != 0
			if (seen.GrayAt(x, y).Y > 200) != light || (seen.GrayAt(x, y).Y < 50) == light {
				wrong++
			}
		}
	}
	if wrong > 0 {
		h.t.Errorf("%s: %d pixels are wrong", what, wrong)
	}
}

func (h *host) clean(what string) {
	h.t.Helper()
	if notes := h.panel.Notes.Take(); notes != nil {
		h.t.Errorf("%s: %q", what, notes)
	}
}

func TestFullFastAndPartialTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, "4.2")
		h.begin()
		one := picture(h.panel.Model())
		h.say(0x24, one...)
		h.say(0x26, one...)
		if took := h.run(0xf7); took < 3*time.Second || took > 4*time.Second {
			t.Errorf("full refresh took %v", took)
		}
		h.wants("full", one)
		two := slices.Clone(one)
		for i := 5000; i < 9000; i++ {
			two[i] ^= 0x55
		}
		h.say(0x21, 0, 0)
		h.say(0x24, two...)
		if took := h.run(0xff); took < 300*time.Millisecond || took > 700*time.Millisecond {
			t.Errorf("partial refresh took %v", took)
		}
		h.wants("partial", two)
		h.say(0x1a, 0x6e, 0)
		if took := h.run(0xd7); took < 1500*time.Millisecond || took > 1800*time.Millisecond {
			t.Errorf("fast refresh took %v", took)
		}
		h.clean("by the book")
		if got := h.panel.Stats(); got.Full != 1 || got.Fast != 1 || got.Partial != 1 || got.Resets != 1 {
			t.Errorf("%+v", got)
		}
		if h.panel.HighVoltage() {
			t.Error("high voltage stays on")
		}
	})
}

// The 1.54 inch maker's program counts Y down.
func TestRowsThatAreWrittenFromBelow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, "1.54")
		h.reset()
		h.say(0x12)
		h.wait()
		h.say(0x01, 0xc7, 0, 1) // and scans them so
		h.say(0x11, 1)
		h.say(0x18, 0x80)
		h.say(0x44, 0, 24)
		h.say(0x45, 0xc7, 0, 0, 0)
		h.say(0x4e, 0)
		h.say(0x4f, 0xc7, 0)
		one := picture(h.panel.Model())
		h.say(0x24, one...)
		h.run(0xf7)
		h.wants("from below", one)
		h.clean("from below")
	})
}

// The glass of 2.13 inch begins at the ninth source: without the option that
// says so, everything is a byte too far left.
func TestSourcesOfSmallGlass(t *testing.T) {
	for _, option := range []byte{0x80, 0} {
		synctest.Test(t, func(t *testing.T) {
			h := connect(t, "2.13")
			h.reset()
			h.say(0x18, 0x80)
			h.say(0x21, 0, option)
			h.say(0x44, 0, 15)
			h.say(0x45, 0, 0, 249, 0)
			one := picture(h.panel.Model())
			h.say(0x24, one...)
			h.run(0xf7)
			h.clean("2.13")
			if option == 0x80 {
				h.wants("with the option", one)
			} else if at := h.panel.Image().GrayAt(4, 0).Y; at == 0 {
				t.Error("the option makes no difference")
			}
		})
	}
}

func TestStalePlaneIsSeenAndNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, "4.2")
		h.begin()
		one := picture(h.panel.Model())
		h.say(0x24, one...)
		h.run(0xf7) // the old plane is noise still
		h.say(0x21, 0, 0)
		h.run(0xff)
		notes := h.panel.Notes.Take()
		if len(notes) != 1 || !strings.Contains(notes[0], "out of step") {
			t.Errorf("notes %q", notes)
		}
		// Both planes say white, and the corner is black: it stays black.
		white := slices.Repeat([]byte{0xff}, len(one))
		h.say(0x26, white...)
		h.say(0x24, white...)
		h.run(0xff)
		h.wants("not driven", one)
	})
}

func TestPartialRefreshesLeaveGhosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, "4.2")
		h.panel.SetGhosts(true)
		h.begin()
		one := picture(h.panel.Model())
		white := slices.Repeat([]byte{0xff}, len(one))
		h.say(0x24, one...)
		h.say(0x26, one...)
		h.run(0xf7)
		h.say(0x21, 0, 0)
		h.say(0x24, white...)
		h.run(0xff)
		if got := h.panel.Image().GrayAt(0, 0).Y; got == 255 || got < 200 {
			t.Errorf("a pixel that was black is %d, want nearly white", got)
		}
		h.run(0xf7)
		if got := h.panel.Image().GrayAt(0, 0).Y; got != 255 {
			t.Errorf("after a full refresh it is %d, want white", got)
		}
	})
}

func TestDeepSleepIsDeaf(t *testing.T) {
	for mode, keeps := range map[byte]bool{1: true, 3: false} {
		synctest.Test(t, func(t *testing.T) {
			h := connect(t, "4.2")
			h.begin()
			one := picture(h.panel.Model())
			h.say(0x24, one...)
			h.say(0x10, mode)
			if !h.panel.Asleep() || h.panel.Busy.Read() != gpio.High {
				t.Error("not asleep, or BUSY is low")
			}
			h.say(0x24, 1, 2, 3)
			if notes := h.panel.Notes.Take(); len(notes) != 2 {
				t.Errorf("notes %q, want two: nothing is heard", notes)
			}
			h.reset()
			if next, _ := h.panel.Planes(); slices.Equal(next, one) != keeps {
				t.Errorf("mode %d: memory kept %t, want %t", mode, !keeps, keeps)
			}
			h.say(0x7f)
			h.clean("awake")
		})
	}
}
