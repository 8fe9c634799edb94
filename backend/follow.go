package backend

import (
	"context"
	"errors"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// doNote looks at another's note if the order is ours, answers, and tells what
// becomes of it for as long as anybody waits. An order that nobody has is left
// to the one who asks.
func (b *Backend) doNote(ctx context.Context, m message) {
	n, ok := m.Note.note()
	if !ok {
		return
	}
	n.visiting = true
	p, err := b.hand(ctx, n)
	if errors.Is(err, errElsewhere) || ctx.Err() != nil {
		return
	}
	done := &doneWords{Refused: refusalWord(err)}
	if err != nil {
		b.lobby.say(message{To: m.From, ID: m.ID, Done: done})
		return
	}
	c, changed := p.read()
	done.View = b.viewOf(c)
	b.lobby.say(message{To: m.From, ID: m.ID, Done: done})
	if (c.State.Final() && !c.Reading()) || !b.lobby.follow(m.From, n.order) {
		return
	}
	go follow(ctx, b, m.From, n.order, changed, func() (*viewWords, <-chan struct{}) {
		c, changed := p.read()
		return b.viewOf(c), changed
	})
}

// doDeed is doNote for a wallet.
func (b *Backend) doDeed(ctx context.Context, m message) {
	d, ok := m.Deed.deed()
	if !ok {
		return
	}
	d.visiting = true
	s, err := b.handDeed(ctx, d)
	if errors.Is(err, errElsewhere) || ctx.Err() != nil {
		return
	}
	done := &doneWords{Refused: refusalWord(err)}
	if err != nil {
		b.lobby.say(message{To: m.From, ID: m.ID, Done: done})
		return
	}
	w, changed := s.read()
	done.View = b.walletViewOf(w)
	b.lobby.say(message{To: m.From, ID: m.ID, Done: done})
	if !b.lobby.follow(m.From, d.customer) {
		return
	}
	go follow(ctx, b, m.From, d.customer, changed, func() (*viewWords, <-chan struct{}) {
		w, changed := s.read()
		return b.walletViewOf(w), changed
	})
}

// follow tells another every change, until nobody can be waiting any more.
func follow(ctx context.Context, b *Backend, who, name string, changed <-chan struct{}, look func() (*viewWords, <-chan struct{})) {
	for {
		left := b.lobby.followed(who, name)
		if left <= 0 {
			return
		}
		timer := time.NewTimer(left)
		select {
		case <-changed:
			var v *viewWords
			v, changed = look()
			b.lobby.say(message{To: who, View: v})
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

func (b *Backend) viewOf(c ledger.Charge) *viewWords {
	g := c.Glimpse(b.clerk.moment())
	return &viewWords{Order: c.Order, Charge: &g}
}

func (b *Backend) walletViewOf(w wallet.Wallet) *viewWords {
	g := w.Glimpse(b.registrar.moment())
	return &viewWords{Customer: w.Customer, Wallet: &g}
}
