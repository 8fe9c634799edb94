package mipidbi

import (
	"bytes"
	"image"
	"math/bits"

	"kasir/display/frame"
)

// windowCosts are what another window is taken to cost, in bytes of pixels. It
// is eleven bytes on the wire, but five transfers with as many turns of D/C,
// which are system calls. The first is near to what those take in time; when
// it leaves more than a fifth of the glass to send, as large digits that move
// do, the second saves bytes that something else may want the wire for.
var windowCosts = [...]int{256, 64}

const (
	mostRects = 64
	mostRows  = 480 // of the largest memory
	crossCuts = 12  // that are looked at
)

// damage finds the parts in which two frames differ, few and small enough that
// sending them is quick. It is reused; nothing in it outlives find. Inside of
// it, columns are cells of some pixels, so that a row of them fits a word.
type damage struct {
	cost       int              // of a window, now
	left, cell int              // the first cell's first pixel, and pixels in a cell
	rows       [mostRows]uint64 // a bit for each cell that differs, the first the lowest
	list       [mostRects]image.Rectangle
	// For a cut: what each column spans, and what is left beyond it.
	cols   [64]extent
	beyond [mostRows]int
}

// find returns disjoint rectangles outside of which f and shown look the same;
// none when they are equal. They are the damage's own until the next call.
func (d *damage) find(f, shown *frame.Frame) []image.Rectangle {
	box := f.Diff(shown)
	if box.Empty() {
		return nil
	}
	d.mark(f, shown, box)
	var parts []image.Rectangle
	for _, d.cost = range windowCosts {
		parts = d.divide(box)
		sum := 0
		for i, r := range parts {
			r.Min.X, r.Max.X = d.left+r.Min.X*d.cell, d.left+r.Max.X*d.cell
			parts[i] = trim(f, shown, r.Intersect(box))
			sum += area(parts[i])
		}
		if all := f.Format.Size.X * f.Format.Size.Y; 5*sum <= all || 2*sum >= all {
			break
		}
	}
	return parts
}

// divide cuts until nothing more is won. Its columns are cells.
func (d *damage) divide(box image.Rectangle) []image.Rectangle {
	d.list[0] = d.shrink(image.Rect(0, box.Min.Y, 64, box.Max.Y))
	n := 1
	for i := 0; i < n; {
		a, b, ok := d.cut(d.list[i])
		if !ok || n == mostRects {
			i++
			continue
		}
		d.list[i], d.list[n] = a, b
		n++
	}
	return d.list[:n]
}

// trim takes the columns off both sides of r in which no pixel differs: a cell
// is wider than a pixel.
func trim(f, shown *frame.Frame, r image.Rectangle) image.Rectangle {
	left, right := r.Max.X, r.Min.X
	for y := r.Min.Y; y < r.Max.Y; y++ {
		a, b := f.Pix[y*f.Stride:(y+1)*f.Stride], shown.Pix[y*f.Stride:(y+1)*f.Stride]
		for x := r.Min.X; x < left; x++ {
			if a[2*x] != b[2*x] || a[2*x+1] != b[2*x+1] {
				left = x
			}
		}
		for x := r.Max.X - 1; x >= right; x-- {
			if a[2*x] != b[2*x] || a[2*x+1] != b[2*x+1] {
				right = x + 1
			}
		}
	}
	r.Min.X, r.Max.X = left, right
	return r
}

// mark sets the bits of the box's rows.
func (d *damage) mark(f, shown *frame.Frame, box image.Rectangle) {
	d.left, d.cell = box.Min.X, (box.Dx()+63)/64
	for y := box.Min.Y; y < box.Max.Y; y++ {
		from, to := y*f.Stride+2*box.Min.X, y*f.Stride+2*box.Max.X
		a, b := f.Pix[from:to], shown.Pix[from:to]
		var row uint64
		for bit := uint64(1); len(a) > 0; bit <<= 1 {
			n := min(2*d.cell, len(a))
			if !bytes.Equal(a[:n], b[:n]) {
				row |= bit
			}
			a, b = a[n:], b[n:]
		}
		d.rows[y] = row
	}
}

// mask are the cells from x0 up to x1, which is more.
func mask(x0, x1 int) uint64 { return ^uint64(0) << x0 & (^uint64(0) >> (64 - x1)) }

// shrink is the least rectangle with all damage of r, which has some.
func (d *damage) shrink(r image.Rectangle) image.Rectangle {
	m := mask(r.Min.X, r.Max.X)
	var all uint64
	for _, row := range d.rows[r.Min.Y:r.Max.Y] {
		all |= row & m
	}
	for d.rows[r.Min.Y]&m == 0 {
		r.Min.Y++
	}
	for d.rows[r.Max.Y-1]&m == 0 {
		r.Max.Y--
	}
	r.Min.X, r.Max.X = bits.TrailingZeros64(all), bits.Len64(all)
	return r
}

