package display

import (
	"image"
	"slices"
	"strings"

	"kasir/display/frame"
	"kasir/display/text"
)

// row is one thing to say in a column of them, and how much it may give way.
type row struct {
	text        string
	shorter     []string // said instead where there is no room for text, longest first
	key         string   // a key cap before the text
	weight      text.Weight
	most, least int  // px
	floor       int  // px, instead of least before anything is left out; 0 is least
	lines       int  // how many it may be broken into
	drop        int  // left out where there is still no room, highest first; 0 is never
	inverse     bool // as a label
}

// setRow is a row that was given a size.
type setRow struct {
	row
	face  *text.Face
	lines []string
	width int // for the lines
	indent,
	height int
}

// column sets rows one under the other.
type column struct {
	set    *text.Set
	ink    frame.Color
	paper  frame.Color
	middle bool // each line in the middle, not at the left
}

// fit finds sizes for the rows: all as small as they may be, and then, while
// there is room, the one that is furthest from its wish a step larger, and
// again. Where not even the smallest fit, rows are said shorter, and then left
// out; lost is how many. cut says that not even that was enough.
func (c column) fit(rows []row, size image.Point) (set []setRow, lost int, cut bool) {
	rows = slices.Clone(rows)
	for {
		if set, ok := c.smallest(rows, size); ok {
			c.grow(set, size)
			return balanced(set), lost, false
		}
		if lower(rows) || sayShorter(rows) {
			continue
		}
		last := 0
		for i, r := range rows {
			if r.drop > rows[last].drop {
				last = i
			}
		}
		if len(rows) == 0 || rows[last].drop == 0 {
			break
		}
		rows = slices.Delete(rows, last, last+1)
		lost++
	}
	for i := range rows {
		rows[i].least = text.Sizes[0]
	}
	if set, ok := c.smallest(rows, size); ok {
		c.grow(set, size)
		return balanced(set), lost, false
	}
	return c.squeeze(rows, size), lost, true
}

// lower lets rows be as small as their floor.
func lower(rows []row) (changed bool) {
	for i, r := range rows {
		if r.floor > 0 && r.floor < r.least {
			rows[i].least, changed = r.floor, true
		}
	}
	return changed
}

// sayShorter takes every row that has one to its next shorter text.
func sayShorter(rows []row) (changed bool) {
	for i, r := range rows {
		if len(r.shorter) > 0 {
			rows[i].text, rows[i].shorter = r.shorter[0], r.shorter[1:]
			changed = true
		}
	}
	return changed
}

func (c column) smallest(rows []row, size image.Point) (set []setRow, ok bool) {
	for _, r := range rows {
		s, fits := c.setOne(r, size.X, r.least)
		if !fits {
			return nil, false
		}
		set = append(set, s)
	}
	return set, height(set) <= size.Y
}

