package emu

import (
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// FuzzPanel sends any commands and data at any time: the module obeys or makes
// a note, and there is always a picture of its size.
func FuzzPanel(f *testing.F) {
	f.Add(uint8(0), []byte{0xf0, 1, 0x11, 0, 0xf1, 130, 0x3a, 1, 0x55, 0x29, 0, 0x2a, 4, 0, 0, 0, 239, 0x2c, 4, 1, 2, 3, 4})
	f.Add(uint8(1), []byte{0x36, 1, 0xff, 0x33, 6, 255, 255, 255, 255, 255, 255, 0x37, 2, 255, 255, 0x3c, 3, 9, 9, 9})
	f.Add(uint8(5), []byte{0xf2, 0, 0x2b, 4, 255, 255, 0, 0, 0xf3, 0, 0x30, 4, 255, 255, 0, 1, 0x12, 0})
	names := []string{"ili9341", "st7789", "st7789-240x240", "st7789-170x320", "st7789-135x240", "st7796"}
	f.Fuzz(func(t *testing.T, which uint8, script []byte) {
		synctest.Test(t, func(t *testing.T) {
			h := hold(t, names[int(which)%len(names)], int(which>>4), 10*physic.MegaHertz, spi.Mode0)
			h.send(script)
			time.Sleep(time.Second)
			if got, want := h.p.Image().Bounds().Size(), h.p.Size(); got != want {
				t.Errorf("a picture of %v, want %v", got, want)
			}
			if notes := h.p.Violations(); len(notes) > 102 {
				t.Errorf("%d notes", len(notes))
			}
			if b := h.p.Brightness(); b < 0 || b > 100 {
				t.Errorf("brightness %d", b)
			}
		})
	})
}

// send plays a script: an opcode and how much data it has, or something that
// happens to a module.
func (h *hand) send(script []byte) {
	for len(script) > 1 {
		op, n := script[0], int(script[1])
		script = script[2:]
		switch op {
		case 0xf0:
			h.reset(time.Duration(n) * time.Millisecond)
		case 0xf1:
			h.wait(time.Duration(n) * time.Millisecond)
		case 0xf2:
			h.p.Unplug()
		case 0xf3:
			h.p.Plug()
		default:
			n = min(n, len(script))
			h.op(op, script[:n]...)
			_ = h.p.DC().Out(gpio.High)
			script = script[n:]
		}
	}
}
