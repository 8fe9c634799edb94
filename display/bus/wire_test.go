package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// listener writes down what arrives, with the level of D/C.
type listener struct {
	dc    *Pin
	sets  int // of D/C
	heard []string
	bytes []byte
}

func listen(t testing.TB, limit int) (*listener, *Port) {
	t.Helper()
	l := &listener{dc: NewPin("DC", 25)}
	l.dc.Watch(func(gpio.Level) { l.sets++ })
	return l, NewPort("SPI9.0", limit, func(w, _ []byte) error {
		l.heard = append(l.heard, fmt.Sprintf("%v:%d", l.dc.Level(), len(w)))
		l.bytes = append(l.bytes, w...)
		return nil
	})
}

func dial(t testing.TB, p spi.Port, dc gpio.PinOut) *Wire {
	t.Helper()
	w, err := Dial(p, dc, 32*physic.MegaHertz, spi.Mode0)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWireSendsCommandsAndChunks(t *testing.T) {
	l, p := listen(t, 101) // odd: whole pixels are 100
	w := dial(t, p, l.dc)
	data := make([]byte, 250)
	for i := range data {
		data[i] = byte(i)
	}
	if err := errors.Join(w.Command(t.Context(), 0x2c), w.Data(t.Context(), data), w.Command(t.Context(), 0x36, 8, 9), w.Data(t.Context(), nil)); err != nil {
		t.Fatal(err)
	}
	want := []string{"Low:1", "High:100", "High:100", "High:50", "Low:1", "High:2"}
	if !slices.Equal(l.heard, want) {
		t.Errorf("transfers %v, want %v", l.heard, want)
	}
	if sent := append(append([]byte{0x2c}, data...), 0x36, 8, 9); !bytes.Equal(l.bytes, sent) {
		t.Errorf("bytes % x, want % x", l.bytes, sent)
	}
	if l.sets != 4 {
		t.Errorf("D/C was set %d times, want 4: once a change", l.sets)
	}
	if got := p.Stats(); got.Bytes != 254 || got.Transfers != 6 || got.Longest != 100 || got.Refused != 0 {
		t.Errorf("stats %+v", got)
	}
}

func TestWireAllocatesNothing(t *testing.T) {
	l := &listener{dc: NewPin("DC", 25)}
	w := dial(t, NewPort("SPI9.0", 4096, func(_, _ []byte) error { return nil }), l.dc)
	data, ctx := make([]byte, 10_000), t.Context()
	if n := testing.AllocsPerRun(50, func() {
		_ = w.Command(ctx, 0x2a, 0, 1, 2, 3)
		_ = w.Data(ctx, data)
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestEveryCallCanFail(t *testing.T) {
	l, p := listen(t, 100)
	var faults Faults
	w := dial(t, faults.Port(p), faults.Out(l.dc))
	talk := func(ctx context.Context) error {
		if err := w.Command(ctx, 0x2c, 1, 2); err != nil {
			return err
		}
		return w.Data(ctx, make([]byte, 250))
	}
	if err := talk(t.Context()); err != nil {
		t.Fatal(err)
	}
	faults.Arm(nil)
	if err := talk(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls := faults.Calls()
	if want := 7; calls != want { // D/C low, byte, D/C high, parameters, three chunks
		t.Fatalf("%d calls, want %d", calls, want)
	}
	for n := range calls {
		faults.Arm(FailAt(n))
		if err := talk(t.Context()); !errors.Is(err, ErrInjected) {
			t.Errorf("call %d fails: error %v", n, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		faults.Arm(func(call int) Fault {
			if call == n {
				cancel()
			}
			return Fault{}
		})
		err := talk(ctx)
		cancel()
		// Only what is already on its way may end well.
		if ended := n == faults.Calls()-1; !errors.Is(err, context.Canceled) && !(err == nil && ended) {
			t.Errorf("context ends at call %d: error %v after %d calls", n, err, faults.Calls())
		}
		if got := faults.Calls(); got > n+2 {
			t.Errorf("context ends at call %d: %d calls follow", n, got-n-1)
		}
		// After a fault the level of D/C is not trusted.
		faults.Arm(nil)
		l.heard = nil
		if err := talk(t.Context()); err != nil || l.heard[0] != "Low:1" || l.heard[1] != "High:2" {
			t.Errorf("after a fault at call %d: %v, transfers %v", n, err, l.heard)
		}
	}
}

func TestTornTransferArrivesInPart(t *testing.T) {
	l, p := listen(t, 100)
	var faults Faults
	w := dial(t, faults.Port(p), l.dc)
	faults.Arm(func(int) Fault { return Fault{Err: ErrInjected, Share: .5} })
	if err := w.Data(t.Context(), make([]byte, 80)); !errors.Is(err, ErrInjected) {
		t.Errorf("error %v", err)
	}
	if got := len(l.bytes); got != 40 {
		t.Errorf("%d bytes arrived, want 40", got)
	}
}

func TestResetAndSleepObeyTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rst := NewPin("RST", 24)
		var levels []string
		start := time.Now()
		rst.Watch(func(l gpio.Level) { levels = append(levels, fmt.Sprint(l, time.Since(start))) })
		if err := Reset(t.Context(), rst, 10*time.Millisecond, 120*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 130*time.Millisecond {
			t.Errorf("reset took %v", took)
		}
		if want := []string{"Low 0s", "High 10ms"}; !slices.Equal(levels, want) {
			t.Errorf("levels %v, want %v", levels, want)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		defer cancel()
		if err := Reset(ctx, rst, 10*time.Millisecond, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the deadline", err)
		}
		if rst.Level() != gpio.High {
			t.Error("the glass stays in reset")
		}
		if err := Reset(ctx, rst, 0, 0); err == nil || len(levels) != 4 {
			t.Errorf("reset after the end: error %v, levels %v", err, levels)
		}
	})
}
