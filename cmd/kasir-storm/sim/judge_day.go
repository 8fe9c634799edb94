package sim

import (
	"time"

	"kasir/terminal"
)

// day is what a card says was taken since the last count: each order once, whoever
// told of it and however late.
func day(card []terminal.Record) (sales int, taken terminal.Rupiah) {
	known := make(map[terminal.OrderID]bool)
	for _, r := range card {
		switch {
		case r.Kind == terminal.KindShiftClosed:
			sales, taken = 0, 0
		case r.Kind == terminal.KindSettled && !known[r.Order]:
			known[r.Order] = true
			sales++
			taken += r.Amount
		}
	}
	return sales, taken
}

// judgeCount holds a count that was just written down against the card before it.
// What a journal took over from a damaged one is in its first row, and there only.
func (t *till) judgeCount(r terminal.Record) {
	if t.past != nil {
		return
	}
	var before []terminal.Record
	for i := range t.card {
		if t.card[i] == r {
			before = t.card[:i] // of two that are the same the last one is meant
		}
	}
	if sales, taken := day(before); r.Sales != sales || r.Amount != taken {
		t.w.breaks(PromiseDay, "%s closes a shift with %d sales of Rp %d, on its card are %d of Rp %d", t.name, r.Sales, r.Amount, sales, taken)
	}
}

// judgeTotals holds what the glass says was taken against the card.
func (t *till) judgeTotals(s terminal.Totals) {
	if t.past != nil {
		return
	}
	if sales, taken := day(t.card); s.Shift.Sales != sales || s.Shift.Taken != taken {
		t.w.breaks(PromiseDay, "%s says that %d sales of Rp %d were made, on its card are %d of Rp %d", t.name, s.Shift.Sales, s.Shift.Taken, sales, taken)
	}
}

// counts is which key to press towards a count, and when to look again; ok is false
// when there is none to be made. Every third shop counts, whenever its cashiers
// have nothing else to do for a while.
func (c *cashier) counts(s terminal.Screen) (k terminal.Key, again time.Duration, ok bool) {
	w := c.t.w
	if _, busy := c.next(); !w.counts || busy || c.keyed || c.counted == maxCounts {
		return 0, 0, false
	}
	switch s.(type) {
	case terminal.Idle:
		if w.now < c.countAt {
			return 0, c.countAt - w.now, true
		}
		return terminal.KeyMenu, soon, true
	case terminal.Menu:
		return '8', soon, true
	case terminal.Totals, terminal.Counting:
		return terminal.KeyOK, soon, true
	case terminal.Report:
		c.counted++
		c.countAt = w.now + betweenCounts
	}
	return 0, 0, false
}

// How often a cashier counts, because a story has an end, and how soon again.
const (
	maxCounts     = 3
	betweenCounts = 50 * time.Second
)
