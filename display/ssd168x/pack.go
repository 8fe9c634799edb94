package ssd168x

import (
	"bytes"
	"image"
	"math/bits"

	"kasir/display/frame"
)

// plane is a picture as the controller stores it: rows of the glass as it is
// wired, the leftmost pixel in the highest bit, 1 is white. What sticks out on
// the right of the last pixel is white.
type plane struct {
	width, height, stride int
	pix                   []byte
}

func newPlane(g Glass) *plane {
	return &plane{g.Width, g.Height, g.stride(), make([]byte, g.stride()*g.Height)}
}

// pack turns a frame, which has the size of the glass as people look at it,
// into the plane.
func (p *plane) pack(f *frame.Frame, r Rotation) {
	switch r {
	case Rotate90:
		// The frame's rows run down the glass, the first at its right edge.
		p.gather(f, func(x, y int) (int, int) { return y, p.width - 1 - x }, -f.Stride)
	case Rotate270:
		p.gather(f, func(x, y int) (int, int) { return p.height - 1 - y, x }, f.Stride)
	case Rotate180:
		p.reverse(f)
	default:
		copy(p.pix, f.Pix)
		p.whiten()
	}
}

// gather collects each byte from eight rows of the frame. at says where the
// frame has a pixel of the plane; step is the way to the next in a byte.
func (p *plane) gather(f *frame.Frame, at func(x, y int) (int, int), step int) {
	for y := range p.height {
		row := p.pix[y*p.stride : (y+1)*p.stride]
		for b := range row {
			fx, fy := at(8*b, y)
			i, shift := fy*f.Stride+fx>>3, 7-fx&7
			var v byte
			for n := range 8 {
				v <<= 1
				if 8*b+n >= p.width {
					v |= 1
					continue
				}
				v |= f.Pix[i] >> shift & 1
				i += step
			}
			row[b] = v
		}
	}
}

// reverse turns the frame upside down.
func (p *plane) reverse(f *frame.Frame) {
	over := uint(p.stride*8 - p.width) // bits that a mirrored row must move by
	for y := range p.height {
		src := f.Pix[(p.height-1-y)*f.Stride:][:f.Stride]
		row := p.pix[y*p.stride : (y+1)*p.stride]
		for b := range row {
			v := uint16(bits.Reverse8(src[p.stride-1-b])) << 8
			if b+1 < p.stride {
				v |= uint16(bits.Reverse8(src[p.stride-2-b]))
			}
			row[b] = byte(v << over >> 8)
		}
	}
	p.whiten()
}

// whiten makes the bits right of the last pixel white.
func (p *plane) whiten() {
	over := p.stride*8 - p.width
	if over == 0 {
		return
	}
	mask := byte(1)<<over - 1
	for i := p.stride - 1; i < len(p.pix); i += p.stride {
		p.pix[i] |= mask
	}
}

// window is the smallest part outside of which two planes are equal: X in
// bytes, Y in rows. It is empty when they are equal.
func (p *plane) window(old *plane) image.Rectangle {
	w := image.Rectangle{Min: image.Pt(p.stride, -1)}
	for y := range p.height {
		a, b := p.pix[y*p.stride:(y+1)*p.stride], old.pix[y*p.stride:(y+1)*p.stride]
		if bytes.Equal(a, b) {
			continue
		}
		if w.Min.Y < 0 {
			w.Min.Y = y
		}
		w.Max.Y = y + 1
		for x := range w.Min.X {
			if a[x] != b[x] {
				w.Min.X = x
				break
			}
		}
		for x := p.stride - 1; x >= w.Max.X; x-- {
			if a[x] != b[x] {
				w.Max.X = x + 1
				break
			}
		}
	}
	if w.Min.Y < 0 {
		return image.Rectangle{}
	}
	return w
}

// cut is the bytes of a window in one piece; dst, which has room for a whole
// plane, is used when they are not.
func (p *plane) cut(dst []byte, w image.Rectangle) []byte {
	if w.Dx() == p.stride {
		return p.pix[w.Min.Y*p.stride : w.Max.Y*p.stride]
	}
	dst = dst[:0]
	for y := w.Min.Y; y < w.Max.Y; y++ {
		dst = append(dst, p.pix[y*p.stride+w.Min.X:y*p.stride+w.Max.X]...)
	}
	return dst
}

// whole is the window of everything.
func (p *plane) whole() image.Rectangle { return image.Rect(0, 0, p.stride, p.height) }
