package frame

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
)

// Depth is how a panel stores a pixel.
type Depth uint8

// The depths.
const (
	// Mono is one bit a pixel, the leftmost pixel in the highest bit, 1 is
	// white; rows start on a byte. It is the layout of SSD168x memory.
	Mono Depth = iota
	// RGB565 is two bytes a pixel, the high byte first, as MIPI DBI panels
	// take it.
	RGB565
)

func (d Depth) String() string {
	if d == Mono {
		return "mono"
	}
	return "rgb565"
}

// MinSide and MaxSide bound a panel's width and height in pixels.
const (
	MinSide = 64
	MaxSide = 2048
)

// Format is what a panel needs to be given.
type Format struct {
	Size  image.Point // pixels, as people look at it
	Depth Depth
	// Pitch is the width of one pixel in millimetres, 0 when it is not known.
	// It decides whether a code on this panel can be scanned at all.
	Pitch float64
}

// Check says what is wrong with a format.
func (f Format) Check() error {
	switch {
	case f.Size.X < MinSide || f.Size.Y < MinSide || f.Size.X > MaxSide || f.Size.Y > MaxSide:
		return fmt.Errorf("panel size %dx%d: want sides of %d to %d pixels", f.Size.X, f.Size.Y, MinSide, MaxSide)
	case f.Depth > RGB565:
		return fmt.Errorf("panel depth %d is not known", f.Depth)
	case f.Pitch < 0 || f.Pitch > 5:
		return fmt.Errorf("pixel pitch %g mm: want 0 (unknown) to 5", f.Pitch)
	}
	return nil
}

func (f Format) String() string { return fmt.Sprintf("%dx%d %v", f.Size.X, f.Size.Y, f.Depth) }

// Frame is one picture. Its origin is the top left corner at (0,0). Pixels
// outside of it cannot be read or written; drawing there does nothing.
type Frame struct {
	Format Format
	Stride int    // bytes from a row to the next
	Pix    []byte // in the panel's own layout, see Depth
}

// New is a white frame. It panics when Format.Check would complain.
func New(f Format) *Frame {
	if err := f.Check(); err != nil {
		panic(err)
	}
	stride := (f.Size.X + 7) / 8
	if f.Depth == RGB565 {
		stride = f.Size.X * 2
	}
	fr := &Frame{Format: f, Stride: stride, Pix: make([]byte, stride*f.Size.Y)}
	fr.Clear(White)
	return fr
}

// Bounds implements image.Image.
func (f *Frame) Bounds() image.Rectangle { return image.Rectangle{Max: f.Format.Size} }

// Equal reports whether two frames would look the same on the same panel.
func (f *Frame) Equal(g *Frame) bool {
	return f.Format.Size == g.Format.Size && f.Format.Depth == g.Format.Depth && bytes.Equal(f.Pix, g.Pix)
}

// Copy makes f the same picture as g, which must have the same format.
func (f *Frame) Copy(g *Frame) {
	if len(f.Pix) != len(g.Pix) || f.Stride != g.Stride {
		panic("frame: copy between formats")
	}
	copy(f.Pix, g.Pix)
}

// ColorModel implements image.Image.
func (f *Frame) ColorModel() color.Model {
	if f.Format.Depth == Mono {
		return color.ModelFunc(func(c color.Color) color.Color { return monoOf(c) })
	}
	return color.ModelFunc(func(c color.Color) color.Color { return Of(c) })
}

func monoOf(c color.Color) Color {
	if r, g, b, _ := c.RGBA(); light(r, g, b) {
		return White
	}
	return Black
}

// Pixel is the colour at x, y; White outside.
func (f *Frame) Pixel(x, y int) Color {
	if !f.inside(x, y) {
		return White
	}
	if f.Format.Depth == Mono {
		if f.Pix[y*f.Stride+x>>3]&(0x80>>(x&7)) != 0 {
			return White
		}
		return Black
	}
	i := y*f.Stride + 2*x
	return Color(f.Pix[i])<<8 | Color(f.Pix[i+1])
}

// SetPixel colours one pixel.
func (f *Frame) SetPixel(x, y int, c Color) {
	if f.inside(x, y) {
		f.set(x, y, c)
	}
}

func (f *Frame) inside(x, y int) bool {
	return uint(x) < uint(f.Format.Size.X) && uint(y) < uint(f.Format.Size.Y)
}

// set is SetPixel for a pixel known to be inside.
func (f *Frame) set(x, y int, c Color) {
	if f.Format.Depth == Mono {
		i, bit := y*f.Stride+x>>3, byte(0x80>>(x&7))
		if c.Light() {
			f.Pix[i] |= bit
		} else {
			f.Pix[i] &^= bit
		}
		return
	}
	i := y*f.Stride + 2*x
	f.Pix[i], f.Pix[i+1] = byte(c>>8), byte(c)
}

// At implements image.Image.
func (f *Frame) At(x, y int) color.Color { return f.Pixel(x, y) }

// RGBA64At implements image.RGBA64Image.
func (f *Frame) RGBA64At(x, y int) color.RGBA64 { return f.Pixel(x, y).RGBA64() }

// Set implements draw.Image.
func (f *Frame) Set(x, y int, c color.Color) {
	if f.Format.Depth == Mono {
		f.SetPixel(x, y, monoOf(c)) // judged before it is rounded to 565
		return
	}
	f.SetPixel(x, y, Of(c))
}

// SetRGBA64 implements draw.RGBA64Image.
func (f *Frame) SetRGBA64(x, y int, c color.RGBA64) {
	r, g, b := uint32(c.R), uint32(c.G), uint32(c.B)
	switch {
	case f.Format.Depth == RGB565:
		f.SetPixel(x, y, of(r, g, b))
	case light(r, g, b):
		f.SetPixel(x, y, White)
	default:
		f.SetPixel(x, y, Black)
	}
}
