package backend

import (
	"context"
	"sync"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// board is what handlers see of a charge or a wallet: the last committed state of it.
type board[T any] struct {
	mu      sync.Mutex
	shown   *T // nil: as nobody has asked for it; never changed
	changed chan struct{}
}

type (
	page = board[ledger.Charge]
	slip = board[wallet.Wallet]
)

// read is what is shown, and a channel that is closed when there is something newer.
func (b *board[T]) read() (T, <-chan struct{}) {
	return b.until(func(T) bool { return false })
}

// until is what read gives, without a channel when what is shown is enough.
func (b *board[T]) until(enough func(T) bool) (shown T, changed <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shown != nil {
		shown = *b.shown
	}
	if enough(shown) {
		return shown, nil
	}
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	return shown, b.changed
}

// write shows v, which nobody changes any more.
func (b *board[T]) write(v *T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shown = v
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// wait reads until enough says so, or limit is over, or ctx.
func (b *board[T]) wait(ctx context.Context, limit time.Duration, enough func(T) bool) T {
	shown, changed := b.until(enough)
	if changed == nil {
		return shown
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for changed != nil {
		select {
		case <-changed:
			shown, changed = b.until(enough)
		case <-timer.C:
			return shown
		case <-ctx.Done():
			return shown
		}
	}
	return shown
}
