package ssd168x

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/ssd168x/emu"
)

// two are pictures that differ in a corner.
func two(d *Dev) (a, b *frame.Frame) {
	a = noise(d.opts.Glass, d.opts.Rotation, 3)
	b = frame.New(a.Format)
	b.Copy(a)
	for y := range 20 {
		b.Pix[y*b.Stride+2] ^= 0x3c
	}
	return a, b
}

// BUSY that stays high once is overcome by a reset; for ever it is an error
// within the time a glass gives, and the panel works again when it can.
func TestBusyStuckFromEachState(t *testing.T) {
	for _, at := range []emu.Stage{emu.AfterReset, emu.AfterSoftReset, emu.InFull, emu.InPartial} {
		for _, times := range []int{1, 1000} {
			synctest.Test(t, func(t *testing.T) {
				b := wire(t, Opts{Glass: Glass2in13})
				first, second := two(b.dev)
				if at == emu.InPartial {
					b.shows(first, frame.Full)
				}
				b.panel.Stick(at, times)
				if at == emu.InPartial && times > 1 {
					b.panel.Stick(emu.InFull, times)
				}
				start := time.Now()
				err := b.show(second, frame.Partial)
				if took := time.Since(start); took > glassTimeout {
					t.Errorf("stage %d stuck: took %v", at, took)
				}
				switch {
				case times == 1 && err != nil:
					t.Errorf("stage %d stuck once: %v", at, err)
				case times > 1 && !errors.Is(err, ErrBusy):
					t.Errorf("stage %d stuck for ever: error %v", at, err)
				}
				for s := range emu.InPartial + 1 {
					b.panel.Stick(s, 0)
				}
				b.shows(first, frame.Partial)
				b.shows(second, frame.Partial)
				b.close()
			})
		}
	}
}

func TestBusyStuckWhileIdle(t *testing.T) {
	for _, sleeps := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := wire(t, Opts{Glass: Glass4in2})
			first, second := two(b.dev)
			b.shows(first, frame.Full)
			b.panel.StickNow()
			if sleeps {
				time.Sleep(time.Minute) // it cannot be sent to sleep
			}
			b.shows(second, frame.Partial)
			b.panel.StickNow()
			b.close()
		})
	}
}

// hasty is small glass that hardly has to be waited for: each wait is a call.
var (
	hasty      = Glass{Name: "hasty", Width: 64, Height: 64}
	hastyModel = emu.Model{Name: "hasty", Chip: emu.SSD1680, Width: 64, Height: 64,
		Full: 60 * time.Millisecond, Fast: 60 * time.Millisecond, Partial: 30 * time.Millisecond}
)

// Every call to the wires fails once: an error or a picture, never a wrong
// picture without an error, and the next picture is right.
func TestEveryCallCanFail(t *testing.T) {
	shares := []float64{0, .5, 1}
	if racing {
		shares = shares[1:2]
	}
	for _, share := range shares {
		n := 0
		for failed := true; failed; n++ {
			synctest.Test(t, func(t *testing.T) {
				b := wireTo(t, emu.New(hastyModel), Opts{Glass: hasty, SleepAfter: time.Second})
				first, second := two(b.dev)
				b.faults.Arm(func(call int) bus.Fault {
					if call == n {
						return bus.Fault{Err: bus.ErrInjected, Share: share}
					}
					return bus.Fault{}
				})
				for i, f := range []*frame.Frame{first, second, first} {
					if i == 2 {
						time.Sleep(2 * time.Second) // asleep
					}
					mode := frame.Partial
					before := b.faults.Calls()
					if err := b.show(f, mode); err == nil {
						b.sees(f)
					} else if !errors.Is(err, bus.ErrInjected) || before > n {
						t.Errorf("call %d fails: %v", n, err)
					}
				}
				failed = b.faults.Calls() > n
				b.faults.Arm(nil)
				b.panel.Notes.Take() // half a transfer breaks rules
				b.shows(second, frame.Partial)
				b.shows(first, frame.Partial)
				b.close()
			})
		}
		if n < 80 {
			t.Errorf("only %d calls: that cannot be three pictures", n)
		}
	}
}

// A context that ends at any call ends Show soon, and a refresh that runs is
// left to end before anything else happens to the panel.
func TestContextEndsAtEveryCall(t *testing.T) {
	n := 0
	for ended := true; ended; n++ {
		synctest.Test(t, func(t *testing.T) {
			b := wireTo(t, emu.New(hastyModel), Opts{Glass: hasty})
			first, second := two(b.dev)
			if n%2 == 1 {
				b.shows(first, frame.Full)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var at time.Time
			b.faults.Arm(func(call int) bus.Fault {
				if call == n/2 {
					at = time.Now()
					cancel()
				}
				return bus.Fault{}
			})
			err := b.dev.Show(ctx, second, frame.Partial, second.Bounds())
			if late := time.Since(at); !at.IsZero() && late > 150*time.Millisecond {
				t.Errorf("context ends at call %d: Show returns %v later", n/2, late)
			}
			switch {
			case err == nil:
				b.sees(second)
			case !errors.Is(err, context.Canceled):
				t.Errorf("context ends at call %d: error %v", n/2, err)
			}
			ended = !at.IsZero()
			b.faults.Arm(nil)
			if n%4 < 2 {
				b.shows(first, frame.Partial)
			}
			b.close()
		})
	}
	if n < 40 {
		t.Errorf("only %d calls", n/2)
	}
}

func TestDeadlineInTheMiddleOfARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := wire(t, Opts{Glass: Glass4in2})
		first, second := two(b.dev)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := b.dev.Show(ctx, first, frame.Full, first.Bounds())
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took > 1150*time.Millisecond {
			t.Errorf("error %v after %v, want the deadline after 1 s", err, took)
		}
		if !b.panel.HighVoltage() {
			t.Error("the refresh was broken off")
		}
		b.shows(second, frame.Partial)
		b.close()
	})
}

func TestUnpluggedAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := wire(t, Opts{Glass: Glass4in2})
		first, second := two(b.dev)
		b.shows(first, frame.Full)
		for range 3 {
			b.panel.Unplug()
			for range 2 {
				start := time.Now()
				if err := b.show(second, frame.Partial); !errors.Is(err, ErrBusy) {
					t.Errorf("no panel: error %v", err)
				}
				if took := time.Since(start); took > glassTimeout {
					t.Errorf("no panel: took %v", took)
				}
			}
			b.panel.Plug()
			b.shows(second, frame.Partial)
			b.shows(first, frame.Partial)
		}
		b.panel.Unplug()
		if err := b.dev.Close(); !errors.Is(err, ErrBusy) {
			t.Errorf("close without a panel: %v", err)
		}
	})
}

// The controller cannot be asked whether it has been reset, so a supply that
// fails while nothing happens shows at the next full refresh at the latest.
func TestSupplyFailsInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := wire(t, Opts{Glass: Glass4in2})
		first, second := two(b.dev)
		b.shows(first, frame.Full)
		time.AfterFunc(time.Second, b.panel.Brownout)
		_ = b.show(second, frame.Full)
		time.Sleep(time.Minute) // asleep: the next picture begins with a reset
		b.panel.Notes.Take()
		b.shows(first, frame.Full)
		b.shows(second, frame.Partial)
		b.close()
	})
}