// grow makes rows larger in place. Rows with the same wish keep the same size.
func (c column) grow(set []setRow, size image.Point) {
	stuck := make(map[int]bool) // by wish
	for {
		next := -1
		for i, r := range set {
			if !stuck[r.most] && (next < 0 || r.face.Px*set[next].most < set[next].face.Px*r.most) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		wish := set[next].most
		larger, ok := c.enlarge(set, wish, size.X)
		if !ok || height(larger) > size.Y {
			stuck[wish] = true
			continue
		}
		copy(set, larger)
	}
}

// enlarge takes all rows of one wish to the next size; ok is false when that
// is too large for their wish or their width.
func (c column) enlarge(set []setRow, wish, width int) (larger []setRow, ok bool) {
	px := 0
	for _, r := range set {
		if r.most == wish {
			px = max(px, r.face.Px)
		}
	}
	i := slices.Index(text.Sizes[:], px) + 1
	if i == len(text.Sizes) || text.Sizes[i] > wish {
		return nil, false
	}
	larger = slices.Clone(set)
	for j, r := range set {
		if r.most != wish {
			continue
		}
		if larger[j], _ = c.setOne(r.row, width, text.Sizes[i]); larger[j].face.Px != r.face.Px {
			ok = true
		}
	}
	return larger, ok
}

// setOne sets a row in px, or smaller when its width asks for that.
func (c column) setOne(r row, width, px int) (setRow, bool) {
	for i := len(text.Sizes) - 1; i >= 0; i-- {
		if text.Sizes[i] > px && i > 0 {
			continue
		}
		if s, ok := c.at(r, text.Sizes[i], width); ok {
			return s, true
		}
	}
	return setRow{}, false
}

// balanced breaks the lines of each row so that none is left over short.
func balanced(set []setRow) []setRow {
	for i, r := range set {
		set[i].lines = r.face.Balance(r.text, r.width)
	}
	return set
}

// at sets a row at one size, when its words are not too long for that.
func (c column) at(r row, px, width int) (setRow, bool) {
	s := setRow{row: r, face: c.set.Face(r.weight, px), width: width}
	if r.key != "" {
		s.indent = labelSize(s.face, r.key).X + s.face.Px/2
	}
	s.width -= s.indent
	if r.inverse {
		s.width -= 4 * pad(s.face)
	}
	for word := range strings.SplitSeq(r.text, " ") {
		if s.face.Width(word) > s.width {
			return s, false
		}
	}
	s.lines = s.face.Wrap(r.text, s.width)
	if len(s.lines) > max(r.lines, 1) {
		return s, false
	}
	s.height = len(s.lines)*s.face.Height() + (len(s.lines)-1)*s.face.Lead()
	if r.inverse || r.key != "" {
		s.height += 2 * pad(s.face)
	} else if len(s.lines) > 0 {
		s.height += s.face.Rise() + s.face.Depth(r.text) - s.face.Height()
	}
	return s, true
}

// squeeze is the last resort: the smallest type, one line each, cut short.
func (c column) squeeze(rows []row, size image.Point) (set []setRow) {
	left := size.Y
	for _, r := range rows {
		face := c.set.Face(r.weight, text.Sizes[0])
		if left < face.Height() {
			break
		}
		left -= face.Height() + gapAfter(face)
		r.inverse, r.key = false, ""
		set = append(set, setRow{row: r, face: face, lines: []string{face.Shorten(r.text, size.X)}, height: face.Height()})
	}
	return set
}

func gapAfter(f *text.Face) int { return max(2, f.Px/5) }

// height is how high rows are with the least space between them.
func height(set []setRow) (h int) {
	for i, s := range set {
		h += s.height
		if i > 0 {
			h += gapBetween(set[i-1], s)
		}
	}
	return h
}

func gapBetween(a, b setRow) int { return (gapAfter(a.face) + gapAfter(b.face)) / 2 }

// place puts set rows into a box, in its middle and with what room there is
// shared out between them, up to airy pixels each.
func (c column) place(s *sheet, set []setRow, box image.Rectangle, airy int) {
	spare := max(0, box.Dy()-height(set))
	air := min(airy, spare/(len(set)+1))
	y := box.Min.Y + (spare-air*(len(set)-1))/2
	for i, r := range set {
		if i > 0 {
			y += gapBetween(set[i-1], r) + air
		}
		c.placeRow(s, r, image.Rect(box.Min.X, y, box.Max.X, y+r.height))
		y += r.height
	}
}

func (c column) placeRow(s *sheet, r setRow, box image.Rectangle) {
	ink, top, wide := c.ink, box.Min.Y, r.indent
	for _, l := range r.lines {
		wide = max(wide, r.indent+r.face.Width(l))
	}
	if r.inverse {
		wide += 4 * pad(r.face)
	}
	left := box.Min.X
	if c.middle {
		left += (box.Dx() - wide) / 2
	}
	if r.inverse {
		s.items = append(s.items, item{kind: capItem, box: image.Rect(left, top, left+wide, box.Max.Y), paper: ink})
		ink = c.paper
	}
	if r.inverse || r.key != "" {
		top += pad(r.face)
	}
	if r.key != "" {
		size := labelSize(r.face, r.key)
		cap := image.Rect(left, top-pad(r.face), left+size.X, top-pad(r.face)+size.Y)
		s.label(r.face, cap, r.key, c.ink, c.paper)
	}
	for _, l := range r.lines {
		x := left + r.indent
		if c.middle {
			x += (wide - r.indent - r.face.Width(l)) / 2
		} else if r.inverse {
			x += 2 * pad(r.face)
		}
		s.write(r.face, image.Pt(x, top), l, ink)
		top += r.face.Height() + r.face.Lead()
	}
}
