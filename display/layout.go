package display

import (
	"image"
	"strings"

	"kasir/display/frame"
	"kasir/display/text"
)

// layout finds a place for everything on glass of one format. It is for one
// goroutine.
type layout struct {
	format frame.Format
	set    *text.Set
	scale  float64 // type sizes against those on 400x300
}

// newLayout judges a format by its shorter and its longer side, so that tall
// glass gets the sizes of wide glass.
func newLayout(f frame.Format) *layout {
	short, long := min(f.Size.X, f.Size.Y), max(f.Size.X, f.Size.Y)
	return &layout{format: f, set: text.NewSet(), scale: min(float64(short)/300, float64(long)/400)}
}

// px is a length of 400x300 glass on this one.
func (l *layout) px(n int) int { return int(float64(n)*l.scale + .5) }

// compact is glass that has no line to spare.
func (l *layout) compact() bool { return l.format.Size.Y < 170 }

// page lays a page out: strip, matter, keys, from the top.
func (l *layout) page(p page, st strip) *sheet {
	if p.pattern {
		return l.patternPage(p, st)
	}
	s := &sheet{}
	body := image.Rectangle{Max: l.format.Size}
	body.Min.Y = l.strip(s, st)
	if p.list == nil || !l.compact() { // there the choices need the room, and C leads back as ever
		body.Max.Y = l.keys(s, p.keys, body)
	}
	ink, paper := p.mood.colours()
	if p.mood != plain {
		s.fill(body, paper)
		body = l.border(s, p.mood, body)
	}
	l.matter(s, p, body.Inset(max(3, l.px(10))), ink, paper)
	return s
}

// strip lays out the top edge and returns where it ends.
func (l *layout) strip(s *sheet, st strip) int {
	face := l.set.Face(text.Bold, l.px(18))
	inner := pad(face)
	high := face.Height() + 2*inner + 1
	bar := image.Rect(0, 0, l.format.Size.X, high)
	if st.sandbox != "" && l.compact() {
		s.stripes(bar, frame.Black, frame.White)
	}
	right := l.marks(s, st, face, bar)
	switch {
	case st.sandbox != "" && l.compact():
		say := st.sandbox
		if labelSize(face, say).X > right {
			say = st.short
		}
		size := labelSize(face, say)
		s.label(face, image.Rect(0, 0, size.X, high), say, frame.Black, frame.White)
	default:
		name := face.Shorten(st.name, right-inner)
		s.write(face, image.Pt(2*inner, inner), name, frame.Black)
	}
	thick := max(1, l.px(2))
	s.fill(image.Rect(0, high, bar.Max.X, high+thick), frame.Black)
	if st.sandbox == "" || l.compact() {
		return high + thick
	}
	return l.sandbox(s, st, high+thick)
}

// marks lays out what is wrong, from the right, and returns where it begins.
func (l *layout) marks(s *sheet, st strip, face *text.Face, bar image.Rectangle) int {
	right, left := bar.Max.X, 0
	if st.sandbox != "" && l.compact() {
		left = labelSize(face, st.short).X + pad(face)
	}
	mark := func(str string) {
		size := labelSize(face, str)
		if right-size.X <= left {
			return
		}
		box := image.Rect(right-size.X-1, 1, right-1, bar.Max.Y-1)
		s.label(face, box, str, frame.Black, frame.White)
		right -= size.X + 1 + pad(face)
	}
	if st.offline != "" {
		say := st.offline
		if labelSize(face, say).X*100 > bar.Dx()*50 { // the name matters, too
			say = st.off
		}
		mark(say)
	}
	if st.broken != "" {
		mark(st.broken)
	}
	for _, m := range st.marks() {
		mark(m)
	}
	return right - pad(face)
}

