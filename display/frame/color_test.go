package frame

import (
	"image/color"
	"testing"
)

func TestColoursOnMono(t *testing.T) {
	for _, c := range []struct {
		c     Color
		light bool
	}{{Black, false}, {White, true}, {Green, false}, {Red, false}, {Blue, false}, {Amber, true}, {Grey, false}} {
		if got := c.c.Light(); got != c.light {
			t.Errorf("%#04x light: %v, want %v", uint16(c.c), got, c.light)
		}
	}
}

func TestColourThereAndBack(t *testing.T) {
	for i := range 1 << 16 {
		c := Color(i)
		if got := Of(color.RGBA64Model.Convert(c)); got != c {
			t.Fatalf("%#04x comes back as %#04x", i, uint16(got))
		}
	}
}

func TestBlendMixes(t *testing.T) {
	f := rgb(64, 64)
	f.Blend(0, 0, Black, 128)
	if r, g, b := f.Pixel(0, 0).channels(); r != 15 || g != 31 || b != 15 {
		t.Errorf("half black on white: %d %d %d, want 15 31 15", r, g, b)
	}
	f.Blend(1, 0, Red, 255)
	if got := f.Pixel(1, 0); got != Red {
		t.Errorf("fully covered: %#x, want %#x", got, Red)
	}
	m := mono(64, 64)
	m.Blend(0, 0, Black, 127)
	m.Blend(1, 0, Black, 128)
	if !m.Pixel(0, 0).Light() || m.Pixel(1, 0).Light() {
		t.Error("mono: want coverage 127 left white and 128 black")
	}
}

func TestContrast(t *testing.T) {
	// Ink on paper, as relative luminance (WCAG 2). 4.5 is the usual least.
	lum := func(c Color) float64 {
		v := c.RGBA64()
		lin := func(u uint16) float64 { x := float64(u) / 65535; return x * x * (0.3*x + 0.7) }
		return .2126*lin(v.R) + .7152*lin(v.G) + .0722*lin(v.B)
	}
	for _, p := range [][2]Color{{White, Green}, {White, Red}, {White, Blue}, {Amber, Black}, {White, Black}} {
		if got := (lum(p[0]) + .05) / (lum(p[1]) + .05); got < 4.5 {
			t.Errorf("%#04x on %#04x: contrast %.1f, want 4.5 at least", p[0], p[1], got)
		}
	}
}
