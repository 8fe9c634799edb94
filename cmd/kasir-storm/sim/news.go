package sim

import (
	"strconv"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/wallet"
	"kasir/terminal"
)

// letter is a notification as it travels: what it says, and the signature,
// which covers the order, the code and the amount, and not the status.
type letter struct {
	order, code, gross, status string
	signature                  string
}

// notifyKey is what the provider signs with.
const notifyKey = "the-merchants-key"

// again is after which wait a notification that was not taken comes again.
var again = []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute}

// letterOf is what the provider writes about a transaction as it is now.
func letterOf(t *tx) letter {
	code := map[string]string{"pending": "201", "settlement": "200"}[t.state]
	if code == "" {
		code = "202"
	}
	amount := t.amount
	if t.settled {
		amount = t.paid
	}
	l := letter{order: t.order, code: code, gross: strconv.FormatInt(amount, 10) + ".00", status: t.state}
	l.signature = midtrans.Signature(l.order, l.code, l.gross, notifyKey)
	return l
}

// notify sends the news of a change: now or minutes later, twice, or never.
func (p *provider) notify(t *tx) {
	w := p.w
	t.unacked = true
	t.news++
	l, n := letterOf(t), t.news
	w.after(w.within(w.weather.slowLag), func() { p.deliver(t, l, n, 0) })
	if w.chance(w.weather.double) {
		w.after(w.within(3*time.Minute), func() { p.deliver(t, l, n, len(again)) })
	}
	if w.chance(w.weather.forge) {
		w.after(w.within(time.Minute), func() { w.forge(t, l) })
	}
}

// deliver brings a letter to the backend, and again when it was not taken.
func (p *provider) deliver(t *tx, l letter, n, tries int) {
	w, taken := p.w, false
	w.carry(&w.backend.line, func() {
		w.backend.hear(l, func(status int) {
			taken = status == 200 || taken
			if status == 200 && n == t.news {
				t.unacked = false
			}
		})
	})
	if tries < len(again) {
		w.after(again[tries], func() {
			if !taken && n == t.news {
				p.deliver(t, l, n, tries+1)
			}
		})
	}
}

// tellAgain delivers what was not taken, when the storm is over.
func (p *provider) tellAgain() {
	for _, t := range p.all {
		if t.unacked {
			p.w.after(2*time.Second+p.w.within(2*time.Second), func() { p.deliver(t, letterOf(t), t.news, len(again)) })
		}
	}
	for _, a := range p.wallets {
		if a.unacked {
			p.w.after(2*time.Second+p.w.within(2*time.Second), func() { p.tellOf(a, len(again)) })
		}
	}
}

// forge is a stranger with a letter of his own: an invented one, one whose
// signature does not fit what it says, or a genuine one with another status,
// which its signature does not cover.
func (w *World) forge(t *tx, l letter) {
	l.status = "settlement"
	genuine := false
	switch w.dice.IntN(4) {
	case 0:
		l.code, l.signature = "200", midtrans.Signature(l.order, "200", l.gross, "a guess")
	case 1:
		l.code, l.signature = "200", "" // signed for 201
	case 2: // the glued text of a signature, cut at another place
		l.order, l.code = l.order+l.code[:2], "200"
	default:
		genuine = true
	}
	before, calls := len(w.backend.file), w.backend.calls
	w.tell("stranger: claims that %s is %s", l.order, l.status)
	done := false
	w.backend.hear(l, func(status int) {
		done = true
		if !genuine && status == 200 {
			w.breaks(PromiseStranger, "forged news of %s was taken", l.order)
		}
	})
	if !genuine && done && (len(w.backend.file) != before || w.backend.calls != calls) {
		w.breaks(PromiseStranger, "forged news of %s changed something", l.order)
	}
}

// forgeLink is a stranger who says that a wallet is linked: such letters have no
// signature at all.
func (w *World) forgeLink() {
	if n := len(w.provider.wallets); n > 0 {
		a := w.provider.wallets[w.dice.IntN(n)]
		w.tell("stranger: claims that %s is linked", a.id)
		w.backend.hearOf(wallet.Heard{Account: a.id, Linked: true}, func(bool) {})
	}
}

// impostor is a device with another card that names an order of ours, or the
// same card with another amount: it is refused, and nothing comes of it.
func (w *World) impostor() {
	if len(w.backend.book.ids) == 0 || !w.backend.up {
		return
	}
	f := w.backend.book.facts(w.backend.book.ids[w.dice.IntN(len(w.backend.book.ids))])
	c := terminal.Call{Verb: terminal.Open, Order: terminal.OrderID(f.Order), Amount: terminal.Rupiah(f.Amount), Customer: f.Customer}
	if w.chance(0.3) {
		c.Verb = terminal.LetGo
	}
	journal := f.Journal
	if w.chance(0.5) {
		journal = "somebody else's"
	} else {
		c.Amount++
	}
	w.backend.ask(w.tills[0], c, journal, func(e terminal.Event) {
		if told, ok := e.(terminal.Told); ok && told.Trouble == terminal.NoTrouble && told.Fact != terminal.FactTaken {
			w.breaks(PromiseStranger, "somebody else's %s of %s is answered with %s", c.Verb, f.Order, told.Fact)
		}
	})
}

// claimOf is the provider's word as the ledger's state.
func claimOf(status string) ledger.State {
	switch status {
	case "pending":
		return ledger.Pending
	case "settlement":
		return ledger.Settled
	case "cancel":
		return ledger.Cancelled
	case "expire":
		return ledger.Expired
	case "deny":
		return ledger.Denied
	}
	return ""
}
