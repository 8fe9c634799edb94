package frame

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
)

// WritePNG writes the frame pixel for pixel: one bit a pixel for mono, eight
// bits a channel for colour.
func (f *Frame) WritePNG(w io.Writer) error {
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	var m image.Image
	if f.Format.Depth == Mono {
		m = f.paletted()
	} else {
		m = f.rgba()
	}
	if err := enc.Encode(w, m); err != nil {
		return fmt.Errorf("encode frame %v as png: %w", f.Format, err)
	}
	return nil
}

func (f *Frame) paletted() *image.Paletted {
	m := image.NewPaletted(f.Bounds(), color.Palette{color.Black, color.White})
	for y := range f.Format.Size.Y {
		row := m.Pix[y*m.Stride : (y+1)*m.Stride]
		for x := range row {
			row[x] = f.Pix[y*f.Stride+x>>3] >> (7 - x&7) & 1
		}
	}
	return m
}

func (f *Frame) rgba() *image.RGBA {
	m := image.NewRGBA(f.Bounds())
	for y := range f.Format.Size.Y {
		row := m.Pix[y*m.Stride : (y+1)*m.Stride]
		for x := range f.Format.Size.X {
			c := f.Pixel(x, y).RGBA64()
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = byte(c.R>>8), byte(c.G>>8), byte(c.B>>8), 0xff
		}
	}
	return m
}
