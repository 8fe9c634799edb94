package frame

import (
	"bytes"
	"image"
)

// Diff is the smallest rectangle outside of which f and prev look the same;
// it is empty when they are equal. On a mono frame its left and right sides
// fall on whole bytes (or the frame's edge), as panels want their windows. A
// nil prev, or one of another format, differs everywhere.
func (f *Frame) Diff(prev *Frame) image.Rectangle {
	if prev == nil || prev.Format.Size != f.Format.Size || prev.Format.Depth != f.Format.Depth {
		return f.Bounds()
	}
	top, bottom := -1, 0
	left, right := f.Stride, 0
	for y := range f.Format.Size.Y {
		a := f.Pix[y*f.Stride : (y+1)*f.Stride]
		b := prev.Pix[y*f.Stride : (y+1)*f.Stride]
		if bytes.Equal(a, b) {
			continue
		}
		if top < 0 {
			top = y
		}
		bottom = y + 1
		left = min(left, firstDifference(a, b))
		right = max(right, lastDifference(a, b))
	}
	if top < 0 {
		return image.Rectangle{}
	}
	if f.Format.Depth == RGB565 {
		return image.Rect(left/2, top, right/2+1, bottom)
	}
	return image.Rect(left*8, top, min(right*8+8, f.Format.Size.X), bottom)
}

// firstDifference is the first index at which two different rows differ.
func firstDifference(a, b []byte) int {
	i := 0
	for a[i] == b[i] {
		i++
	}
	return i
}

// lastDifference is the last such index.
func lastDifference(a, b []byte) int {
	i := len(a) - 1
	for a[i] == b[i] {
		i--
	}
	return i
}
