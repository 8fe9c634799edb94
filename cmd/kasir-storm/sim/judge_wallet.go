package sim

import (
	"kasir/backend/wallet"
	"kasir/terminal"
)

// agree is an owner holding a telephone before the page on which a link is
// agreed to.
func (t *till) agree(s terminal.LinkOffer) {
	w := t.w
	for _, a := range w.provider.wallets {
		if a.url != s.URL {
			continue
		}
		if lastFour(s.Masked) != lastFour(a.phone) {
			w.breaks(PromiseWallet, "%s shows the page of %s for %s", t.name, a.phone, s.Masked)
		}
		if a.status == wallet.Pending && !a.shown {
			a.shown = true
			t.showPage(a)
		}
		return
	}
	w.breaks(PromiseCode, "%s shows a page that the provider did not make: %s", t.name, s.URL)
}

func lastFour(s string) string { return s[max(0, len(s)-4):] }

// judgeLinked is a glass that says that a wallet is linked.
func (t *till) judgeLinked(masked string) {
	for _, a := range t.w.provider.wallets {
		if a.linked && lastFour(a.phone) == lastFour(masked) {
			return
		}
	}
	t.w.breaks(PromiseWallet, "%s says that %s is linked, and its owner has agreed to nothing", t.name, masked)
}

// judgeUnlinked is a glass that says that a wallet cannot be charged any more.
func (t *till) judgeUnlinked(masked string) {
	for _, a := range t.w.provider.wallets {
		if a.enabled() && a.phone == e164(t.cashier.dialed) && lastFour(a.phone) == lastFour(masked) && a.since < t.eyes.unlinkAsked && t.w.backend.linkedLast(a.id) {
			t.w.breaks(PromiseWallet, "%s says that %s is unlinked, and %s can be charged", t.name, masked, a.id)
		}
	}
}

// linkedLast reports that an account is the last that the backend's file has as
// linked of its owner. An older one is being undone by itself, and one that the
// backend could not read yet it knows nothing of; it charges neither.
func (b *backend) linkedLast(account string) bool {
	last := ""
	for _, l := range b.file {
		if l.wallet == nil || l.wallet.Facts.Customer != b.book.owners[account] {
			continue
		}
		for _, r := range l.wallet.Records {
			if r.Kind == wallet.KindLinked {
				last = r.Account
			}
		}
	}
	return last == account
}

// judgeConsent is the backend about to charge a wallet: by its own file
// that wallet is linked, and its end was not asked for.
func (w *World) judgeConsent(id, customer, account string) {
	var last wallet.Record
	for _, l := range w.backend.file {
		if l.wallet == nil || l.wallet.Facts.Customer != customer {
			continue
		}
		for _, r := range l.wallet.Records {
			switch r.Kind {
			case wallet.KindLinked, wallet.KindUnlinking, wallet.KindUnlinked:
				last = r
			}
		}
	}
	if last.Kind != wallet.KindLinked || last.Account != account {
		w.breaks(PromiseWallet, "%s charges %s of %s, of which the file says %s %s", id, account, customer, last.Kind, last.Account)
	}
}

// judgeWalletCharge is the provider taking a charge of a wallet.
func (w *World) judgeWalletCharge(x *tx) {
	switch {
	case !x.account.linked:
		w.breaks(PromiseWallet, "%s charges %s, whose owner has agreed to nothing", x.order, x.account.id)
	case x.sale == nil || e164(x.sale.phone) != x.account.phone:
		w.breaks(PromiseWallet, "%s charges the wallet of %s, keyed was another number", x.order, x.account.phone)
	}
}
