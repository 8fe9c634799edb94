package terminal

import "slices"

// Limits of the durable half. Both are far above what a counter needs.
const (
	// MaxOpen is how many charges may be without an outcome at once. At the
	// limit a new sale is refused, in words.
	MaxOpen = 20
	// pastKept is how many ended charges are remembered, so that news about
	// them can be told from news already known.
	pastKept = 512
)

// Ending is how a charge ended.
type Ending uint8

// The endings.
const (
	EndNone      Ending = iota // it has not
	EndPaid                    // settled
	EndCancelled               // the provider confirmed that it cannot be paid
	EndExpired                 // the provider confirmed that its time ran out
	EndDenied                  // the provider refused to make it
	EndTaken                   // the backend refused the order id
	EndMispaid                 // another amount was paid, and a person has seen that
)

func (e Ending) String() string {
	return [...]string{"none", "paid", "cancelled", "expired", "denied", "taken", "mispaid"}[e]
}

// Charge is one sale as the journal knows it.
type Charge struct {
	Order   OrderID
	Amount  Rupiah
	Offered bool   // its code was attested and may have been seen by a customer
	LetGo   bool   // we asked for it to be made unpayable
	Parked  bool   // the cashier went on without an outcome
	Old     string // identity of the journal that it is of, "" for this one; see Heirloom
	Alarmed bool   // something about it did not match
	Mispaid bool   // and that was the money: another amount was paid than was asked
	End     Ending // EndNone while it is open
	Was     Ending // for money that came late: what had been said before it
	Late    bool   // settled after we had let go
	Payer   Payer  // whose linked wallet is charged; zero for a code
	Shown   int    // times its receipt link was shown
	Wrong   int    // codes keyed that said nothing about it
}

// payable reports whether it may have been paid: a customer may have seen its
// code, or a linked wallet was asked, which pays small sums without a word.
func (c Charge) payable() bool { return c.Offered || c.Payer.Linked() }

// Book is the durable half of a till: what its journal adds up to.
type Book struct {
	Joined bool     // a backend has greeted this journal
	Next   int64    // lowest order number never used
	Epoch  string   // of the backend's book in which Cursor is counted
	Cursor int64    // the backend's news are known up to here
	Open   []Charge // without an outcome, oldest first
	Unseen []Charge // paid, and nobody has acknowledged it yet, oldest first
	Alarms []Alarm  // nobody has looked at these yet, oldest first
	Coded  []Charge // paid by the word of a code; the backend's own is awaited, oldest first
	Past   []Charge // ended, oldest first; the last pastKept

	Shift     Shift      // being sold in
	Overrides []Override // in it, where the till had warned; the last maxOverrides
	Shifts    []Done     // the last ones that are over, oldest first
	Crew      []Operator // who has a PIN, by number; nobody: everybody may do everything
	WrongPINs int        // keyed since the last right one

	Volume int // as somebody set it, the Volume and one; 0: nobody did
	Light  int // the same, 1..MaxLight; 0: nobody did

	Link    Link      // the attempt to link a wallet that is waited for
	Unlinks []Unlinks // links being undone, oldest first

	fresh int // records since the last snapshot

	paid numbers // of every order that was ever settled, however long ago
}

// Fold adds records up from nothing, as a boot does.
// Records that begin with a snapshot are added to what that says; one among them
// must say what they came to, else ErrSnapshot.
func Fold(records func(yield func(Record, error) bool)) (Book, error) {
	b := Book{Next: 1}
	first := true
	for r, err := range records {
		if err == nil && r.Kind == KindSnapshot {
			err = b.take(r, first)
		}
		if err != nil {
			return Book{}, err
		}
		b.apply(r)
		first = false
	}
	return b, nil
}

// Apply is the book after one more record. It never changes b's own slices.
func (b Book) Apply(r Record) Book {
	b.Open, b.Unseen, b.Past = slices.Clone(b.Open), slices.Clone(b.Unseen), slices.Clone(b.Past)
	b.Alarms, b.Unlinks, b.Coded = slices.Clone(b.Alarms), slices.Clone(b.Unlinks), slices.Clone(b.Coded)
	b.apply(r)
	return b
}

