package display

import (
	"image"
	"slices"
	"strings"

	"kasir/display/frame"
	"kasir/display/qr"
	"kasir/display/text"
)

// The least that must be left for words beside a code, and over it, in pixels:
// an amount in the smallest type. More is welcome, but not at the price of a
// pixel a module.
const (
	leastBeside = 90
	leastAbove  = 16
)

// codePlace is where a code stands and what is left for words. An empty area
// is none.
type codePlace struct {
	plan qr.Plan
	at   image.Point
	bar  image.Rectangle // over the code
	side image.Rectangle // beside or under the code
}

// findPlace looks for the largest modules: words beside the code, or words
// over and under it.
func (l *layout) findPlace(v qr.Versions) (codePlace, error) {
	size, least := l.format.Size, qr.MinScale(l.format.Pitch)
	beside, errBeside := qr.Fit(v, min(size.X-leastBeside, size.Y), least)
	above, errAbove := qr.Fit(v, min(size.X, size.Y-leastAbove), least)
	switch {
	case errBeside != nil && errAbove != nil:
		return codePlace{}, errBeside
	case errAbove != nil, errBeside == nil && beside.Scale > above.Scale,
		errBeside == nil && beside.Scale == above.Scale && size.X > size.Y:
		return l.placeBeside(beside.Raise(v, min(size.Y, size.X-max(leastBeside, size.X*35/100)))), nil
	}
	return l.placeAbove(above.Raise(v, min(size.X, size.Y-max(leastAbove, size.Y*35/100)))), nil
}

// goodScale is how many pixels a module has when it need not be larger on any
// of our panels: half a millimetre and more, but on the very finest.
const goodScale = 4

// yield gives words two fifths of the width, if modules stay large enough.
func (l *layout) yield(place codePlace, v qr.Versions) codePlace {
	size := l.format.Size
	if size.X <= size.Y || place.side.Dx() >= size.X*2/5 {
		return place
	}
	p, err := qr.Fit(v, min(size.X*3/5, size.Y), goodScale)
	if err != nil {
		return place
	}
	return l.placeBeside(p)
}

// placeBeside gives the code the left, and the height it leaves to a bar.
func (l *layout) placeBeside(p qr.Plan) codePlace {
	size, side := l.format.Size, p.Side()
	spare := size.Y - side
	if spare < max(24, l.px(34)) {
		return codePlace{plan: p, at: image.Pt(0, spare/2), side: image.Rect(side, 0, size.X, size.Y)}
	}
	return codePlace{plan: p, at: image.Pt(0, spare),
		bar: image.Rect(0, 0, size.X, spare), side: image.Rect(side, spare, size.X, size.Y)}
}

// placeAbove puts words over the code, and under it when there is room for both.
func (l *layout) placeAbove(p qr.Plan) codePlace {
	size, side := l.format.Size, p.Side()
	spare, x := size.Y-side, (size.X-side)/2
	if spare < 90 {
		return codePlace{plan: p, at: image.Pt(x, spare), bar: image.Rect(0, 0, size.X, spare)}
	}
	over := spare * 38 / 100
	return codePlace{plan: p, at: image.Pt(x, over), bar: image.Rect(0, 0, size.X, over),
		side: image.Rect(0, over+side, size.X, size.Y)}
}

// codePage lays out a code to be scanned. Black on white always, and nothing
// on its quiet zone.
func (l *layout) codePage(p page, st strip, v qr.Versions) (*sheet, error) {
	place, err := l.findPlace(v)
	if err != nil {
		return nil, err
	}
	if p.code.wordy {
		place = l.yield(place, v)
	}
	s := &sheet{plan: place.plan, at: place.at}
	edge := max(2, l.px(6))
	side := place.side
	switch {
	case side.Empty() && place.bar.Dy() < 30:
		l.put(s, []row{l.oneLine(p, st)}, place.bar)
	case side.Empty():
		l.put(s, slices.Concat(l.twoLines(p, st), l.merchant(p)), place.bar.Inset(2))
	case side.Min.X == 0: // under the code
		side.Max.Y = l.sideKeys(s, p.keys, side)
		l.put(s, append(l.amount(p, place.bar.Dx()), l.merchant(p)...), place.bar.Inset(edge/2))
		l.put(s, l.codeRest(p, st), side.Inset(edge/2))
	default:
		side.Max.X -= edge / 2
		side.Max.Y = l.sideKeys(s, p.keys, side)
		side.Min.Y += edge / 2
		if place.bar.Empty() {
			l.put(s, slices.Concat(l.amount(p, side.Dx()), l.merchant(p), l.codeRest(p, st)), side)
			break
		}
		l.put(s, l.amount(p, place.bar.Dx()-2*edge), place.bar.Inset(edge/2))
		l.put(s, append(l.merchant(p), l.codeRest(p, st)...), side)
	}
	return s, nil
}

