package display

import (
	"fmt"
	"image"

	"kasir/display/frame"
	"kasir/display/text"
	"kasir/terminal"
)

// The least glass for a cashier: three short lines.
const (
	cashierWidth  = 96
	cashierHeight = 48
)

// NewCashierRenderer is a renderer for a second, small glass that only the
// cashier sees, beside the customers': the state in a word, the money, and what
// is wrong, as large as they come out, and never a code. It returns an error
// when not even that has room.
func NewCashierRenderer(f frame.Format) (*Renderer, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	if f.Size.X < cashierWidth || f.Size.Y < cashierHeight {
		return nil, fmt.Errorf("use %v as a cashier's glass: want %dx%d pixels at least", f, cashierWidth, cashierHeight)
	}
	return &Renderer{layout: newLayout(f), cashier: true}, nil
}

// layCashier lays a view out for the cashier's glass.
func (r *Renderer) layCashier(v terminal.View) *sheet {
	w := wordsOf(v.Strip.Lang)
	p := compose(v)
	s := &sheet{}
	body := image.Rectangle{Max: r.layout.format.Size}
	ink, paper := p.mood.colours()
	if p.mood != plain {
		s.fill(body, paper)
	}
	c := column{set: r.layout.set, ink: ink, paper: paper, middle: true}
	set, lost, cut := c.fit(cashierRows(p, v, w), body.Inset(2).Size())
	s.lost, s.cut = lost, cut
	c.place(s, set, body.Inset(2), 4)
	return s
}

// cashierRows are what matters most of a page, most important last left out.
func cashierRows(p page, v terminal.View, w *words) (rows []row) {
	add := func(r row) {
		if r.text != "" {
			r.least = text.Sizes[0]
			rows = append(rows, r)
		}
	}
	head := row{text: p.head, weight: text.Bold, most: 28, lines: 2}
	if p.brief != "" {
		head.shorter = []string{p.brief}
	}
	if p.code != nil && p.big == bigSum {
		head = row{text: w.cashierCode, weight: text.Bold, most: 20}
	}
	if p.big == bigSum && p.code == nil {
		head.most = 16
	}
	if p.label != "" {
		head.drop = 4
	}
	add(head)
	add(row{text: p.stress, weight: text.Bold, most: 20, lines: 2})
	add(row{text: p.sum, weight: text.Bold, most: 40})
	add(row{text: p.label, weight: text.Regular, most: 14, lines: 4, drop: 1})
	if p.code != nil {
		add(row{text: p.code.left, weight: text.Regular, most: 16, drop: 3})
	}
	st := stripOf(v, w)
	flags := ""
	for _, say := range append([]string{st.broken, st.short, st.off, p.order}, st.marks()...) {
		if say != "" {
			flags += "\u00a0" + say
		}
	}
	if flags != "" {
		add(row{text: flags[len("\u00a0"):], shorter: shortFlags(st), weight: text.Regular, most: 14, drop: 2})
	}
	return rows
}

// shortFlags is what must be said even where there is room for one word.
func shortFlags(st strip) []string {
	switch {
	case st.broken != "":
		return []string{st.broken}
	case st.off != "" && st.short != "":
		return []string{st.off + "\u00a0" + st.short, st.off}
	case st.off != "":
		return []string{st.off}
	case st.short != "":
		return []string{st.short}
	}
	return nil
}
