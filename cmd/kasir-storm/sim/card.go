package sim

import (
	"slices"

	"kasir/terminal"
)

// restore puts an older copy of the card into the device.
func (t *till) restore() {
	t.die()
	if t.up || len(t.card) <= t.owed || t.owed == 0 {
		return
	}
	n := t.owed + t.w.dice.IntN(len(t.card)-t.owed)
	t.w.tell("%s: an old copy of the card is put in, %d records are gone", t.name, len(t.card)-n)
	t.card = t.card[:n:n]
	t.judgeCard()
}

// wipe puts an empty card into the device.
func (t *till) wipe() {
	t.die()
	if t.up {
		return
	}
	t.w.tell("%s: a new card is put in", t.name)
	t.newCard()
	t.paidBefore = t.w.backend.paid()
	t.judgeCard()
}

// damage takes records out of the journal, and lets a new one follow with what
// is left, as kasir does when a technician agrees to it.
func (t *till) damage() {
	t.die()
	if t.up || len(t.card) < 2 {
		return
	}
	w := t.w
	from := w.dice.IntN(len(t.card))
	to := min(len(t.card), from+1+w.dice.IntN(12))
	gap := 0
	h := terminal.Gather(func(yield func(terminal.Record, int) bool) {
		for i, r := range t.card {
			if i >= from && i < to {
				gap++
				continue
			}
			r, err := written(r)
			if err != nil {
				continue
			}
			if !yield(r, gap) {
				return
			}
			gap = 0
		}
	})
	if w.plant == PlantGapForgotten {
		h.Book.Cursor = max(h.Book.Cursor, t.state.Book.Cursor)
	}
	was, past, owed := t.journal, t.past, t.owed
	for i, r := range t.card {
		if i < from || i >= to || knows(h.Book, r) {
			past = append(past, r)
		}
	}
	first, ok := h.Heir(was, epoch)
	if !ok {
		return
	}
	w.tell("%s: records %d to %d of %d cannot be read, and a new journal follows", t.name, from+1, to, len(t.card))
	t.newCard()
	t.card, t.past = []terminal.Record{first}, past
	if !h.Book.Joined { // no more is known than to a new card
		t.paidBefore = w.backend.paid()
		t.judgeCard()
		return
	}
	if owed > 0 {
		t.owed = 1 // its news are counted from before the damage, as the old one's were
	}
	for _, s := range w.sales {
		for _, id := range s.orders {
			if o := w.orders[id]; o.till == t && o.journal == was {
				o.journal = t.journal
			}
		}
	}
	t.judgeCard()
	t.eyes.standing = "" // whoever agreed was told how many sales have no outcome
}

// knows reports that a book says what a record says, though that was lost.
func knows(b terminal.Book, r terminal.Record) bool {
	is := func(c terminal.Charge) bool { return c.Order == r.Order }
	i := slices.IndexFunc(b.Past, is)
	paid := i >= 0 && b.Past[i].End == terminal.EndPaid
	switch r.Kind {
	case terminal.KindSettled:
		return paid
	case terminal.KindSeen:
		if r.Why == terminal.MismatchPaid.String() {
			return i >= 0 && b.Past[i].End == terminal.EndMispaid
		}
		return paid && r.Why == "" && !slices.ContainsFunc(b.Unseen, is)
	case terminal.KindCancelled, terminal.KindExpired, terminal.KindDenied, terminal.KindTaken:
		return i >= 0 && !paid
	case terminal.KindOpened:
		if i >= 0 && b.Past[i].End == terminal.EndNone {
			return false // it is known by an alarm only, which says nothing of its end
		}
	case terminal.KindLinking, terminal.KindUnlinking:
		return true
	}
	return i >= 0 || slices.ContainsFunc(b.Open, is)
}

// read is all that the till's journals say.
func (t *till) read() []terminal.Record { return slices.Concat(t.past, t.card) }
