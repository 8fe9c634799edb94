// Package migrate moves everything a backend keeps from its files into an empty
// PostgreSQL database: the book, the merchant's papers, the copies of the tills'
// journals, and the secrets, with every number as it was, so that terminals go on
// with the cursors they have. It is done whole or not at all, and every row is read
// back and compared before it counts.
//
// The package knows the tables of both engines and nothing of what is in them.
// Next rooms to visit: backend/ledger/sqlite and backend/ledger/postgres.
package migrate

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"kasir/backend/archive/vault"
	"kasir/backend/dbfile"
	"kasir/backend/ledger/postgres"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/merchant/shelf"
	papers "kasir/backend/merchant/shelf/postgres"
	"kasir/backend/pgdb"
)

// Source is the files of a backend that does not run.
type Source struct {
	Book     string
	Papers   string            // "": there are none
	Journals string            // copies of the tills'; "": there are none
	Secrets  map[string][]byte // to be kept in the database, by name
}

// Report is what was moved.
type Report struct {
	Tables   []Table
	Settled  int64 // orders
	Takings  int64 // rupiah that they settled
	Open     int64 // orders about which the provider is still to be asked
	Sequence int64 // news of all devices together
}

// Table is how many rows of one were moved.
type Table struct {
	Name string
	Rows int64
}

// ErrNotEmpty is for a database in which something is kept already.
var ErrNotEmpty = errors.New("the database is not empty")

// Run moves a source into the database, which must have no orders, papers, copies
// of journals or secrets yet. The files stay as they are; nobody may use them any more
// afterwards. It fails with sqlite.ErrInUse while a backend runs on them.
func Run(ctx context.Context, from Source, to *pgdb.DB) (Report, error) {
	report, err := run(ctx, from, to)
	if err != nil {
		return Report{}, fmt.Errorf("migrate %s: %w", from.Book, err)
	}
	return report, nil
}

func run(ctx context.Context, from Source, to *pgdb.DB) (report Report, err error) {
	sources, shut, err := from.open(ctx)
	defer func() { err = errors.Join(err, shut()) }()
	if err != nil {
		return report, err
	}
	target, err := postgres.Open(ctx, to, postgres.Options{})
	if err != nil {
		return report, err
	}
	defer target.Close()
	if _, err := papers.Open(ctx, to); err != nil {
		return report, err
	}
	copies, err := vault.On(ctx, to)
	if err != nil {
		return report, err
	}
	defer copies.Close()
	conn, err := to.Pool.Acquire(ctx)
	if err != nil {
		return report, err
	}
	defer conn.Release()
	// A book of a million orders takes longer than any statement of a backend's.
	if _, err := conn.Exec(ctx, `SET statement_timeout = 0`); err != nil {
		return report, err
	}
	defer conn.Exec(context.WithoutCancel(ctx), `RESET statement_timeout`)
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		m := &mover{tx: tx, files: sources, part: target.PartOf}
		report, err = m.all(ctx, from.Secrets)
		return err
	})
	return report, err
}

// open opens the files as a backend does: that brings old ones to this version, and
// keeps backends out until shut. Which file is where, it says by name.
func (s Source) open(ctx context.Context) (paths map[string]string, shut func() error, err error) {
	var opened []io.Closer
	shut = func() error {
		var errs []error
		for _, f := range opened {
			errs = append(errs, f.Close())
		}
		return errors.Join(errs...)
	}
	paths = map[string]string{}
	for _, f := range []struct {
		name, path string
		open       func() (io.Closer, error)
	}{
		{inBook, s.Book, func() (io.Closer, error) { return sqlite.Open(ctx, s.Book) }},
		{inPapers, s.Papers, func() (io.Closer, error) { return shelf.Open(ctx, s.Papers) }},
		{inJournals, s.Journals, func() (io.Closer, error) { return vault.Open(ctx, s.Journals) }},
	} {
		if f.path == "" && f.name != inBook { // which there always is
			continue
		}
		file, err := f.open()
		if err != nil {
			return nil, shut, err
		}
		opened, paths[f.name] = append(opened, file), f.path
	}
	return paths, shut, nil
}

// mover is one migration under way.
type mover struct {
	tx    pgx.Tx
	files map[string]string
	part  func(device string) int
}

