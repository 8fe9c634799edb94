package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"time"
)

// OpenReadOnly opens a journal beside a running till, to be read. It creates
// nothing, not even a lock, and changes nothing.
func OpenReadOnly(ctx context.Context, path string) (*Journal, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	db, err := sql.Open("sqlite3", dsn(path, true))
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	db.SetMaxOpenConns(2)
	j := &Journal{path: path, db: db, readOnly: true}
	if err := j.startReading(ctx); err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, errors.Join(err, db.Close()))
	}
	return j, nil
}

func (j *Journal) startReading(ctx context.Context) error {
	conn, err := j.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	app, ver, _, err := marks(ctx, conn)
	switch {
	case err != nil:
		return err
	case app != applicationID:
		return ErrForeign
	case ver > version:
		return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, ver, version)
	}
	j.conn = conn
	err = j.load(ctx)
	j.conn = nil
	return err
}

// querier is where reads go: the writer's one connection, or the reader's pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (j *Journal) from() querier {
	if j.conn != nil {
		return j.conn
	}
	return j.db
}

// page is how many rows are read at once: a reader that takes its time must
// not keep the writer from carrying the log back.
const page = 256

const columns = `seq, kind, order_, amount, day, at, body, prev, hash`

// Rows reads the journal from row number from on. The sequence ends after its
// first error.
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

// Tail is the last n rows, oldest first.
func (j *Journal) Tail(ctx context.Context, n int) ([]Row, error) {
	rows, err := j.read(ctx, `SELECT `+columns+` FROM journal ORDER BY seq DESC LIMIT ?`, n)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	slices.Reverse(rows)
	return rows, nil
}

func (j *Journal) read(ctx context.Context, query string, args ...any) ([]Row, error) {
	rows, err := j.from().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Row
	for rows.Next() {
		var r Row
		var at int64
		var prev, hash []byte
		if err := rows.Scan(&r.Seq, &r.Kind, &r.Order, &r.Amount, &r.Day, &at, &r.Body, &prev, &hash); err != nil {
			return all, err
		}
		r.At = time.UnixMilli(at)
		copy(r.Prev[:], prev)
		copy(r.Hash[:], hash)
		all = append(all, r)
	}
	return all, rows.Err()
}

// Sum counts and adds up the rows of one kind on one business day. It reads an
// index only, so it takes as long in a full journal as in a new one.
func (j *Journal) Sum(ctx context.Context, kind string, day int32) (count, total int64, err error) {
	err = j.from().QueryRowContext(ctx,
		`SELECT count(*), coalesce(sum(amount), 0) FROM journal WHERE day = ? AND kind = ? AND amount <> 0`, day, kind).Scan(&count, &total)
	if err != nil {
		return 0, 0, fmt.Errorf("add up %s of %d: %w", kind, day, err)
	}
	return count, total, nil
}
