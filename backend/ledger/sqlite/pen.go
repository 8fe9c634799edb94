package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// pen is the one writing connection and its statements.
type pen struct {
	conn   *sql.Conn
	next   *sql.Stmt
	count  *sql.Stmt
	first  rows
	fact   rows
	device rows
	news   rows
}

const (
	sqlNext = `UPDATE orders SET version = ?2, watched = ?3, state = ?4, alarmed = ?5, body = ?6
		WHERE order_id = ?1 AND version = ?2 - ?7`
	sqlCount = `SELECT next, latest FROM devices WHERE device = ?`

	// A row, and what stands before and after several; see rows.
	rowFirst  = `(?, ?, ?, ?, ?, ?, ?, ?, ?)`
	rowFact   = `((SELECT no FROM orders WHERE order_id = ?), ?, ?, ?, ?)`
	rowOther  = `(?, ?, ?)`
	sqlFirst  = `INSERT INTO orders (order_id, version, watched, state, alarmed, body, device, amount, asked_ms) VALUES `
	sqlFresh  = ` ON CONFLICT (order_id) DO NOTHING`
	sqlFact   = `INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES `
	sqlNews   = `INSERT INTO news (device, seq, order_id) VALUES `
	sqlDevice = `INSERT INTO devices (device, next, latest) VALUES `
	sqlTold   = ` ON CONFLICT (device) DO UPDATE SET next = max(next, excluded.next), latest = excluded.latest` // a link may have come further
)

// Commit makes entries durable: when it returns nil they are on disk.
//
// A commit that fails is never simply repeated on the same connection: after a
// failed sync the kernel may take unwritten pages for written. The connection
// is dropped, and the next Commit begins with a new one, which first has every
// page of the log written and synced again.
func (b *Book) Commit(ctx context.Context, entries []ledger.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.ready(ctx); err != nil {
		return fmt.Errorf("commit to book: %w", err)
	}
	// Not to be cut short half-way: the busy timeout of dbfile bounds the wait for the file.
	ctx = context.WithoutCancel(ctx)
	err := b.pen.commit(ctx, entries, &b.counts)
	if err != nil && !errors.Is(err, ledger.ErrStale) {
		b.drop(err)
	}
	if err != nil {
		return fmt.Errorf("commit to book: %w", err)
	}
	b.count(entries)
	return nil
}

// ready sees to it that there is a pen.
func (b *Book) ready(ctx context.Context) error {
	if b.shut {
		return errors.New("the book is closed")
	}
	if b.pen != nil {
		return nil
	}
	p, err := newPen(ctx, b.write)
	if err != nil {
		return err
	}
	if b.wound != nil {
		if err := p.rewrite(ctx); err != nil {
			return errors.Join(err, p.close(), fmt.Errorf("after: %w", b.wound))
		}
	}
	b.pen, b.wound = p, nil
	return nil
}

func (b *Book) drop(err error) {
	b.wound = err
	b.counts.forget() // it may have been committed all the same
	// ErrBadConn makes database/sql close the connection instead of keeping it.
	b.pen.conn.Raw(func(any) error { return errBad })
	b.pen.close()
	b.pen = nil
}

func newPen(ctx context.Context, db *sql.DB) (_ *pen, err error) {
	p := &pen{}
	if p.conn, err = db.Conn(ctx); err != nil {
		return nil, err
	}
	for to, query := range map[**sql.Stmt]string{&p.next: sqlNext, &p.count: sqlCount} {
		if *to, err = p.conn.PrepareContext(ctx, query); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	err = errors.Join(p.first.prepare(ctx, p.conn, sqlFirst, rowFirst, sqlFresh), p.fact.prepare(ctx, p.conn, sqlFact, rowFact, ""),
		p.news.prepare(ctx, p.conn, sqlNews, rowOther, ""), p.device.prepare(ctx, p.conn, sqlDevice, rowOther, sqlTold))
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// rewrite moves the log into the database and empties it, so that nothing we
// build on is a page whose sync has failed.
func (p *pen) rewrite(ctx context.Context) error {
	var busy, log, done int64
	if err := p.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if busy != 0 {
		return errors.New("checkpoint: somebody is reading")
	}
	var verdict string
	if err := p.conn.QueryRowContext(ctx, "PRAGMA quick_check").Scan(&verdict); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("check: %s", verdict)
	}
	return nil
}

func (p *pen) close() error {
	errs := []error{closeAll(p.next, p.count)}
	for _, r := range []*rows{&p.first, &p.fact, &p.news, &p.device} {
		errs = append(errs, closeAll(r.of[:]...))
	}
	if err := p.conn.Close(); err != nil && !errors.Is(err, errBad) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (p *pen) commit(ctx context.Context, entries []ledger.Entry, known *counts) error {
	t := newTally(p, known, entries)
	for i := range entries {
		if err := t.gather(&entries[i]); err != nil {
			return fmt.Errorf("order %s: %w", entries[i].Facts.Order, err)
		}
	}
	err := p.transact(ctx, func() error {
		for i := range entries {
			if err := t.add(ctx, &entries[i]); err != nil {
				return fmt.Errorf("order %s: %w", entries[i].Facts.Order, err)
			}
		}
		return t.write(ctx)
	})
	if err == nil {
		known.learn(t.of)
	}
	return err
}

// transact does all of do, or nothing.
func (p *pen) transact(ctx context.Context, do func() error) (err error) {
	if _, err := p.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, undo := p.conn.ExecContext(ctx, "ROLLBACK")
			if undo != nil && (errors.Is(err, ledger.ErrStale) || errors.Is(err, wallet.ErrStale)) {
				err = undo // not to be used again
			}
		}
	}()
	if err := do(); err != nil {
		return err
	}
	_, err = p.conn.ExecContext(ctx, "COMMIT")
	return err
}
