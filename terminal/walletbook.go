package terminal

import "slices"

// maxUnlinks is how many links may be in the middle of being undone.
const maxUnlinks = 8

// Link is an attempt to link a wallet that is waited for, as the journal knows
// it. The zero Link is none.
type Link struct {
	Order  OrderID // its number, from the same count as the sales'
	Masked string
}

// Unlinks is a link being undone. It is asked for until the backend confirms.
type Unlinks struct {
	Payer Payer
	Left  bool // nobody waits for it
}

// applyWallet is the part of apply that is about wallets and no money.
func (b *Book) applyWallet(r Record) {
	b.Next = max(b.Next, r.Next)
	switch r.Kind {
	case KindLinking:
		b.Link = Link{Order: r.Order, Masked: r.Masked}
	case KindLinked:
		b.endLink(r.Order)
		// Whoever links a wallet wants it linked: an older wish to undo that is over.
		b.endUnlink(r.Customer)
	case KindLinkFailed, KindLinkDropped:
		b.endLink(r.Order)
	case KindUnlinking:
		b.endUnlink(r.Customer)
		b.Unlinks = append(b.Unlinks, Unlinks{Payer: Payer{Customer: r.Customer, Masked: r.Masked}})
	case KindUnlinkLeft:
		if i := b.unlinking(r.Customer); i >= 0 {
			b.Unlinks[i].Left = true
		}
	case KindUnlinked:
		b.endUnlink(r.Customer)
	}
}

func (b *Book) endLink(id OrderID) {
	if b.Link.Order == id {
		b.Link = Link{}
	}
}

func (b *Book) endUnlink(customer string) {
	if i := b.unlinking(customer); i >= 0 {
		b.Unlinks = slices.Delete(b.Unlinks, i, i+1)
	}
}

// unlinking is the index of the customer in Unlinks; -1.
func (b *Book) unlinking(customer string) int {
	return slices.IndexFunc(b.Unlinks, func(u Unlinks) bool { return u.Payer.Customer == customer })
}
