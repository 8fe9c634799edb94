package sqlite

import (
	"context"
	"crypto/rand"
	"fmt"

	"kasir/backend/ledger"
)

var _ ledger.Epochs = (*Book)(nil)

// sqlEpoch makes what the epoch is kept in; running it again changes nothing.
const sqlEpoch = `CREATE TABLE IF NOT EXISTS epoch (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	id  TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32)
) STRICT;`

// Epoch names the book as it counts its news now.
func (b *Book) Epoch(context.Context) (string, error) {
	b.era.Lock()
	defer b.era.Unlock()
	return b.epoch, nil
}

// Renew gives the book another name, if it is still called was.
func (b *Book) Renew(ctx context.Context, was string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now, _ := b.Epoch(ctx); now != was {
		return now, nil
	}
	if err := b.ready(ctx); err != nil {
		return was, fmt.Errorf("renew epoch: %w", err)
	}
	ctx = context.WithoutCancel(ctx)
	next := rand.Text()
	err := b.pen.transact(ctx, func() error {
		_, err := b.pen.conn.ExecContext(ctx, `INSERT INTO epoch (one, id) VALUES (1, ?1)
			ON CONFLICT (one) DO UPDATE SET id = ?1`, next)
		return err
	})
	if err != nil {
		b.drop(err)
		return was, fmt.Errorf("renew epoch: %w", err)
	}
	b.era.Lock()
	defer b.era.Unlock()
	b.epoch = next
	return next, nil
}

// wake reads what the book is called and how far its news have come. A book
// that had come further when it was last written is an older copy, and gets
// another name.
func (b *Book) wake(ctx context.Context) error {
	err := b.read.QueryRowContext(ctx, `SELECT coalesce((SELECT id FROM epoch), ''),
		(SELECT coalesce(sum(latest), 0) FROM devices)`).Scan(&b.epoch, &b.told)
	if err != nil {
		return fmt.Errorf("read epoch: %w", err)
	}
	if b.epoch == "" || b.told < b.file.Marked() {
		if _, err := b.Renew(ctx, b.epoch); err != nil {
			return err
		}
	}
	return b.file.Mark(b.told)
}

// count notes that news were committed with the entries. It is a hint for the
// next opening: that it cannot be written is no reason to refuse a charge.
func (b *Book) count(entries []ledger.Entry) {
	was := b.told
	for _, e := range entries {
		if e.News {
			b.told++
		}
	}
	if b.told > was {
		_ = b.file.Mark(b.told)
	}
}