// apply is the one place where the durable half changes. It is total: a
// record about an order it does not know changes nothing, unless it says that
// money came.
func (b *Book) apply(r Record) {
	b.Cursor = max(b.Cursor, r.Cursor)
	b.fresh++
	if b.Shift.FromMS == 0 {
		b.Shift.FromMS = r.At
	}
	switch r.Kind {
	case KindSnapshot:
		b.fresh = 0
	case KindJoined:
		b.Joined, b.Next = true, max(b.Next, r.Next)
		if r.Epoch != "" && r.Epoch != b.Epoch {
			b.Epoch, b.Cursor = r.Epoch, r.Cursor // another book counts anew
		}
	case KindOpened:
		b.Open = append(b.Open, Charge{Order: r.Order, Amount: r.Amount, Payer: Payer{Customer: r.Customer, Masked: r.Masked}})
		b.Next = max(b.Next, r.Next)
		b.openInShift(r)
	case KindOffered:
		b.mark(r.Order, func(c *Charge) { c.Offered = true })
	case KindLetGo:
		b.mark(r.Order, func(c *Charge) { c.LetGo = true })
	case KindParked:
		b.mark(r.Order, func(c *Charge) { c.Parked = true })
		b.override(Override{Why: OverParked, Order: r.Order, Amount: r.Amount})
	case KindAlarmed:
		b.alarm(Alarm{Order: r.Order, Amount: r.Amount, What: mismatch(r.Why)})
		b.Next = max(b.Next, r.Next)
	case KindSettled:
		b.settle(r)
		b.Next = max(b.Next, r.Next)
	case KindCancelled:
		b.end(r.Order, EndCancelled)
	case KindExpired:
		b.end(r.Order, EndExpired)
	case KindDenied:
		b.end(r.Order, EndDenied)
	case KindTaken:
		b.end(r.Order, EndTaken)
		b.Next = max(b.Next, r.Next)
	case KindShown:
		b.mark(r.Order, func(c *Charge) { c.Shown = r.Count })
	case KindWrongCode:
		b.mark(r.Order, func(c *Charge) { c.Wrong = r.Count })
	case KindAgreed:
		b.agreed(r.Order)
	case KindSeen:
		if r.Why != "" {
			b.looked(r.Order, mismatch(r.Why))
			b.override(Override{Why: OverAlarm, Order: r.Order, Amount: r.Amount})
			return
		}
		b.Unseen = slices.DeleteFunc(b.Unseen, func(c Charge) bool { return c.Order == r.Order })
	case KindShiftOpened, KindShiftClosed:
		b.applyShift(r)
	case KindSet:
		b.set(r)
	case KindCrew, KindWrongPIN:
		b.applyCrew(r)
	default:
		b.applyWallet(r)
	}
}

func (b *Book) mark(id OrderID, change func(*Charge)) {
	if i := find(b.Open, id); i >= 0 {
		change(&b.Open[i])
	}
}

// alarm keeps what did not match until a person has looked at it.
func (b *Book) alarm(a Alarm) {
	note := func(c *Charge) {
		c.Alarmed = true
		c.Mispaid = c.Mispaid || a.What == MismatchPaid
	}
	past := find(b.Past, a.Order)
	switch {
	case find(b.Open, a.Order) >= 0:
		b.mark(a.Order, note)
	case past >= 0:
		note(&b.Past[past])
	default: // of an order that this journal forgot or never had
		c := Charge{Order: a.Order, Amount: a.Amount}
		note(&c)
		b.remember(c)
	}
	b.Alarms = append(b.Alarms, a)
	if a.What == MismatchCode {
		b.agreed(a.Order) // it is a person's matter from here on
	}
}

// agreed stops waiting for the backend's word on what a code said.
func (b *Book) agreed(id OrderID) {
	b.Coded = slices.DeleteFunc(b.Coded, func(c Charge) bool { return c.Order == id })
}

// looked takes an alarm away. Money of another amount is a matter between
// people from then on, so the charge is over for the till; should the right
// amount come after all, that is late money like any other.
func (b *Book) looked(id OrderID, what Mismatch) {
	b.Alarms = slices.DeleteFunc(b.Alarms, func(a Alarm) bool { return a.Order == id && a.What == what })
	if what == MismatchPaid {
		b.end(id, EndMispaid)
	}
}

func (b *Book) end(id OrderID, how Ending) {
	i := find(b.Open, id)
	if i < 0 {
		return
	}
	c := b.Open[i]
	c.End = how
	b.Open = slices.Delete(b.Open, i, i+1)
	b.remember(c)
}

// settle takes the money from wherever the charge was: open, ended without
// it, or forgotten since. Only a charge already paid is left alone.
func (b *Book) settle(r Record) {
	if b.paid.has(r.Order) {
		return
	}
	b.paid = b.paid.with(r.Order)
	c := Charge{Order: r.Order, Amount: r.Amount}
	if i := find(b.Open, r.Order); i >= 0 {
		c = b.Open[i]
		b.Open = slices.Delete(b.Open, i, i+1)
	} else if i := find(b.Past, r.Order); i >= 0 {
		if c = b.Past[i]; c.End == EndPaid {
			return
		}
		b.Past = slices.Delete(b.Past, i, i+1)
	}
	c.Was, c.End, c.Late = c.End, EndPaid, r.Late
	b.Unseen = append(b.Unseen, c)
	b.Shift.take(c)
	if r.Why == whyCode {
		b.Coded = append(b.Coded, c)
	}
	b.remember(c)
}

func (b *Book) remember(c Charge) {
	b.Past = append(b.Past, c)
	if n := len(b.Past) - pastKept; n > 0 {
		b.Past = b.Past[n:] // append leaves it behind when it makes room
	}
}

// open is the open charge of an order; the zero Charge when it is not open.
func (b *Book) open(id OrderID) (c Charge) {
	if i := find(b.Open, id); i >= 0 {
		c = b.Open[i]
	}
	return c
}

// find is the index of the order in charges, searched from the newest; -1.
func find(charges []Charge, id OrderID) int {
	for i := len(charges) - 1; i >= 0; i-- {
		if charges[i].Order == id {
			return i
		}
	}
	return -1
}
