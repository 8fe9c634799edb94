package display

import (
	"context"
	"image"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kasir/display/frame"
	"kasir/terminal"
)

// fakePanel obeys: it takes its time, fails when it is told to, and checks
// that what it is given is what a real one could rely on.
type fakePanel struct {
	t      *testing.T
	format frame.Format
	takes  time.Duration

	mu      sync.Mutex // of all below
	broken  error
	hangs   bool
	showing *frame.Frame
	unsure  bool // an attempt failed: only everything is right now
	shows   []fakeShow
	working atomic.Bool
}

// do changes or reads what the panel's own goroutine also does.
func (p *fakePanel) do(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *fakePanel) fail(err error) { p.do(func() { p.broken = err }) }
func (p *fakePanel) hang(on bool)   { p.do(func() { p.hangs = on }) }

// shown are the frames shown since the last call.
func (p *fakePanel) shown() (s []fakeShow) {
	p.do(func() { s, p.shows = p.shows, nil })
	return s
}

func (p *fakePanel) sees(f *frame.Frame) (same bool) {
	p.do(func() { same = p.showing.Equal(f) })
	return same
}

// diary is what a glass told its owner.
type diary struct {
	mu    sync.Mutex
	said  []error
	shown int
}

func (d *diary) trouble(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = append(d.said, err)
}

func (d *diary) seen(terminal.View) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shown++
}

func (d *diary) last() (n int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n = len(d.said); n > 0 {
		err = d.said[n-1]
	}
	return n, err
}

type fakeShow struct {
	mode  frame.Refresh
	dirty image.Rectangle
	at    time.Time
}

func (p *fakePanel) Bounds() image.Rectangle { return image.Rectangle{Max: p.format.Size} }
func (p *fakePanel) String() string          { return "fake" }
func (p *fakePanel) Close() error            { return nil }

func (p *fakePanel) Show(ctx context.Context, f *frame.Frame, mode frame.Refresh, dirty image.Rectangle) error {
	if !p.working.CompareAndSwap(false, true) {
		p.t.Error("Show is called while Show runs")
	}
	defer p.working.Store(false)
	takes := p.takes
	p.do(func() {
		if p.hangs {
			takes = time.Hour
		}
	})
	select {
	case <-ctx.Done():
		p.do(func() { p.unsure = true })
		return ctx.Err()
	case <-time.After(takes):
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		p.unsure = true
		return p.broken
	}
	if dirty.Empty() || !dirty.In(p.Bounds()) {
		p.t.Errorf("dirty rectangle %v on %v", dirty, p.format)
	}
	if (p.showing == nil || p.unsure) && (mode != frame.Full || dirty != p.Bounds()) {
		p.t.Errorf("%v refresh of %v on a panel that shows who knows what", mode, dirty)
	}
	if p.showing == nil {
		p.showing = frame.New(p.format)
	}
	if d := f.Diff(p.showing); !d.In(dirty) {
		p.t.Errorf("%v changed, dirty says %v", d, dirty)
	}
	p.showing.Copy(f)
	p.unsure = false
	p.shows = append(p.shows, fakeShow{mode, dirty, time.Now()})
	return nil
}

// modes are the refreshes of frames, a letter each.
func modes(shows []fakeShow) string {
	var b strings.Builder
	for _, s := range shows {
		b.WriteString(s.mode.String()[:1])
	}
	return b.String()
}

// lockedBuffer takes a log from another goroutine.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
