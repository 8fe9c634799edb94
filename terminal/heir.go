package terminal

import (
	"cmp"
	"iter"
	"time"
)

// A journal that is damaged is followed by a new one, as a card is by a new
// card. What could be read of the old one is carried over, so that numbers,
// shifts, PINs and what is owed to people are not lost with a bad page; what
// could not is told again by the backend.

// Heirloom is what can be carried over from a damaged journal.
type Heirloom struct {
	Book Book
	Read int  // records that could be read
	Lost bool // some could not, and no snapshot after them says what they did
}

// Gather adds up what could be read of a damaged journal: records, and how many
// are missing before each. A snapshot behind a gap says what the lost ones came
// to, so that nothing is lost by it, and the first of all where a book begins. Where a gap stays, the backend's news are
// to be told again from where it begins: news of what is in the book already
// change nothing.
func Gather(records iter.Seq2[Record, int]) Heirloom {
	h := Heirloom{Book: Book{Next: 1}}
	var before Book // the gap
	var missing int64
	for r, gap := range records {
		if gap > 0 && !h.Lost {
			h.Lost, before, missing = true, h.Book, int64(gap)
		}
		h.Read++
		if (h.Lost || h.Read == 1) && r.Kind == KindSnapshot && r.Count == imageVersion {
			if b, err := r.book(); err == nil {
				h.Book, h.Lost = b, false
			}
		}
		if h.Lost && r.Kind == KindSeen && r.Why == "" && !h.Book.paid.has(r.Order) {
			// Somebody has seen its money, so it came; nobody is to see it again.
			h.Book.apply(Record{Kind: KindSettled, Order: r.Order, Amount: r.Amount, At: r.At})
		}
		h.Book.apply(r)
		if h.Lost && !before.Joined && before.Cursor == 0 {
			// The greeting was not read. No record is for more than one news, and
			// few news are for none.
			before.Cursor, before.Epoch = max(0, r.Cursor-2*missing), r.Epoch
		}
	}
	if h.Lost {
		h.Book.Joined, h.Book.Epoch, h.Book.Cursor = true, before.Epoch, before.Cursor
	}
	return h
}

// book is what a snapshot says.
func (r Record) book() (Book, error) {
	i, err := r.image()
	if err != nil {
		return Book{}, err
	}
	return i.book()
}

// Heir is the record that a new journal begins with, at that time of day: the
// book as it was. Its charges are of the journal old, and are spoken of in its
// name, because the backend knows an order by its journal. Those without an
// outcome are to be made unpayable: nobody stands before their codes any more.
// When it cannot be told which journal that was, "", they are left to the backend,
// which tells of their money. ok is false when there is nothing to be carried over.
func (h Heirloom) Heir(old string, at time.Time) (r Record, ok bool) {
	if h.Read == 0 {
		return Record{}, false
	}
	b := h.Book.Apply(Record{})
	for _, all := range [][]Charge{b.Open, b.Coded, b.Past} {
		for i := range all {
			all[i].Old = cmp.Or(all[i].Old, old)
		}
	}
	if old == "" {
		b.Open, b.Coded = nil, nil
	}
	for i := range b.Open {
		b.Open[i].LetGo, b.Open[i].Parked = true, true
	}
	for {
		if r, ok = Snapshot(b, at); ok || len(b.Past) == 0 {
			return r, ok
		}
		b.Past = b.Past[(len(b.Past)+1)/2:]
	}
}
