package emu

import (
	"image"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// FuzzPanel sends any commands and data at any time: the panel obeys or makes a
// note, and there is always a picture of its size.
func FuzzPanel(f *testing.F) {
	f.Add([]byte{0xf0, 1, 0x12, 0, 0xf1, 5, 0x24, 3, 0xff, 0, 0xff, 0x22, 1, 0xf7, 0x20, 0, 0xf1, 255})
	f.Add([]byte{0x11, 1, 0x07, 0x44, 2, 0xff, 0x00, 0x45, 4, 1, 2, 3, 4, 0x4e, 1, 0xff, 0x4f, 2, 0xff, 0xff, 0x24, 2, 0, 0, 0x10, 1, 1})
	f.Add([]byte{0xf2, 0, 0x20, 0, 0xf3, 0})
	m, err := Find("2.13")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		synctest.Test(t, func(t *testing.T) {
			h := attach(t, New(m))
			for len(script) > 1 {
				op, n := script[0], int(script[1])
				script = script[2:]
				switch op {
				case 0xf0:
					h.reset()
				case 0xf1:
					time.Sleep(time.Duration(n) * 20 * time.Millisecond)
				case 0xf2:
					h.panel.Brownout()
				case 0xf3:
					h.panel.Stick(Stage(n%int(stages)), 1)
				default:
					n = min(n, len(script))
					h.tx(gpio.Low, []byte{op})
					h.tx(gpio.High, script[:n])
					script = script[n:]
				}
			}
			time.Sleep(time.Minute) // what was begun ends
			if got, want := h.panel.Image().Bounds().Size(), image.Pt(m.Width, m.Height); got != want {
				t.Errorf("a picture of %v, want %v", got, want)
			}
			if notes := h.panel.Notes.Take(); len(notes) > 101 {
				t.Errorf("%d notes", len(notes))
			}
		})
	})
}
