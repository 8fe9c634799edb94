package display

import (
	"fmt"
	"math"
	"strings"

	"kasir/display/frame"
	"kasir/terminal"
)

// Legible is how well a view can be read on a glass. Heights are those of a
// capital letter or a digit.
type Legible struct {
	Smallest int     // of all text, pixels
	Amount   int     // of the money, pixels; 0 where there is none
	State    int     // of the largest text, pixels
	Contrast float64 // of the faintest text with its ground, 1 to 21 as WCAG 2.2 reckons it
	Module   int     // of a code, pixels; 0 where there is none
}

// capital is how high a capital letter of the type is, in its size (the Go fonts'
// own measure; the bitmap font's is nearly the same).
const capital = .72

// Legible draws v over dst and measures what it drew. It is for reports.
func (r *Renderer) Legible(dst *frame.Frame, v terminal.View) (Legible, error) {
	s, err := r.lay(v)
	if err != nil {
		return Legible{}, fmt.Errorf("measure %s: %w", v.Screen.Name(), err)
	}
	if err := r.Render(dst, v); err != nil {
		return Legible{}, err
	}
	l := Legible{Smallest: math.MaxInt, Contrast: 21}
	sum := compose(v).sum
	for _, i := range s.items {
		if i.kind != textItem || i.text == "" {
			continue
		}
		high := int(float64(i.face.Px)*capital + .5)
		l.Smallest, l.State = min(l.Smallest, high), max(l.State, high)
		if sum != "" && strings.Contains(i.text, sum) {
			l.Amount = high
		}
		l.Contrast = min(l.Contrast, contrast(i.ink, ground(dst, i)))
	}
	if s.code != nil {
		l.Module = s.plan.Scale
	}
	return l, nil
}

// ground is the colour that a text stands on: what there is most of in its box,
// besides its ink.
func ground(f *frame.Frame, i item) frame.Color {
	seen := make(map[frame.Color]int)
	for y := i.box.Min.Y; y < i.box.Max.Y; y++ {
		for x := i.box.Min.X; x < i.box.Max.X; x++ {
			seen[f.Pixel(x, y)]++
		}
	}
	is, most := i.ink, 0
	for c, n := range seen {
		if c != i.ink && (n > most || n == most && c > is) {
			is, most = c, n
		}
	}
	return is
}

// contrast is that of two colours.
func contrast(a, b frame.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

// luminance is how bright a colour is, 0 to 1 (WCAG 2.2, relative luminance).
func luminance(c frame.Color) float64 {
	linear := func(v uint16) float64 {
		s := float64(v) / 0xffff
		if s <= .04045 {
			return s / 12.92
		}
		return math.Pow((s+.055)/1.055, 2.4)
	}
	v := c.RGBA64()
	return .2126*linear(v.R) + .7152*linear(v.G) + .0722*linear(v.B)
}
