package sim

import (
	"time"

	"kasir/terminal"
)

// showCode is a code that people can scan from now on: the customer does, at
// once, in a while, at the last moment, after it was taken away, or never.
func (t *till) showCode(x *tx) {
	w := t.w
	x.seen = true
	pay := func() { w.provider.pay(x) }
	left := max(x.expires-w.now, time.Second)
	switch w.dice.IntN(8) {
	case 0: // has changed their mind
	case 1: // in the last moment
		w.after(left-w.between(-time.Second, 3*time.Second), pay)
	case 2: // from a photograph
		w.after(w.between(time.Second, 2*left), pay)
	case 3: // twice, with two telephones
		w.after(w.between(time.Second, 15*time.Second), pay)
		w.after(w.between(time.Second, 15*time.Second), pay)
	default:
		w.after(w.between(time.Second, 20*time.Second), pay)
	}
}

// showPage is the page on which a wallet's owner agrees to the link.
func (t *till) showPage(a *account) {
	w := t.w
	if w.chance(0.75) {
		w.after(w.between(time.Second, 20*time.Second), func() { w.provider.agree(a) })
	}
	if w.chance(0.1) { // in the wallet's own app, later
		w.after(w.within(3*time.Minute), func() {
			if a.enabled() {
				w.provider.disable(a)
			}
		})
	}
}

// watch is what customers do when the glass has changed.
func (t *till) watch(v terminal.View) {
	switch s := v.Screen.(type) {
	case terminal.Offering:
		t.scan(s.QR, string(s.Order), int64(s.Amount))
	case terminal.Verifying:
		t.scan(s.URL, string(s.Order), int64(s.Amount))
	case terminal.Confirming:
		t.lookUp(s)
	case terminal.LinkOffer:
		t.agree(s)
	}
}
