package pgdb

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Key is the lock of a name, within a kind of names.
func Key(kind, name string) int64 {
	sum := sha256.Sum256([]byte(kind + "\x00" + name))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// lockPause is between two looks whether a lock has become free. It is asked
// for and not waited for, so that whoever waits holds no connection.
const lockPause = 50 * time.Millisecond

// Lock waits until nobody has name, in any process, and takes it. It is held by
// the Session: call the function it gives to end that. Within a process the
// caller sees to it that one at a time asks for a name.
func (db *DB) Lock(ctx context.Context, kind, name string) (unlock func(), err error) {
	keys := []int64{Key(kind, name)}
	for wait := lockPause; ; {
		got, _, err := db.Session.Claim(ctx, keys)
		if err != nil {
			return nil, fmt.Errorf("lock %s %s: %w", kind, name, err)
		}
		if got[0] {
			break
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lock %s %s: %w", kind, name, ctx.Err())
		case <-time.After(wait):
		}
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Patience)
		defer cancel()
		if err := db.Session.Release(ctx, keys); err != nil {
			db.log.Warn("lock not given back; it ends with the connection", "kind", kind, "error", err)
		}
	}, nil
}

// Ping reports whether the session can write.
func (s *Session) Ping(ctx context.Context) error {
	return s.Do(ctx, nil, func(ctx context.Context, c *pgx.Conn) error {
		var standby bool
		if err := c.QueryRow(ctx, `SELECT pg_is_in_recovery()`).Scan(&standby); err != nil {
			return err
		}
		if standby {
			return fmt.Errorf("the server is a standby")
		}
		return nil
	})
}
