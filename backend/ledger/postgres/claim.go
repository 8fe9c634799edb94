package postgres

import (
	"context"
	"fmt"
	"hash/fnv"
)

// Shards is how many parts the devices are dealt into. A part has one lock, and
// all orders of its devices go with it. It is stored: never change it.
const Shards = 256

// Shard is the part of a device, 0 to Shards-1.
func Shard(device string) int {
	h := fnv.New32a()
	h.Write([]byte(device))
	return int(h.Sum32() % Shards)
}

// firstKey is the lock of the first part.
const firstKey = 0x6b61736962000000

// key is a part's lock.
func key(shard int) int64 { return firstKey + int64(shard) }

func keys(shards []int) []int64 {
	out := make([]int64, len(shards))
	for i, s := range shards {
		out[i] = key(s)
	}
	return out
}

// Claim takes parts that no other backend has, for as long as the session with
// the database lives or until they are released, and says which it has. life is
// that session's; see Life.
func (b *Book) Claim(ctx context.Context, shards []int) (got []bool, life int64, err error) {
	got, life, err = b.db.Session.Claim(ctx, keys(shards))
	if err != nil {
		return nil, life, fmt.Errorf("claim orders: %w", err)
	}
	return got, life, nil
}

// Release gives parts to whoever wants them.
func (b *Book) Release(ctx context.Context, shards []int) error {
	if err := b.db.Session.Release(ctx, keys(shards)); err != nil {
		return fmt.Errorf("release orders: %w", err)
	}
	return nil
}

// Holds asks the server whether these parts are still ours; the error is
// pgdb.ErrLost when they are not.
func (b *Book) Holds(ctx context.Context, shards []int) error {
	if err := b.db.Session.Check(ctx, keys(shards)); err != nil {
		return fmt.Errorf("hold orders: %w", err)
	}
	return nil
}

// Life changes when everything that was claimed is lost.
func (b *Book) Life() int64 { return b.db.Session.Life() }
