package frame

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"testing"
)

func mono(w, h int) *Frame { return New(Format{Size: image.Pt(w, h), Depth: Mono}) }
func rgb(w, h int) *Frame  { return New(Format{Size: image.Pt(w, h), Depth: RGB565}) }

var (
	_ draw.Image        = (*Frame)(nil)
	_ draw.RGBA64Image  = (*Frame)(nil)
	_ image.RGBA64Image = (*Frame)(nil)
)

func TestMonoLayoutIsThePanels(t *testing.T) {
	f := mono(122, 64)
	if got, want := len(f.Pix), 16*64; got != want {
		t.Fatalf("a 122x64 frame has %d bytes, want %d", got, want)
	}
	f.SetPixel(0, 0, Black)
	f.SetPixel(9, 1, Black)
	if got, want := f.Pix[0], byte(0x7f); got != want {
		t.Errorf("leftmost pixel black: byte %#x, want %#x", got, want)
	}
	if got, want := f.Pix[16+1], byte(0xbf); got != want {
		t.Errorf("pixel 9 of row 1 black: byte %#x, want %#x", got, want)
	}
}

func TestRGB565LayoutIsThePanels(t *testing.T) {
	f := rgb(64, 64)
	f.SetPixel(1, 0, Green)
	if got, want := f.Pix[2:4], []byte{0x03, 0x86}; !bytes.Equal(got, want) {
		t.Errorf("green at 1,0: % x, want % x", got, want)
	}
}

func TestOutsideIsHarmless(t *testing.T) {
	for _, f := range []*Frame{mono(70, 64), rgb(70, 64)} {
		before := New(f.Format)
		for _, p := range []image.Point{{-1, 0}, {70, 0}, {0, 64}, {1 << 30, 1}} {
			f.SetPixel(p.X, p.Y, Black)
			f.Blend(p.X, p.Y, Black, 255)
			if got := f.Pixel(p.X, p.Y); got != White {
				t.Errorf("%v: pixel at %v is %v, want white", f.Format, p, got)
			}
		}
		f.Fill(image.Rect(-5, -5, 0, 90), Black)
		f.Fill(image.Rectangle{Min: image.Pt(20, 20), Max: image.Pt(10, 10)}, Black)
		if !f.Equal(before) {
			t.Errorf("%v: drawing outside changed the frame", f.Format)
		}
	}
}

// Fill is bytes at a time; this holds it against pixels at a time.
func TestFillMatchesPixels(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, f := range []*Frame{mono(75, 66), rgb(75, 66)} {
		slow := New(f.Format)
		for range 400 {
			r := image.Rect(rng.IntN(95)-10, rng.IntN(86)-10, rng.IntN(95)-10, rng.IntN(86)-10)
			c := []Color{Black, White, Red, Amber}[rng.IntN(4)]
			f.Fill(r, c)
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					slow.SetPixel(x, y, c)
				}
			}
			if !f.Equal(slow) {
				t.Fatalf("%v: fill %v with %v differs in %v", f.Format, r, c, f.Diff(slow))
			}
		}
	}
}

func TestDiff(t *testing.T) {
	cases := []struct {
		f    *Frame
		dots []image.Point
		want image.Rectangle
	}{
		{mono(100, 80), nil, image.Rectangle{}},
		{mono(100, 80), []image.Point{{17, 5}}, image.Rect(16, 5, 24, 6)},
		{mono(100, 80), []image.Point{{3, 70}, {97, 2}}, image.Rect(0, 2, 100, 71)},
		{mono(122, 80), []image.Point{{121, 79}}, image.Rect(120, 79, 122, 80)},
		{rgb(100, 80), []image.Point{{17, 5}}, image.Rect(17, 5, 18, 6)},
		{rgb(100, 80), []image.Point{{3, 70}, {97, 2}}, image.Rect(3, 2, 98, 71)},
	}
	for _, c := range cases {
		prev := New(c.f.Format)
		for _, p := range c.dots {
			c.f.SetPixel(p.X, p.Y, Red)
		}
		if got := c.f.Diff(prev); got != c.want {
			t.Errorf("%v with %v: diff %v, want %v", c.f.Format, c.dots, got, c.want)
		}
	}
	f := mono(100, 80)
	for _, prev := range []*Frame{nil, mono(80, 100), rgb(100, 80)} {
		if got := f.Diff(prev); got != f.Bounds() {
			t.Errorf("diff to another kind of frame is %v, want everything", got)
		}
	}
}

func TestPNGIsTheFrame(t *testing.T) {
	for _, f := range []*Frame{mono(93, 70), rgb(93, 70)} {
		f.Fill(image.Rect(3, 4, 50, 60), Red)
		f.Fill(image.Rect(30, 20, 90, 30), Amber)
		var b bytes.Buffer
		if err := f.WritePNG(&b); err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		back := New(f.Format)
		draw.Draw(back, back.Bounds(), m, image.Point{}, draw.Src)
		if !f.Equal(back) {
			t.Errorf("%v: png differs in %v", f.Format, f.Diff(back))
		}
		if p, ok := m.(*image.Paletted); f.Format.Depth == Mono && (!ok || len(p.Palette) != 2) {
			t.Errorf("mono png decodes as %T, want two colours", m)
		}
	}
}

func TestStandardDrawingWorks(t *testing.T) {
	for _, f := range []*Frame{mono(64, 64), rgb(64, 64)} {
		draw.Draw(f, image.Rect(8, 8, 40, 40), image.NewUniform(color.RGBA{R: 20, G: 20, B: 20, A: 255}), image.Point{}, draw.Src)
		if f.Pixel(9, 9).Light() || !f.Pixel(41, 41).Light() {
			t.Errorf("%v: draw.Draw painted %v inside and %v outside", f.Format, f.Pixel(9, 9), f.Pixel(41, 41))
		}
	}
}

func TestFormatCheck(t *testing.T) {
	for _, c := range []struct {
		f  Format
		ok bool
	}{
		{Format{Size: image.Pt(400, 300)}, true},
		{Format{Size: image.Pt(122, 250), Depth: RGB565, Pitch: .2}, true},
		{Format{Size: image.Pt(400, 0)}, false},
		{Format{Size: image.Pt(40000, 300)}, false},
		{Format{Size: image.Pt(400, 300), Depth: 9}, false},
		{Format{Size: image.Pt(400, 300), Pitch: -1}, false},
	} {
		if err := c.f.Check(); (err == nil) != c.ok {
			t.Errorf("%v pitch %v: error %v, want ok=%v", c.f, c.f.Pitch, err, c.ok)
		}
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	for _, f := range []*Frame{mono(400, 300), rgb(320, 240)} {
		prev := New(f.Format)
		n := testing.AllocsPerRun(20, func() {
			f.Clear(White)
			f.Fill(image.Rect(3, 3, 201, 99), Red)
			f.Blend(5, 5, White, 130)
			_ = f.Diff(prev)
			_ = f.RGBA64At(7, 7)
			prev.Copy(f)
		})
		if n != 0 {
			t.Errorf("%v: %v allocations a frame, want 0", f.Format, n)
		}
	}
}
