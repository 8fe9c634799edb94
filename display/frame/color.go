package frame

import "image/color"

// Color is a colour as RGB565, the richest any of our panels has. On a mono
// frame the light half of all colours is white and the dark half black.
type Color uint16

// The colours of the glass. Red, Green and Blue are dark enough to carry white
// letters and come out black on mono; Amber carries black ones and comes out
// white.
const (
	Black Color = 0x0000
	White Color = 0xffff
	Green Color = 0x0386 // #007030
	Red   Color = 0xb804 // #b80020
	Blue  Color = 0x1a11 // #184088
	Amber Color = 0xfdc4 // #f8b820
	Grey  Color = 0x7bcf // #787878, for lines; black on mono
)

// RGBA implements color.Color.
func (c Color) RGBA() (r, g, b, a uint32) {
	v := c.RGBA64()
	return uint32(v.R), uint32(v.G), uint32(v.B), 0xffff
}

// RGBA64 is c as a plain value, which costs no allocation.
func (c Color) RGBA64() color.RGBA64 {
	r, g, b := c.channels()
	return color.RGBA64{R: widen(r, 5), G: widen(g, 6), B: widen(b, 5), A: 0xffff}
}

// channels are 5, 6 and 5 bits.
func (c Color) channels() (r, g, b uint32) {
	return uint32(c >> 11), uint32(c>>5) & 0x3f, uint32(c) & 0x1f
}

// widen spreads an n-bit channel over 16 bits, so that full stays full.
func widen(v uint32, n uint) uint16 { return uint16(v * 0xffff / (1<<n - 1)) }

// Light reports whether c is white on a mono frame.
func (c Color) Light() bool {
	v := c.RGBA64()
	return light(uint32(v.R), uint32(v.G), uint32(v.B))
}

// light weighs the channels as ITU-R BT.601 does.
func light(r, g, b uint32) bool { return 299*r+587*g+114*b >= 1000*0x8000 }

// over lays ink with coverage 0..255 on c.
func (c Color) over(ink Color, coverage uint8) Color {
	if coverage == 255 {
		return ink
	}
	a, n := uint32(coverage), 255-uint32(coverage)
	ir, ig, ib := ink.channels()
	cr, cg, cb := c.channels()
	mix := func(i, p uint32) uint32 { return (i*a + p*n + 127) / 255 }
	return Color(mix(ir, cr)<<11 | mix(ig, cg)<<5 | mix(ib, cb))
}

// Of is the nearest Color.
func Of(c color.Color) Color {
	if c, ok := c.(Color); ok {
		return c
	}
	r, g, b, _ := c.RGBA()
	return of(r, g, b)
}

func of(r, g, b uint32) Color { return Color(r>>11<<11 | g>>10<<5 | b>>11) }
