package reconcile

import (
	"cmp"
	"maps"
	"slices"
)

// Charge is what the backend believes of one order.
type Charge struct {
	Order         string
	TransactionID string
	Till          string // "" for what no till sold
	Paid          bool   // settled; what was given back stays so
	Asked         int64  // rupiah
	Taken         int64  // rupiah, 0 unless Paid
	Refunded      int64  // rupiah, all refunds together
	SettledMS     int64  // Unix milliseconds
}

// Kind is in which way the two sides do not agree. The words are stored: never
// reuse one for another meaning.
type Kind string

// Kinds.
const (
	UnknownHere   Kind = "unknown_here"   // paid there, no such order here
	UnpaidHere    Kind = "unpaid_here"    // paid there, here the order was not
	MissingThere  Kind = "missing_there"  // paid here, not in the file
	AmountDiffers Kind = "amount_differs" // paid on both sides, not the same amount
	PaidTwice     Kind = "paid_twice"     // there more than once
	RefundDiffers Kind = "refund_differs" // given back on both sides or one, not the same amount
	SumDiffers    Kind = "sum_differs"    // the file's own amount less its fee is not its net
)

// Mismatch is one order on which the two sides do not agree.
type Mismatch struct {
	Kind          Kind   `json:"kind"`
	Order         string `json:"order"` // "" when the file names only a transaction
	TransactionID string `json:"transaction_id,omitempty"`
	Till          string `json:"till,omitempty"`
	Here          int64  `json:"here"`  // rupiah
	There         int64  `json:"there"` // rupiah
	Lines         []int  `json:"lines,omitempty"`
	AtMS          int64  `json:"at_ms,omitempty"`
}

// ID names the mismatch: the same order in the same way is the same one, in
// whichever file it shows.
func (m Mismatch) ID() string {
	if m.Order != "" {
		return m.Order + ":" + string(m.Kind)
	}
	return "tx-" + m.TransactionID + ":" + string(m.Kind)
}

// Match is one order on which both agree, with what the provider kept of it.
type Match struct {
	Order  string `json:"order"`
	Amount int64  `json:"amount"`  // rupiah paid
	Back   int64  `json:"back"`    // rupiah given back
	Fee    Sen    `json:"fee_sen"` // of all its lines
	Net    Sen    `json:"net_sen"` // what is paid out
}

// Totals sums a file up.
type Totals struct {
	Orders int   `json:"orders"`
	Paid   int64 `json:"paid"` // rupiah
	Back   int64 `json:"back"` // rupiah
	Fee    Sen   `json:"fee_sen"`
	Net    Sen   `json:"net_sen"`
}

// Result is what a comparison gives; the first two in the order of the ids.
type Result struct {
	Matched    []Match
	Mismatched []Mismatch
	Lines      []Line // of the file, each with our order id where it names only the transaction
	File       Totals // of the whole file, lines of their own included
}

// Compare sets a statement against the charges. ours must hold every order that
// the statement names and this backend knows, however old, and every one that
// was paid in span; only of those that were paid in span is it said that the
// file lacks them.
func Compare(s Statement, ours []Charge, span Span) Result {
	k := index(ours)
	sides := map[string]*side{}
	var out Result
	for _, l := range s.Lines {
		out.File.count(l)
		order := k.order(l)
		if _, ours := k.byOrder[order]; ours {
			l.Order = order
		}
		out.Lines = append(out.Lines, l)
		if l.Act == Other {
			continue
		}
		if sides[order] == nil {
			sides[order] = &side{}
		}
		sides[order].add(l)
	}
	out.File.Orders = len(sides)
	for _, order := range slices.Sorted(maps.Keys(sides)) {
		c, known := k.byOrder[order]
		match, wrong := judge(c, known, sides[order])
		if len(wrong) == 0 {
			out.Matched = append(out.Matched, match)
		}
		out.Mismatched = append(out.Mismatched, wrong...)
	}
	for _, c := range ours {
		if _, there := sides[c.Order]; !there && c.Paid && span.Holds(c.SettledMS) && c.Refunded < c.Taken {
			out.Mismatched = append(out.Mismatched, Mismatch{Kind: MissingThere, Order: c.Order, TransactionID: c.TransactionID,
				Till: c.Till, Here: c.Taken - c.Refunded, AtMS: c.SettledMS})
		}
	}
	slices.SortStableFunc(out.Mismatched, func(a, b Mismatch) int { return cmp.Compare(a.ID(), b.ID()) })
	return out
}

