package vault

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kasir/backend/archive"
	"kasir/backend/wire"
)

// Both engines count arguments from $1 when they first appear in that order.
const (
	columns  = `SELECT id, device, journal, version, branch, seq, hash, at_ms, flag, flag_seq, flag_ms, seen FROM journal_copies `
	sqlFirst = `INSERT INTO journal_copies (device, journal, version, branch, seq, hash, at_ms, flag, flag_seq, flag_ms, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (device, journal) DO NOTHING RETURNING id`
	sqlNext = `UPDATE journal_copies SET version = $1, branch = $2, seq = $3, hash = $4, at_ms = $5, flag = $6, flag_seq = $7, flag_ms = $8, seen = $9
		WHERE device = $10 AND journal = $11 AND version = $12 RETURNING id`
	sqlDoubt = `INSERT INTO journal_doubts (order_id, device, amount, seq, at_ms) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (order_id, device) DO NOTHING`
)

// Copy implements archive.Store.
func (v *Vault) Copy(ctx context.Context, device, journal string) (c archive.Copy, ok bool, err error) {
	all, err := v.copies(ctx, `WHERE device = $1 AND journal = $2`, device, journal)
	if err != nil || len(all) == 0 {
		return c, false, err
	}
	return all[0], true, nil
}

// Copies implements archive.Store.
func (v *Vault) Copies(ctx context.Context, after string, limit int) ([]archive.Copy, error) {
	return v.copies(ctx, `AS c WHERE device > $1 AND NOT EXISTS (SELECT 1 FROM journal_copies AS o
		WHERE o.device = c.device AND (o.at_ms > c.at_ms OR o.at_ms = c.at_ms AND o.id > c.id)) ORDER BY device LIMIT $2`, after, limit)
}

// Stopped implements archive.Store.
func (v *Vault) Stopped(ctx context.Context, limit int) ([]archive.Copy, error) {
	return v.copies(ctx, `WHERE flag <> '' AND seen = '' ORDER BY device, journal LIMIT $1`, limit)
}

func (v *Vault) copies(ctx context.Context, where string, args ...any) (all []archive.Copy, err error) {
	err = v.rows(ctx, func(r *sql.Rows) error {
		var c archive.Copy
		var hash []byte
		err := r.Scan(&c.ID, &c.Device, &c.Journal, &c.Version, &c.Branch, &c.Seq, &hash, &c.AtMS, &c.Flag, &c.FlagSeq, &c.FlagMS, &c.Seen)
		copy(c.Hash[:], hash)
		all = append(all, c)
		return err
	}, columns+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read copies of journals: %w", err)
	}
	return all, nil
}

// Put implements archive.Store.
func (v *Vault) Put(ctx context.Context, c archive.Copy, rows []archive.Row, doubts []archive.Doubt) error {
	err := v.do(ctx, func(ctx context.Context, tx *sql.Tx) error {
		query, args := sqlFirst, []any{c.Device, c.Journal, c.Version, c.Branch, c.Seq, c.Hash[:], c.AtMS, string(c.Flag), c.FlagSeq, c.FlagMS, c.Seen}
		if c.Version > 1 {
			query, args = sqlNext, append(append([]any{}, args[2:]...), c.Device, c.Journal, c.Version-1)
		}
		var id int64
		if err := tx.QueryRowContext(ctx, query, args...).Scan(&id); err == sql.ErrNoRows {
			return archive.ErrStale
		} else if err != nil {
			return err
		}
		if err := putRows(ctx, tx, id, c.Branch, rows); err != nil {
			return err
		}
		for _, d := range doubts {
			if _, err := tx.ExecContext(ctx, sqlDoubt, d.Order, d.Device, d.Amount, d.Seq, d.AtMS); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep journal of %s: %w", c.Device, err)
	}
	return nil
}

// rowFields is how many arguments a row takes.
const rowFields = 10

// putRows adds rows, all with one statement.
func putRows(ctx context.Context, tx *sql.Tx, id int64, branch int, rows []archive.Row) error {
	if len(rows) == 0 {
		return nil
	}
	var query strings.Builder
	query.WriteString(`INSERT INTO journal_rows (copy, branch, seq, kind, order_id, amount, day, at_ms, body, hash) VALUES `)
	args := make([]any, 0, rowFields*len(rows))
	for i, r := range rows {
		if i > 0 {
			query.WriteString(", ")
		}
		for j := range rowFields {
			fmt.Fprintf(&query, "%c$%d", map[bool]byte{true: '(', false: ','}[j == 0], len(args)+j+1)
		}
		query.WriteString(")")
		body := r.Body()
		if r.Withheld {
			body = nil
		} else if body == nil {
			body = []byte{}
		}
		args = append(args, id, branch, r.Seq, r.Kind, r.Order, r.Amount, r.Day, r.At, body, r.Hash[:])
	}
	_, err := tx.ExecContext(ctx, query.String(), args...)
	return err
}

// Hashes implements archive.Store.
func (v *Vault) Hashes(ctx context.Context, c archive.Copy, from int64, limit int) (all []wire.Hash, err error) {
	err = v.rows(ctx, func(r *sql.Rows) error {
		var hash []byte
		err := r.Scan(&hash)
		var h wire.Hash
		copy(h[:], hash)
		all = append(all, h)
		return err
	}, `SELECT hash FROM journal_rows WHERE copy = $1 AND branch = $2 AND seq >= $3 ORDER BY seq LIMIT $4`, c.ID, c.Branch, from, limit)
	if err != nil {
		return nil, fmt.Errorf("read copy of journal of %s: %w", c.Device, err)
	}
	return all, nil
}

// Rows implements archive.Store.
func (v *Vault) Rows(ctx context.Context, c archive.Copy, from int64, limit int) (all []archive.Row, err error) {
	err = v.rows(ctx, func(r *sql.Rows) error {
		var one archive.Row
		var body, hash []byte
		err := r.Scan(&one.Seq, &one.Kind, &one.Order, &one.Amount, &one.Day, &one.At, &body, &hash)
		if body != nil {
			one.Hold(body)
		}
		one.Withheld = body == nil
		copy(one.Hash[:], hash)
		all = append(all, one)
		return err
	}, `SELECT seq, kind, order_id, amount, day, at_ms, body, hash FROM journal_rows
		WHERE copy = $1 AND branch = $2 AND seq >= $3 ORDER BY seq LIMIT $4`, c.ID, c.Branch, from, limit)
	if err != nil {
		return nil, fmt.Errorf("read copy of journal of %s: %w", c.Device, err)
	}
	return all, nil
}

// Doubts implements archive.Store.
func (v *Vault) Doubts(ctx context.Context, limit int) (all []archive.Doubt, err error) {
	err = v.rows(ctx, func(r *sql.Rows) error {
		var d archive.Doubt
		err := r.Scan(&d.Order, &d.Device, &d.Amount, &d.Seq, &d.AtMS)
		all = append(all, d)
		return err
	}, `SELECT order_id, device, amount, seq, at_ms FROM journal_doubts ORDER BY order_id, device LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read doubts: %w", err)
	}
	return all, nil
}

// Settle implements archive.Store.
func (v *Vault) Settle(ctx context.Context, order string) error {
	err := v.do(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM journal_doubts WHERE order_id = $1`, order)
		return err
	})
	if err != nil {
		return fmt.Errorf("settle doubt about %s: %w", order, err)
	}
	return nil
}
