package display

import (
	"context"
	"fmt"
	"image"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"kasir/display/frame"
	"kasir/terminal"
)

// GlassOptions are what a Glass may be told. The zero value is usable.
type GlassOptions struct {
	Log *slog.Logger // nil discards

	// Trouble is called when the panel, or the drawing of a view, begins to
	// fail in another way than before, and with nil when all is well again. It
	// is called from Run and must not block.
	Trouble func(error)
	// Shown is called from Run when a view can be seen, once or more. It must
	// not block.
	Shown func(terminal.View)

	// Timeout is how long the panel may take for one frame; 0 means 15 s,
	// three times the slowest e-paper.
	Timeout time.Duration
	// FullEvery is how many partial refreshes a mono panel has in a row; 0
	// means 8. Vendors say 5 to 10. Colour panels have no full ones.
	FullEvery int
	// FullAfter is how long a mono panel stays without a full refresh; 0 means
	// 24 h, which is what vendors ask for.
	FullAfter time.Duration
	// Cashier is for a second glass that only the cashier sees; see
	// NewCashierRenderer.
	Cashier bool
}

func (o GlassOptions) withDefaults() GlassOptions {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Trouble == nil {
		o.Trouble = func(error) {}
	}
	if o.Shown == nil {
		o.Shown = func(terminal.View) {}
	}
	if o.Timeout <= 0 {
		o.Timeout = 15 * time.Second
	}
	if o.FullEvery <= 0 {
		o.FullEvery = 8
	}
	if o.FullAfter <= 0 {
		o.FullAfter = 24 * time.Hour
	}
	return o
}

// Glass shows views on a panel. A panel is slow and a till is not: Show puts
// the view into a mailbox of one, where the latest wins, and returns.
type Glass struct {
	panel    frame.Panel
	renderer *Renderer
	opts     GlassOptions

	mu     sync.Mutex
	latest terminal.View
	posted bool
	wake   chan struct{}

	// Run's own.
	next, shown  *frame.Frame
	known        bool // shown is what the panel shows
	face         face // of the view that is shown
	partials     int  // since the last full refresh
	failures     int  // in a row
	troubleShown string
}

// Waits between attempts at a panel that fails.
const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 10 * time.Second
)

// NewGlass is a glass over a panel, which stays the caller's to close after
// Run has returned. It returns the errors of
// NewRenderer or NewCashierRenderer, and one when format
// is not the panel's size.
func NewGlass(p frame.Panel, f frame.Format, o GlassOptions) (*Glass, error) {
	choose := NewRenderer
	if o.Cashier {
		choose = NewCashierRenderer
	}
	r, err := choose(f)
	if err != nil {
		return nil, err
	}
	if got := p.Bounds(); got.Min.X != 0 || got.Min.Y != 0 || got.Max != f.Size {
		return nil, fmt.Errorf("show %v on panel %s: it is %v", f, p, got)
	}
	return &Glass{panel: p, renderer: r, opts: o.withDefaults(), wake: make(chan struct{}, 1),
		next: frame.New(f), shown: frame.New(f)}, nil
}

// Show wants v to be seen soon. It never blocks; a view that is not on the
// panel yet when the next one comes may never be. It may be called by any
// goroutine, also before Run. A view without a screen is nothing to show.
func (g *Glass) Show(v terminal.View) {
	if v.Screen == nil {
		return
	}
	g.mu.Lock()
	g.latest, g.posted = v, true
	g.mu.Unlock()
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// Run shows views until ctx ends, and then returns nil. A panel that fails is
// tried again with the latest view, later and later up to every 10 s.
func (g *Glass) Run(ctx context.Context) error {
	renew := time.NewTimer(g.opts.FullAfter)
	defer renew.Stop()
	for {
		full := false
		select {
		case <-ctx.Done():
			return nil
		case <-g.wake:
		case <-renew.C:
			full = true
			renew.Reset(g.opts.FullAfter)
		}
		for !g.draw(ctx, full) {
			wait := min(firstRetry<<min(g.failures-1, 10), lastRetry)
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(wait):
			}
		}
		if g.partials == 0 {
			renew.Reset(g.opts.FullAfter)
		}
	}
}

// draw brings the latest view to the panel. It reports false when the panel
// has to be tried again.
func (g *Glass) draw(ctx context.Context, renew bool) (done bool) {
	g.mu.Lock()
	v, posted := g.latest, g.posted
	g.mu.Unlock()
	if !posted {
		return true
	}
	renderErr := g.render(v)
	dirty := g.next.Bounds()
	if g.known && !renew {
		dirty = g.next.Diff(g.shown)
	}
	mode := g.mode(v, renew)
	if !dirty.Empty() {
		if mode == frame.Full {
			dirty = g.next.Bounds()
		}
		if err := g.show(ctx, mode, dirty); err != nil {
			g.known = false
			if ctx.Err() != nil {
				return true // not the panel's fault
			}
			g.failures++
			g.trouble(err)
			return false
		}
		g.next, g.shown = g.shown, g.next
		g.known = true
		if g.partials++; mode == frame.Full {
			g.partials = 0
		}
	}
	g.failures, g.face = 0, faceOf(v)
	g.trouble(renderErr)
	g.opts.Shown(v)
	return true
}

// render draws v on the next frame. A till must not stop for a picture, so a
// panic is an error here, and the picture empty: half of one could mislead.
func (g *Glass) render(v terminal.View) (err error) {
	defer func() {
		if p := recover(); p != nil {
			g.opts.Log.Error("drawing panicked", "screen", v.Screen.Name(), "stack", string(debug.Stack()))
			g.next.Clear(frame.White)
			err = fmt.Errorf("render %s: panicked", v.Screen.Name())
		}
	}()
	return g.renderer.Render(g.next, v)
}

func (g *Glass) show(ctx context.Context, mode frame.Refresh, dirty image.Rectangle) error {
	ctx, cancel := context.WithTimeout(ctx, g.opts.Timeout)
	defer cancel()
	if err := g.panel.Show(ctx, g.next, mode, dirty); err != nil {
		return fmt.Errorf("show frame on %s: %w", g.panel, err)
	}
	return nil
}

// trouble logs and reports what changed about what is wrong.
func (g *Glass) trouble(err error) {
	say := ""
	if err != nil {
		say = err.Error()
	}
	if say == g.troubleShown {
		return
	}
	g.troubleShown = say
	if err == nil {
		g.opts.Log.Info("glass works again", "panel", g.panel.String())
	} else {
		g.opts.Log.Error("glass is in trouble", "panel", g.panel.String(), "err", err)
	}
	g.opts.Trouble(err)
}
