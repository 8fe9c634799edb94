package terminal

// toldOfLink takes the backend's word on the attempt that is waited for. Of
// one that is not any more, nothing is taken.
func (t *turn) toldOfLink(e LinkTold) {
	t.linked(e.Trouble)
	if e.Order == "" || e.Order != t.Book.Link.Order {
		return
	}
	a := &t.attempt
	every := PollEvery
	if t.stands(e.Order) {
		every = LinkEvery
	}
	a.answered(t.now.Up, e.Trouble, every)
	if e.Trouble != NoTrouble {
		return
	}
	if e.Masked != "" && lastFour(e.Masked) != lastFour(t.Book.Link.Masked) {
		t.linked(TroubleNonsense) // somebody else's
		return
	}
	switch e.State {
	case LinkAsked:
		a.heard = true
	case LinkWaiting:
		a.heard = true
		t.linkWaits(e)
	case LinkDone:
		t.linkDone(e)
	case LinkExpired:
		t.linkFails(CodeExpired, true)
	case LinkFailed:
		t.linkFails(e.Reason, e.Retry)
	case LinkTaken:
		t.link.greeted = false // learn which numbers are free
		t.linkFails("duplicate", true)
	case LinkUnknown:
		if a.phone == "" {
			t.linkFails(CodeForgot, true)
			return
		}
		a.heard = false // the backend forgot; it is sent again, same number
	}
}

// linkWaits takes the page. It is attested each time.
func (t *turn) linkWaits(e LinkTold) {
	a := &t.attempt
	switch {
	case !t.link.greeted: // what a page may be is not known yet
	case e.ExpiresIn <= 0:
		a.url, a.expires = "", t.now.Up // nobody should open it any more; LinkOffer sees to that
	case AttestPage(e.URL, t.link.sandbox) != NoMismatch:
		t.record(Record{Kind: KindAlarmed, Order: e.Order, Why: MismatchPage.String()})
		stands, l := t.stands(e.Order), t.Book.Link
		t.record(Record{Kind: KindLinkFailed, Order: l.Order, Masked: l.Masked, Why: MismatchPage.String()})
		t.sound(ToneAlarm, 0)
		if stands {
			t.show(Alarm{Order: e.Order, What: MismatchPage})
		}
	default:
		first := a.url == ""
		a.url, a.expires = e.URL, t.now.Up+e.ExpiresIn
		if first && t.stands(e.Order) {
			t.sound(ToneReady, 0)
		}
	}
}

// linkDone takes the wallet.
func (t *turn) linkDone(e LinkTold) {
	l, stands := t.Book.Link, t.stands(e.Order)
	t.record(Record{Kind: KindLinked, Order: l.Order, Customer: e.Customer, Masked: l.Masked})
	if stands {
		t.show(WalletLinked{Masked: l.Masked})
		t.sound(ToneReady, 0)
	}
}

// linkFails takes the end of an attempt without a wallet.
func (t *turn) linkFails(code string, retry bool) {
	l, phone, stands := t.Book.Link, t.attempt.phone, t.stands(t.Book.Link.Order)
	t.record(Record{Kind: KindLinkFailed, Order: l.Order, Masked: l.Masked, Why: code})
	if stands {
		t.show(WalletRefused{For: ForLink, Masked: l.Masked, Code: code, Retry: retry, phone: phone})
		t.sound(ToneFailed, 0)
	}
}