func (l *layout) put(s *sheet, rows []row, box image.Rectangle) {
	c := column{set: l.set, ink: frame.Black, paper: frame.White, middle: true}
	set, lost, cut := c.fit(rows, box.Size())
	s.lost, s.cut = s.lost+lost, s.cut || cut
	c.place(s, set, box, l.px(12))
}

// amount is how much. Where it would come out small, the currency gets a line
// of its own.
func (l *layout) amount(p page, width int) []row {
	most := max(24, l.px(54))
	one := l.set.Fit(text.Bold, p.sum, width, l.format.Size.Y, 0, most)
	currency, number, isMoney := strings.Cut(p.sum, "\u00a0")
	if !isMoney {
		return []row{{text: p.sum, weight: text.Bold, most: most, least: 13, lines: 2}}
	}
	two := l.set.Fit(text.Bold, number, width, l.format.Size.Y, 0, most)
	if two == nil || one != nil && two.Px*4 < one.Px*5 {
		return []row{{text: p.sum, weight: text.Bold, most: most, least: 13}}
	}
	return []row{{text: currency, weight: text.Bold, most: l.px(24), least: 13},
		{text: number, weight: text.Bold, most: most, least: 13}}
}

func (l *layout) merchant(p page) []row {
	if p.code.merchant == "" {
		return nil
	}
	return []row{{text: p.code.merchant, weight: text.Bold, most: max(13, l.px(25)), least: 13, lines: 4, drop: 2}}
}

// codeRest is what else there is to say beside a code.
func (l *layout) codeRest(p page, st strip) (rows []row) {
	if st.sandbox != "" {
		rows = append(rows, row{text: st.sandbox, shorter: []string{st.short}, weight: text.Bold,
			most: max(13, l.px(21)), least: 13, lines: 3, inverse: true})
	}
	if st.broken != "" {
		rows = append(rows, row{text: st.broken, weight: text.Bold, most: max(13, l.px(20)), least: 13, lines: 2, inverse: true, drop: 1})
	}
	if p.code.stale != "" {
		rows = append(rows, row{text: p.code.stale, shorter: []string{p.code.staleShort, st.offline}, weight: text.Bold,
			most: max(13, l.px(20)), least: 13, lines: 6})
	} else {
		scan := row{text: p.code.scan, weight: text.Regular, most: max(13, l.px(22)), least: 13, lines: 2, drop: 5}
		if p.code.wordy {
			scan.lines = 5
		}
		rows = append(rows, scan)
	}
	if p.code.left != "" {
		rows = append(rows, row{text: p.code.left, weight: text.Bold, most: max(13, l.px(24)), least: 13, lines: 2, drop: 3})
	}
	rows = append(rows, row{text: p.order, weight: text.Regular, most: max(13, l.px(23)), least: 13, drop: 4})
	if marks := st.marks(); len(marks) > 0 && !l.compact() {
		rows = append(rows, row{text: strings.Join(marks, "\u00a0"), weight: text.Bold, most: max(13, l.px(18)),
			least: 13, drop: 6, inverse: true})
	}
	return rows
}

// oneLine is for glass where the code leaves a single line: the money, and what
// else fits, the least important left out first.
func (l *layout) oneLine(p page, st strip) row {
	return sayWhatFits(2, append([]string{st.short, p.sum}, l.rest(p, st)...))
}

// twoLines is for glass that has a little more.
func (l *layout) twoLines(p page, st strip) []row {
	money := sayWhatFits(2, []string{st.short, p.sum})
	other := sayWhatFits(1, l.rest(p, st))
	money.most, other.most, other.weight, other.drop = 36, 16, text.Regular, 1
	return []row{money, other}
}

// rest is what is said in few words, what matters most first.
func (l *layout) rest(p page, st strip) (parts []string) {
	if p.code.stale != "" {
		parts = append(parts, st.offline)
	}
	if st.broken != "" {
		parts = append(parts, st.broken)
	}
	parts = append(parts, p.code.left, p.order)
	for _, k := range p.keys {
		if k.key == "C" {
			parts = append(parts, "C="+k.does)
		}
	}
	return parts
}

// sayWhatFits is a row of parts, at least the first n of them.
func sayWhatFits(n int, parts []string) row {
	say := func(n int) string { return strings.Join(strings.Fields(strings.Join(parts[:n], " ")), "\u00a0") }
	r := row{text: say(len(parts)), weight: text.Bold, most: 24, least: 13}
	for i := len(parts) - 1; i >= n; i-- {
		r.shorter = append(r.shorter, say(i))
	}
	return r
}
