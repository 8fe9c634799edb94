package drawer

import (
	"context"
	"errors"
	"image"
	"image/color"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/devices/v3/videosink"

	"kasir/display/frame"
)

var _ frame.Panel = (*Panel)(nil)

// picture is a frame with a black box in it.
func picture() *frame.Frame {
	f := frame.New(frame.Format{Size: image.Pt(128, 64)})
	f.Fill(image.Rect(8, 4, 40, 30), frame.Black)
	return f
}

// A display of periph's own shows pixel for pixel what was drawn.
func TestPeriphDisplayShowsTheFrame(t *testing.T) {
	sink := videosink.New(&videosink.Options{Width: 128, Height: 64})
	p := New(sink)
	if got, want := p.Bounds(), image.Rect(0, 0, 128, 64); got != want {
		t.Fatalf("bounds %v, want %v", got, want)
	}
	f := picture()
	if err := p.Show(t.Context(), f, frame.Full, f.Bounds()); err != nil {
		t.Fatal(err)
	}
	shown := first(t, sink)
	for y := range 64 {
		for x := range 128 {
			r, g, b, _ := shown.At(x, y).RGBA()
			wr, wg, wb, _ := f.At(x, y).RGBA()
			if r != wr || g != wg || b != wb {
				t.Fatalf("pixel %d,%d is %v, want %v", x, y, shown.At(x, y), f.At(x, y))
			}
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// first is the first picture of the sink's stream.
func first(t *testing.T, sink *videosink.Display) image.Image {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	server := httptest.NewServer(sink)
	defer server.Close()
	return stream(ctx, t, server.URL)
}

// hanging is a display whose BUSY never falls until it is freed.
type hanging struct {
	free  chan struct{}
	panic bool
	halts int
	err   error
}

func (h *hanging) String() string          { return "hanging" }
func (h *hanging) Halt() error             { h.halts++; return nil }
func (h *hanging) ColorModel() color.Model { return color.GrayModel }
func (h *hanging) Bounds() image.Rectangle { return image.Rect(0, 0, 128, 64) }
func (h *hanging) Draw(image.Rectangle, image.Image, image.Point) error {
	if h.panic {
		panic("index out of range")
	}
	<-h.free
	return h.err
}

func TestHangingDisplayDoesNotHangTheTill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hanging{free: make(chan struct{})}
		p := New(h)
		f := picture()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		if err := p.Show(ctx, f, frame.Full, f.Bounds()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		if waited := time.Since(start); waited != 10*time.Second {
			t.Errorf("waited %v", waited)
		}
		if err := p.Show(t.Context(), f, frame.Full, f.Bounds()); !errors.Is(err, ErrStuck) {
			t.Errorf("got %v, want ErrStuck", err)
		}
		if err := p.Close(); !errors.Is(err, ErrStuck) || h.halts != 0 {
			t.Errorf("close: %v, %d halts", err, h.halts)
		}
		h.err = errors.New("no ack")
		close(h.free)
		synctest.Wait()
		if err := p.Show(t.Context(), f, frame.Full, f.Bounds()); !errors.Is(err, h.err) {
			t.Errorf("got %v, want the driver's own error", err)
		}
		h.panic = true
		if err := p.Show(t.Context(), f, frame.Full, f.Bounds()); err == nil {
			t.Error("a panic of the driver was swallowed")
		}
		h.panic, h.err = false, nil
		if err := p.Show(t.Context(), f, frame.Full, f.Bounds()); err != nil {
			t.Errorf("it does not recover: %v", err)
		}
		if err := p.Close(); err != nil || h.halts != 1 {
			t.Errorf("close: %v, %d halts", err, h.halts)
		}
	})
}
