package sim

import (
	"slices"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
	"kasir/terminal"
)

// judgeRecord looks at one record that was just written on a till's card.
func (t *till) judgeRecord(r terminal.Record) {
	w, o := t.w, t.w.orders[string(r.Order)]
	if r.Kind == terminal.KindOpened {
		t.judgeOpened(r)
		return
	}
	if r.Kind == terminal.KindShiftClosed {
		t.judgeCount(r)
	}
	if r.Kind == terminal.KindUnlinking {
		t.eyes.unlinkAsked = w.now
	}
	if o == nil {
		if r.Kind == terminal.KindSettled {
			t.w.breaks(PromiseLunas, "%s records money for %s, an order that nobody made", t.name, r.Order)
		}
		return
	}
	t.note(o, r)
	t.judgeCoded(r)
	x := w.provider.byOrder[o.id]
	switch r.Kind {
	case terminal.KindSettled:
		w.judgeSettled(t.name, o, int64(r.Amount))
		if o.settled > 1 {
			w.breaks(PromiseOnce, "%s records the money of %s twice", t.name, o.id)
		}
	case terminal.KindCancelled, terminal.KindExpired, terminal.KindDenied, terminal.KindTaken:
		if o.settled > 0 || o.ends > 1 {
			w.breaks(PromiseOutcome, "%s records %s of %s after another outcome", t.name, r.Kind, o.id)
		}
		w.judgeEnded(t.name, o.id, x)
	case terminal.KindParked:
		if !o.letGo {
			w.breaks(PromiseOneCode, "%s sets %s aside, and nobody is to make it unpayable", t.name, o.id)
		}
	case terminal.KindSeen:
		if o.seen > 1 && r.Why == "" {
			w.breaks(PromiseOnce, "%s has the money of %s acknowledged twice", t.name, o.id)
		}
	}
}

// judgeOpened takes a new order.
func (t *till) judgeOpened(r terminal.Record) {
	w, id := t.w, string(r.Order)
	if old := w.orders[id]; old != nil && old.opened {
		w.breaks(PromiseOneCode, "%s is used for two sales", id)
	}
	s := t.cashier.sale
	if s == nil || int64(r.Amount) != s.amount || (r.Customer != "") != s.linked {
		w.breaks(PromiseAmount, "%s is over Rp %d of customer %q, confirmed was %+v", id, r.Amount, r.Customer, s)
		return
	}
	if s.linked {
		s.phone = t.cashier.dialed
		if want := wallet.CustomerID(salt, wallet.NewPhone(e164(s.phone))); r.Customer != want {
			w.breaks(PromiseWallet, "%s charges %s, keyed was the number of %s", id, r.Customer, want)
		}
	}
	s.orders = append(s.orders, id)
	w.orders[id] = &order{id: id, sale: s, till: t, journal: t.journal, opened: true, at: int64(w.now)}
	t.eyes.standing = id
}

// note adds a record to what is known of an order's card.
func (t *till) note(o *order, r terminal.Record) {
	switch r.Kind {
	case terminal.KindOpened:
		o.opened = true
	case terminal.KindLetGo:
		o.letGo = true
	case terminal.KindParked:
		o.parked = true
		t.eyes.concluded(o.id)
	case terminal.KindAlarmed:
		o.alarmed = true
	case terminal.KindAgreed:
		o.agreed = true
	case terminal.KindSettled:
		o.settled++
		o.coded = o.coded || r.Why == "code"
	case terminal.KindCancelled, terminal.KindExpired, terminal.KindDenied, terminal.KindTaken:
		o.ends++
	case terminal.KindSeen:
		if r.Why == "" {
			o.seen++
		} else if r.Why == terminal.MismatchPaid.String() {
			o.ends++
		}
	}
}

// judgeCard starts anew with the card that is in the till now.
func (t *till) judgeCard() {
	for _, s := range t.w.sales {
		for _, id := range s.orders {
			if o := t.w.orders[id]; o.till == t {
				o.opened, o.parked, o.letGo, o.alarmed = false, false, false, false
				o.settled, o.ends, o.seen = 0, 0, 0
				o.coded, o.agreed = false, false
			}
		}
	}
	t.eyes.standing = ""
	for _, r := range t.read() {
		if o := t.w.orders[string(r.Order)]; o != nil {
			if r.Kind == terminal.KindOpened {
				t.eyes.standing = o.id
			}
			t.note(o, r)
			if o.ends > 0 || o.settled > 0 || o.alarmed {
				t.eyes.concluded(o.id)
			}
		}
	}
}

// judgeCall looks at one question that a till is about to send.
func (t *till) judgeCall(c terminal.Call) {
	var want terminal.Kind
	switch c.Verb {
	case terminal.Open, terminal.Ask:
		want = terminal.KindOpened
	case terminal.LetGo:
		want = terminal.KindLetGo
	case terminal.LinkUp, terminal.AskLink:
		want = terminal.KindLinking
	case terminal.Unlink:
		want = terminal.KindUnlinking
	default:
		return
	}
	if want == terminal.KindOpened && c.Journal != "" && !t.over(c.Order) {
		t.w.breaks(PromiseOneCode, "%s goes on with %s, which is of a damaged journal: nobody stands before its code", t.name, c)
		return
	}
	for _, r := range slices.Backward(t.read()) {
		if c.Journal != "" && c.Verb == terminal.LetGo && r.Kind == terminal.KindOpened && r.Order == c.Order {
			return // nobody stands before the codes of a damaged journal
		}
		if c.Verb == terminal.LetGo && r.Order == c.Order && ends(r) {
			return // over here, and a book that was put back is told so
		}
		if r.Kind == want && (r.Order == c.Order && r.Amount == c.Amount || want == terminal.KindUnlinking && r.Customer == c.Customer) {
			return
		}
	}
	t.w.breaks(PromiseDisk, "%s sends %s, and its card has no %s", t.name, c, want)
}

