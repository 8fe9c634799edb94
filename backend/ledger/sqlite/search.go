package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"kasir/backend/ledger"
)

var _ ledger.Reporter = (*Book)(nil)

// The parts of a search. Without its index named, SQLite may choose to sort.
const (
	sqlSearchFrom = `SELECT body FROM orders INDEXED BY `
	sqlSearchPage = ` asked_ms >= ?1 AND asked_ms < ?2 AND (asked_ms, order_id) < (?3, ?4)
		AND (?5 = '' OR device = ?5) AND (?6 = '' OR state = ?6)`
	sqlSearchLast = ` ORDER BY asked_ms DESC, order_id DESC LIMIT ?7`

	sqlSearch       = sqlSearchFrom + `orders_asked WHERE` + sqlSearchPage + sqlSearchLast
	sqlSearchAmount = sqlSearchFrom + `orders_amount WHERE amount = ?8 AND` + sqlSearchPage + sqlSearchLast
	sqlAlarmed      = sqlSearchFrom + `orders_alarmed WHERE alarmed = 1 AND (?8 = 0 OR amount = ?8) AND` + sqlSearchPage + sqlSearchLast

	sqlSums = `SELECT device, sum(count), sum(paid) FROM takings WHERE hour >= ?1 AND hour < ?2 GROUP BY device ORDER BY device`
)

// Search is the orders that q looks for, newest first, at most q.Limit.
func (b *Book) Search(ctx context.Context, q ledger.Query) ([]ledger.Facts, error) {
	if q.Amount != 0 {
		return b.search(ctx, q, sqlSearchAmount, q.Amount)
	}
	return b.search(ctx, q, sqlSearch)
}

// Alarmed is Search among the orders that have an alarm.
func (b *Book) Alarmed(ctx context.Context, q ledger.Query) ([]ledger.Facts, error) {
	found, err := b.search(ctx, q, sqlAlarmed, q.Amount)
	if q.Order != "" && len(found) > 0 && found[0].Alarm == "" {
		return nil, err
	}
	return found, err
}

func (b *Book) search(ctx context.Context, q ledger.Query, query string, more ...any) ([]ledger.Facts, error) {
	q, err := q.Bounded()
	if err != nil {
		return nil, err
	}
	if q.Order != "" {
		return b.searchOne(ctx, q)
	}
	args := append([]any{q.FromMS, q.ToMS, q.BeforeMS, q.BeforeOrder, q.Device, string(q.State), q.Limit}, more...)
	return list(ctx, b.read, func(rows *sql.Rows) (f ledger.Facts, err error) {
		err = scanJSON(rows, &f)
		return f, err
	}, query, args...)
}

// searchOne is search for one order, which has a key.
func (b *Book) searchOne(ctx context.Context, q ledger.Query) ([]ledger.Facts, error) {
	f, ok, err := b.Order(ctx, q.Order)
	if err != nil || !ok || q.BeforeOrder != "" || !q.Has(f) {
		return nil, err
	}
	return []ledger.Facts{f}, nil
}

// Sums is what each device took in a time.
func (b *Book) Sums(ctx context.Context, fromMS, toMS int64) ([]ledger.Sum, error) {
	if err := ledger.CheckHours(fromMS, toMS); err != nil {
		return nil, fmt.Errorf("sum up book: %w", err)
	}
	return list(ctx, b.read, func(rows *sql.Rows) (s ledger.Sum, err error) {
		err = rows.Scan(&s.Device, &s.Count, &s.Paid)
		return s, err
	}, sqlSums, fromMS/ledger.HourMS, toMS/ledger.HourMS)
}
