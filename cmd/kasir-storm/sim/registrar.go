package sim

import (
	"errors"
	"time"

	"kasir/backend/wallet"
	"kasir/terminal"
)

// dossier is one customer on the registrar's desk.
type dossier struct {
	customer string
	wallet   wallet.Wallet
	loaded   bool
	alarm    time.Duration
	waiting  []*walletWaiter
}

type walletWaiter struct {
	enough func(wallet.Wallet) bool
	answer func(wallet.Wallet)
	done   bool
}

// salt is the book's secret.
var salt = []byte("a salt of thirty-two bytes or so")

var (
	errNoCustomer = errors.New("no such customer")
	errOldLink    = errors.New("an older attempt")
)

// decide takes one event for a customer, commits what it comes to, and only
// then calls and answers.
func (b *backend) decide(customer string, e wallet.Event, reply func(*dossier, error)) {
	w, now := b.w, wallet.Moment(b.moment())
	if !b.up {
		return
	}
	on := b.people[customer]
	if on == nil {
		on = &dossier{customer: customer}
		b.people[customer] = on
	}
	if !on.loaded {
		on.wallet = wallet.Load(b.book.wallet(customer))
	}
	if err := b.admitWallet(customer, on.wallet, e); err != nil {
		b.shelveWallet(on)
		reply(nil, err)
		return
	}
	after := on.wallet
	var owed, then wallet.Effects
	if !on.loaded {
		after, owed = wallet.Step(after, now, wallet.Resume{})
	}
	after, then = wallet.Step(after, now, e)
	records, calls := append(owed.Records, then.Records...), append(owed.Calls, then.Calls...)
	if len(records) > 0 {
		if w.cut() {
			b.die()
			return
		}
		if w.chance(w.weather.badDisk) {
			delete(b.people, customer) // it has not happened
			w.after(time.Second, b.alive(func() { b.tickWallet(customer) }))
			reply(nil, errBook)
			return
		}
		b.append(leaf{wallet: &wallet.Entry{Facts: after.Facts, Records: records}})
		for _, r := range records {
			w.mixText(string(r.Kind))
			w.tell("backend: records wallet %s of %s %s", r.Kind, customer, r.Account)
		}
		if w.cut() {
			b.die()
			return
		}
	}
	on.wallet, on.loaded = after, true
	for _, k := range calls {
		b.callWallet(customer, k)
	}
	on.serve()
	reply(on, nil)
	b.shelveWallet(on)
}

func (b *backend) admitWallet(customer string, w wallet.Wallet, e wallet.Event) error {
	ask, asking := e.(wallet.Ask)
	if !asking {
		if w.Customer == "" {
			return errNoCustomer
		}
		return nil
	}
	owner, known := b.book.links[ask.Link]
	if !known {
		return nil
	}
	a := b.book.wallets[owner].attempts[ask.Link]
	switch _, latest := w.AttemptOf(ask.Link); {
	case a.Journal != ask.Journal:
		return wallet.ErrTaken
	case owner != customer:
		return wallet.ErrConflict
	case !latest:
		return errOldLink
	}
	return nil
}

// tickWallet gives a wallet time; nobody waits for what comes of it.
func (b *backend) tickWallet(customer string) { b.decide(customer, wallet.Tick{}, silent) }

func silent(*dossier, error) {}

func (b *backend) takeUpWallets() {
	for _, customer := range b.book.people {
		if b.up && b.book.wallet(customer).Watched() {
			b.tickWallet(customer)
		}
	}
}

// doubt has a wallet read that a charge found not linked.
func (b *backend) doubt(customer string) {
	b.w.after(0, b.alive(func() { b.decide(customer, wallet.Look{}, silent) }))
}

func (b *backend) shelveWallet(on *dossier) {
	at, ok := on.wallet.Next()
	if !ok {
		if on.wallet.InFlight() == "" && b.people[on.customer] == on {
			delete(b.people, on.customer)
		}
		return
	}
	at = max(at+b.born, b.w.now+1)
	if on.alarm != 0 && on.alarm <= at {
		return
	}
	on.alarm = at
	b.w.after(at-b.w.now, b.alive(func() {
		if on.alarm == at {
			on.alarm = 0
			b.tickWallet(on.customer)
		}
	}))
}

// callWallet asks the provider about an account.
func (b *backend) callWallet(customer string, k wallet.Call) {
	w, life, answered := b.w, b.life, false
	b.calls++
	answer := func(a wallet.Answer) func() {
		return b.aliveIn(life, func() {
			if !answered {
				answered = true
				b.decide(customer, a, silent)
			}
		})
	}
	w.after(15*time.Second, answer(wallet.Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: wallet.Unknown}))
	w.carry(&b.line, func() {
		a := w.provider.doWallet(k)
		w.carry(&b.line, answer(a))
	})
}

// hearOf takes a genuine notification about an account. ok is false while the
// account could not be read: then it comes again.
func (b *backend) hearOf(e wallet.Heard, answer func(ok bool)) {
	if !b.up {
		return
	}
	customer, known := b.book.owners[e.Account]
	if !known {
		return
	}
	if b.w.plant == PlantLinkBelieved && e.Linked {
		b.decide(customer, wallet.Answer{Verb: wallet.Read, Account: e.Account, Outcome: wallet.OK, Status: wallet.Enabled}, silent)
	}
	b.decide(customer, e, func(on *dossier, err error) {
		if err != nil {
			return
		}
		b.waitWallet(on, 3*time.Second, func(w wallet.Wallet) bool { return !w.Reading(e.Account) }, func(w wallet.Wallet) {
			answer(!w.Reading(e.Account) && (!w.News(e) || w.Told(e.Account)))
		})
	})
}

func (b *backend) waitWallet(on *dossier, limit time.Duration, enough func(wallet.Wallet) bool, answer func(wallet.Wallet)) {
	if enough(on.wallet) {
		answer(on.wallet)
		return
	}
	x := &walletWaiter{enough: enough, answer: answer}
	on.waiting = append(on.waiting, x)
	b.w.after(limit, b.alive(func() {
		if !x.done {
			x.done = true
			x.answer(on.wallet)
		}
	}))
}

func (on *dossier) serve() {
	for _, x := range on.waiting {
		if !x.done && x.enough(on.wallet) {
			x.done = true
			x.answer(on.wallet)
		}
	}
	if len(on.waiting) > 16 {
		on.waiting = nil
	}
}

// found is a customer in the till's words.
func found(c terminal.Call, f wallet.Facts) terminal.Found {
	out := terminal.Found{Call: c.Verb, Ticket: c.Ticket, Customer: c.Customer, State: terminal.CustomerNone}
	if f.State != wallet.Stranger {
		out.Customer, out.Masked, out.State = f.Customer, f.Masked, terminal.CustomerState(f.State)
	}
	return out
}
