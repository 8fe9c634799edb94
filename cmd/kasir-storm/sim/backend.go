package sim

import (
	"time"

	"kasir/backend/ledger"
)

// backend is the merchant's backend: its file, and one process at a time that
// does what package backend does around the two cores. What is decided is
// committed, and only then called, told and answered.
type backend struct {
	w    *World
	line line // to the provider

	// On the disk.
	file []leaf
	book *book

	// In the process.
	up       bool
	life     int
	born     time.Duration
	skew     time.Duration // of its time of day
	desk     map[string]*file
	queue    []note
	busy     bool
	people   map[string]*dossier
	polls    map[string]*poll
	calls    int                         // to the provider, ever
	asked    map[string][3]time.Duration // when it was last asked for a status
	epoch    int                         // of the book: it is another one after an old copy was put back
	receipts bool                        // it has a page for them
	forgot   int                         // leaves that an old copy did not have, 0 for none
	expires  time.Duration
	refused  map[string]bool         // orders of linked wallets that were not sent; see unsent
	claims   map[string]ledger.State // see PlantLastWriter
}

func newBackend(w *World) *backend {
	b := &backend{w: w, book: newBook(), line: line{name: "backend-provider"}, refused: make(map[string]bool)}
	b.receipts = w.chance(0.6)
	b.expires = []time.Duration{20 * time.Second, 45 * time.Second, 90 * time.Second, 15 * time.Minute}[w.dice.IntN(4)]
	return b
}

func (b *backend) moment() ledger.Moment {
	return ledger.Moment{Up: b.w.now - b.born, Wall: epoch.Add(b.w.now + b.skew)}
}

// start begins a process: it takes up whatever is still to be asked about.
func (b *backend) start() {
	if b.up {
		return
	}
	w := b.w
	b.up, b.busy, b.queue = true, false, nil
	b.claims = make(map[string]ledger.State)
	b.life++
	b.born = w.now
	b.asked = make(map[string][3]time.Duration)
	b.desk, b.people, b.polls = make(map[string]*file), make(map[string]*dossier), make(map[string]*poll)
	if w.chance(w.weather.jump) {
		b.skew = w.between(-72*time.Hour, 72*time.Hour)
	}
	w.tell("backend: starts")
	b.judgeOrderless()
	for _, id := range b.book.ids {
		if b.book.facts(id).Watched() && w.plant != PlantForgetsOpen {
			b.post(note{order: id, event: ledger.Tick{}})
		}
	}
	b.takeUpWallets()
}

// die is kill -9.
func (b *backend) die() {
	if !b.up || b.w.calm {
		return
	}
	w := b.w
	w.tell("backend: killed")
	w.kills++
	b.up = false
	b.desk, b.people, b.queue = nil, nil, nil
	w.after(w.within(20*time.Second), b.start)
}

// restore puts an older copy of the file in place of the file.
func (b *backend) restore() {
	w := b.w
	b.die()
	if b.up || len(b.file) == 0 {
		return
	}
	n := w.dice.IntN(len(b.file) + 1)
	b.forgot += len(b.file) - n
	b.file = b.file[:n:n]
	b.book = copyOf(b.file)
	if w.plant != PlantEpochKept {
		b.epoch++
	}
	w.tell("backend: an old copy is put back, %d commits are gone", b.forgot)
	w.restored = restoreBackend
}

// alive wraps what only the process that runs now may go on with.
func (b *backend) alive(do func()) func() { return b.aliveIn(b.life, do) }

// aliveIn wraps what only the process of that life may go on with.
func (b *backend) aliveIn(life int, do func()) func() {
	return func() {
		if b.up && b.life == life {
			do()
		}
	}
}

// call asks the provider. It always has one answer, and none is waited for
// longer than the client's patience.
func (b *backend) call(k ledger.Call) {
	w, life, answered := b.w, b.life, false
	b.calls++
	w.judgeProviderCall(k)
	answer := func(a ledger.Answer) func() {
		return b.aliveIn(life, func() {
			if !answered {
				answered = true
				b.post(note{order: k.Order, event: b.believe(k, a)})
			}
		})
	}
	if k.Verb == ledger.Send && k.Account != "" {
		if no, refused := b.purse(k); refused {
			w.after(w.within(time.Second), answer(no))
			return
		}
		w.judgeConsent(k.Order, k.Customer, k.Account)
	}
	w.after(15*time.Second, answer(ledger.Answer{Verb: k.Verb, Outcome: ledger.Unknown}))
	carry := w.carry
	if k.Verb == ledger.Send {
		carry = w.carryOnce // no transport repeats what was answered
	}
	carry(&b.line, func() {
		a := w.provider.do(k)
		w.carry(&b.line, answer(a))
	})
}

// purse looks into the book once more, and reads the account, before a linked
// charge is sent. Whatever that comes to but a wallet that can be charged, the
// charge was certainly not sent.
func (b *backend) purse(k ledger.Call) (a ledger.Answer, refused bool) {
	w := b.w
	if x := w.provider.byOrder[k.Order]; x != nil && w.restored == restoreBackend {
		// Known limit: what an old copy forgot is sent again, and that it was not
		// sent this time is taken for its end; it is looked at again later.
		x.unsent = true
	}
	if w.restored != restoreBackend {
		b.refused[k.Order] = true // unless it goes on below
	}
	a = ledger.Answer{Verb: k.Verb, Outcome: ledger.Refused, Reason: ledger.Reason{Code: ledger.ReasonBusy, Retry: true}}
	if b.book.wallet(k.Customer).Chargeable() != k.Account && w.plant != PlantUnlinkedCharged {
		a.Reason = ledger.Reason{Code: ledger.ReasonNotLinked}
		return a, true
	}
	if w.down(&b.line) || w.chance(w.weather.lose) {
		return a, true
	}
	if acc := w.provider.accounts[k.Account]; acc == nil || !acc.enabled() {
		a.Reason = ledger.Reason{Code: ledger.ReasonNotLinked}
		return a, w.plant != PlantUnlinkedCharged
	}
	if w.restored != restoreBackend {
		delete(b.refused, k.Order)
	}
	return a, false
}

// unsent reports the known limit: the charge was made by an old copy of the book
// that had forgotten that it was not sent, or was not to be.
func (w *World) unsent(x *tx) bool {
	return x.unsent || w.restored == restoreBackend && w.backend.refused[x.order]
}
