package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"sync"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kasir/display"
	"kasir/display/frame"
	"kasir/store"
	"kasir/terminal"
)

// glass is where the cashier and the customer look: the real one, over paper
// in memory. Every view is judged before it gets there.
type glass struct {
	stage *stage

	mu      sync.Mutex
	lit     bool
	last    terminal.View  // as the till wanted it
	view    terminal.View  // as it can be seen
	shown   map[string]int // how often each screen came
	paper   *paper
	real    *display.Glass    // nil: views are not drawn
	fresh   *display.Renderer // draws for comparison
	journal *store.Journal
}

// on gives the glass power, until life ends.
func (g *glass) on(life context.Context, c settings, j *store.Journal, rooms *sync.WaitGroup) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shown == nil {
		g.shown = make(map[string]int)
	}
	g.lit, g.last, g.view, g.journal = true, terminal.View{}, terminal.View{}, j
	if c.blind {
		return nil
	}
	g.paper = &paper{pixels: frame.New(c.panel), takes: c.refresh}
	real, err := display.NewGlass(g.paper, c.panel, display.GlassOptions{
		Log:     g.stage.story.log("glass"),
		Shown:   g.seen,
		Trouble: func(err error) { g.stage.accuse("glass: %v", err) },
	})
	if err != nil {
		return err
	}
	g.real = real
	rooms.Go(func() { real.Run(life) })
	return nil
}

func (g *glass) off() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lit = false
}

// Show implements terminal.Glass.
func (g *glass) Show(v terminal.View) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if v.Screen != g.last.Screen {
		g.shown[v.Screen.Name()]++
		g.stage.story.say("glass", "%s", describe(v))
		if err := g.judge(v.Screen); err != nil {
			g.stage.accuse("%s: %v", describe(v), err)
		}
	}
	g.last = v
	if g.real == nil {
		g.view = v
		return
	}
	g.real.Show(v)
}

// seen is the real glass saying that a view can be seen.
func (g *glass) seen(v terminal.View) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.view = v
}

// faithful says whether the paper is, to the pixel, what a fresh drawing of
// the view is, however many partial refreshes it took to get there.
func (g *glass) faithful() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.lit || g.view.Screen == nil || g.paper == nil || !g.paper.pieced {
		return nil
	}
	if g.fresh == nil {
		r, err := display.NewRenderer(g.paper.pixels.Format)
		if err != nil {
			return err
		}
		g.fresh = r
	}
	want := frame.New(g.fresh.Format())
	if err := g.fresh.Render(want, g.view); err != nil {
		return err
	}
	if !want.Equal(g.paper.pixels) {
		return fmt.Errorf("the pixels on the glass are not those of %s: they differ in %v", describe(g.view), want.Diff(g.paper.pixels))
	}
	return nil
}

// paper is a panel in memory. It believes what it is told about the dirty
// rectangle, and takes its time.
type paper struct {
	pixels *frame.Frame
	takes  time.Duration // of a full refresh; a partial one is four times as quick
	pieced bool          // there were partial refreshes since the last full one
}

func (p *paper) Bounds() image.Rectangle { return p.pixels.Bounds() }
func (p *paper) String() string          { return "paper" }
func (p *paper) Close() error            { return nil }

func (p *paper) Show(ctx context.Context, f *frame.Frame, mode frame.Refresh, dirty image.Rectangle) error {
	took := p.takes
	if mode == frame.Partial {
		took /= 4
	}
	if took > 0 {
		select {
		case <-time.After(took):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.pieced = mode == frame.Partial
	from, to := dirty.Min.X/8, (dirty.Max.X+7)/8
	if f.Format.Depth == frame.RGB565 {
		from, to = dirty.Min.X*2, dirty.Max.X*2
	}
	for y := dirty.Min.Y; y < dirty.Max.Y; y++ {
		row := y * f.Stride
		copy(p.pixels.Pix[row+from:row+to], f.Pix[row+from:row+to])
	}
	return nil
}

// looks is what is on the glass now; ok is false when it is dark.
func (g *glass) looks() (v terminal.View, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.view, g.lit && g.view.Screen != nil
}

func (g *glass) times(screen string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shown[screen]
}

// read decodes the code on the glass from its pixels, as a phone would.
func (g *glass) read() (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.lit {
		return "", fmt.Errorf("the glass is dark")
	}
	if g.paper == nil {
		return codeOn(g.view.Screen), nil
	}
	// A phone is held any way round. Held one way, the reader takes a few codes in a
	// thousand for another: it finds corners where there are none.
	var errs []error
	for turn := range 4 {
		text, err := decode(g.paper.pixels, turn)
		if err == nil {
			return text, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("no code can be read from the glass: %w", errors.Join(errs...))
}

// decode reads a frame as a camera has it, brightness only, turned by so many
// quarters.
func decode(f *frame.Frame, turn int) (string, error) {
	size := f.Format.Size
	light := make([]byte, 0, size.X*size.Y)
	for y := range size.Y {
		for x := range size.X {
			var l byte
			if f.Pixel(x, y).Light() {
				l = 0xFF
			}
			light = append(light, l)
		}
	}
	for range turn {
		turned := make([]byte, 0, len(light))
		for x := range size.X {
			for y := size.Y - 1; y >= 0; y-- {
				turned = append(turned, light[y*size.X+x])
			}
		}
		light, size = turned, image.Pt(size.Y, size.X)
	}
	picture, err := gozxing.NewPlanarYUVLuminanceSource(light, size.X, size.Y, 0, 0, size.X, size.Y, false)
	if err != nil {
		return "", err
	}
	m, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(picture))
	if err != nil {
		return "", err
	}
	res, err := qrcode.NewQRCodeReader().Decode(m, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", err
	}
	return res.GetText(), nil
}
