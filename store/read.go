package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"
)

// page is how many rows are read at once, 16 MB of them at the very most: a
// reader that takes its time must not keep the writer from carrying the log
// back, so nothing stays open between pages.
const page = 256

const columns = `seq, kind, order_, amount, day, at, body, prev, hash`

// from lets f read, f maybe twice.
func (j *Journal) from(ctx context.Context, f func(querier) error) error {
	if j.view != nil {
		return j.view.read(ctx, f)
	}
	return f(j.conn)
}

// Rows reads the journal from row number from on, in order. The sequence ends
// after its first error. Between rows nothing is held: rows that are appended
// meanwhile are read too.
func (j *Journal) Rows(ctx context.Context, from int64) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			rows, err := j.read(ctx, `SELECT `+columns+` FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`, from, page)
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
				from = r.Seq + 1
			}
			if err != nil {
				yield(Row{}, fmt.Errorf("read journal: %w", err))
				return
			}
			if len(rows) < page {
				return
			}
		}
	}
}

// Last is the number of the newest row of a kind among the last so many rows; 0
// when there is none.
func (j *Journal) Last(ctx context.Context, kind string, among int64) (seq int64, err error) {
	last, _ := j.Head()
	err = j.from(ctx, func(q querier) error {
		return q.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM journal WHERE seq > ? AND kind = ?`, last-among, kind).Scan(&seq)
	})
	if err != nil {
		return 0, fmt.Errorf("look for %s: %w", kind, err)
	}
	return seq, nil
}

// Tail is the last n rows, oldest first; all of them when there are fewer.
func (j *Journal) Tail(ctx context.Context, n int) ([]Row, error) {
	rows, err := j.read(ctx, `SELECT `+columns+` FROM journal ORDER BY seq DESC LIMIT ?`, max(n, 0))
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	slices.Reverse(rows)
	return rows, nil
}

func (j *Journal) read(ctx context.Context, query string, args ...any) (all []Row, err error) {
	err = j.from(ctx, func(q querier) error {
		all = nil
		rows, err := q.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r Row
			var at int64
			var prev, hash []byte
			if err := rows.Scan(&r.Seq, &r.Kind, &r.Order, &r.Amount, &r.Day, &at, &r.Body, &prev, &hash); err != nil {
				return &BrokenError{Seq: r.Seq, Why: err.Error()}
			}
			r.At, r.Prev, r.Hash = time.UnixMilli(at), sized(prev), sized(hash)
			all = append(all, r)
		}
		return rows.Err()
	})
	return all, err
}

// Sum counts and adds up the rows of one kind on one business day, in rupiah.
// It reads an index only, so it takes as long in a full journal as in a new
// one.
func (j *Journal) Sum(ctx context.Context, kind string, day int32) (count, total int64, err error) {
	err = j.from(ctx, func(q querier) error {
		return q.QueryRowContext(ctx,
			`SELECT count(*), coalesce(sum(amount), 0) FROM journal WHERE day = ? AND kind = ?`, day, kind).Scan(&count, &total)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("add up %s of %d: %w", kind, day, err)
	}
	return count, total, nil
}
