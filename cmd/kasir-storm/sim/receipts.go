package sim

import (
	"crypto/sha256"
	"strings"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wire"
	"kasir/terminal"
)

// A till whose line is cut shows a receipt link; the customer's phone has a line
// of its own, asks the backend, and shows a code, which the cashier keys.

const receiptBase = "https://r.example"

// paper is what people have of one receipt: the code on the customer's phone,
// and of whose link it is.
type paper struct {
	url, code string
	asking    bool
}

// secret is what a device and its journal make links with.
func secret(name, journal string) terminal.ConfirmKey {
	return sha256.Sum256([]byte("secret of " + name + " and " + journal))
}

// secretOf is what a device is told when it is greeted: not every shop has a
// page for receipts.
func (b *backend) secretOf(name, journal string) terminal.Confirm {
	if !b.receipts {
		return terminal.Confirm{}
	}
	return terminal.Confirm{Key: secret(name, journal), Base: receiptBase}
}

// lookUp is the customer's phone opening the link that is on the glass, and again
// every ten seconds while nothing is certain and the link stays there.
func (t *till) lookUp(s terminal.Confirming) {
	w, p := t.w, &t.paper
	if p.url == s.URL && p.asking {
		return
	}
	if p.url != s.URL {
		*p = paper{url: s.URL}
	}
	p.asking = true
	stop := w.chance(0.2) // the customer does not want to pay any more
	w.after(w.between(time.Second, 6*time.Second), func() {
		p.asking = false
		now, still := t.glass.Screen.(terminal.Confirming)
		if p.url != s.URL || p.code != "" || !still {
			return
		}
		w.carry(&t.phone, func() {
			w.backend.readReceipt(strings.TrimPrefix(s.URL, receiptBase+"/r/"), stop, func(code string) {
				w.carry(&t.phone, func() {
					if p.url == s.URL {
						p.code = code
					}
				})
			})
		})
		w.after(4*time.Second, func() {
			if p.url == s.URL && p.code == "" {
				t.lookUp(now)
			}
		})
	})
}

// readReceipt answers a phone: with a code when the provider's last word is
// known, with "" when not. stop is the wish for the end.
func (b *backend) readReceipt(token string, stop bool, answer func(code string)) {
	order, count, proof, ok := wire.ParseToken(token)
	device, number, err := ledger.ParseOrder(order)
	f := b.book.facts(order)
	key := secret(device, f.Journal)
	of := wire.Receipt{Device: device, Order: order, Amount: f.Amount, Count: count}
	if !b.up || !ok || err != nil || f.Order == "" || !of.Proves(key[:], proof) {
		return // the page says nothing
	}
	n := note{order: order, event: ledger.Look{}}
	enough := func(c ledger.Charge) bool { return c.State.Final() || !c.Reading() }
	if stop {
		n.event = ledger.Cancel{Order: order, Device: device, Number: number, Amount: f.Amount, Journal: f.Journal}
		enough = func(c ledger.Charge) bool { return c.State.Final() }
	}
	n.reply = func(f *file, err error) {
		if err != nil {
			return
		}
		b.wait(f, cancelWait, enough, func(c ledger.Charge) {
			if v := b.verdict(c, stop); v != "" {
				b.w.tell("backend: tells a phone the code of %s: %s", order, v)
				answer(of.Code(key[:], v))
			}
		})
	}
	b.post(n)
}

// verdict is what may be said of a charge to whoever holds its receipt.
func (b *backend) verdict(c ledger.Charge, stop bool) wire.Verdict {
	switch {
	case b.w.plant == PlantCodeEarly && c.State == ledger.Pending && b.w.chance(0.1):
		return wire.VerdictPaid
	case b.w.plant == PlantCodeUnread && stop && !c.State.Final():
		return wire.VerdictUnpaid
	case c.State == ledger.Settled && (c.Paid == c.Amount || b.w.plant == PlantAmountNotCompared):
		return wire.VerdictPaid
	case c.State == ledger.Cancelled, c.State == ledger.Expired, c.State == ledger.Denied && !c.Unproven:
		return wire.VerdictUnpaid
	}
	return ""
}

// keyCode is the cashier before a receipt link: he keys what the phone shows,
// digit by digit, sometimes something else, and sometimes gives up.
func (c *cashier) keyCode(s terminal.Confirming) (terminal.Key, time.Duration) {
	w, want := c.t.w, c.t.paper.code
	switch {
	case s.Tries == 0 || want == "" && (w.calm || w.chance(0.1)):
		return terminal.KeyClear, soon
	case want == "" && w.chance(0.1):
		return terminal.Key('0' + rune(w.dice.IntN(10))), quick
	case want == "" && len(s.Code) < wire.CodeDigits:
		return 0, time.Second
	case strings.HasPrefix(want, s.Code) && len(s.Code) < wire.CodeDigits:
		if w.chance(0.01) {
			return terminal.Key('0' + rune(w.dice.IntN(10))), quick
		}
		return terminal.Key(want[len(s.Code)]), quick
	case len(s.Code) == wire.CodeDigits:
		return terminal.KeyOK, quick
	}
	return terminal.KeyBack, quick
}

// judgeCoded holds a record that was made by a code against what the phone was
// told: a code that was not given to this receipt ends nothing.
func (t *till) judgeCoded(r terminal.Record) {
	s, shown := t.glass.Screen.(terminal.Confirming)
	if r.Why == "code" && (!shown || s.Order != r.Order || t.paper.url != s.URL || t.paper.code != s.Code) {
		t.w.breaks(PromiseStranger, "%s records %s of %s by the code %q, its receipt's is %q", t.name, r.Kind, r.Order, s.Code, t.paper.code)
	}
}
