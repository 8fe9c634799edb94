package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"

	"kasir/backend/ledger"
)

var errBad = driver.ErrBadConn

var _ ledger.Book = (*Book)(nil)

// Without its index named, SQLite would rather walk all orders by their key.
const sqlWatched = `SELECT body FROM orders INDEXED BY orders_watched
	WHERE watched = 1 AND order_id > ? ORDER BY order_id LIMIT ?`

// brief is for a read by its key, which is over sooner than it could be called off:
// for one that can be the driver keeps a goroutine ready each time.
func brief(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

const sqlOrder = `SELECT body FROM orders WHERE order_id = ?`

// Order is the sum of an order's records.
func (b *Book) Order(ctx context.Context, id string) (f ledger.Facts, ok bool, err error) {
	if b.counts.unused(id) {
		return f, false, nil
	}
	ok, err = decode(b.order.QueryRowContext(brief(ctx), id), &f)
	if err != nil {
		return f, false, fmt.Errorf("read %s: %w", id, err)
	}
	return f, ok, nil
}

// decode reads the JSON of one row into v; ok is false when there is none.
func decode(row *sql.Row, v any) (ok bool, err error) {
	var text []byte
	err = row.Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	return err == nil, err
}

// History is an order's records, oldest first, at most limit.
func (b *Book) History(ctx context.Context, id string, limit int) ([]ledger.Record, error) {
	return list(ctx, b.read, func(rows *sql.Rows) (r ledger.Record, err error) {
		err = scanJSON(rows, &r)
		return r, err
	}, `SELECT body FROM facts WHERE order_id = ? ORDER BY n LIMIT ?`, id, limit)
}

// Watched is up to limit watched orders after the given id.
func (b *Book) Watched(ctx context.Context, after string, limit int) ([]ledger.Facts, error) {
	return list(ctx, b.read, func(rows *sql.Rows) (f ledger.Facts, err error) {
		err = scanJSON(rows, &f)
		return f, err
	}, sqlWatched, after, limit)
}

// Device is what the book knows of a device.
func (b *Book) Device(ctx context.Context, name string) (d ledger.Device, err error) {
	err = b.device.QueryRowContext(brief(ctx), name).Scan(&d.Next, &d.Latest)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("read device %s: %w", name, err)
	}
	d.Next = max(1, d.Next)
	return d, nil
}

// Ping reports whether the book can be written: it takes the writer's turn and
// the file's write lock, and gives both back.
func (b *Book) Ping(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.ready(ctx)
	if err == nil {
		_, err = b.pen.conn.ExecContext(context.WithoutCancel(ctx), "BEGIN IMMEDIATE; ROLLBACK")
	}
	if err != nil {
		return fmt.Errorf("ping book: %w", err)
	}
	return nil
}

// scanJSON scans a row's leading columns, then its last as JSON into v.
func scanJSON(rows *sql.Rows, v any, lead ...any) error {
	var body []byte
	if err := rows.Scan(append(lead, &body)...); err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

func list[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	return collect(rows, err, scan)
}

// collect is all that a query found.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, fmt.Errorf("read book: %w", err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read book: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read book: %w", err)
	}
	return all, nil
}
