package postgres

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kasir/backend/pgdb"
	"kasir/backend/wallet"
)

var _ wallet.Book = (*Book)(nil)

const (
	sqlWalletFact  = `INSERT INTO wallet_facts (customer, n, kind, at_ms, body) VALUES ($1, $2, $3, $4, $5)`
	sqlWalletFirst = `INSERT INTO wallets (customer, version, watched, state, body) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (customer) DO NOTHING`
	sqlWalletNext = `UPDATE wallets SET version = $2, watched = $3, state = $4, body = $5
		WHERE customer = $1 AND version = $2::bigint - $6::bigint`
	sqlLink = `INSERT INTO links (link_id, customer, account, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (link_id) DO UPDATE SET account = $3, body = $4 WHERE links.customer = $2`
	sqlNumber = `INSERT INTO devices (device, next, latest) VALUES ($1, $2, 0)
		ON CONFLICT (device) DO UPDATE SET next = greatest(devices.next, $2)`
)

// CommitWallet makes an entry durable: when it returns nil it is on disk.
func (b *Book) CommitWallet(ctx context.Context, e wallet.Entry) error {
	var holding []int64
	if b.o.Shared {
		holding = []int64{customerKey(e.Facts.Customer)}
	}
	err := b.db.Session.Do(ctx, holding, func(ctx context.Context, c *pgx.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error { return enterWallet(ctx, tx, e) })
	})
	if err != nil {
		return fmt.Errorf("commit wallet to book: %w", err)
	}
	return nil
}

func enterWallet(ctx context.Context, tx pgx.Tx, e wallet.Entry) error {
	f := e.Facts
	before := f.Version - int64(len(e.Records))
	if len(e.Records) == 0 || before < 0 || f.Customer == "" {
		return stale("nothing to enter")
	}
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	query, args := sqlWalletFirst, []any{f.Customer, f.Version, f.Watched(), string(f.State), string(body)}
	if before > 0 {
		query, args = sqlWalletNext, append(args, len(e.Records))
	}
	if err := one(ctx, tx, query, args...); err != nil {
		return err
	}
	for i, r := range e.Records {
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlWalletFact, f.Customer, before+int64(i)+1, string(r.Kind), r.AtMS, string(body)); err != nil {
			return err
		}
	}
	attempts := []wallet.Attempt{f.Former, f.Attempt}
	if f.Attempt.Device < f.Former.Device { // by name, as in Commit: nobody waits in a circle
		attempts[0], attempts[1] = attempts[1], attempts[0]
	}
	for _, a := range attempts {
		if err := enterLink(ctx, tx, f.Customer, a); err != nil {
			return err
		}
	}
	return nil
}

// enterLink writes an attempt, and counts its number for its device.
func enterLink(ctx context.Context, tx pgx.Tx, customer string, a wallet.Attempt) error {
	if a.Link == "" {
		return nil
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if err := one(ctx, tx, sqlLink, a.Link, customer, a.Account, string(body)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlNumber, a.Device, a.Number+1)
	return err
}

// one runs a statement that must change exactly one row, or the entry does not
// continue what is stored.
func one(ctx context.Context, tx pgx.Tx, query string, args ...any) error {
	done, err := tx.Exec(ctx, query, args...)
	if err == nil && done.RowsAffected() != 1 {
		return stale("another hand was quicker")
	}
	return err
}

func stale(why string) error { return fmt.Errorf("%s: %w", why, wallet.ErrStale) }

// Wallet is the sum of a customer's records.
func (b *Book) Wallet(ctx context.Context, customer string) (f wallet.Facts, ok bool, err error) {
	ok, err = b.row(ctx, &f, `SELECT body FROM wallets WHERE customer = $1`, customer)
	return f, ok, err
}

// WalletHistory is a customer's records, oldest first, at most limit.
func (b *Book) WalletHistory(ctx context.Context, customer string, limit int) ([]wallet.Record, error) {
	return list[wallet.Record](ctx, b, `SELECT body FROM wallet_facts WHERE customer = $1 ORDER BY n LIMIT $2`, customer, limit)
}

// Link is an attempt, and whose.
func (b *Book) Link(ctx context.Context, id string) (customer string, a wallet.Attempt, ok bool, err error) {
	ok, err = b.row(ctx, &a, `SELECT customer, body FROM links WHERE link_id = $1`, id, &customer)
	return customer, a, ok, err
}

// CustomerOf is whose pay account this is or was.
func (b *Book) CustomerOf(ctx context.Context, account string) (customer string, ok bool, err error) {
	err = b.db.Pool.QueryRow(ctx, `SELECT customer FROM links WHERE account = $1 AND account <> '' LIMIT 1`, account).Scan(&customer)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read account: %w", err)
	}
	return customer, true, nil
}

// WatchedWallets is up to limit watched customers after the given id.
func (b *Book) WatchedWallets(ctx context.Context, after string, limit int) ([]wallet.Facts, error) {
	return list[wallet.Facts](ctx, b, `SELECT body FROM wallets WHERE watched AND customer > $1 ORDER BY customer LIMIT $2`, after, limit)
}

// Salt is the book's own secret, made when it is first asked for.
func (b *Book) Salt(ctx context.Context) ([]byte, error) {
	return b.Secret(ctx, "customers", wallet.MinSalt)
}

// Secret is one of the book's secrets: random bytes, at least size, made when
// they are first asked for and the same for every backend ever after.
func (b *Book) Secret(ctx context.Context, name string, size int) (secret []byte, err error) {
	fresh := make([]byte, size)
	rand.Read(fresh) // never fails
	ctx, cancel := context.WithTimeout(ctx, pgdb.Patience)
	defer cancel()
	err = pgx.BeginFunc(ctx, b.db.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO secrets (name, body) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, fresh); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT body FROM secrets WHERE name = $1`, name).Scan(&secret)
	})
	if err == nil && len(secret) < size {
		err = errors.New("it is too short to be one")
	}
	if err != nil {
		return nil, fmt.Errorf("read secret %s: %w", name, err)
	}
	return secret, nil
}
