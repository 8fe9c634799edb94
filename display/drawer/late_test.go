package drawer

import (
	"context"
	"errors"
	"image"
	"image/color"
	"testing"
	"testing/synctest"
	"time"

	"kasir/display/frame"
)

// slow is a display that takes longer than a till waits, as seven-colour
// e-paper does.
type slow struct {
	takes  time.Duration
	draws  int
	sleeps int
	err    error
}

func (s *slow) String() string          { return "slow" }
func (s *slow) Halt() error             { time.Sleep(s.takes); return s.err }
func (s *slow) Sleep() error            { s.sleeps++; return nil }
func (s *slow) ColorModel() color.Model { return color.GrayModel }
func (s *slow) Bounds() image.Rectangle { return image.Rect(0, 0, 128, 64) }
func (s *slow) Draw(image.Rectangle, image.Image, image.Point) error {
	s.draws++
	time.Sleep(s.takes)
	return s.err
}

func show(t *testing.T, p *Panel, f *frame.Frame) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	return p.Show(ctx, f, frame.Full, f.Bounds())
}

// What was drawn too late is not drawn again, unless it failed or something
// else is to be seen by then.
func TestLateDrawingIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{takes: 40 * time.Second}
		p := New(s)
		one, two := picture(), frame.New(frame.Format{Size: image.Pt(128, 64)})
		for _, c := range []struct {
			f     *frame.Frame
			err   error // of the drawing that is late
			late  bool
			draws int
		}{
			{one, nil, true, 1},  // too slow
			{one, nil, false, 1}, // and there it is
			{one, nil, true, 2},  // asked for once more
			{two, nil, true, 3},  // by now something else
			{two, errors.New("no ack"), false, 3},
			{one, errors.New("no ack"), true, 4},
			{one, nil, true, 5}, // that failed
		} {
			s.err = c.err
			err := show(t, p, c.f)
			if late := errors.Is(err, context.DeadlineExceeded); late != c.late || err != nil && !late {
				t.Errorf("draw %d: error %v", c.draws, err)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if s.draws != c.draws {
				t.Errorf("%d drawings, want %d", s.draws, c.draws)
			}
		}
	})
}

func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{takes: 4 * time.Second}
		p := New(s)
		if err := p.Close(); err != nil || s.sleeps != 1 {
			t.Errorf("close: %v, asleep %d times", err, s.sleeps)
		}
		s = &slow{takes: time.Hour}
		p = New(s)
		start := time.Now()
		if err := p.Close(); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 10*time.Second {
			t.Errorf("close: %v after %v", err, time.Since(start))
		}
		time.Sleep(time.Hour) // the bubble waits for the driver
		s = &slow{err: errors.New("no ack")}
		if err := New(s).Close(); !errors.Is(err, s.err) || s.sleeps != 1 {
			t.Errorf("close: %v, asleep %d times", err, s.sleeps)
		}
	})
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	s := &slow{}
	fails := errors.New("not awake")
	p := NewWith(s, Options{Before: func(frame.Refresh) error { return fails }})
	if err := show(t, p, frame.New(frame.Format{Size: image.Pt(64, 64)})); err == nil {
		t.Error("a frame of another size: no error")
	}
	if err := show(t, p, picture()); !errors.Is(err, fails) {
		t.Errorf("error %v, want %v", err, fails)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Show(ctx, picture(), frame.Full, picture().Bounds()); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
	if s.draws != 0 {
		t.Errorf("%d drawings, want none", s.draws)
	}
}
