package mipidbi_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/mipidbi"
	"kasir/display/mipidbi/emu"
)

// shaky is a kit with a loose contact at each wire.
func shaky(t *testing.T, module string, retries int) (*kit, *bus.Faults) {
	t.Helper()
	p, f := emu.New(emu.Modules[module], 1), &bus.Faults{}
	d := open(t, module, 1, f.Port(p.Port()), f.Out(p.DC()), f.Out(p.RST()), f.Out(p.Backlight()),
		func(o *mipidbi.Opts) { o.Retries = retries })
	return &kit{t: t, emu: p, name: module, dev: d}, f
}

// scene is a frame on the glass, or nil for none yet, and the one to come.
type scene struct {
	name         string
	before, next *frame.Frame
	mode         frame.Refresh
}

func scenes(format frame.Format) []scene {
	base := noise(format, 1)
	patch := frame.New(format)
	patch.Copy(base)
	for i := range 5 {
		for y := range 7 {
			patch.SetPixel(20+40*i, 30*i+y, frame.Red)
		}
	}
	return []scene{{"the first frame", nil, base, frame.Full}, {"a change", base, patch, frame.Partial}, {"all again", base, patch, frame.Full}}
}

// run plays a scene with a plan, on a kit of its own, and returns the error of
// the frame that met it.
func (s scene) run(t *testing.T, ctx context.Context, retries int, plan bus.Plan) (*kit, *bus.Faults, error) {
	t.Helper()
	k, faults := shaky(t, "st7789-135x240", retries)
	if s.before != nil {
		k.show(s.before, frame.Full)
	}
	faults.Arm(plan)
	return k, faults, k.dev.Show(ctx, s.next, s.mode, s.next.Bounds())
}

func formatOf(t *testing.T) frame.Format {
	t.Helper()
	return connect(t, "st7789-135x240", 1, nil).dev.Format()
}

// Each call to a port or a pin fails, every other one after half of it arrived:
// without a retry it is said and the next frame is right; with one nothing is
// seen of it.
func TestEveryCallThatFailsIsRecoveredFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range scenes(formatOf(t)) {
			_, faults, err := s.run(t, t.Context(), -1, nil)
			if err != nil {
				t.Fatal(err)
			}
			calls := faults.Calls()
			for n := range calls {
				if racing && n%3 != 0 && n != calls-1 {
					continue
				}
				share := float64(n%2) / 2
				k, _, err := s.run(t, t.Context(), -1, func(call int) bus.Fault {
					if call == n {
						return bus.Fault{Err: bus.ErrInjected, Share: share}
					}
					return bus.Fault{}
				})
				// A backlight without PWM is no fault.
				if lit := n == calls-1 && s.before == nil; !errors.Is(err, bus.ErrInjected) && !lit {
					t.Errorf("%s, call %d of %d fails: error %v", s.name, n, calls, err)
				}
				k.emu.Violations() // half a command is one
				k.show(s.next, frame.Partial)
				k.check(s.next)
				if k, _, err = s.run(t, t.Context(), 1, bus.FailAt(n)); err != nil {
					t.Errorf("%s, call %d of %d fails, with a retry: %v", s.name, n, calls, err)
				}
				k.check(s.next)
			}
		}
	})
}

func TestContextMayEndAtEveryCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range scenes(formatOf(t)) {
			_, faults, _ := s.run(t, t.Context(), 1, nil)
			calls := faults.Calls()
			for n := range calls {
				ctx, cancel := context.WithCancel(t.Context())
				start := time.Now()
				k, faults, err := s.run(t, ctx, 1, func(call int) bus.Fault {
					if call == n {
						cancel()
						start = time.Now()
					}
					return bus.Fault{}
				})
				cancel()
				after := faults.Calls() - n - 1
				if !errors.Is(err, context.Canceled) && !(err == nil && after <= 2) {
					t.Errorf("%s, the context ends at call %d of %d: error %v, %d calls follow", s.name, n, calls, err, after)
				}
				if took := time.Since(start); after > 2 || took > 15*time.Millisecond {
					t.Errorf("%s, the context ends at call %d of %d: %d calls and %v follow", s.name, n, calls, after, took)
				}
				faults.Arm(nil)
				k.show(s.next, frame.Partial)
				k.check(s.next)
			}
		}
	})
}

// Somebody else's reset, or a wire that touches, in the middle of a frame: the
// driver cannot see it, and a full refresh heals it.
func TestResetInTheMiddleOfAFrameIsHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenes(formatOf(t))[0]
		var k *kit
		k, faults := shaky(t, "st7789-135x240", 1)
		faults.Arm(func(call int) bus.Fault {
			if call == 60 {
				_ = k.emu.RST().Out(gpio.Low)
				time.Sleep(time.Millisecond)
				_ = k.emu.RST().Out(gpio.High)
			}
			return bus.Fault{}
		})
		k.show(s.next, frame.Full)
		if faults.Calls() < 70 {
			t.Fatalf("%d calls: the reset was not in the middle", faults.Calls())
		}
		faults.Arm(nil)
		k.emu.Violations()
		time.Sleep(time.Second)
		k.show(s.next, frame.Full)
		k.check(s.next)
	})
}

func TestUnpluggedGlassComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := connect(t, "ili9341", 1, nil)
		a, b := noise(k.dev.Format(), 1), noise(k.dev.Format(), 2)
		k.show(a, frame.Full)
		k.emu.Unplug()
		k.show(b, frame.Partial) // nobody notices
		k.emu.Plug()
		if k.emu.On() {
			t.Fatal("it is on, after its power was gone")
		}
		time.Sleep(6 * time.Minute)
		k.show(a, frame.Partial) // much changes, and the registers are old
		k.check(a)
	})
}

func TestHaltedGlassWakesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := connect(t, "st7796", 2, nil)
		if err := k.dev.Halt(); err != nil { // before anything was shown
			t.Fatal(err)
		}
		f := noise(k.dev.Format(), 1)
		for range 3 {
			k.show(f, frame.Partial)
			k.check(f)
			if err := k.dev.Halt(); err != nil {
				t.Fatal(err)
			}
			if k.clean(); k.emu.On() || k.emu.Brightness() != 0 {
				t.Error("halted, it is still on")
			}
		}
	})
}

func TestHaltSaysWhatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, faults := shaky(t, "ili9341", 1)
		f := noise(k.dev.Format(), 1)
		for n := range 3 { // the light, display off, sleep in
			faults.Arm(nil)
			k.show(f, frame.Partial)
			faults.Arm(bus.FailAt(n))
			if err := k.dev.Halt(); !errors.Is(err, bus.ErrInjected) || !strings.Contains(err.Error(), "ili9341") {
				t.Errorf("call %d fails: error %v", n, err)
			}
			faults.Arm(nil)
			if err := k.dev.Halt(); err != nil {
				t.Errorf("after call %d failed: %v", n, err)
			}
			if k.emu.On() || k.emu.Brightness() != 0 {
				t.Error("halted, it is still on")
			}
		}
	})
}
