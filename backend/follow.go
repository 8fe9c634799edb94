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
	b.attend(ctx, m, n.order, err, func() (v *viewWords, over bool, changed <-chan struct{}) {
		c, changed := p.read()
		return b.viewOf(c), c.State.Final() && !c.Reading(), changed
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
	b.attend(ctx, m, d.customer, err, func() (v *viewWords, over bool, changed <-chan struct{}) {
		w, changed := s.read()
		return b.walletViewOf(w), false, changed
	})
}

// attend answers a message about what is called name: err is why it was not taken,
// else look is what became of it; over, that nothing more will.
func (b *Backend) attend(ctx context.Context, m message, name string, err error, look func() (v *viewWords, over bool, changed <-chan struct{})) {
	if errors.Is(err, errElsewhere) || ctx.Err() != nil {
		return
	}
	done := &doneWords{Refused: refusalWord(err)}
	if err != nil {
		b.lobby.say(message{To: m.From, ID: m.ID, Done: done})
		return
	}
	v, over, changed := look()
	done.View = v
	b.lobby.say(message{To: m.From, ID: m.ID, Done: done})
	if over || !b.lobby.follow(m.From, name) {
		return
	}
	go follow(ctx, b, m.From, name, changed, func() (*viewWords, <-chan struct{}) {
		v, _, changed := look()
		return v, changed
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
