package terminal

import "slices"

// The backend's book can be put back from an older copy. What that copy has
// forgotten, this till's journal still has: each charge that ended here is asked
// about once more, and one that the backend does not know is named to it with
// the wish for its end, after which the provider's word about it is read anew.
// Open charges are asked about anyway, as in a new life.

// recall is that going on. It is lost with the power, and begins anew then: the
// new epoch is written down when it is done, and not before.
type recall struct {
	errand
	epoch  string // of the book that is told; "" when there is none
	latest int64
	left   []Charge // the next one last
	verb   Verb     // what is asked about the next one
}

// restored begins to tell another book of the backend's what this one knows. A
// journal that was never told of an epoch only takes note.
func (t *turn) restored(e Restored) {
	switch {
	case e.Epoch == "" || !t.Book.Joined || e.Epoch == t.Book.Epoch || e.Epoch == t.recall.epoch:
		return
	case t.Book.Epoch == "":
		t.record(Record{Kind: KindJoined, Next: t.Book.Next, Cursor: t.Book.Cursor, Epoch: e.Epoch})
		return
	}
	t.recall = recall{epoch: e.Epoch, latest: e.Latest, verb: Ask}
	t.recall.next = t.now.Up
	for _, c := range t.Book.Past {
		if c.End != EndTaken { // a number that was somebody else's
			t.recall.left = append(t.recall.left, c)
		}
	}
	t.watches = slices.Clone(t.watches)
	for i := range t.watches {
		t.watches[i].heard = false // by that book
		if t.watches[i].flight == 0 {
			t.watches[i].next = t.now.Up
		}
	}
}

// remind asks about the next charge, when its time has come.
func (t *turn) remind() {
	r := &t.recall
	if r.epoch == "" {
		return
	}
	if len(r.left) == 0 {
		done := Record{Kind: KindJoined, Next: t.Book.Next, Cursor: r.latest, Epoch: r.epoch}
		*r = recall{}
		t.record(done)
		return
	}
	if r.ask(t.now.Up) {
		c := r.left[len(r.left)-1]
		t.owed.Calls = append(t.owed.Calls, Call{Verb: r.verb, Order: c.Order, Amount: c.Amount, Paid: r.verb == Ask && c.End == EndPaid, Journal: c.Old})
	}
}

// recalled takes the answer about a charge that ended. What it says is news like
// any other; here it only decides what to ask next.
func (t *turn) recalled(e Told) {
	r := &t.recall
	if r.epoch == "" || len(r.left) == 0 || !r.flight || e.Call != r.verb {
		return
	}
	c := r.left[len(r.left)-1]
	if e.Order != c.Order {
		return
	}
	r.answered(t.now.Up, e.Trouble, 0)
	open := e.Fact == FactAsked || e.Fact == FactPending
	switch {
	case e.Trouble != NoTrouble:
	case r.verb == Ask && (e.Fact == FactUnknown || open && c.End != EndPaid):
		r.verb = LetGo
	default: // it knows the end, or will find it by itself
		r.left, r.verb = r.left[:len(r.left)-1], Ask
	}
}
