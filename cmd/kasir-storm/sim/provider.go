package sim

import (
	"fmt"
	"time"

	"kasir/backend/ledger"
)

// provider is the payment provider, the way the real one behaves, and the
// truth about money in a story: what the judge compares everything with.
type provider struct {
	w        *World
	byOrder  map[string]*tx
	all      []*tx
	codes    map[string]*tx // by the text of the code, or the page for a PIN
	accounts map[string]*account
	wallets  []*account
}

// tx is one transaction at the provider.
type tx struct {
	id, order, mark string
	state           string // pending, settlement, cancel, expire, deny
	before          string // the state before this one, for answers that are stale
	changed         time.Duration
	made, expires   time.Duration
	asked, amount   int64 // rupiah; amount is what it was made with
	paid            int64 // what was settled
	code            string
	page            string
	account         *account

	sale      *sale // whose it is
	seen      bool  // its code was on a glass: somebody can pay it
	money     bool  // the payer's money has left
	settled   bool  // once, and for ever
	ended     bool  // it was cancelled, expired or denied at some time
	settledAt time.Duration
	forgetsAt time.Duration // for a short while the provider says it does not know it
	unacked   bool          // the news of its last change were not taken
	news      int           // of changes
	unsent    bool          // see backend.purse
}

// forgetFor is how long the provider may deny a transaction that it has. With
// slowLag it is less than ledger.AbsenceGrace, which is a belief about the
// real one that no program can do without.
const forgetFor = 8 * time.Second

func newProvider(w *World) *provider {
	return &provider{w: w, byOrder: make(map[string]*tx), codes: make(map[string]*tx), accounts: make(map[string]*account)}
}

// do carries out one call and answers it.
func (p *provider) do(k ledger.Call) ledger.Answer {
	a := p.answer(k)
	f := &p.w.weather
	if p.w.chance(f.err500) {
		a = ledger.Answer{Verb: k.Verb, Outcome: ledger.Unknown} // it is done, and 500 stands inside a 200
	}
	p.w.tell("provider: %s %s -> %s %s", k.Verb, k.Order, a.Outcome, a.Tx.Status)
	return a
}

func (p *provider) answer(k ledger.Call) ledger.Answer {
	w, f := p.w, &p.w.weather
	t := p.byOrder[k.Order]
	a := ledger.Answer{Verb: k.Verb, Outcome: ledger.Absent}
	switch {
	case k.Verb == ledger.Send:
		return p.charge(k, t)
	case w.chance(f.limit):
		a.Outcome = ledger.Refused
	case t == nil, k.ID != t.id && k.ID != t.order, w.now >= t.forgetsAt && w.now < t.forgetsAt+forgetFor:
	case k.Verb == ledger.Scan:
		if a.Outcome = ledger.Done; w.chance(f.noText / 3) {
			a.Outcome = ledger.Refused
		}
		a.QR = t.code
	case k.Verb == ledger.Status:
		if a.Outcome, a.Tx = ledger.Done, p.document(t); w.chance(f.misnamed) {
			// Somebody else's paid order, under this one's number; or under its name, too.
			a.Tx.Status, a.Tx.Paid, a.Tx.Amount = "settlement", true, t.asked
			if known := w.backend.book.facts(k.Order).TransactionID; known != "" && w.steps%2 == 0 {
				a.Tx.ID, a.Tx.Mark = others, others
			} else {
				a.Tx.Order = "till-z-00000001"
			}
		}
	case t.state != "pending":
		a.Outcome = ledger.Locked
	case t.money && w.chance(0.5):
		a.Outcome = ledger.Locked // being settled just now
	default:
		p.stop(t, k.Verb)
		a.Outcome, a.Tx = ledger.Done, p.document(t)
	}
	return a
}

func (p *provider) stop(t *tx, v ledger.Verb) {
	if v == ledger.Expire {
		p.become(t, "expire")
		return
	}
	p.become(t, "cancel")
}

