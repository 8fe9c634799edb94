package sim

import (
	"errors"
	"fmt"
	"time"

	"kasir/backend/ledger"
	"kasir/terminal"
)

// How long a request waits for the provider behind the backend.
const (
	openWait   = 12 * time.Second
	cancelWait = 12 * time.Second
	lookWait   = 5 * time.Second
)

// ask is one request of a till, about money. reply is not called when the
// process dies meanwhile; the till's own patience sees to that.
func (b *backend) ask(t *till, c terminal.Call, journal string, reply func(terminal.Event)) {
	order := string(c.Order)
	number, _ := c.Order.Number(t.name)
	n := note{order: order, claim: true, journal: journal, amount: int64(c.Amount)}
	limit, enough := openWait, func(c ledger.Charge) bool {
		_, wrong := c.Mispaid()
		return c.State != ledger.Asked || wrong
	}
	switch c.Verb {
	case terminal.Hello:
		d := b.book.device(t.name)
		reply(terminal.Greeted{Next: d.next, Latest: int64(len(d.news)), Epoch: b.epochName(), Sandbox: true, Confirm: b.secretOf(t.name, journal)})
		return
	case terminal.LinkUp, terminal.AskLink, terminal.FindCustomer, terminal.Unlink:
		b.askWallet(t, c, journal, reply)
		return
	case terminal.Open:
		open := ledger.Open{Order: order, Device: t.name, Number: number, Amount: int64(c.Amount), Journal: journal,
			PaymentType: "qris", Lifetime: b.expires, Customer: c.Customer}
		if c.Customer != "" {
			open.PaymentType, open.Account = "gopay", b.book.wallet(c.Customer).Chargeable()
			if b.w.plant == PlantUnlinkedCharged {
				open.Account = b.book.wallet(c.Customer).Account
			}
		}
		n.event = open
	case terminal.Ask:
		n.event, n.claim = ledger.Look{}, false
		limit, enough = lookWait, func(c ledger.Charge) bool { return c.State.Final() || !c.Reading() }
		if c.Paid {
			n.event = ledger.Heard{Signed: "terminal", Claim: ledger.Settled}
			enough = func(c ledger.Charge) bool { return c.State == ledger.Settled || !c.Reading() }
		}
	case terminal.LetGo:
		n.event = ledger.Cancel{Order: order, Device: t.name, Number: number, Amount: int64(c.Amount), Journal: journal}
		limit, enough = cancelWait, func(c ledger.Charge) bool {
			_, wrong := c.Mispaid()
			return c.State.Final() || wrong
		}
		if b.w.plant == PlantCancelBelieved {
			enough = func(ledger.Charge) bool { return true }
		}
	}
	n.reply = func(f *file, err error) {
		if err != nil {
			reply(refused(c, err))
			return
		}
		b.wait(f, limit, enough, func(x ledger.Charge) { reply(b.answerTo(c, x)) })
	}
	b.post(n)
}

// answerTo is a charge as the answer to a call.
func (b *backend) answerTo(c terminal.Call, x ledger.Charge) terminal.Event {
	told := b.show(x)
	told.Call = c.Verb
	if b.w.plant == PlantCancelBelieved && c.Verb == terminal.LetGo && !x.State.Final() {
		told.Fact = terminal.FactCancelled
	}
	return told
}

// refused is a refusal in the till's words.
func refused(c terminal.Call, err error) terminal.Event {
	told := terminal.Told{Order: c.Order, Call: c.Verb}
	switch {
	case errors.Is(err, errNoOrder) && c.Verb == terminal.Ask:
		told.Fact = terminal.FactUnknown
	case errors.Is(err, ledger.ErrConflict) || errors.Is(err, ledger.ErrTaken):
		told.Fact = terminal.FactTaken
	default:
		told.Trouble = terminal.TroubleBackend
	}
	return told
}

// show is a charge in the till's words.
func (b *backend) show(c ledger.Charge) terminal.Told {
	out := terminal.Told{Order: terminal.OrderID(c.Order), Amount: terminal.Rupiah(c.Amount), Transaction: c.TransactionID}
	state := c.State
	if claim := b.plantedClaim(c); claim != "" {
		state = claim
	}
	switch state {
	case ledger.Pending, ledger.Asked:
		if paid, wrong := c.Mispaid(); wrong {
			out.Fact, out.Paid = terminal.FactSettled, terminal.Rupiah(paid)
			break
		}
		if out.Fact = terminal.FactAsked; state == ledger.Asked {
			break
		}
		out.Fact, out.QR, out.Verify, out.ExpiresIn = terminal.FactPending, c.QR, c.VerifyURL, c.Left(b.moment())
		b.plantPending(&out)
	case ledger.Settled:
		out.Fact, out.Paid, out.SettledAt, out.Issuer = terminal.FactSettled, terminal.Rupiah(c.Amount), time.UnixMilli(c.SettledMS), c.Issuer
		if c.Paid != 0 {
			out.Paid = terminal.Rupiah(c.Paid)
		}
	case ledger.Cancelled:
		out.Fact = terminal.FactCancelled
	case ledger.Expired:
		out.Fact = terminal.FactExpired
	case ledger.Denied:
		out.Fact, out.Reason, out.Retry = terminal.FactDenied, c.Reason.Code, c.Reason.Retry
	}
	return out
}

// hear takes a notification. Only one that is signed is looked at, and what it
// claims is a reason to ask the provider.
func (b *backend) hear(l letter, answer func(status int)) {
	if !b.up || b.plantedHear(l, answer) {
		return
	}
	if !l.genuine() {
		answer(403)
		return
	}
	if _, _, err := ledger.ParseOrder(l.order); err != nil {
		answer(404)
		return
	}
	e := ledger.Heard{Signed: l.code + " " + l.gross, Claim: claimOf(l.status)}
	b.post(note{order: l.order, event: e, reply: func(_ *file, err error) {
		switch {
		case errors.Is(err, errNoOrder):
			answer(404)
		case err != nil:
			answer(503)
		default:
			answer(200)
		}
	}})
}

// poll is a till that waits for news.
type poll struct {
	since  int64
	epoch  string
	answer func(epoch string, latest int64, news []terminal.Told)
	done   bool
}

// listen answers a till's question for news: with what there is after since,
// else when the bell rings, else with nothing after a while. A newer poll of a
// device takes the older one's place.
func (b *backend) listen(device string, p *poll, limit time.Duration) {
	if old := b.polls[device]; old != nil {
		b.finish(device, old, true)
	}
	b.polls[device] = p
	b.finish(device, p, false)
	b.w.after(limit, b.alive(func() { b.finish(device, p, true) }))
}

func (b *backend) ring(device string) {
	if p := b.polls[device]; p != nil {
		b.finish(device, p, false)
	}
}

// finish answers a poll when there is something to tell, or anyway.
func (b *backend) finish(device string, p *poll, anyway bool) {
	d := b.book.device(device)
	latest := int64(len(d.news))
	if p.done || !anyway && latest == p.since && p.epoch == b.epochName() {
		return
	}
	p.done = true
	if b.polls[device] == p {
		delete(b.polls, device)
	}
	var news []terminal.Told
	for n := p.since; n < latest; n++ {
		told := b.show(ledger.Load(b.book.facts(d.news[n])))
		told.Seq = n + 1
		news = append(news, told)
	}
	p.answer(b.epochName(), latest, news)
}

func (b *backend) epochName() string { return fmt.Sprintf("epoch%d", b.epoch) }
