package ssd168x

import (
	"image"
	"math/rand/v2"
	"testing"

	"kasir/display/frame"
)

// noise is a frame for the glass as it is turned, full of random pixels.
func noise(g Glass, r Rotation, seed uint64) *frame.Frame {
	f := frame.New(Opts{Glass: g, Rotation: r}.format())
	rng := rand.New(rand.NewPCG(seed, 7))
	for i := range f.Pix {
		f.Pix[i] = byte(rng.Uint32())
	}
	return f
}

// What a person sees at x, y of a picture that is turned clockwise by r is at
// another place of the glass: the definition, pixel by pixel.
func turned(g Glass, r Rotation, x, y int) (int, int) {
	switch r {
	case Rotate90:
		return g.Width - 1 - y, x
	case Rotate180:
		return g.Width - 1 - x, g.Height - 1 - y
	case Rotate270:
		return y, g.Height - 1 - x
	}
	return x, y
}

func TestPackTurnsThePicture(t *testing.T) {
	glasses := append(Glasses(), Glass{Name: "odd", Width: 99, Height: 65})
	for _, g := range glasses {
		for _, r := range []Rotation{Rotate0, Rotate90, Rotate180, Rotate270} {
			f, p := noise(g, r, uint64(r)), newPlane(g)
			p.pack(f, r)
			wrong := 0
			for y := range f.Format.Size.Y {
				for x := range f.Format.Size.X {
					gx, gy := turned(g, r, x, y)
					got := p.pix[gy*p.stride+gx/8]<<(gx%8)&0x80 != 0
					if want := f.Pixel(x, y) == frame.White; got != want {
						wrong++
					}
				}
			}
			if wrong > 0 {
				t.Errorf("%s at %d degrees: %d pixels are wrong", g.Name, r, wrong)
			}
			for y := range g.Height {
				if rest := p.pix[(y+1)*p.stride-1] | 0xff<<(p.stride*8-g.Width); rest != 0xff {
					t.Fatalf("%s at %d degrees: row %d ends with %08b, want white", g.Name, r, y, rest)
				}
			}
		}
	}
}

func TestWindowIsTheLeastThatChanged(t *testing.T) {
	g := Glass2in13
	old, p := newPlane(g), newPlane(g)
	if w := p.window(old); !w.Empty() {
		t.Errorf("nothing changed: window %v", w)
	}
	for _, c := range []struct {
		change []int // bytes
		want   image.Rectangle
	}{
		{[]int{0}, image.Rect(0, 0, 1, 1)},
		{[]int{16*250 - 1}, image.Rect(15, 249, 16, 250)},
		{[]int{16*3 + 5, 16*9 + 2}, image.Rect(2, 3, 6, 10)},
		{[]int{16*3 + 2, 16*9 + 5, 16*5 + 3}, image.Rect(2, 3, 6, 10)},
		{[]int{7, 16*249 + 7}, image.Rect(7, 0, 8, 250)},
		{[]int{15, 16 * 249}, image.Rect(0, 0, 16, 250)},
	} {
		copy(p.pix, old.pix)
		for _, i := range c.change {
			p.pix[i] ^= 0x10
		}
		got := p.window(old)
		if got != c.want {
			t.Errorf("bytes %v: window %v, want %v", c.change, got, c.want)
		}
		cut := p.cut(make([]byte, 0, len(p.pix)), got)
		if len(cut) != got.Dx()*got.Dy() {
			t.Errorf("bytes %v: %d bytes for %v", c.change, len(cut), got)
		}
		if cut[0] != p.pix[got.Min.Y*p.stride+got.Min.X] || cut[len(cut)-1] != p.pix[(got.Max.Y-1)*p.stride+got.Max.X-1] {
			t.Errorf("bytes %v: the wrong piece", c.change)
		}
	}
}

func TestPackAllocatesNothing(t *testing.T) {
	for _, r := range []Rotation{Rotate0, Rotate90, Rotate180, Rotate270} {
		f, p, old := noise(Glass4in2, r, 1), newPlane(Glass4in2), newPlane(Glass4in2)
		scratch := make([]byte, 0, len(p.pix))
		if n := testing.AllocsPerRun(10, func() {
			p.pack(f, r)
			p.cut(scratch, p.window(old))
		}); n != 0 {
			t.Errorf("%d degrees: %v allocations, want 0", r, n)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	for _, r := range []Rotation{Rotate0, Rotate90, Rotate180, Rotate270} {
		b.Run(string(rune('0'+r/90))+"x90", func(b *testing.B) {
			f, p := noise(Glass4in2, r, 1), newPlane(Glass4in2)
			b.ReportAllocs()
			for b.Loop() {
				p.pack(f, r)
			}
		})
	}
}
