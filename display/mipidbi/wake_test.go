package mipidbi_test

import (
	"testing"
	"testing/synctest"
	"time"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/mipidbi/emu"
)

// A glass that was woken shows nothing yet, and its first frame does not wait for it.
func TestWake(t *testing.T) {
	for name := range emu.Modules {
		synctest.Test(t, func(t *testing.T) {
			p := emu.New(emu.Modules[name], 1)
			k := &kit{t: t, emu: p, name: name, dev: open(t, name, 1, p.Port(), p.DC(), p.RST(), p.Backlight(), nil)}
			for range 2 { // the second does nothing
				if err := k.dev.Wake(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if p.On() || p.Brightness() != 0 {
				t.Errorf("%s: on %v, brightness %d before there is a frame", name, p.On(), p.Brightness())
			}
			began := time.Now()
			f := noise(k.dev.Format(), 1)
			k.show(f, frame.Full)
			if d := time.Since(began); d > 120*time.Millisecond {
				t.Errorf("%s: its first frame waited %v, want no reset", name, d)
			}
			k.check(f)
			if err := k.dev.Wake(t.Context()); err != nil {
				t.Fatal(err)
			}
			k.check(f)
			if err := k.dev.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// One that could not be woken is woken by its first frame.
func TestWakeThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, faults := shaky(t, "ili9341", 0)
		faults.Arm(bus.FailAt(5))
		if err := k.dev.Wake(t.Context()); err == nil {
			t.Fatal("it was woken with a loose contact")
		}
		faults.Arm(nil)
		f := noise(k.dev.Format(), 2)
		k.show(f, frame.Full)
		k.check(f)
	})
}
