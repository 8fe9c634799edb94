package terminal

import (
	"maps"
	"time"
)

// linkBecomes is the world in which an attempt is in a state.
func (w world) linkBecomes(id OrderID, s LinkState) world {
	w.links = maps.Clone(w.links)
	w.links[id] = s
	if s == LinkDone {
		w.wallet = CustomerLinked
	}
	return w
}

// linkWord is what the backend says of an attempt whose truth is s.
func linkWord(c Call, s LinkState) LinkTold {
	e := LinkTold{Order: c.Order, Call: c.Verb, State: s, Masked: payer.Masked}
	switch s {
	case LinkWaiting:
		e.URL, e.ExpiresIn = pageURL, 10*time.Minute
	case LinkDone:
		e.Customer = customer
	case LinkFailed:
		e.Reason = "no_wallet"
	}
	return e
}

// answerWallet is one call about a wallet answered with the truth, or with no
// answer.
func (w world) answerWallet(c Call, lost bool) world {
	link := c.Verb == LinkUp || c.Verb == AskLink
	switch {
	case link && lost:
		return w.after(LinkTold{Order: c.Order, Call: c.Verb, Trouble: TroubleTimeout})
	case lost:
		return w.after(Found{Call: c.Verb, Ticket: c.Ticket, Customer: c.Customer, Trouble: TroubleTimeout})
	case link && w.links[c.Order] == "" && c.Verb == AskLink:
		return w.after(linkWord(c, LinkUnknown))
	case link && w.links[c.Order] == "":
		w = w.linkBecomes(c.Order, LinkWaiting)
	case c.Verb == Unlink:
		w.wallet = CustomerUnlinked
	}
	if link {
		return w.after(linkWord(c, w.links[c.Order]))
	}
	f := Found{Call: c.Verb, Ticket: c.Ticket, State: w.wallet, Customer: customer, Masked: payer.Masked}
	if w.wallet == "" {
		f.State, f.Customer, f.Masked = CustomerNone, "", ""
	}
	return w.after(f)
}

// oddWallet is what a backend may also say of a wallet, whatever is true.
func oddWallet(c Call) []Event {
	switch c.Verb {
	case LinkUp, AskLink:
		overdue, elsewhere, another := linkWord(c, LinkWaiting), linkWord(c, LinkWaiting), linkWord(c, LinkDone)
		overdue.ExpiresIn = 0
		elsewhere.URL = "https://a@b.test/"
		another.Masked = "****0000"
		return []Event{linkWord(c, LinkAsked), linkWord(c, LinkExpired), linkWord(c, LinkFailed), linkWord(c, LinkTaken),
			linkWord(c, LinkUnknown), overdue, elsewhere, another}
	case FindCustomer:
		another := Found{Call: c.Verb, Ticket: c.Ticket, State: CustomerLinked, Customer: "c-2", Masked: "****0000"}
		older := Found{Call: c.Verb, Ticket: c.Ticket - 1, State: CustomerLinked, Customer: "c-2", Masked: payer.Masked}
		refused := Found{Call: c.Verb, Ticket: c.Ticket, State: CustomerRefused, Reason: CodePhone}
		return []Event{another, older, refused}
	}
	return []Event{Found{Call: c.Verb, Customer: c.Customer, State: CustomerUnlinking, Masked: payer.Masked}}
}

// miswalleted says what is wrong with a screen about a wallet, or with one
// about a sale that is a wallet's.
func (w world) miswalleted() string {
	p := w.payer(orderOf(w.Screen))
	switch s := w.Screen.(type) {
	case Offering:
		if p.Linked() {
			return "a code that anybody can pay is shown for a wallet"
		}
	case Offline:
		if s.Order != "" && p.Linked() {
			return "a wallet that was asked is said not to have paid"
		}
	case Unsure:
		if p != s.Payer || p.Linked() && !s.Offered {
			return "a wallet that was asked is said not to have paid"
		}
	case Verifying:
		if !p.Linked() || s.Payer != p || find(w.Book.Open, s.Order) < 0 || w.ends(s.Order) <= w.now || s.URL != pageURL {
			return "a page is shown that must not be"
		}
	case Linking:
		if s.Order != w.Book.Link.Order {
			return "a link is shown that is over"
		}
	case LinkOffer:
		if s.Order != w.Book.Link.Order || w.attempt.expires <= w.now || s.URL != pageURL {
			return "a link's page is shown that must not be"
		}
	case Unlinking:
		if w.Book.unlinking(s.Payer.Customer) < 0 {
			return "an unlink is shown that is over"
		}
	case WalletLinked:
		if w.wallet == "" {
			return "a wallet is shown as linked that never was"
		}
	}
	return ""
}
