package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"kasir/backend/wallet"
)

var _ wallet.Book = (*Book)(nil)

const (
	sqlWalletFact  = `INSERT INTO wallet_facts (customer, n, kind, at_ms, body) VALUES (?, ?, ?, ?, ?)`
	sqlWalletFirst = `INSERT INTO wallets (customer, version, watched, body) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (customer) DO NOTHING`
	sqlWalletNext = `UPDATE wallets SET version = ?2, watched = ?3, body = ?4
		WHERE customer = ?1 AND version = ?2 - ?5`
	sqlLink = `INSERT INTO links (link_id, customer, body) VALUES (?1, ?2, ?3)
		ON CONFLICT (link_id) DO UPDATE SET body = ?3 WHERE customer = ?2`
	sqlNumber = `INSERT INTO devices (device, next, latest) VALUES (?1, ?2, 0)
		ON CONFLICT (device) DO UPDATE SET next = max(next, ?2)`

	sqlWatchedWallets = `SELECT body FROM wallets INDEXED BY wallets_watched
		WHERE watched = 1 AND customer > ? ORDER BY customer LIMIT ?`
)

// CommitWallet makes an entry durable: when it returns nil it is on disk.
func (b *Book) CommitWallet(ctx context.Context, e wallet.Entry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.ready(ctx); err != nil {
		return fmt.Errorf("commit wallet to book: %w", err)
	}
	ctx = context.WithoutCancel(ctx) // as Commit
	err := b.pen.transact(ctx, func() error { return b.pen.enterWallet(ctx, e) })
	if err != nil && !errors.Is(err, wallet.ErrStale) {
		b.drop(err)
	}
	if err != nil {
		return fmt.Errorf("commit wallet to book: %w", err)
	}
	return nil
}

func (p *pen) enterWallet(ctx context.Context, e wallet.Entry) error {
	f := e.Facts
	before := f.Version - int64(len(e.Records))
	if len(e.Records) == 0 || before < 0 || f.Customer == "" {
		return fmt.Errorf("nothing to enter: %w", wallet.ErrStale)
	}
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	query, args := sqlWalletFirst, []any{f.Customer, f.Version, f.Watched(), string(body)}
	if before > 0 {
		query, args = sqlWalletNext, append(args, len(e.Records))
	}
	if err := p.one(ctx, query, args...); err != nil {
		return err
	}
	for i, r := range e.Records {
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := p.conn.ExecContext(ctx, sqlWalletFact, f.Customer, before+int64(i)+1, string(r.Kind), r.AtMS, string(body)); err != nil {
			return err
		}
	}
	for _, a := range []wallet.Attempt{f.Former, f.Attempt} {
		if err := p.enterLink(ctx, f.Customer, a); err != nil {
			return err
		}
	}
	return nil
}

// enterLink writes an attempt, and counts its number for its device.
func (p *pen) enterLink(ctx context.Context, customer string, a wallet.Attempt) error {
	if a.Link == "" {
		return nil
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if err := p.one(ctx, sqlLink, a.Link, customer, string(body)); err != nil {
		return err
	}
	_, err = p.conn.ExecContext(ctx, sqlNumber, a.Device, a.Number+1)
	return err
}

// one runs a statement that must change exactly one row, or the entry does not
// continue what is stored.
func (p *pen) one(ctx context.Context, query string, args ...any) error {
	done, err := p.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, wallet.ErrStale)
	}
	return nil
}

// Wallet is the sum of a customer's records.
func (b *Book) Wallet(ctx context.Context, customer string) (f wallet.Facts, ok bool, err error) {
	ok, err = decode(b.read.QueryRowContext(ctx, `SELECT body FROM wallets WHERE customer = ?`, customer), &f)
	if err != nil {
		return f, false, fmt.Errorf("read %s: %w", customer, err)
	}
	return f, ok, nil
}

// WalletHistory is a customer's records, oldest first, at most limit.
func (b *Book) WalletHistory(ctx context.Context, customer string, limit int) ([]wallet.Record, error) {
	return list(ctx, b.read, func(rows *sql.Rows) (r wallet.Record, err error) {
		err = scanJSON(rows, &r)
		return r, err
	}, `SELECT body FROM wallet_facts WHERE customer = ? ORDER BY n LIMIT ?`, customer, limit)
}

// Link is an attempt, and whose.
func (b *Book) Link(ctx context.Context, id string) (customer string, a wallet.Attempt, ok bool, err error) {
	var body []byte
	err = b.read.QueryRowContext(ctx, `SELECT customer, body FROM links WHERE link_id = ?`, id).Scan(&customer, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", a, false, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &a)
	}
	if err != nil {
		return "", a, false, fmt.Errorf("read link %s: %w", id, err)
	}
	return customer, a, true, nil
}

// CustomerOf is whose pay account this is or was.
func (b *Book) CustomerOf(ctx context.Context, account string) (customer string, ok bool, err error) {
	err = b.read.QueryRowContext(ctx, `SELECT customer FROM links WHERE account = ? AND account <> '' LIMIT 1`, account).Scan(&customer)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read account: %w", err)
	}
	return customer, true, nil
}

// WatchedWallets is up to limit watched customers after the given id.
func (b *Book) WatchedWallets(ctx context.Context, after string, limit int) ([]wallet.Facts, error) {
	return list(ctx, b.read, func(rows *sql.Rows) (f wallet.Facts, err error) {
		err = scanJSON(rows, &f)
		return f, err
	}, sqlWatchedWallets, after, limit)
}

// Salt is the book's own secret, made when it is first asked for.
func (b *Book) Salt(ctx context.Context) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	salt, err := b.salt(ctx)
	if err != nil {
		return nil, fmt.Errorf("read salt: %w", err)
	}
	return salt, nil
}

func (b *Book) salt(ctx context.Context) (salt []byte, err error) {
	if err := b.ready(ctx); err != nil {
		return nil, err
	}
	fresh := make([]byte, wallet.MinSalt)
	rand.Read(fresh) // never fails
	err = b.pen.transact(ctx, func() error {
		_, err := b.pen.conn.ExecContext(ctx, `INSERT INTO secrets (name, body) VALUES ('customers', ?) ON CONFLICT (name) DO NOTHING`, fresh)
		if err != nil {
			return err
		}
		return b.pen.conn.QueryRowContext(ctx, `SELECT body FROM secrets WHERE name = 'customers'`).Scan(&salt)
	})
	if err != nil {
		b.drop(err)
		return nil, err
	}
	if len(salt) < wallet.MinSalt {
		return nil, errors.New("it is too short to be one")
	}
	return salt, nil
}
