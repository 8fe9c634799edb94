package ssd168x

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kasir/display"
	"kasir/display/ssd168x/emu"
	"kasir/terminal"
)

// The glass of a till on this panel: trouble is said once, keys are not waited
// for, and when the panel can again it shows the latest view.
func TestGlassOverAPanelThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := wire(t, Opts{Glass: Glass4in2})
		var said []error
		var shown []terminal.View
		g, err := display.NewGlass(b.dev, b.dev.Format(), display.GlassOptions{
			Trouble: func(err error) { said = append(said, err) },
			Shown:   func(v terminal.View) { shown = append(shown, v) },
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- g.Run(ctx) }()
		key := func(n int) {
			start := time.Now()
			g.Show(terminal.View{Screen: terminal.Entering{Amount: terminal.Rupiah(n)}})
			if took := time.Since(start); took != 0 {
				t.Errorf("a key waited %v", took)
			}
		}
		pass := func(d time.Duration) { time.Sleep(d); synctest.Wait() }

		key(1)
		pass(20 * time.Second)
		b.clean()
		if len(shown) != 1 || len(said) != 0 {
			t.Fatalf("%d views shown, trouble %v", len(shown), said)
		}
		b.panel.Stick(emu.AfterReset, 1000)
		b.panel.Stick(emu.InPartial, 1)
		for n := range 100 {
			key(n)
			pass(200 * time.Millisecond)
		}
		pass(time.Minute)
		if len(said) != 1 || !errors.Is(said[0], ErrBusy) || len(shown) != 1 {
			t.Errorf("trouble %v, want ErrBusy once; %d views shown", said, len(shown))
		}
		b.panel.Stick(emu.AfterReset, 0)
		pass(time.Minute)
		if len(said) != 2 || said[1] != nil {
			t.Errorf("trouble %v, want it to be over", said)
		}
		if last := shown[len(shown)-1].Screen; last != (terminal.Entering{Amount: 99}) {
			t.Errorf("the last view shown is %+v", last)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		b.close()
	})
}
