package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kasir/backend/ledger"
)

var _ ledger.Reporter = (*Book)(nil)

const (
	sqlSearchFrom = `SELECT body FROM orders WHERE asked_ms >= $1 AND asked_ms < $2 AND (asked_ms, order_id) < ($3, $4)
		AND ($5 = '' OR device = $5) AND ($6 = '' OR state = $6)`
	sqlSearchLast = ` ORDER BY asked_ms DESC, order_id DESC LIMIT $7`

	sqlSearch       = sqlSearchFrom + sqlSearchLast
	sqlSearchAmount = sqlSearchFrom + ` AND amount = $8` + sqlSearchLast
	sqlAlarmed      = sqlSearchFrom + ` AND alarmed AND ($8 = 0::bigint OR amount = $8)` + sqlSearchLast

	sqlSums = `SELECT device, count(*), sum(paid)::bigint FROM orders
		WHERE state = 'settled' AND settled_ms >= $1 AND settled_ms < $2 GROUP BY device ORDER BY device`
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
	return list[ledger.Facts](ctx, b, query, args...)
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
	rows, err := b.db.Pool.Query(ctx, sqlSums, fromMS, toMS)
	if err != nil {
		return nil, fmt.Errorf("sum up book: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s ledger.Sum, err error) {
		return s, r.Scan(&s.Device, &s.Count, &s.Paid)
	})
	if err != nil {
		return nil, fmt.Errorf("sum up book: %w", err)
	}
	return all, nil
}