// sandbox lays out the band that nobody can overlook, and returns where it ends.
func (l *layout) sandbox(s *sheet, st strip, top int) int {
	wide := l.format.Size.X
	face := l.set.Fit(text.Bold, st.sandbox, wide-8*stripe, l.format.Size.Y, 0, l.px(20))
	say := st.sandbox
	if face == nil {
		face, say = l.set.Face(text.Bold, 0), st.short
	}
	size := labelSize(face, say)
	band := image.Rect(0, top, wide, top+size.Y+2)
	s.stripes(band, frame.Black, frame.White)
	left := (wide - size.X) / 2
	s.fill(image.Rect(left, band.Min.Y, left+size.X, band.Max.Y), frame.White)
	s.write(face, image.Pt(left+2*pad(face), top+pad(face)), say, frame.Black)
	thick := max(1, l.px(2))
	s.fill(image.Rect(0, band.Max.Y, wide, band.Max.Y+thick), frame.Black)
	return band.Max.Y + thick
}

// border frames a mood, so that it can be told apart without colour, and
// returns what is left inside.
func (l *layout) border(s *sheet, m mood, box image.Rectangle) image.Rectangle {
	thick := max(3, l.px(8))
	inner := box.Inset(thick)
	ink, paper := m.colours()
	switch m {
	case bad:
		s.stripes(box, ink, paper)
		s.fill(inner, paper)
		return inner
	case doubt:
		s.fill(box, ink)
		s.fill(inner, paper)
		return inner
	}
	return box
}

// matter lays out the page's own words, beside its icon or under it.
func (l *layout) matter(s *sheet, p page, box image.Rectangle, ink, paper frame.Color) {
	beside := box.Dx()*4 > box.Dy()*5
	c := column{set: l.set, ink: ink, paper: paper, middle: true}
	rows := l.rows(p)
	set, lost, cut := c.fit(rows, box.Size())
	var sign image.Rectangle
	words := box
	if p.icon != noIcon {
		// The icon gets as much as it can have without making the words lose
		// too much of their size.
		alone := largest(set)
		for part := 100; part >= 40; part -= 15 {
			trySign, tryWords := l.split(box, part, beside)
			trySet, tryLost, tryCut := c.fit(rows, tryWords.Size())
			if tryLost <= lost && tryCut == cut && largest(trySet)*2 >= alone {
				set, sign, words = trySet, trySign, tryWords
				break
			}
		}
	}
	s.lost, s.cut = s.lost+lost, s.cut || cut
	switch {
	case !sign.Empty():
		s.items = append(s.items, item{kind: iconItem, box: sign, ink: ink, icon: p.icon})
		c.middle = !beside
	case p.list != nil:
		c.middle = false
		words.Min.X += (words.Dx() - widest(set)) / 2
	}
	c.place(s, set, words, l.px(14))
}

func largest(set []setRow) (px int) {
	for _, r := range set {
		px = max(px, r.face.Px)
	}
	return px
}

func widest(set []setRow) (w int) {
	for _, r := range set {
		for _, line := range r.lines {
			w = max(w, r.indent+r.face.Width(line))
		}
	}
	return w
}

// split gives part percent of an icon's usual share of the box to the icon.
func (l *layout) split(box image.Rectangle, part int, beside bool) (sign, words image.Rectangle) {
	if part == 0 {
		return image.Rectangle{}, box
	}
	gap := max(4, l.px(14))
	if beside {
		side := min(box.Dy()*70/100, box.Dx()*32/100) * part / 100
		top := box.Min.Y + (box.Dy()-side)/2
		return image.Rect(box.Min.X, top, box.Min.X+side, top+side),
			image.Rect(box.Min.X+side+gap, box.Min.Y, box.Max.X, box.Max.Y)
	}
	side := min(box.Dy()*34/100, box.Dx()*45/100) * part / 100
	left := box.Min.X + (box.Dx()-side)/2
	return image.Rect(left, box.Min.Y, left+side, box.Min.Y+side),
		image.Rect(box.Min.X, box.Min.Y+side+gap, box.Max.X, box.Max.Y)
}

