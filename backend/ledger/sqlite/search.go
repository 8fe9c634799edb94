package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"kasir/backend/ledger"
)

var _ ledger.Searcher = (*Book)(nil)

// sqlSearchIndex orders the book by time. Books of the first release have none,
// and making one changes nothing that is written in them.
const sqlSearchIndex = `CREATE INDEX IF NOT EXISTS orders_asked ON orders (body ->> 'asked_ms', order_id)`

const sqlSearch = `SELECT body FROM orders INDEXED BY orders_asked
	WHERE body ->> 'asked_ms' >= ?1 AND body ->> 'asked_ms' < ?2 AND (body ->> 'asked_ms', order_id) < (?3, ?4)
		AND (?5 = '' OR device = ?5) AND (?6 = '' OR state = ?6)
	ORDER BY body ->> 'asked_ms' DESC, order_id DESC LIMIT ?7`

// Search is the orders that q looks for, newest first, at most q.Limit.
func (b *Book) Search(ctx context.Context, q ledger.Query) ([]ledger.Facts, error) {
	if q.Limit < 1 || q.Limit > ledger.MaxSearch {
		return nil, fmt.Errorf("search book: limit %d is not in 1..%d", q.Limit, ledger.MaxSearch)
	}
	if q.ToMS == 0 {
		q.ToMS = math.MaxInt64
	}
	if q.Order != "" {
		return b.searchOne(ctx, q)
	}
	if q.BeforeOrder == "" {
		q.BeforeMS = math.MaxInt64
	}
	return list(ctx, b.read, func(rows *sql.Rows) (f ledger.Facts, err error) {
		err = scanJSON(rows, &f)
		return f, err
	}, sqlSearch, q.FromMS, q.ToMS, q.BeforeMS, q.BeforeOrder, q.Device, string(q.State), q.Limit)
}

// searchOne is Search for one order, which has a key.
func (b *Book) searchOne(ctx context.Context, q ledger.Query) ([]ledger.Facts, error) {
	f, ok, err := b.Order(ctx, q.Order)
	if err != nil || !ok || q.BeforeOrder != "" ||
		q.Device != "" && f.Device != q.Device || q.State != "" && f.State != q.State || f.AskedMS < q.FromMS || f.AskedMS >= q.ToMS {
		return nil, err
	}
	return []ledger.Facts{f}, nil
}
