package backend

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// purses is what the registrar has claimed: customers one by one, since there
// are few. Everything else is as with the clerk's custody.
type purses struct {
	book  ledger.Shared // nil: shared with nobody
	life  int64
	mine  map[string]bool
	sweep time.Duration // Moment.Up of the next look
}

func newPurses(book ledger.Shared) purses {
	p := purses{book: book, mine: make(map[string]bool)}
	if book != nil {
		p.life = book.Life()
	}
	return p
}

func (r *registrar) shared() bool { return r.purses.book != nil && r.book != nil }

// own sees to it that a deed's customer is ours, or says that he is not.
func (r *registrar) own(d deed) error {
	if !r.shared() {
		return nil
	}
	r.recall()
	if r.purses.mine[d.customer] {
		return nil
	}
	if d.visiting {
		return errElsewhere
	}
	if err := r.claim([]string{d.customer}); err != nil {
		return errors.Join(errBook, err)
	}
	if !r.purses.mine[d.customer] {
		delete(r.desk, d.customer)
		return errElsewhere
	}
	return nil
}

// claim takes those customers whom nobody else has.
func (r *registrar) claim(customers []string) error {
	p := &r.purses
	if len(p.mine) >= maxWallets {
		r.letGo()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.calls), bookTime)
	defer cancel()
	got, life, err := p.book.ClaimCustomers(ctx, customers)
	if err != nil {
		r.log.Error("wallets cannot be claimed", "error", err)
		return err
	}
	r.recallTo(life)
	for i, c := range customers {
		if got[i] {
			p.mine[c] = true
		}
	}
	return nil
}

// recall gives up everything when the claims were lost.
func (r *registrar) recall() { r.recallTo(r.purses.book.Life()) }

func (r *registrar) recallTo(life int64) {
	p := &r.purses
	if life == p.life {
		return
	}
	clear(r.desk)
	clear(p.mine)
	p.life, p.sweep = life, r.moment().Up
}

// letGo releases customers for whom there is nothing to do.
func (r *registrar) letGo() {
	p := &r.purses
	var idle []string
	for c := range p.mine {
		if r.desk[c] == nil {
			idle = append(idle, c)
			delete(p.mine, c)
		}
	}
	if len(idle) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.calls), bookTime)
	defer cancel()
	if err := p.book.ReleaseCustomers(ctx, idle); err != nil {
		r.log.Warn("wallets cannot be given back", "error", err)
	}
}

// seek takes up the wallets that nobody has and that are still to be asked
// about.
func (r *registrar) seek(ctx context.Context) error {
	p := &r.purses
	r.recall()
	p.sweep = r.moment().Up + sweepPace + rand.N(sweepPace/2)
	r.letGo()
	for after := ""; ; {
		found, err := r.book.WatchedWallets(ctx, after, maxBatch)
		if err != nil {
			return fmt.Errorf("take up wallets: %w", err)
		}
		if len(found) == 0 {
			return nil
		}
		var free []string
		for _, f := range found {
			after = f.Customer
			if r.desk[f.Customer] == nil {
				free = append(free, f.Customer)
			}
		}
		if len(free) == 0 {
			continue
		}
		if err := r.claim(free); err != nil {
			return err
		}
		for _, c := range free {
			if p.mine[c] {
				r.work(deed{customer: c, event: wallet.Tick{}})
			}
		}
	}
}

// rest is how long the registrar may wait before he has something to do.
func (r *registrar) rest() time.Duration {
	wait := r.next()
	if r.shared() {
		wait = min(wait, max(0, r.purses.sweep-r.moment().Up))
	}
	return wait
}

// timely does what the time has made due.
func (r *registrar) timely(ctx context.Context) {
	if r.shared() {
		if r.moment().Up >= r.purses.sweep {
			if err := r.seek(ctx); err != nil && ctx.Err() == nil {
				r.log.Error("wallets cannot be taken up", "error", err)
			}
		}
		r.recall()
	}
	r.ticks()
}
