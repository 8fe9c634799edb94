package shelf

import (
	"context"
	"fmt"

	"kasir/backend/merchant"
)

// The two queries of a search. What a subscription charged stands on its paper:
// there are at most a hundred on each, and a merchant has few subscriptions
// beside the orders of a shop.
const (
	sqlPages = `SELECT kind, id, version, key, open, body ->> 'asked_at_ms', body FROM papers INDEXED BY papers_asked
		WHERE kind = 'snap' AND body ->> 'asked_at_ms' >= ?1 AND body ->> 'asked_at_ms' < ?2
			AND (body ->> 'asked_at_ms', id) < (?3, ?4)
		ORDER BY body ->> 'asked_at_ms' DESC, id DESC LIMIT ?5`

	sqlCharges = `SELECT p.kind, c.value ->> 'order_id', p.version, p.id, 0, c.value ->> 'at_ms', c.value
		FROM papers AS p, json_each(p.body, '$.charges') AS c
		WHERE p.kind = 'subscription' AND c.value ->> 'at_ms' >= ?1 AND c.value ->> 'at_ms' < ?2
			AND (c.value ->> 'at_ms', c.value ->> 'order_id') < (?3, ?4)
		ORDER BY c.value ->> 'at_ms' DESC, c.value ->> 'order_id' DESC LIMIT ?5`
)

// Search is the newest orders before a place; see merchant.Shelf.
func (s *Shelf) Search(ctx context.Context, kind merchant.Kind, q merchant.Span) ([]merchant.Paper, error) {
	query := sqlPages
	switch kind {
	case merchant.KindSnap:
	case merchant.KindSubscription:
		query = sqlCharges
	default:
		return nil, fmt.Errorf("search papers: there are no orders of kind %q", kind)
	}
	q = q.Bounded()
	return s.list(ctx, query, q.FromMS, q.ToMS, q.BeforeMS, q.BeforeOrder, q.Limit)
}