// besideHead is the head of a list with the keys that lead on from it, for glass
// that has no line for them; and the same with fewer.
func besideHead(p page) (say string, shorter []string) {
	say = p.head
	for _, k := range p.keys {
		if k.key == "C" || k.key == "0–9" || k.key == "1–7" { // as everywhere, and as the list says
			continue
		}
		shorter = append([]string{say}, shorter...)
		say += "\u00a0\u00a0" + k.key + "=" + strings.ReplaceAll(k.does, " ", "\u00a0")
	}
	return say, shorter
}

// patternPage is what shows the faults of a glass from edge to edge, with a
// question in the free room over it and the keys under it.
func (l *layout) patternPage(p page, st strip) *sheet {
	size := l.format.Size
	s := &sheet{items: []item{{kind: patternItem, box: image.Rectangle{Max: size}}}}
	if st.sandbox != "" {
		p.keys = append([]hint{{st.short, ""}}, p.keys...)
	}
	l.keys(s, p.keys, image.Rectangle{Max: size}.Inset(2))
	head := row{text: p.head, weight: text.Bold, most: max(13, l.px(34)), least: 13}
	l.put(s, []row{head}, image.Rect(patternUnit(size)+8, 3, size.X-3, size.Y/4-2))
	return s
}

// rows says how large each part of a page would like to be.
func (l *layout) rows(p page) (rows []row) {
	add := func(r row) {
		if r.text != "" {
			rows = append(rows, r)
		}
	}
	small := max(13, l.px(16))
	head := row{text: p.head, weight: text.Bold, most: l.px(112), least: max(24, l.px(40)), lines: 2}
	sum := row{text: p.sum, weight: text.Bold, most: max(16, l.px(52)), least: max(13, l.px(24))}
	if l.compact() && p.order != "" {
		sum.text += " " + p.order
		p.order = ""
	}
	head.floor = l.px(28)
	if p.brief != "" {
		head.shorter = []string{p.brief}
	}
	if l.compact() {
		head.lines, head.floor = 1, 0
	}
	if p.big == bigSum {
		// Larger digits would be a longer wait: all of them move when one is
		// typed, and 320x240 pixels of colour take 32 kB of SPI at this size.
		sum.most, sum.least = l.px(88), max(20, l.px(36))
		head.most, head.least = max(16, l.px(34)), small
		if p.label != "" {
			head.drop = 1
		}
	}
	if p.list != nil {
		head.most, head.least, head.drop = l.px(36), small, 1
		if l.compact() {
			head.text, head.shorter = besideHead(p)
		}
	}
	add(row{text: p.kicker, weight: text.Bold, most: max(13, l.px(28)), least: small, lines: 2, drop: 5})
	if p.big == bigSum {
		add(sum)
	}
	add(head)
	add(row{text: p.stress, weight: text.Bold, most: max(16, l.px(48)), least: max(13, l.px(24)), lines: 2})
	if p.big != bigSum {
		add(sum)
	}
	add(row{text: p.order, weight: text.Regular, most: max(13, l.px(26)), least: small, drop: 1})
	add(row{text: p.label, weight: text.Bold, most: max(13, l.px(23)), least: small, lines: 3, inverse: true})
	for i, c := range p.list {
		r := row{text: c.does, key: c.key, weight: text.Regular, most: max(13, l.px(30)), least: small}
		if l.format.Size.Y < 200 && len(p.list) > 4 { // no room for key caps
			r.key, r.text = "", c.key+"\u00a0\u00a0"+c.does
			if c.brief != "" {
				c.brief = c.key + "\u00a0\u00a0" + c.brief
			}
		}
		if c.brief != "" {
			r.shorter = []string{c.brief}
		}
		if p.spareList && i > 0 {
			r.drop = 10 + i
		}
		add(r)
	}
	if l.compact() && p.mood == good {
		return rows // the sign, the word and the money are the message
	}
	for i, line := range p.lines {
		r := row{text: line, weight: text.Regular, most: max(13, l.px(25)), least: small, lines: 4}
		switch {
		case i >= 1-p.spare:
			r.drop = 2 + i + max(0, p.spare-1)
		case l.compact():
			r.drop = 1
		}
		add(r)
	}
	return rows
}
