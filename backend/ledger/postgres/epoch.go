package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"kasir/backend/ledger"
	"kasir/backend/pgdb"
)

var _ ledger.Epochs = (*Book)(nil)

// epochLife is for how long an epoch is believed that another backend may have
// renewed: every device's every look asks for it.
const epochLife = time.Second

// era is the epoch that was read last.
type era struct {
	mu    sync.Mutex
	id    string
	until time.Time
}

const (
	sqlEpoch = `WITH made AS (INSERT INTO epoch (one, id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING RETURNING id)
		SELECT id FROM made UNION ALL SELECT id FROM epoch LIMIT 1`
	// A dump that was restored is another database, a base backup that was rolled
	// forward and a standby that was promoted are on another line of history, and a
	// new cluster has another name. Who asks second finds it done.
	sqlHome = `WITH at AS (SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
			left(pg_walfile_name(pg_current_wal_lsn()), 8), (SELECT oid FROM pg_database WHERE datname = current_database())) AS home)
		UPDATE epoch SET home = at.home, id = CASE epoch.home WHEN '' THEN epoch.id ELSE $1 END FROM at WHERE epoch.home <> at.home`
	sqlRenew = `UPDATE epoch SET id = $1 WHERE id = $2`
)

// Epoch names the book as it counts its news now. That an older copy of the
// database was put back is seen by where it is now (see sqlHome). What that cannot
// show, such as a machine that was set back whole, is noticed by the devices'
// cursors.
func (b *Book) Epoch(ctx context.Context) (string, error) {
	b.era.mu.Lock()
	defer b.era.mu.Unlock()
	if b.era.id != "" && time.Now().Before(b.era.until) {
		return b.era.id, nil
	}
	return b.readEpoch(ctx)
}

// readEpoch makes the first epoch where there is none.
func (b *Book) readEpoch(ctx context.Context) (string, error) {
	read := func() (id string, err error) {
		err = b.db.Pool.QueryRow(ctx, sqlEpoch, rand.Text()).Scan(&id)
		return id, err
	}
	id, err := reading(ctx, b, read)
	if errors.Is(err, pgx.ErrNoRows) { // another made the first one while we looked
		id, err = reading(ctx, b, read)
	}
	if err != nil {
		return "", fmt.Errorf("read epoch: %w", err)
	}
	if tag, err := b.db.Pool.Exec(ctx, sqlHome, rand.Text()); err == nil && tag.RowsAffected() > 0 {
		// One that may not be asked where it is, as with some who run databases for
		// others, is asked again and costs no more than that.
		if id, err = reading(ctx, b, read); err != nil {
			return "", fmt.Errorf("read epoch: %w", err)
		}
	}
	b.era.id, b.era.until = id, time.Now().Add(epochLife)
	return id, nil
}

// Renew gives the book another name, if it is still called was.
func (b *Book) Renew(ctx context.Context, was string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, pgdb.Patience)
	defer cancel()
	if _, err := b.db.Pool.Exec(ctx, sqlRenew, rand.Text(), was); err != nil {
		return was, fmt.Errorf("renew epoch: %w", err)
	}
	b.era.mu.Lock()
	defer b.era.mu.Unlock()
	return b.readEpoch(ctx)
}
