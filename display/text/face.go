package text

import (
	"fmt"
	"image"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"kasir/display/frame"
)

// Weight is how heavy letters are.
type Weight uint8

// The weights.
const (
	Regular Weight = iota
	Bold
)

// Sizes is the type scale: pixels an em, smallest first. The first is the
// bitmap font's only one.
var Sizes = [...]int{13, 16, 18, 20, 22, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 96, 112, 128, 144}

// Face is a font at one size. It is for one goroutine.
type Face struct {
	Px     int // the size, one of Sizes
	up     int // ink above the baseline, at most
	down   int // ink below it
	font   font.Face
	bitmap bool
	smear  int // pixels every glyph is drawn again to the right: a bold bitmap font
	glyphs map[rune]*glyph
}

// glyph is one character. ink is where its pixels are, from its place on the
// baseline; mask is one byte a pixel and made when it is first drawn.
type glyph struct {
	ink     image.Rectangle
	advance fixed.Int26_6
	mask    []byte
}

var outlines = sync.OnceValue(func() (fonts [2]*opentype.Font) {
	for w, ttf := range [...][]byte{Regular: goregular.TTF, Bold: gobold.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic(fmt.Sprintf("parse built-in font: %v", err))
		}
		fonts[w] = f
	}
	return fonts
})

// tallest are the characters that decide a line's height.
const tallest = "AEHQbdfghjklpqtyRI0123456789(),;|_@#+"

func newFace(w Weight, px int) *Face {
	f := &Face{Px: px, glyphs: make(map[rune]*glyph)}
	if px == Sizes[0] {
		f.font, f.bitmap, f.smear = basicfont.Face7x13, true, int(w)
	} else {
		outline, err := opentype.NewFace(outlines()[w], &opentype.FaceOptions{Size: float64(px), DPI: 72})
		if err != nil {
			panic(fmt.Sprintf("scale built-in font to %d px: %v", px, err))
		}
		f.font = outline
	}
	for _, r := range tallest {
		ink := f.glyph(r).ink
		f.up, f.down = max(f.up, -ink.Min.Y), max(f.down, ink.Max.Y)
	}
	return f
}

// glyph finds a character, or what stands for one that the font does not have.
func (f *Face) glyph(r rune) *glyph {
	if g, ok := f.glyphs[r]; ok {
		return g
	}
	bounds, advance, ok := f.font.GlyphBounds(r)
	if !ok {
		if r == '?' {
			return &glyph{}
		}
		g := f.glyph('?')
		f.glyphs[r] = g
		return g
	}
	g := &glyph{advance: advance + fixed.I(f.smear)}
	g.ink = image.Rect(bounds.Min.X.Floor(), bounds.Min.Y.Floor(), bounds.Max.X.Ceil(), bounds.Max.Y.Ceil())
	if g.ink.Empty() || r == ' ' {
		g.ink = image.Rectangle{}
	} else {
		g.ink.Max.X += f.smear
	}
	f.glyphs[r] = g
	return g
}

// small print has no typographer's characters.
var plain = strings.NewReplacer("…", "...", "—", "-", "–", "-", "’", "'", "‘", "'", "“", `"`, "”", `"`,
	"•", "*", "·", "-", "×", "x", "→", ">", "\u00a0", " ")

// runes are the characters that are really set: no control characters, and in
// the bitmap font none but ASCII.
func (f *Face) runes(s string) string {
	if f.bitmap {
		s = plain.Replace(s)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0', r < ' ':
			return ' '
		case r == 0x7f, r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

// Height is the height of a line's ink at most; lines set closer than that
// would touch.
func (f *Face) Height() int { return f.up + f.down }

// Depth is how far s reaches under its baseline; Height counts on the deepest
// letter there is.
func (f *Face) Depth(s string) (down int) {
	for _, r := range f.runes(s) {
		down = max(down, f.glyph(r).ink.Max.Y)
	}
	return down
}

// Rise is how far letters reach over their baseline.
func (f *Face) Rise() int { return f.up }

// Lead is the white that a line wants between itself and the next.
func (f *Face) Lead() int { return max(2, f.Px/6) }

// Width is how wide s is, ink that leans out of its first and last place included.
func (f *Face) Width(s string) int {
	left, right := f.extent(f.runes(s))
	return right - left
}

func (f *Face) extent(s string) (left, right int) {
	var dot fixed.Int26_6
	for _, r := range s {
		g := f.glyph(r)
		at := dot.Round()
		if !g.ink.Empty() {
			left, right = min(left, at+g.ink.Min.X), max(right, at+g.ink.Max.X)
		}
		dot += g.advance
		right = max(right, dot.Ceil())
	}
	return left, right
}

// Draw sets s with its top left corner at a point: its ink stays inside of
// Width by Height.
func (f *Face) Draw(dst *frame.Frame, at image.Point, s string, ink frame.Color) {
	s = f.runes(s)
	left, _ := f.extent(s)
	var dot fixed.Int26_6
	for _, r := range s {
		g := f.glyph(r)
		f.draw(dst, image.Pt(at.X-left+dot.Round(), at.Y+f.up), g, r, ink)
		dot += g.advance
	}
}

func (f *Face) draw(dst *frame.Frame, origin image.Point, g *glyph, r rune, ink frame.Color) {
	if g.ink.Empty() {
		return
	}
	if g.mask == nil {
		g.mask = f.rasterise(g, r)
	}
	w := g.ink.Dx()
	for y := range g.ink.Dy() {
		for x, coverage := range g.mask[y*w : (y+1)*w] {
			if coverage != 0 {
				dst.Blend(origin.X+g.ink.Min.X+x, origin.Y+g.ink.Min.Y+y, ink, coverage)
			}
		}
	}
}

// rasterise is where an outline becomes pixels: once a character and size.
func (f *Face) rasterise(g *glyph, r rune) []byte {
	if f.glyphs['?'] == g {
		r = '?'
	}
	out := make([]byte, g.ink.Dx()*g.ink.Dy())
	dr, mask, at, _, ok := f.font.Glyph(fixed.Point26_6{}, r)
	if !ok {
		return out
	}
	for y := dr.Min.Y; y < dr.Max.Y; y++ {
		for x := dr.Min.X; x < dr.Max.X; x++ {
			_, _, _, a := mask.At(at.X+x-dr.Min.X, at.Y+y-dr.Min.Y).RGBA()
			for s := range f.smear + 1 {
				if p := image.Pt(x+s, y); p.In(g.ink) {
					i := (p.Y-g.ink.Min.Y)*g.ink.Dx() + p.X - g.ink.Min.X
					out[i] = max(out[i], byte(a>>8))
				}
			}
		}
	}
	return out
}
