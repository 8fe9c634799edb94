package terminal

import (
	"cmp"
	"time"
)

// Linking is an attempt to link a wallet whose page is not here: being asked
// for, or its time is over and the provider has not said so yet.
type Linking struct {
	Order  OrderID // the attempt's number; "" until a backend has greeted this device in this life
	Masked string
	Slow   bool    // it takes longer than it should
	Why    Trouble // why there is no answer just now

	phone string // only without an Order
}

// Name implements Screen.
func (Linking) Name() string { return "linking" }

func (l Linking) key(t *turn, k Key) {
	switch {
	case k == KeyOK:
		t.sound(ToneKey, 0)
		t.attempt.hurry(t.now.Up)
		t.link.next = t.now.Up
	case k == KeyClear && l.Order == "":
		t.sound(ToneKey, 0)
		t.show(t.resting()) // nothing was made, so nothing is left
	case k == KeyClear:
		t.sound(ToneKey, 0)
		t.dropLink("key")
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (l Linking) pass(t *turn) {
	age := t.now.Up - t.since
	switch {
	case t.interrupted():
	case l.Order == "" && t.link.greeted:
		t.startLink(l.phone)
	case l.Order == "" && age >= offlineAfter:
		why := cmp.Or(t.trouble(), TroubleTimeout)
		t.show(WalletRefused{For: ForLink, Masked: l.Masked, Trouble: why, Retry: true, phone: l.phone})
		t.sound(ToneFailed, 0)
	case t.attempt.url != "":
		t.show(LinkOffer{Order: l.Order, Masked: l.Masked, URL: t.attempt.url})
		t.Screen.pass(t)
	default:
		l.Slow, l.Why = age >= slowAfter, t.trouble()
		t.Screen = l
	}
}

func (l Linking) deadline(s State) (time.Duration, bool) {
	switch {
	case !l.Slow:
		return s.since + slowAfter, true
	case l.Order == "":
		return s.since + offlineAfter, true
	}
	return 0, false
}

// startLink writes an attempt down under a number of its own; the question to
// the backend follows from that. It waits for the greeting as a sale does.
func (t *turn) startLink(phone string) {
	if t.Book.Next > MaxOrders {
		t.show(Dialing{Phone: phone, For: ForLink, Refusal: RefuseTooManyOpen})
		t.sound(ToneRefuse, 0)
		return
	}
	if !t.link.greeted {
		t.show(Linking{Masked: mask(phone), phone: phone})
		t.link.next = t.now.Up
		return
	}
	n := t.Book.Next
	id := MakeOrderID(t.Config.Device, n)
	t.record(Record{Kind: KindLinking, Order: id, Masked: mask(phone), Next: n + 1})
	t.attempt.phone = phone
	t.show(Linking{Order: id, Masked: mask(phone)})
}

// dropLink stops waiting for the attempt. It cannot be called back: whoever
// has the page can still agree, and the wallet is linked then.
func (t *turn) dropLink(why string) {
	l := t.Book.Link
	stands := t.stands(l.Order)
	t.record(Record{Kind: KindLinkDropped, Order: l.Order, Masked: l.Masked, Why: why})
	if stands {
		t.show(LinkLeft{Masked: l.Masked})
	}
}