// charge makes a transaction, once for every order id.
func (p *provider) charge(k ledger.Call, t *tx) ledger.Answer {
	w, f := p.w, &p.w.weather
	a := ledger.Answer{Verb: k.Verb, Outcome: ledger.Done}
	if t == nil && w.chance(f.foreign) && k.Account == "" {
		// Left from an earlier life of this order id: paid, with the same amount.
		t = &tx{id: "old-" + k.Order, order: k.Order, mark: others, state: "settlement", asked: k.Amount, amount: k.Amount,
			paid: k.Amount, settled: true, made: -time.Hour, changed: -time.Hour, expires: -time.Minute, settledAt: -time.Hour, forgetsAt: -time.Hour}
		p.byOrder[k.Order] = t
	}
	switch {
	case t != nil && t.mark == k.Mark && w.now-t.made < 5*time.Minute:
		a.Tx = p.document(t) // the same key gives the first answer again
		return a
	case t != nil:
		a.Outcome = ledger.Duplicate
		return a
	case w.chance(f.limit):
		a.Outcome, a.Reason = ledger.Refused, ledger.Reason{Code: "rate_limit", Retry: true}
		return a
	case w.chance(f.deny) && k.Account == "":
		a.Outcome, a.Reason = ledger.Refused, ledger.Reason{Code: ledger.ReasonRejected, Retry: w.chance(0.7)}
		return a
	}
	t = &tx{
		id: fmt.Sprintf("tx-%d-%s", len(p.all), k.Order), order: k.Order, mark: k.Mark, state: "pending", made: w.now, changed: w.now,
		expires: w.now + k.Lifetime, asked: k.Amount, amount: k.Amount, forgetsAt: -time.Hour,
	}
	if o := w.orders[k.Order]; o != nil {
		t.sale = o.sale
	}
	if w.chance(f.wrongMade) {
		t.amount += 1000
	}
	if w.chance(f.forget) {
		if t.forgetsAt = w.now; k.Account == "" {
			t.forgetsAt += w.within(time.Minute)
		}
	}
	p.byOrder[k.Order] = t
	p.all = append(p.all, t)
	if k.Account != "" {
		p.chargeWallet(t, k)
	} else {
		t.code = p.code(t)
		p.codes[t.code] = t
	}
	if t.state == "pending" {
		p.notify(t)
		w.after(t.expires-w.now+w.between(0, 20*time.Second), func() { p.expire(t) })
	}
	a.Tx = p.document(t)
	if w.chance(f.noText) {
		a.Tx.QR, a.Tx.VerifyURL = "", ""
	}
	return a
}

// expire ends a code whose time is over.
func (p *provider) expire(t *tx) {
	if t.state == "pending" && !t.money {
		p.become(t, "expire")
	}
}

// others is the name of a transaction that is somebody else's.
const others = "another"

// document is what a status call says of a transaction.
func (p *provider) document(t *tx) ledger.Tx {
	w := p.w
	state, amount := t.state, t.amount
	if t.before != "" && w.now-t.changed < 3*time.Second && w.chance(w.weather.stale) {
		state = t.before // a copy of theirs that is a little behind
	}
	d := ledger.Tx{ID: t.id, Order: t.order, Mark: t.mark, QR: t.code, VerifyURL: t.page, Lifetime: t.expires - t.made}
	if state == "settlement" {
		d.Paid, amount, d.SettledAt, d.Issuer = true, t.paid, epoch.Add(t.settledAt), "gopay"
	}
	if state == "deny" {
		d.Reason = ledger.Reason{Code: "insufficient_balance"}
		if w.chance(w.weather.captured) {
			state = "capture" // with fraud_status deny: that is not paid
		}
	}
	if t.page != "" && w.chance(w.weather.badPage) {
		d.VerifyURL, d.BadLink = "", true // the teller does not hand on a page of somebody else's
	}
	d.Status, d.Amount, d.ExpiresAt = state, amount, epoch.Add(t.expires)
	return d
}

// become changes a transaction, and has it told.
func (p *provider) become(t *tx, state string) {
	w := p.w
	w.tell("provider: %s was %s, is %s", t.order, t.state, state)
	w.mixText(state)
	t.before, t.state, t.changed = t.state, state, w.now
	if state == "settlement" {
		t.settled, t.settledAt = true, w.now
	} else {
		t.ended = true
	}
	p.notify(t)
}

// pay is somebody paying with the code or the page of t. It is refused like
// the wallet's app would refuse it, or takes the money at once and settles a
// little later: also after a cancel that came between.
func (p *provider) pay(t *tx) {
	w, f := p.w, &p.w.weather
	late := t.state != "pending" || w.now > t.expires+3*time.Second
	if t.money || late && !(t.ended && t.seen && t.state != "deny" && w.chance(f.afterCancel)) {
		return
	}
	w.tell("customer: pays Rp %d for %s", t.amount, t.order)
	t.money = true
	wait := time.Duration(0)
	if w.chance(f.lateSettle) {
		wait = w.within(40 * time.Second)
	}
	wrong := w.chance(f.wrongPaid)
	w.after(wait, func() { p.settle(t, wrong) })
}

func (p *provider) settle(t *tx, wrong bool) {
	if t.settled {
		return
	}
	if t.paid = t.amount; wrong {
		t.paid -= 500
	}
	p.become(t, "settlement")
	p.w.judgeDouble(t)
}

// rightly reports that the money that was asked for is there.
func (t *tx) rightly() bool { return t.settled && t.paid == t.asked }