// cut splits r, which is shrunk, in two where that leaves out the most, when
// it is worth a window.
func (d *damage) cut(r image.Rectangle) (a, b image.Rectangle, ok bool) {
	rowAt, rowArea := d.rowCut(r)
	colAt, colArea := d.colCut(r)
	switch {
	case d.worth(area(r)-min(rowArea, colArea), 1):
		if rowArea <= colArea {
			a, b = splitRows(r, rowAt)
		} else {
			a, b = splitCols(r, colAt)
		}
	default:
		at := d.crossCut(r)
		if at == 0 {
			return a, b, false
		}
		a, b = splitRows(r, at)
	}
	return d.shrink(a), d.shrink(b), true
}

// crossCut looks a step further than rowCut: at what is left when both parts
// are cut again by columns, as around the hole of a zero, where no single cut
// leaves anything out. It returns the row, or 0 for none.
func (d *damage) crossCut(r image.Rectangle) (at int) {
	least := area(r)
	step := max(r.Dy()/crossCuts, 1)
	for y := r.Min.Y + step; y < r.Max.Y; y += step {
		a, b := splitRows(r, y)
		_, left := d.colCut(d.shrink(a))
		_, more := d.colCut(d.shrink(b))
		if left += more; left < least {
			at, least = y, left
		}
	}
	if !d.worth(area(r)-least, 3) {
		return 0
	}
	return at
}

// worth reports whether so many cells pay for so many windows.
func (d *damage) worth(cells, windows int) bool { return 2*d.cell*cells > windows*d.cost }

func splitRows(r image.Rectangle, y int) (a, b image.Rectangle) {
	a, b = r, r
	a.Max.Y, b.Min.Y = y, y
	return a, b
}

func splitCols(r image.Rectangle, x int) (a, b image.Rectangle) {
	a, b = r, r
	a.Max.X, b.Min.X = x, x
	return a, b
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }

// rowCut is the row before which to cut r, and the cells that are left: those of
// both parts, shrunk.
func (d *damage) rowCut(r image.Rectangle) (at, least int) {
	m := mask(r.Min.X, r.Max.X)
	least = area(r)
	var below uint64
	first := r.Max.Y // damaged row of the lower part
	for y := r.Max.Y - 1; y > r.Min.Y; y-- {
		if d.rows[y]&m != 0 {
			below, first = below|d.rows[y]&m, y
		}
		d.beyond[y] = width(below) * (r.Max.Y - first)
	}
	var above uint64
	last := r.Min.Y // damaged row of the upper part
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		if row := d.rows[y-1] & m; row != 0 {
			above, last = above|row, y
		}
		if left := width(above)*(last-r.Min.Y) + d.beyond[y]; left < least {
			at, least = y, left
		}
	}
	return at, least
}

// colCut is the same for columns.
func (d *damage) colCut(r image.Rectangle) (at, least int) {
	least = area(r)
	c0, c1 := r.Min.X, r.Max.X
	m := mask(c0, c1)
	for y, seen := r.Min.Y, uint64(0); y < r.Max.Y; y++ {
		for row := d.rows[y] & m &^ seen; row != 0; row &= row - 1 {
			d.cols[bits.TrailingZeros64(row)].from = y
		}
		seen |= d.rows[y]
	}
	var all uint64
	for y := r.Max.Y - 1; y >= r.Min.Y; y-- {
		for row := d.rows[y] & m &^ all; row != 0; row &= row - 1 {
			d.cols[bits.TrailingZeros64(row)].to = y + 1
		}
		all |= d.rows[y]
	}
	for c := c0; c < c1; c++ {
		if all&(1<<c) == 0 {
			d.cols[c] = extent{}
		}
	}
	right, first := extent{r.Max.Y, r.Min.Y}, c1
	for c := c1 - 1; c > c0; c-- {
		if d.cols[c].size() > 0 {
			right.add(d.cols[c])
			first = c
		}
		d.beyond[c] = right.size() * (c1 - first)
	}
	left, last := extent{r.Max.Y, r.Min.Y}, c0
	for c := c0 + 1; c < c1; c++ {
		if d.cols[c-1].size() > 0 {
			left.add(d.cols[c-1])
			last = c
		}
		if sum := left.size()*(last-c0) + d.beyond[c]; sum < least {
			at, least = c, sum
		}
	}
	return at, least
}

// extent are the rows that damage spans, without the last.
type extent struct{ from, to int }

func (e extent) size() int { return max(e.to-e.from, 0) }

func (e *extent) add(o extent) { e.from, e.to = min(e.from, o.from), max(e.to, o.to) }

// width is how many cells a row's damage spans.
func width(row uint64) int { return max(bits.Len64(row)-bits.TrailingZeros64(row), 0) }