// Span is a stretch of time in Unix milliseconds, its end not included.
type Span struct {
	FromMS int64 `json:"from_ms"`
	ToMS   int64 `json:"to_ms"`
}

// Holds reports whether ms is in it.
func (s Span) Holds(ms int64) bool { return s.FromMS <= ms && ms < s.ToMS }

// known is the charges by what a line may name them.
type known struct{ byOrder, byTx map[string]Charge }

func index(ours []Charge) known {
	k := known{make(map[string]Charge, len(ours)), make(map[string]Charge, len(ours))}
	for _, c := range ours {
		k.byOrder[c.Order] = c
		if c.TransactionID != "" {
			k.byTx[c.TransactionID] = c
		}
	}
	return k
}

// order is whose line it is: our order id, which a refund under an id of its own
// has by its transaction; else whatever the line names.
func (k known) order(l Line) string {
	if _, ok := k.byOrder[l.Order]; ok && l.Order != "" {
		return l.Order
	}
	if c, ok := k.byTx[l.TransactionID]; ok {
		return c.Order
	}
	if l.Order != "" {
		return l.Order
	}
	return "tx " + l.TransactionID
}

func (t *Totals) count(l Line) {
	switch l.Act {
	case Payment:
		t.Paid += l.Amount
		t.Net += l.Net
	case Refund, Chargeback:
		t.Back += l.Amount
		t.Net -= l.Net
		t.Fee -= l.Fee
		return
	case Other:
		t.Net += l.Net
	}
	t.Fee += l.Fee
}

// side is what the file says of one order.
type side struct {
	order, tx  string // the first that its lines name
	paid, back int64
	fee, net   Sen
	payments   int
	sums       bool // a line does not add up
	lines      []int
	atMS       int64
}

func (x *side) add(l Line) {
	x.lines = append(x.lines, l.Number)
	x.order, x.tx = cmp.Or(x.order, l.Order), cmp.Or(x.tx, l.TransactionID)
	x.atMS = max(x.atMS, l.AtMS)
	x.sums = x.sums || Sen(l.Amount)*100-l.Fee != l.Net
	if l.Act == Payment {
		x.payments++
		x.paid += l.Amount
		x.fee += l.Fee
		x.net += l.Net
		return
	}
	x.back += l.Amount
	x.fee -= l.Fee
	x.net -= l.Net
}

// judge compares one order of the file with the charge of that id.
func judge(c Charge, known bool, x *side) (Match, []Mismatch) {
	base := Mismatch{Order: cmp.Or(c.Order, x.order), TransactionID: cmp.Or(x.tx, c.TransactionID), Till: c.Till, Lines: x.lines, AtMS: x.atMS}
	var wrong []Mismatch
	say := func(k Kind, here, there int64) {
		m := base
		m.Kind, m.Here, m.There = k, here, there
		wrong = append(wrong, m)
	}
	if x.sums {
		say(SumDiffers, 0, x.paid-x.back)
	}
	// Given back before the payout, an order may stand in the file once: as refunded.
	onlyBack := x.payments == 0
	switch {
	case !known:
		say(UnknownHere, 0, x.paid-x.back)
		return Match{}, wrong
	case x.payments > 1:
		say(PaidTwice, c.Taken, x.paid)
	case !c.Paid && !onlyBack:
		say(UnpaidHere, 0, x.paid)
	case !onlyBack && x.paid != c.Taken:
		say(AmountDiffers, c.Taken, x.paid)
	}
	if x.back > c.Refunded || (onlyBack && x.back != c.Refunded) {
		say(RefundDiffers, c.Refunded, x.back)
	}
	paid := x.paid
	if onlyBack {
		paid = x.back
	}
	return Match{Order: c.Order, Amount: paid, Back: x.back, Fee: x.fee, Net: x.net}, wrong
}