func (m *mover) all(ctx context.Context, secrets map[string][]byte) (r Report, err error) {
	if err := m.empty(ctx); err != nil {
		return r, err
	}
	open := map[string]*sql.DB{}
	for name, path := range m.files {
		db, err := sql.Open("sqlite3", dbfile.DSN(path, "&_query_only=true"))
		if err != nil {
			return r, err
		}
		defer db.Close()
		open[name] = db
	}
	for _, t := range tables {
		if open[t.file] == nil {
			continue
		}
		n, err := m.table(ctx, open[t.file], t)
		if err != nil {
			return r, fmt.Errorf("table %s: %w", t.name, err)
		}
		r.Tables = append(r.Tables, Table{t.name, n})
	}
	if _, err := m.tx.Exec(ctx, numbered); err != nil {
		return r, fmt.Errorf("table journal_copies: %w", err)
	}
	for name, secret := range secrets {
		if _, err := m.tx.Exec(ctx, `INSERT INTO secrets (name, body) VALUES ($1, $2)`, name, secret); err != nil {
			return r, fmt.Errorf("secret %s: %w", name, err)
		}
	}
	return r, m.totals(ctx, open[inBook], &r)
}

// empty keeps writers out and sees to it that nothing would be mixed.
func (m *mover) empty(ctx context.Context) error {
	for _, t := range tables {
		if _, err := m.tx.Exec(ctx, `LOCK TABLE `+t.into+` IN EXCLUSIVE MODE`); err != nil {
			return err
		}
		var any bool
		if err := m.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM `+t.into+`)`).Scan(&any); err != nil {
			return err
		}
		if any {
			return fmt.Errorf("%w: table %s", ErrNotEmpty, t.into)
		}
	}
	return nil
}

// table copies one, and reads it back.
func (m *mover) table(ctx context.Context, from *sql.DB, t table) (int64, error) {
	rows, err := from.QueryContext(ctx, `SELECT `+strings.Join(t.columns, ", ")+` FROM `+t.name+` ORDER BY `+t.key)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	src := &source{rows: rows, table: t, mover: m, sum: sha256.New()}
	n, err := m.tx.CopyFrom(ctx, pgx.Identifier{t.into}, append(append([]string{}, t.columns...), t.derived...), src)
	if err != nil {
		return 0, err
	}
	sum, back, err := m.readBack(ctx, t)
	if err != nil {
		return 0, err
	}
	if n != src.n || back != n || string(sum) != string(src.sum.Sum(nil)) {
		return 0, fmt.Errorf("what was written is not what was read: %d rows, %d written, %d read back", src.n, n, back)
	}
	return n, nil
}

func (m *mover) readBack(ctx context.Context, t table) (sum []byte, n int64, err error) {
	rows, err := m.tx.Query(ctx, `SELECT `+strings.Join(t.columns, ", ")+` FROM `+t.into+` ORDER BY `+t.key)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	h := sha256.New()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, 0, err
		}
		digest(h, values)
		n++
	}
	return h.Sum(nil), n, rows.Err()
}

// digest adds a row to a sum; the engines' ways to say the same value are one.
func digest(h hash.Hash, values []any) {
	for _, v := range values {
		switch v := v.(type) {
		case []byte:
			fmt.Fprintf(h, "%d %s\n", len(v), v)
		case string:
			fmt.Fprintf(h, "%d %s\n", len(v), v)
		case bool:
			n := 0
			if v {
				n = 1
			}
			fmt.Fprintf(h, "%d\n", n)
		default:
			fmt.Fprintf(h, "%d\n", v)
		}
	}
}

// totals compares what both engines make of the whole.
func (m *mover) totals(ctx context.Context, from *sql.DB, r *Report) error {
	var want, got [4]int64
	err := from.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE state = 'settled'),
		coalesce(sum(body ->> 'paid') FILTER (WHERE state = 'settled'), 0), count(*) FILTER (WHERE watched),
		(SELECT coalesce(sum(latest), 0) FROM devices) FROM orders`).Scan(&want[0], &want[1], &want[2], &want[3])
	if err != nil {
		return err
	}
	err = m.tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state = 'settled'),
		coalesce(sum(paid) FILTER (WHERE state = 'settled'), 0)::bigint, count(*) FILTER (WHERE watched),
		(SELECT coalesce(sum(latest), 0)::bigint FROM devices) FROM orders`).Scan(&got[0], &got[1], &got[2], &got[3])
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("totals differ: settled, takings, open and news are %d here and %d there", want, got)
	}
	r.Settled, r.Takings, r.Open, r.Sequence = got[0], got[1], got[2], got[3]
	return nil
}
