package postgres

import (
	"context"
	"fmt"
	"hash/fnv"

	"kasir/backend/ledger"
	"kasir/backend/pgdb"
)

var _ ledger.Shared = (*Book)(nil)

// parts is how many the devices are dealt into. A part has one lock, and all
// orders of its devices go with it. It is stored: never change it.
const parts = 256

// partOf is the part of a device, 0 to parts-1.
func partOf(device string) int {
	h := fnv.New32a()
	h.Write([]byte(device))
	return int(h.Sum32() % parts)
}

// PartOf is the part of a device.
func (b *Book) PartOf(device string) int { return partOf(device) }

// firstKey is the lock of the first part.
const firstKey = 0x6b61736962000000

// key is a part's lock.
func key(part int) int64 { return firstKey + int64(part) }

// customerKey is the lock of a customer's wallet.
func customerKey(customer string) int64 { return pgdb.Key("customer", customer) }

func keysOf[T any](names []T, key func(T) int64) []int64 {
	out := make([]int64, len(names))
	for i, n := range names {
		out[i] = key(n)
	}
	return out
}

// Claim takes parts that no other backend has, for as long as the session with
// the database lives or until they are released, and says which it has. life is
// that session's; see Life.
func (b *Book) Claim(ctx context.Context, parts []int) (got []bool, life int64, err error) {
	return b.claim(ctx, keysOf(parts, key))
}

// ClaimCustomers is Claim for customers' wallets.
func (b *Book) ClaimCustomers(ctx context.Context, customers []string) (got []bool, life int64, err error) {
	return b.claim(ctx, keysOf(customers, customerKey))
}

func (b *Book) claim(ctx context.Context, keys []int64) (got []bool, life int64, err error) {
	got, life, err = b.db.Session.Claim(ctx, keys)
	if err != nil {
		return nil, life, fmt.Errorf("claim: %w", err)
	}
	return got, life, nil
}

// Release gives parts to whoever wants them.
func (b *Book) Release(ctx context.Context, parts []int) error {
	return b.release(ctx, keysOf(parts, key))
}

// ReleaseCustomers is Release for customers' wallets.
func (b *Book) ReleaseCustomers(ctx context.Context, customers []string) error {
	return b.release(ctx, keysOf(customers, customerKey))
}

func (b *Book) release(ctx context.Context, keys []int64) error {
	if err := b.db.Session.Release(ctx, keys); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

// Holds asks the server whether these parts are still ours; the error is
// pgdb.ErrLost when they are not.
func (b *Book) Holds(ctx context.Context, parts []int) error {
	if err := b.db.Session.Check(ctx, keysOf(parts, key)); err != nil {
		return fmt.Errorf("hold orders: %w", err)
	}
	return nil
}

// Life changes when everything that was claimed is lost.
func (b *Book) Life() int64 { return b.db.Session.Life() }

// Tell sends texts to all backends on this database.
func (b *Book) Tell(ctx context.Context, texts []string) error {
	if err := b.db.Tell(ctx, fellows, texts); err != nil {
		return fmt.Errorf("tell other backends: %w", err)
	}
	return nil
}

// Hear takes what is told, and says when some of it may have been lost.
func (b *Book) Hear(heard func(text string), resumed func()) {
	b.db.Listen(pgdb.Hearer{Channel: fellows, Heard: heard, Resumed: resumed})
}
