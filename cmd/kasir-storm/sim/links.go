package sim

import (
	"errors"
	"strings"
	"time"

	"kasir/backend/wallet"
	"kasir/terminal"
)

// e164 is a number as it is keyed, in international form: the shop's customers
// are all Indonesians.
func e164(keyed string) string { return "+62" + strings.TrimPrefix(keyed, "0") }

// askWallet is one request of a till, about somebody's wallet.
func (b *backend) askWallet(t *till, c terminal.Call, journal string, reply func(terminal.Event)) {
	switch c.Verb {
	case terminal.LinkUp:
		b.linkUp(t, c, journal, reply)
	case terminal.AskLink:
		customer, known := b.book.links[string(c.Order)]
		if !known {
			reply(terminal.LinkTold{Order: c.Order, Call: c.Verb, State: terminal.LinkUnknown})
			return
		}
		if a := b.book.wallets[customer].attempts[string(c.Order)]; a.Stage.Final() {
			reply(b.linkTold(c, wallet.Load(b.book.wallet(customer)), a))
			return
		}
		b.decide(customer, wallet.Look{Link: string(c.Order)}, b.linkReply(c, reply, lookWait, func(a wallet.Attempt, w wallet.Wallet) bool {
			return a.Stage != wallet.Waiting || !w.Reading(a.Account)
		}))
	case terminal.FindCustomer:
		reply(found(c, b.book.wallet(wallet.CustomerID(salt, wallet.NewPhone(e164(c.Phone))))))
	case terminal.Unlink:
		b.decide(c.Customer, wallet.Unlink{}, func(on *dossier, err error) {
			switch {
			case errors.Is(err, errNoCustomer):
				reply(found(c, wallet.Facts{}))
			case err != nil:
				reply(terminal.Found{Call: c.Verb, Customer: c.Customer, Trouble: terminal.TroubleBackend})
			case b.w.plant == PlantUnlinkBelieved:
				f := on.wallet.Facts
				f.State = wallet.Unlinked
				reply(found(c, f))
			default:
				b.waitWallet(on, cancelWait, func(w wallet.Wallet) bool { return w.State != wallet.Unlinking },
					func(w wallet.Wallet) { reply(found(c, w.Facts)) })
			}
		})
	}
}

func (b *backend) linkUp(t *till, c terminal.Call, journal string, reply func(terminal.Event)) {
	number, _ := c.Order.Number(t.name)
	phone := wallet.NewPhone(e164(c.Phone))
	customer := wallet.CustomerID(salt, phone)
	if b.book.rows[string(c.Order)] != nil {
		reply(terminal.LinkTold{Order: c.Order, Call: c.Verb, State: terminal.LinkTaken})
		return
	}
	ask := wallet.Ask{Link: string(c.Order), Device: t.name, Number: number, Journal: journal,
		Customer: customer, Masked: phone.String(), Phone: phone}
	b.decide(customer, ask, b.linkReply(c, reply, openWait, func(a wallet.Attempt, _ wallet.Wallet) bool {
		return a.Stage != wallet.Asked && (a.Stage != wallet.Waiting || a.URL != "")
	}))
}

// linkReply answers with an attempt when enough is known of it.
func (b *backend) linkReply(c terminal.Call, reply func(terminal.Event), limit time.Duration,
	enough func(wallet.Attempt, wallet.Wallet) bool) func(*dossier, error) {
	told := terminal.LinkTold{Order: c.Order, Call: c.Verb}
	return func(on *dossier, err error) {
		switch {
		case errors.Is(err, wallet.ErrTaken), errors.Is(err, wallet.ErrConflict):
			told.State = terminal.LinkTaken
			reply(told)
		case errors.Is(err, errOldLink):
			customer := b.book.links[string(c.Order)]
			reply(b.linkTold(c, wallet.Load(b.book.wallet(customer)), b.book.wallets[customer].attempts[string(c.Order)]))
		case err != nil:
			told.Trouble = terminal.TroubleBackend
			reply(told)
		default:
			b.waitWallet(on, limit, func(w wallet.Wallet) bool {
				a, ok := w.AttemptOf(string(c.Order))
				return !ok || enough(a, w)
			}, func(w wallet.Wallet) { reply(b.linkTold(c, w, b.book.wallets[w.Customer].attempts[string(c.Order)])) })
		}
	}
}

// linkTold is an attempt in the till's words.
func (b *backend) linkTold(c terminal.Call, w wallet.Wallet, a wallet.Attempt) terminal.Event {
	out := terminal.LinkTold{Order: c.Order, Call: c.Verb, State: terminal.LinkState(a.Stage), Masked: w.Masked}
	switch a.Stage {
	case wallet.Waiting:
		if a.URL == "" {
			out.State = terminal.LinkAsked
			break
		}
		out.URL, out.ExpiresIn = a.URL, w.Left(wallet.Moment(b.moment()))
	case wallet.Done:
		out.Customer = w.Customer
	case wallet.Failed:
		out.Reason, out.Retry = a.Reason.Code, a.Reason.Retry
	}
	return out
}
