package terminal

import "slices"

// Limits of what is kept of shifts.
const (
	shiftsKept = 8  // closed ones that can be shown again
	maxAgain   = 20 // sales of one shift that are listed one by one
)

// Shift is what was taken between two closings. The first one begins with the
// journal.
type Shift struct {
	No     int   // 0 for the first, as people count 1
	Shut   bool  // nobody has opened it yet
	Who    int   // number of the operator who opened it; 0 for nobody in particular
	FromMS int64 // time of day of its first record, or of its opening, Unix milliseconds; for reports

	Sales  int       // settled in it
	Taken  Rupiah    // by these
	Late   int       // of Sales: settled after the till had let go of them
	Again  []OrderID // charged although one of the same amount had no outcome; the last maxAgain
	Agains int       // how many those were in all
}

// Close is a shift that is over.
type Close struct {
	Shift
	By      int    // number of the operator who closed it; 0 for nobody in particular
	ToMS    int64  // time of day, Unix milliseconds
	Counted Rupiah // what a person had counted
	Has     bool   // somebody had counted at all
	Unsure  int    // charges without an outcome when it was closed: they count where they are settled
}

// Off is how much more was counted than taken.
func (c Close) Off() Rupiah { return c.Counted - c.Taken }

// take counts a settlement.
func (s *Shift) take(c Charge) {
	s.Sales++
	s.Taken += c.Amount
	if c.Late {
		s.Late++
	}
}

// opened counts a sale that was made against a warning.
func (s *Shift) opened(r Record) {
	if r.Why != whyAgain {
		return
	}
	s.Agains++
	s.Again = append(slices.Clone(s.Again), r.Order)
	s.Again = s.Again[max(0, len(s.Again)-maxAgain):]
}

// whyAgain is Why of a charge that was opened against a warning.
const whyAgain = "again"

// applyShift takes the records that are about shifts.
func (b *Book) applyShift(r Record) {
	switch r.Kind {
	case KindShiftOpened:
		b.Shift.Shut, b.Shift.Who, b.Shift.FromMS = false, r.Who, r.At
	case KindShiftClosed:
		done := Close{Shift: b.Shift, By: r.Who, ToMS: r.At, Counted: r.Paid, Has: r.Why == whyCounted, Unsure: len(b.Open)}
		b.Shifts = append(slices.Clone(b.Shifts), done)
		b.Shifts = b.Shifts[max(0, len(b.Shifts)-shiftsKept):]
		b.Shift = Shift{No: b.Shift.No + 1, Shut: len(b.Crew) > 0, FromMS: r.At}
	}
}

// whyCounted is Why of a closing at which somebody had counted.
const whyCounted = "counted"

// closeShift writes the shift down as over.
func (t *turn) closeShift(by int, counted Rupiah, has bool) {
	s := t.Book.Shift
	r := Record{Kind: KindShiftClosed, Count: s.No + 1, Amount: s.Taken, Sales: s.Sales, Who: by}
	if has {
		r.Paid, r.Why = counted, whyCounted
	}
	t.record(r)
	t.show(Report{Close: t.Book.Shifts[len(t.Book.Shifts)-1]})
}

// Closes is every shift that was closed, oldest first, and the one since then,
// however many there were: for reports that go further back than a Book.
func Closes(records func(yield func(Record, error) bool)) (closed []Close, now Shift, err error) {
	b := Book{Next: 1}
	for r, err := range records {
		if err != nil {
			return closed, b.Shift, err
		}
		b.apply(r)
		if r.Kind == KindShiftClosed {
			closed = append(closed, b.Shifts[len(b.Shifts)-1])
		}
	}
	return closed, b.Shift, nil
}
