package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"kasir/backend/ledger"
)

// A shop's devices ask one by one, and a chain's all at once: when their backend was
// away, or the provider's news come again. What finds its readers at work is read
// with others in one query, which costs little more than for one of them.
const (
	pageSeekers = 16 // in one query
	fewSeekers  = 3  // for whom one query each is as quick
	pageReaders = 2  // who read at the same time
)

const sqlSince = `SELECT 0, news.seq, orders.body FROM news JOIN orders USING (order_id)
	WHERE news.device = ? AND news.seq > ? ORDER BY news.seq LIMIT ?`

// sqlPages is the same for several devices. Joined crosswise, SQLite keeps to this order.
var sqlPages = `WITH asked (n, device, past, last) AS (VALUES ` + strings.Repeat("(?, ?, ?, ?), ", pageSeekers-1) + `(?, ?, ?, ?))
	SELECT asked.n, news.seq, orders.body FROM asked
	CROSS JOIN news ON news.device = asked.device AND news.seq > asked.past AND news.seq <= asked.last
	CROSS JOIN orders ON orders.order_id = news.order_id ORDER BY asked.n, news.seq`

// seeker is one who asks for a device's news.
type seeker struct {
	device string
	past   int64
	limit  int
	found  []piece
	done   chan error // holds one
}

// piece is one of a device's news, for the seeker at a place in a group.
type piece struct {
	at   int
	seq  int64
	body []byte
}

// seekers are those who ask, while others are read for.
type seekers struct {
	mu      sync.Mutex
	waiting []*seeker
	at      int // readers at work
}

// enter queues a seeker; lead says that the caller is to see to it that he is read for.
func (p *seekers) enter(s *seeker) (lead bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, s)
	if p.at >= pageReaders {
		return false
	}
	p.at++
	return true
}

// next is whom to read for; nobody means that the reader is done.
func (p *seekers) next() []*seeker {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := min(len(p.waiting), pageSeekers)
	group := p.waiting[:n:n]
	if p.waiting = p.waiting[n:]; n == 0 {
		p.at--
		p.waiting = nil
	}
	return group
}

// Since is up to limit of a device's news after seq.
func (b *Book) Since(ctx context.Context, device string, seq int64, limit int) ([]ledger.News, error) {
	s := &seeker{device: device, past: seq, limit: limit, done: make(chan error, 1)}
	if b.seekers.enter(s) {
		go b.seek(brief(ctx))
	}
	select {
	case err := <-s.done:
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	all := make([]ledger.News, len(s.found))
	for i, p := range s.found {
		all[i].Seq = p.seq
		if err := json.Unmarshal(p.body, &all[i].Facts); err != nil {
			return nil, fmt.Errorf("read book: news %d of %s: %w", p.seq, device, err)
		}
	}
	return all, nil
}

// seek reads for whoever waits until nobody does.
func (b *Book) seek(ctx context.Context) {
	for group := b.seekers.next(); len(group) > 0; group = b.seekers.next() {
		var err error
		if len(group) > fewSeekers {
			err = b.severalPages(ctx, group)
		}
		for _, s := range group {
			one := err
			if one == nil && len(s.found) == 0 { // not read for yet, or behind a gap as long as a page
				one = b.page(ctx, s)
			}
			s.done <- one
		}
	}
}

// page reads for one.
func (b *Book) page(ctx context.Context, s *seeker) error {
	rows, err := b.since.QueryContext(ctx, s.device, s.past, s.limit)
	return handOut(rows, err, []*seeker{s})
}

// severalPages reads for several. Numbers follow one another, so that as many as a page may
// have are those up to past and limit.
func (b *Book) severalPages(ctx context.Context, group []*seeker) error {
	args := make([]any, 0, 4*pageSeekers)
	for i := range pageSeekers {
		s := &seeker{} // nobody's, who has no news
		if i < len(group) {
			s = group[i]
		}
		args = append(args, i, s.device, s.past, s.past+int64(s.limit))
	}
	rows, err := b.several.QueryContext(ctx, args...)
	return handOut(rows, err, group)
}

// handOut gives every row to the one of a group who asked for it.
func handOut(rows *sql.Rows, err error, group []*seeker) error {
	found, err := collect(rows, err, func(rows *sql.Rows) (p piece, err error) {
		err = rows.Scan(&p.at, &p.seq, &p.body)
		return p, err
	})
	for _, p := range found {
		group[p.at].found = append(group[p.at].found, p)
	}
	return err
}
