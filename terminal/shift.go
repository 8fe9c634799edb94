package terminal

import "slices"

// Limits of what is kept of shifts.
const (
	shiftsKept   = 8  // closed ones that can be shown again
	maxOverrides = 20 // decisions of one shift that are listed one by one
)

// Shift is what was taken between two closings. The first one begins with the
// journal.
type Shift struct {
	No     int   // 0 for the first, as people count 1
	Shut   bool  // nobody has opened it yet
	Who    int   // number of the operator who opened it; 0 for nobody in particular
	FromMS int64 // time of day of its first record, or of its opening, Unix milliseconds; for reports

	First, Last OrderID // of the charges that were opened in it; "" for none
	Sales       int     // settled in it
	Taken       Rupiah  // by these
	Late        int     // of Sales: settled after the till had let go of them
	Old         int     // of Sales: not opened in it
	OldTaken    Rupiah  // of Taken: by these

	Overs  int // decisions against a warning
	Agains int // of these: those for OverAgain
}

// Override is a decision of a person where the till had said to wait or to look.
type Override struct {
	Why    OverrideWhy
	Order  OrderID
	Amount Rupiah
	Of     OrderID // OverAgain: the one of the same amount that had no outcome
}

// OverrideWhy is what was decided. The words are in snapshots.
type OverrideWhy string

// The decisions.
const (
	OverAgain  OverrideWhy = "again"  // charged although one of the same amount had no outcome
	OverParked OverrideWhy = "parked" // went on although this one had no outcome
	OverAlarm  OverrideWhy = "alarm"  // took an alarm away
)

// Close is a shift that is over.
type Close struct {
	Shift
	By      int     // number of the operator who closed it; 0 for nobody in particular
	ToMS    int64   // time of day, Unix milliseconds
	Counted Rupiah  // what a person had counted
	Has     bool    // somebody had counted at all
	Unsure  int     // charges without an outcome when it was closed: they count where they are settled
	Head    string  // of the journal just before: the hash of its last row, hexadecimal; "" when it was not known
	Known   OrderID // a charge that the backend knew by then, so that it finds the journal's key; "" for none
}

// Done is a shift that is over, with what people decided in it where the till had
// warned: the last maxOverrides.
type Done struct {
	Close
	Overrides []Override
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
	if !s.opened(c.Order) {
		s.Old++
		s.OldTaken += c.Amount
	}
}

// opened reports whether a charge was opened in this shift.
func (s *Shift) opened(id OrderID) bool {
	name, n, ok := id.split()
	of, first, known := s.First.split()
	return ok && known && name == of && n >= first
}

// openInShift counts a sale that was begun.
func (b *Book) openInShift(r Record) {
	if !b.Shift.opened(r.Order) {
		b.Shift.First = r.Order
	}
	b.Shift.Last = r.Order
	if r.Why == whyAgain {
		b.Shift.Agains++
		b.override(Override{Why: OverAgain, Order: r.Order, Amount: r.Amount, Of: OrderID(r.Transaction)})
	}
}

// override notes what a person decided.
func (b *Book) override(o Override) {
	b.Shift.Overs++
	b.Overrides = append(slices.Clone(b.Overrides), o)
	b.Overrides = b.Overrides[max(0, len(b.Overrides)-maxOverrides):]
}

// whyAgain is Why of a charge that was opened against a warning.
const whyAgain = "again"

// applyShift takes the records that are about shifts.
func (b *Book) applyShift(r Record) {
	switch r.Kind {
	case KindShiftOpened:
		b.Shift.Shut, b.Shift.Who, b.Shift.FromMS = false, r.Who, r.At
	case KindShiftClosed:
		done := Close{Shift: b.Shift, By: r.Who, ToMS: r.At, Counted: r.Paid, Has: r.Why == whyCounted,
			Unsure: len(b.Open), Head: r.Proof, Known: b.known()}
		b.Shifts = append(slices.Clone(b.Shifts), Done{done, b.Overrides})
		b.Shifts = b.Shifts[max(0, len(b.Shifts)-shiftsKept):]
		b.Shift, b.Overrides = Shift{No: b.Shift.No + 1, Shut: len(b.Crew) > 0, FromMS: r.At}, nil
	}
}

// known is the newest charge of this journal that the backend is certain to know:
// it made the code that was shown, or charged the wallet.
func (b *Book) known() (id OrderID) {
	for _, c := range slices.Concat(b.Past, b.Open) {
		if c.Old == "" && (c.Offered || c.Payer.Linked() && c.End == EndPaid) {
			id = c.Order
		}
	}
	return id
}

// whyCounted is Why of a closing at which somebody had counted.
const whyCounted = "counted"

// closeShift writes the shift down as over.
func (t *turn) closeShift(by int, counted Rupiah, has bool) {
	s := t.Book.Shift
	r := Record{Kind: KindShiftClosed, Count: s.No + 1, Amount: s.Taken, Sales: s.Sales, Who: by, Proof: t.now.Head}
	if has {
		r.Paid, r.Why = counted, whyCounted
	}
	t.record(r)
	t.show(report(t.Book, len(t.Book.Shifts)-1, false))
	t.Screen.pass(t)
}

// Closes is every shift that was closed, oldest first, and the one since then,
// however many there were: for reports that go further back than a Book.
func Closes(records func(yield func(Record, error) bool)) (closed []Done, now Shift, err error) {
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
