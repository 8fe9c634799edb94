package frame

import "image"

// Clear colours the whole frame.
func (f *Frame) Clear(c Color) { f.Fill(f.Bounds(), c) }

// Fill colours a rectangle; the part outside the frame is left out.
func (f *Frame) Fill(r image.Rectangle, c Color) {
	r = r.Intersect(f.Bounds())
	if r.Empty() {
		return
	}
	f.Span(r.Min.Y, r.Min.X, r.Max.X, c)
	f.Repeat(r)
}

// Span colours the pixels x0 <= x < x1 of a row, which must be inside.
func (f *Frame) Span(y, x0, x1 int, c Color) {
	if x0 >= x1 {
		return
	}
	row := f.Pix[y*f.Stride : (y+1)*f.Stride]
	if f.Format.Depth == Mono {
		spanBits(row, x0, x1, c.Light())
		return
	}
	row = row[2*x0 : 2*x1]
	row[0], row[1] = byte(c>>8), byte(c)
	for n := 2; n < len(row); n *= 2 {
		copy(row[n:], row[:n])
	}
}

// spanBits sets or clears the bits x0 <= x < x1.
func spanBits(row []byte, x0, x1 int, on bool) {
	first, last := x0>>3, (x1-1)>>3
	head, tail := byte(0xff)>>(x0&7), byte(0xff)<<(7-(x1-1)&7)
	if first == last {
		head &= tail
	}
	if on {
		row[first] |= head
	} else {
		row[first] &^= head
	}
	if first == last {
		return
	}
	var fill byte
	if on {
		fill = 0xff
	}
	for i := first + 1; i < last; i++ {
		row[i] = fill
	}
	if on {
		row[last] |= tail
	} else {
		row[last] &^= tail
	}
}

// Repeat copies the first row of r, which must be inside, over its other rows.
func (f *Frame) Repeat(r image.Rectangle) {
	if f.Format.Depth == RGB565 {
		at := r.Min.Y*f.Stride + 2*r.Min.X
		src := f.Pix[at : at+2*r.Dx()]
		for y := r.Min.Y + 1; y < r.Max.Y; y++ {
			at += f.Stride
			copy(f.Pix[at:], src)
		}
		return
	}
	first, last := r.Min.X>>3, (r.Max.X-1)>>3
	head, tail := byte(0xff)>>(r.Min.X&7), byte(0xff)<<(7-(r.Max.X-1)&7)
	if first == last {
		head &= tail
	}
	src := f.Pix[r.Min.Y*f.Stride : (r.Min.Y+1)*f.Stride]
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		dst := f.Pix[y*f.Stride : (y+1)*f.Stride]
		dst[first] = dst[first]&^head | src[first]&head
		if first == last {
			continue
		}
		copy(dst[first+1:last], src[first+1:last])
		dst[last] = dst[last]&^tail | src[last]&tail
	}
}

// Blend lays ink over a pixel with a coverage of 0..255. A mono frame has no
// between: half covered and more is ink.
func (f *Frame) Blend(x, y int, ink Color, coverage uint8) {
	if coverage == 0 || !f.inside(x, y) {
		return
	}
	if f.Format.Depth == Mono {
		if coverage >= 128 {
			f.set(x, y, ink)
		}
		return
	}
	f.set(x, y, f.Pixel(x, y).over(ink, coverage))
}
