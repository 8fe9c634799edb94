package display

import (
	"image"
	"slices"

	"kasir/display/frame"
	"kasir/display/text"
)

// keys lays out the keys that work now along the bottom, as large as fits one
// line, or else two, and returns where they begin.
func (l *layout) keys(s *sheet, hints []hint, box image.Rectangle) (top int) {
	if len(hints) == 0 {
		return box.Max.Y
	}
	wide := box.Dx() - 2*max(2, l.px(6))
	px, lines := l.keySize(hints, wide)
	if l.compact() && l.format.Size.X < 240 {
		px, lines = l.fewer(hints, wide, 1)
	}
	k := l.keyLine(px)
	thick, edge := max(1, l.px(2)), max(2, l.px(4))
	top = box.Max.Y - len(lines)*k.high - (len(lines)-1)*2 - 2*edge - thick
	s.fill(image.Rect(box.Min.X, top, box.Max.X, top+thick), frame.Black)
	y := top + thick + edge
	for _, line := range lines {
		k.place(s, line, image.Pt(box.Min.X+(box.Dx()-k.width(line))/2, y))
		y += k.high + 2
	}
	return top
}

// fewer takes the words away from keys, the last first, until the rest fits
// most lines.
func (l *layout) fewer(hints []hint, wide, most int) (px int, lines [][]hint) {
	px, lines = l.keySize(hints, wide)
	for i := len(hints) - 1; len(lines) > most && i > 0; i-- {
		hints = append(slices.Clone(hints[:i]), append([]hint{{hints[i].key, ""}}, hints[i+1:]...)...)
		px, lines = l.keySize(hints, wide)
	}
	return px, lines
}

// sideKeys lays out the keys at the bottom of a narrow column, without a line
// over them, and returns where they begin.
func (l *layout) sideKeys(s *sheet, hints []hint, box image.Rectangle) (top int) {
	px, lines := l.keySize(hints, box.Dx())
	if l.compact() {
		px, lines = l.fewer(hints, box.Dx(), 2)
	}
	k := l.keyLine(px)
	top = box.Max.Y - len(lines)*(k.high+2) - max(1, l.px(3))
	y := top + 1
	for _, line := range lines {
		k.place(s, line, image.Pt(box.Min.X+(box.Dx()-k.width(line))/2, y))
		y += k.high + 2
	}
	return top
}

// keySize is the largest type in which the hints fit, in one line when it can
// be read, else in as few as it takes.
func (l *layout) keySize(hints []hint, wide int) (px int, lines [][]hint) {
	most, least := max(13, l.px(20)), max(13, l.px(16))
	for i := len(text.Sizes) - 1; i >= 0; i-- {
		if px = text.Sizes[i]; px > most || px < least && i > 0 {
			continue
		}
		if k := l.keyLine(px); k.width(hints) <= wide {
			return px, [][]hint{hints}
		}
	}
	return least, l.keyLine(least).wrap(hints, wide)
}

// keyLine is a line of hints in one size.
type keyLine struct {
	bold, regular *text.Face
	high          int
}

func (l *layout) keyLine(px int) keyLine {
	k := keyLine{bold: l.set.Face(text.Bold, px), regular: l.set.Face(text.Regular, px)}
	k.high = labelSize(k.bold, "").Y
	return k
}

func (k keyLine) hintWidth(h hint) int {
	w := labelSize(k.bold, h.key).X
	if h.does != "" {
		w += k.bold.Px/3 + k.regular.Width(h.does)
	}
	return w
}

func (k keyLine) gap() int { return k.bold.Px * 3 / 4 }

func (k keyLine) width(hints []hint) (w int) {
	for i, h := range hints {
		if i > 0 {
			w += k.gap()
		}
		w += k.hintWidth(h)
	}
	return w
}

// wrap breaks hints into lines of at most wide.
func (k keyLine) wrap(hints []hint, wide int) (lines [][]hint) {
	start := 0
	for i := range hints {
		if i > start && k.width(hints[start:i+1]) > wide {
			lines = append(lines, hints[start:i])
			start = i
		}
	}
	return append(lines, hints[start:])
}

// place lays a line out from a point on.
func (k keyLine) place(s *sheet, hints []hint, at image.Point) {
	for _, h := range hints {
		size := labelSize(k.bold, h.key)
		s.label(k.bold, image.Rectangle{Min: at, Max: at.Add(size)}, h.key, frame.Black, frame.White)
		if h.does != "" {
			s.write(k.regular, at.Add(image.Pt(size.X+k.bold.Px/3, pad(k.bold))), h.does, frame.Black)
		}
		at.X += k.hintWidth(h) + k.gap()
	}
}
