package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kasir/backend/ledger"
)

var _ ledger.Book = (*Book)(nil)

// reading reads, and once more where a connection turned out to be dead: reading
// changes nothing. The others are dead too, most often, so it is a new one then.
func reading[T any](ctx context.Context, b *Book, read func() (T, error)) (T, error) {
	got, err := read()
	var no *pgconn.PgError
	gone := err != nil && !errors.Is(err, pgx.ErrNoRows) && (!errors.As(err, &no) || no.Code == "57P01")
	if gone && ctx.Err() == nil {
		b.db.Pool.Reset()
		return read()
	}
	return got, err
}

// Order is the sum of an order's records.
func (b *Book) Order(ctx context.Context, id string) (f ledger.Facts, ok bool, err error) {
	ok, err = b.row(ctx, &f, `SELECT body FROM orders WHERE order_id = $1`, id)
	return f, ok, err
}

// Orders is Order for several at once, those that are known.
func (b *Book) Orders(ctx context.Context, ids []string) ([]ledger.Facts, error) {
	return list[ledger.Facts](ctx, b, `SELECT body FROM orders WHERE order_id = ANY($1)`, ids)
}

// row reads the JSON of one row into v; ok is false when there is none.
func (b *Book) row(ctx context.Context, v any, query, id string, lead ...any) (ok bool, err error) {
	body, err := reading(ctx, b, func() (body string, err error) {
		err = b.db.Pool.QueryRow(ctx, query, id).Scan(append(lead, &body)...)
		return body, err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), v)
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", id, err)
	}
	return true, nil
}

// History is an order's records, oldest first, at most limit.
func (b *Book) History(ctx context.Context, id string, limit int) ([]ledger.Record, error) {
	return list[ledger.Record](ctx, b, `SELECT body FROM facts WHERE order_id = $1 ORDER BY n LIMIT $2`, id, limit)
}

// Watched is up to limit watched orders after the given id.
func (b *Book) Watched(ctx context.Context, after string, limit int) ([]ledger.Facts, error) {
	return list[ledger.Facts](ctx, b, `SELECT body FROM orders WHERE watched AND order_id > $1 ORDER BY order_id LIMIT $2`, after, limit)
}

// WatchedOf is Watched for some parts of the devices.
func (b *Book) WatchedOf(ctx context.Context, parts []int, after string, limit int) ([]ledger.Facts, error) {
	return list[ledger.Facts](ctx, b, `SELECT body FROM orders WHERE watched AND part = ANY($1) AND order_id > $2
		ORDER BY order_id LIMIT $3`, parts, after, limit)
}

// WatchedParts is the parts of which any order is watched.
func (b *Book) WatchedParts(ctx context.Context) ([]int, error) {
	return rows(ctx, b, pgx.RowTo[int], `SELECT DISTINCT part FROM orders WHERE watched`)
}

// Device is what the book knows of a device.
func (b *Book) Device(ctx context.Context, name string) (d ledger.Device, err error) {
	d, err = reading(ctx, b, func() (d ledger.Device, err error) {
		err = b.db.Pool.QueryRow(ctx, `SELECT next, latest FROM devices WHERE device = $1`, name).Scan(&d.Next, &d.Latest)
		return d, err
	})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return d, fmt.Errorf("read device %s: %w", name, err)
	}
	d.Next = max(1, d.Next)
	return d, nil
}

// Since is up to limit of a device's news after seq.
func (b *Book) Since(ctx context.Context, device string, seq int64, limit int) ([]ledger.News, error) {
	return rows(ctx, b, func(r pgx.CollectableRow) (n ledger.News, err error) {
		var body string
		if err := r.Scan(&n.Seq, &body); err != nil {
			return n, err
		}
		return n, json.Unmarshal([]byte(body), &n.Facts)
	}, `SELECT news.seq, orders.body FROM news JOIN orders USING (order_id)
		WHERE news.device = $1 AND news.seq > $2 ORDER BY news.seq LIMIT $3`, device, seq, limit)
}

// list reads rows of one JSON text each.
func list[T any](ctx context.Context, b *Book, query string, args ...any) ([]T, error) {
	return rows(ctx, b, func(r pgx.CollectableRow) (v T, err error) {
		var body string
		if err := r.Scan(&body); err != nil {
			return v, err
		}
		return v, json.Unmarshal([]byte(body), &v)
	}, query, args...)
}

func rows[T any](ctx context.Context, b *Book, scan pgx.RowToFunc[T], query string, args ...any) ([]T, error) {
	all, err := reading(ctx, b, func() ([]T, error) {
		found, err := b.db.Pool.Query(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(found, scan)
	})
	if err != nil {
		return nil, fmt.Errorf("read book: %w", err)
	}
	return all, nil
}