// over reports that the card has an end of an order.
func (t *till) over(id terminal.OrderID) bool {
	return slices.ContainsFunc(t.read(), func(r terminal.Record) bool { return r.Order == id && ends(r) })
}

// ends reports that a record ends its order.
func ends(r terminal.Record) bool {
	switch r.Kind {
	case terminal.KindSeen:
		return r.Why == terminal.MismatchPaid.String()
	case terminal.KindSettled, terminal.KindCancelled, terminal.KindExpired, terminal.KindDenied:
		return true
	}
	return false
}

// judgeSettled holds a till's or backend's word that money came against the
// provider.
func (w *World) judgeSettled(who string, o *order, amount int64) {
	x := w.provider.byOrder[o.id]
	switch {
	case x == nil || !x.settled:
		w.breaks(PromiseLunas, "%s says that %s is paid, the provider has settled nothing", who, o.id)
	case x.paid != amount:
		w.breaks(PromiseWrong, "%s says that %s is paid with Rp %d, settled were Rp %d", who, o.id, amount, x.paid)
	case amount != o.sale.amount:
		w.breaks(PromiseLunas, "%s says that %s is paid with Rp %d, confirmed were Rp %d", who, o.id, amount, o.sale.amount)
	case int64(x.settledAt) < o.at:
		w.breaks(PromiseLunas, "%s takes an old payment of %s for a new sale", who, o.id)
	}
}

// judgeEnded holds a word that an order ended without money against the
// provider. Nobody can pay with a code that nobody has seen.
func (w *World) judgeEnded(who, id string, x *tx) {
	switch o := w.orders[id]; {
	case x == nil, o != nil && int64(x.made) < o.at: // there is none, or it is another sale's
	case w.unsent(x):
	case x.state == "pending" && x.seen:
		w.breaks(PromiseEnded, "%s says that %s is over, and its code can be paid", who, id)
	case x.rightly() && !x.ended:
		w.breaks(PromiseEnded, "%s says that %s is over, and it was paid", who, id)
	}
}

// judgeBackendRecords looks at what the backend just committed about an order.
func (w *World) judgeBackendRecords(e ledger.Entry) {
	id := e.Facts.Order
	x, o := w.provider.byOrder[id], w.orders[id]
	settled, ends := 0, 0
	for _, r := range w.backend.book.rows[id].records {
		switch r.Kind {
		case ledger.KindSettled:
			settled++
		case ledger.KindCancelled, ledger.KindExpired, ledger.KindDenied:
			if ends++; settled > 0 {
				w.breaks(PromiseOutcome, "backend records %s of %s after its settlement", r.Kind, id)
			}
		}
	}
	if settled > 1 || ends > 1 {
		w.breaks(PromiseOutcome, "backend records %d settlements and %d other ends of %s", settled, ends, id)
	}
	for _, r := range e.Records {
		switch r.Kind {
		case ledger.KindSettled:
			if o != nil {
				w.judgeSettled("backend", o, r.Amount)
			}
		case ledger.KindCancelled, ledger.KindExpired, ledger.KindDenied:
			w.judgeEnded("backend", id, x)
		}
	}
}

// judgeProviderCall looks at one call that the backend is about to make.
func (w *World) judgeProviderCall(k ledger.Call) {
	b := w.backend
	var records []ledger.Record
	if r := b.book.rows[k.Order]; r != nil {
		records = r.records
	}
	on := func(kinds ...ledger.Kind) bool {
		for _, r := range records {
			for _, kind := range kinds {
				if r.Kind == kind && (kind != ledger.KindAsked || r.Amount == k.Amount && r.Account == k.Account) {
					return true
				}
			}
		}
		return false
	}
	x := w.provider.byOrder[k.Order]
	switch k.Verb {
	case ledger.Send:
		if !on(ledger.KindAsked) {
			w.breaks(PromiseDisk, "backend charges %s, and its file does not say so", k.Order)
		}
		if on(ledger.KindCancelWanted, ledger.KindDoomed, ledger.KindCancelled, ledger.KindDenied, ledger.KindExpired) {
			w.breaks(PromiseEnded, "backend charges %s, whose end was asked for", k.Order)
		}
	case ledger.Stop:
		if !on(ledger.KindCancelWanted, ledger.KindDoomed, ledger.KindCancelled, ledger.KindDenied, ledger.KindExpired) {
			w.breaks(PromiseDisk, "backend cancels %s, and its file does not say why", k.Order)
		}
	case ledger.Expire:
		if x != nil && b.skew == 0 && w.now < x.expires-pace {
			w.breaks(PromiseCountdown, "backend has %s expired, %v early", k.Order, x.expires-w.now)
		}
	case ledger.Status:
		last := b.asked[k.Order]
		if last[0] > 0 && w.now-last[0] < pace {
			w.breaks(PromiseRest, "backend asks about %s four times within %v", k.Order, w.now-last[0])
		}
		b.asked[k.Order] = [3]time.Duration{last[1], last[2], w.now}
	}
}
