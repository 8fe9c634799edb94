package sim

import (
	"slices"
	"time"

	"kasir/backend/ledger"
	"kasir/terminal"
)

// ended says by an order's records at the backend how it ended there.
func (b *backend) ended(id string) (settled, over, alarmed bool) {
	r := b.book.rows[id]
	if r == nil {
		return false, false, false
	}
	for _, x := range r.records {
		switch x.Kind {
		case ledger.KindSettled:
			settled = true
		case ledger.KindCancelled, ledger.KindExpired, ledger.KindDenied:
			over = true
		case ledger.KindAlarm:
			alarmed = true
		}
	}
	return settled, over, alarmed
}

// judgeOrderless adds an order's records up in another order, some of them twice:
// what was settled stays settled, and what has ended stays ended.
func (b *backend) judgeOrderless() {
	for _, id := range b.book.ids {
		records := slices.Clone(b.book.rows[id].records)
		rest := records[1:] // the first one is what the order is
		b.w.dice.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		if n := len(rest); n > 0 {
			records = append(records, rest[b.w.dice.IntN(n)])
		}
		var c ledger.Charge
		for _, r := range records {
			c.Apply(r)
		}
		settled, over, _ := b.ended(id)
		if was := b.book.facts(id); settled != (c.State == ledger.Settled) || over && !c.State.Final() || settled && (c.Paid != was.Paid || c.Reason != was.Reason) {
			b.w.breaks(PromiseOutcome, "the records of %s come to %s in another order, and to %s in their own", id, c.State, was.State)
		}
	}
}

// paid is which orders the backend has as settled.
func (b *backend) paid() (ids []string) {
	for _, id := range b.book.ids {
		if settled, _, _ := b.ended(id); settled {
			ids = append(ids, id)
		}
	}
	return ids
}

// judgeMoney compares the three books about every rupiah that was settled.
func (w *World) judgeMoney(when string) {
	for _, x := range w.provider.all {
		o := w.orders[x.order]
		if o == nil || !x.settled || x.settledAt > w.now-Healing || w.broken != nil {
			continue
		}
		settled, _, alarmed := w.backend.ended(x.order)
		if !x.rightly() {
			w.judgeWrong(x, o, alarmed, when)
			continue
		}
		switch {
		case !settled && o.journal != o.till.journal:
			w.breaks(PromiseWipe, "%s is settled at the provider, and %s the backend does not say so", x.order, when)
		case !settled:
			w.breaks(PromiseBooks, "%s is settled at the provider, and %s the backend does not say so", x.order, when)
		case o.journal != o.till.journal:
			if x.settledAt > o.till.joined && o.till.joined > 0 && !o.till.hasSettled(x.order) && !w.toldBefore(x.order, o.till) {
				w.breaks(PromiseWipe, "%s was settled after %s had its new card, and %s that does not say so", x.order, o.till.name, when)
			}
		case o.settled == 0:
			w.breaks(PromiseBooks, "%s is settled at provider and backend, and %s %s does not say so", x.order, when, o.till.name)
		}
	}
}

// judgeWrong is money of another amount than was asked: a person is told.
func (w *World) judgeWrong(x *tx, o *order, alarmed bool, when string) {
	switch {
	case o.settled > 0:
		w.breaks(PromiseWrong, "%s was settled with Rp %d instead of %d, and is called paid", x.order, x.paid, x.asked)
	case !alarmed:
		w.breaks(PromiseWrong, "%s was settled with Rp %d instead of %d, and %s the backend has no alarm", x.order, x.paid, x.asked, when)
	case !x.ended && o.opened && o.ends == 0 && !o.alarmed:
		w.breaks(PromiseWrong, "%s was settled with Rp %d instead of %d, and %s %s has no alarm", x.order, x.paid, x.asked, when, o.till.name)
	}
}

// toldBefore reports news that the device could have had before its new card
// joined: those are not the new card's matter.
func (w *World) toldBefore(id string, t *till) bool {
	for _, n := range t.before {
		if n == id {
			return true
		}
	}
	return false
}

// judgeEnd is the last look at everything, hours after the storm.
func (w *World) judgeEnd() {
	w.judgeMoney("in the end")
	for _, x := range w.provider.all {
		if x.state == "pending" {
			w.breaks(PromiseRest, "%s can still be paid after %v", x.order, w.now.Round(time.Minute))
		}
	}
	for _, s := range w.sales {
		for _, id := range s.orders {
			w.judgeOrderEnd(w.orders[id])
		}
	}
	for _, t := range w.tills {
		t.judgeSilence()
		if _, idle := t.glass.Screen.(terminal.Idle); !idle {
			w.breaks(PromiseRest, "%s stands before %s in the end", t.name, describe(t.glass.Screen))
		}
		if t.eyes.standing != "" {
			w.breaks(PromiseDropped, "nobody was told what became of %s", t.eyes.standing)
		}
	}
}

func (w *World) judgeOrderEnd(o *order) {
	x := w.provider.byOrder[o.id]
	settled, over, alarmed := w.backend.ended(o.id)
	switch {
	case w.broken != nil:
	case o.opened && o.settled+o.ends == 0:
		w.breaks(PromiseRest, "%s is still open at %s in the end", o.id, o.till.name)
	case w.backend.book.rows[o.id] != nil && !settled && !over && !alarmed:
		w.breaks(PromiseRest, "%s is still open at the backend in the end", o.id)
	case o.settled > 0 && o.shown == 0:
		w.breaks(PromiseOnce, "the money of %s was never shown", o.id)
	case o.settled > 0 && o.opened && o.seen != 1:
		w.breaks(PromiseOnce, "the money of %s was acknowledged %d times", o.id, o.seen)
	case o.coded && !o.agreed && !o.alarmed && o.till.past == nil:
		w.breaks(PromiseBooks, "%s is paid by the word of a code, and the backend's own was never written down", o.id)
	case x != nil && x.sale != nil && x.rightly() && !x.ended && o.settled == 0 && o.opened:
		w.breaks(PromiseBooks, "%s is settled, and %s ended it", o.id, o.till.name)
	}
}
