package display

import (
	"context"
	"errors"
	"image"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kasir/display/frame"
	"kasir/terminal"
)

// startGlass runs a glass in the test's bubble.
func startGlass(t *testing.T, p *fakePanel, o GlassOptions) *Glass {
	t.Helper()
	g, err := NewGlass(p, p.format, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- g.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return g
}

func view(s terminal.Screen) terminal.View {
	return terminal.View{Screen: s, Strip: terminal.Strip{Merchant: "Warung", Online: true}}
}

func keyed(n int) terminal.View { return view(terminal.Entering{Amount: terminal.Rupiah(n)}) }

var monoGlass, colourGlass = glasses[0], glasses[1]

func TestLatestViewWinsAndShowNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fakePanel{t: t, format: monoGlass, takes: 2 * time.Second}
		g := startGlass(t, p, GlassOptions{})
		start := time.Now()
		for n := 1; n <= 500; n++ {
			g.Show(keyed(n))
			if n == 1 {
				synctest.Wait() // the panel is busy with the first
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("500 views took %v to post", took)
		}
		pass(10 * time.Second)
		if got, want := len(p.shown()), 2; got != want {
			t.Errorf("%d frames were shown, want the first and the last", got)
		}
		want := frame.New(monoGlass)
		if err := renderer(t, monoGlass).Render(want, keyed(500)); err != nil {
			t.Fatal(err)
		}
		if !p.sees(want) {
			t.Error("the panel does not show the latest view")
		}
	})
}

func TestSameFrameIsNotShownAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fakePanel{t: t, format: colourGlass}
		var d diary
		g := startGlass(t, p, GlassOptions{Shown: d.seen})
		for range 5 {
			g.Show(keyed(5))
			synctest.Wait()
			pass(time.Second)
		}
		g.Show(terminal.View{}) // nothing to show
		synctest.Wait()
		d.mu.Lock()
		defer d.mu.Unlock()
		if frames := p.shown(); len(frames) != 1 || d.shown != 5 {
			t.Errorf("%d frames for one picture, %d times said to be seen; want 1 and 5", len(frames), d.shown)
		}
	})
}

func TestRefreshModes(t *testing.T) {
	offering := func(left time.Duration) terminal.View {
		return view(terminal.Offering{Order: order, Amount: 5, QR: sampleQR, Left: left})
	}
	unsure := func(checking bool) terminal.View {
		return view(terminal.Unsure{Order: order, Amount: 5, Offered: true, Checking: checking})
	}
	sale := []terminal.View{
		view(terminal.Idle{}), keyed(1), keyed(12), view(terminal.Asking{Order: order, Amount: 12}),
		offering(3 * time.Minute), offering(2 * time.Minute), unsure(true), unsure(false),
		view(terminal.Thanks{Order: order, Amount: 5}), view(terminal.Idle{}),
	}
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			format frame.Format
			want   string
		}{
			{monoGlass, "fpppfpfpfp"},
			{colourGlass, "fppppppppp"},
		} {
			p := &fakePanel{t: t, format: c.format}
			g := startGlass(t, p, GlassOptions{})
			for _, v := range sale {
				g.Show(v)
				pass(time.Second)
			}
			shows := p.shown()
			if got := modes(shows); got != c.want {
				t.Fatalf("%v: refreshes %s, want %s", c.format, got, c.want)
			}
			if d := shows[5].dirty; d == p.Bounds() {
				t.Errorf("%v: a countdown step refreshes everything", c.format)
			}
		}
	})
}

func TestFullRefreshAfterMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fakePanel{t: t, format: monoGlass}
		g := startGlass(t, p, GlassOptions{FullEvery: 3})
		show := func(v terminal.View) {
			g.Show(v)
			pass(time.Second)
		}
		for n := range 8 {
			show(view(terminal.Parked{At: n + 1, Of: 8, Order: order}))
		}
		if got, want := modes(p.shown()), "fpppfppp"; got != want {
			t.Errorf("refreshes %s, want %s", got, want)
		}
		for n := range 14 {
			show(keyed(n + 1))
		}
		if got, want := modes(p.shown()), "pppppppppfpppp"; got != want {
			t.Errorf("while keying: refreshes %s, want %s", got, want)
		}
		show(view(terminal.Idle{}))
		if got := modes(p.shown()); got != "f" {
			t.Errorf("after keying: refreshes %s, want a full one", got)
		}
	})
}

func TestMonoIsRenewedOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fakePanel{t: t, format: monoGlass}
		g := startGlass(t, p, GlassOptions{})
		g.Show(view(terminal.Idle{}))
		pass(73 * time.Hour)
		if got, want := modes(p.shown()), "ffff"; got != want {
			t.Errorf("three quiet days: refreshes %s, want %s", got, want)
		}
	})
}

func TestBrokenPanelIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fakePanel{t: t, format: monoGlass, takes: time.Second}
		gone := errors.New("bus gone")
		var d diary
		var log lockedBuffer
		g := startGlass(t, p, GlassOptions{Trouble: d.trouble, Log: slog.New(slog.NewTextHandler(&log, nil))})
		g.Show(keyed(1))
		pass(5 * time.Second)
		p.fail(gone)
		g.Show(keyed(12))
		pass(time.Minute)
		g.Show(keyed(123))
		pass(time.Minute)
		if n, err := d.last(); n != 1 || !errors.Is(err, gone) || !strings.Contains(log.String(), "bus gone") {
			t.Errorf("%d troubles, %v, log %q; want one %v in both", n, err, log.String(), gone)
		}
		p.fail(nil)
		pass(15 * time.Second)
		if n, err := d.last(); n != 2 || err != nil {
			t.Errorf("%d troubles, %v, want nil at last", n, err)
		}
		want := frame.New(monoGlass)
		if err := renderer(t, monoGlass).Render(want, keyed(123)); err != nil {
			t.Fatal(err)
		}
		if got := modes(p.shown()); got != "ff" || !p.sees(want) {
			t.Errorf("refreshes %s, want ff and the latest view", got)
		}
	})
}

func TestHangingPanelIsGivenUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fakePanel{t: t, format: monoGlass, hangs: true}
		var d diary
		g := startGlass(t, p, GlassOptions{Timeout: 3 * time.Second, Trouble: d.trouble})
		g.Show(keyed(1))
		pass(2 * time.Second)
		if n, err := d.last(); n != 0 {
			t.Errorf("trouble before the deadline: %v", err)
		}
		pass(2 * time.Second)
		if _, err := d.last(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("trouble %v, want the deadline", err)
		}
		p.hang(false)
		pass(5 * time.Second)
		if _, err := d.last(); err != nil || len(p.shown()) != 1 {
			t.Errorf("trouble %v, want nil and one frame", err)
		}
	})
}

func TestBadPictureIsReportedAndReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fakePanel{t: t, format: monoGlass}
		var d diary
		g := startGlass(t, p, GlassOptions{Trouble: d.trouble})
		g.Show(view(terminal.Offering{Order: order, Amount: 5})) // no text
		pass(time.Second)
		if _, err := d.last(); err == nil || len(p.shown()) != 1 {
			t.Errorf("trouble %v, want an error and a frame that says so", err)
		}
		g.Show(view(strange{named: new(atomic.Int32)}))
		pass(time.Second)
		if _, err := d.last(); err == nil || !strings.Contains(err.Error(), "panicked") || !p.sees(frame.New(monoGlass)) {
			t.Errorf("trouble %v, want a panic and an empty glass", err)
		}
		g.Show(keyed(1))
		pass(time.Second)
		if _, err := d.last(); err != nil {
			t.Errorf("trouble %v, want nil again", err)
		}
	})
}

// strange is a screen that cannot even say its name while it is drawn.
type strange struct {
	terminal.Idle
	named *atomic.Int32
}

func (s strange) Name() string {
	if s.named.Add(1) == 1 {
		panic("no name")
	}
	return "strange"
}

func TestGlassRefusesAPanelOfAnotherSize(t *testing.T) {
	p := &fakePanel{t: t, format: frame.Format{Size: image.Pt(300, 400)}}
	if _, err := NewGlass(p, monoGlass, GlassOptions{}); err == nil {
		t.Error("panel of 300x400 as a glass of 400x300: no error")
	}
	if _, err := NewGlass(p, frame.Format{Size: image.Pt(100, 100)}, GlassOptions{}); err == nil {
		t.Error("glass of 100x100: no error")
	}
}

// pass lets time go by, and everything happen that it brings.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
