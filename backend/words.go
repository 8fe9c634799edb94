package backend

import (
	"errors"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// noteWords are a note as one backend tells it to another: one of the events
// that come from outside.
type noteWords struct {
	Order   string         `json:"order"`
	Claimed bool           `json:"claimed,omitempty"` // by Amount and Journal
	Amount  int64          `json:"amount,omitempty"`
	Journal string         `json:"journal,omitempty"`
	Open    *ledger.Open   `json:"open,omitempty"`
	Cancel  *ledger.Cancel `json:"cancel,omitempty"`
	Heard   *ledger.Heard  `json:"heard,omitempty"`
	Look    bool           `json:"look,omitempty"`
}

func wordsOf(n note) (*noteWords, bool) {
	w := &noteWords{Order: n.order}
	if n.claim != nil {
		w.Claimed, w.Amount, w.Journal = true, n.claim.amount, n.claim.journal
	}
	switch e := n.event.(type) {
	case ledger.Open:
		w.Open = &e
	case ledger.Cancel:
		w.Cancel = &e
	case ledger.Heard:
		w.Heard = &e
	case ledger.Look:
		w.Look = true
	default:
		return nil, false
	}
	return w, true
}

func (w *noteWords) note() (n note, ok bool) {
	n.order = w.Order
	if w.Claimed {
		n.claim = &claim{w.Amount, w.Journal}
	}
	switch {
	case w.Open != nil:
		n.event = *w.Open
	case w.Cancel != nil:
		n.event = *w.Cancel
	case w.Heard != nil:
		n.event = *w.Heard
	case w.Look:
		n.event = ledger.Look{}
	}
	return n, n.event != nil
}

// deedWords are a deed. A whole number travels in it, sealed, to whoever has
// the wallet on his desk.
type deedWords struct {
	Customer string        `json:"customer"`
	Ask      *wallet.Ask   `json:"ask,omitempty"`
	Phone    string        `json:"phone,omitempty"`
	Unlink   bool          `json:"unlink,omitempty"`
	Heard    *wallet.Heard `json:"heard,omitempty"`
	Look     *wallet.Look  `json:"look,omitempty"`
}

func deedWordsOf(d deed) (*deedWords, bool) {
	w := &deedWords{Customer: d.customer}
	switch e := d.event.(type) {
	case wallet.Ask:
		w.Phone = e.Phone.E164()
		e.Phone = wallet.Phone{}
		w.Ask = &e
	case wallet.Unlink:
		w.Unlink = true
	case wallet.Heard:
		w.Heard = &e
	case wallet.Look:
		w.Look = &e
	default:
		return nil, false
	}
	return w, true
}

func (w *deedWords) deed() (d deed, ok bool) {
	d.customer = w.Customer
	switch {
	case w.Ask != nil:
		e := *w.Ask
		e.Phone = wallet.NewPhone(w.Phone)
		d.event = e
	case w.Unlink:
		d.event = wallet.Unlink{}
	case w.Heard != nil:
		d.event = *w.Heard
	case w.Look != nil:
		d.event = *w.Look
	}
	return d, d.event != nil
}

// doneWords are what came of a note or a deed: committed, or a refusal.
type doneWords struct {
	Refused string     `json:"refused,omitempty"`
	View    *viewWords `json:"view,omitempty"`
}

func (d *doneWords) view() **viewWords {
	if d == nil {
		return nil
	}
	return &d.View
}

type walletView = wallet.Glimpse

// refusals are the errors that have a meaning elsewhere, by the word they
// travel as.
var refusals = map[string]error{
	"conflict": ledger.ErrConflict, "taken": ledger.ErrTaken, "no_order": errNoOrder, "full": errFull, "book": errBook,
	"link_conflict": wallet.ErrConflict, "link_taken": wallet.ErrTaken, "no_customer": errNoCustomer,
	"no_wallets": errNoWallets, "old_link": errOldLink, "elsewhere": errElsewhere,
}

// refusalWord is the word of an error; anything else is a fault of the book's.
func refusalWord(err error) string {
	if err == nil {
		return ""
	}
	for word, is := range refusals {
		if errors.Is(err, is) {
			return word
		}
	}
	return "book"
}

func refusalBy(word string) error {
	if word == "" {
		return nil
	}
	if err, ok := refusals[word]; ok {
		return err
	}
	return errBook
}
