package sim

import (
	"fmt"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// account is a wallet's link at the provider. It has one life.
type account struct {
	id, phone string // phone in international form
	status    wallet.Status
	url       string
	linked    bool          // its owner agreed, at some time
	since     time.Duration // when
	shown     bool          // its page was on a glass
	unacked   bool
}

// doWallet carries out one call about an account.
func (p *provider) doWallet(k wallet.Call) wallet.Answer {
	w := p.w
	a := wallet.Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: wallet.Absent}
	acc := p.accounts[k.Account]
	switch {
	case k.Verb == wallet.Create && w.chance(w.weather.limit):
		a.Outcome, a.Reason = wallet.Refused, wallet.Reason{Code: "rate_limit", Retry: true}
		return a
	case k.Verb == wallet.Create:
		acc = p.create(k.Phone.E164())
	case acc == nil:
		return a
	case k.Verb == wallet.Unbind && acc.status == wallet.Enabled:
		p.disable(acc)
	}
	a.Outcome, a.Account, a.Status, a.URL = wallet.OK, acc.id, acc.status, acc.url
	if k.Verb == wallet.Create && w.chance(w.weather.badPage) {
		a.URL, a.BadLink = "", true
	}
	if w.chance(w.weather.err500) {
		a = wallet.Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: wallet.Unknown}
	}
	w.tell("provider: %s %s -> %s %s", k.Verb, a.Account, a.Outcome, a.Status)
	return a
}

func (p *provider) create(phone string) *account {
	n := len(p.wallets)
	a := &account{id: fmt.Sprintf("acc-%d", n), phone: phone, status: wallet.Pending, url: fmt.Sprintf("https://wallet.example/agree/%d", n)}
	p.accounts[a.id] = a
	p.wallets = append(p.wallets, a)
	p.w.after(15*time.Minute, func() {
		if a.status == wallet.Pending {
			a.status = wallet.Over
		}
	})
	return a
}

// agree is the owner on the page.
func (p *provider) agree(a *account) {
	if a.status != wallet.Pending {
		return
	}
	p.w.tell("owner: agrees to %s", a.id)
	a.status, a.linked, a.since = wallet.Enabled, true, p.w.now
	p.tellOf(a, 0)
}

// disable ends a link, whoever wants it.
func (p *provider) disable(a *account) {
	p.w.tell("provider: %s is unlinked", a.id)
	a.status = wallet.Over
	p.tellOf(a, 0)
}

// tellOf sends the news about an account.
func (p *provider) tellOf(a *account, tries int) {
	w := p.w
	a.unacked = true
	status, taken := a.status, false
	w.carry(&w.backend.line, func() {
		w.backend.hearOf(wallet.Heard{Account: a.id, Linked: status == wallet.Enabled}, func(ok bool) {
			taken = taken || ok
			a.unacked = a.unacked && !ok
		})
	})
	if tries < len(again) {
		w.after(again[tries], func() {
			if !taken && a.status == status {
				p.tellOf(a, tries+1)
			}
		})
	}
}

// chargeWallet takes the money of a linked wallet at once, asks for its PIN, or
// denies it.
func (p *provider) chargeWallet(t *tx, k ledger.Call) {
	w := p.w
	t.account = p.accounts[k.Account]
	w.judgeWalletCharge(t)
	switch {
	case w.chance(0.15):
		t.state, t.ended = "deny", true
	case w.chance(0.5):
		t.page = "https://wallet.example/pin/" + t.id
		p.codes[t.page] = t
	default:
		t.money = true
		p.settle(t, w.chance(w.weather.wrongPaid))
	}
}

func (a *account) enabled() bool { return a.status == wallet.Enabled }
