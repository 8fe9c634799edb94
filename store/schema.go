package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"fmt"
	"strings"
)

//go:embed schema.sql
var schema string

// steps bring a journal from each schema to the next: steps[n] from n to n+1.
// They only ever grow at the end, and none is edited once it has been on a
// device.
var steps = []string{schema}

// applicationID marks the file as ours: "kasr". A foreign database is refused
// instead of being adopted.
const applicationID = 0x6b617372

// version is this program's schema, in PRAGMA user_version.
var version = int64(len(steps))

func newer(ver int64) error {
	return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, ver, version)
}

// querier is where reads go: the writer's one connection, or the reader's pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// marks are what tells one SQLite file from another.
type marks struct{ app, ver, tables int64 }

func (m marks) empty() bool { return m == marks{} }

// ours says why the file is not a journal that this program may use.
func (m marks) ours() error {
	switch {
	case m.app != applicationID:
		return ErrForeign
	case m.ver > version:
		return newer(m.ver)
	case m.ver < 1:
		return &BrokenError{Why: fmt.Sprintf("its schema is %d", m.ver)}
	}
	return nil
}

func readMarks(ctx context.Context, q querier) (m marks, err error) {
	for _, mark := range []struct {
		query string
		into  *int64
	}{
		{"PRAGMA application_id", &m.app},
		{"PRAGMA user_version", &m.ver},
		{"SELECT count(*) FROM sqlite_schema", &m.tables},
	} {
		if err := q.QueryRowContext(ctx, mark.query).Scan(mark.into); err != nil {
			return m, fmt.Errorf("read what file it is: %w", err)
		}
	}
	return m, nil
}

// migrate checks whose file this is, and brings it to this program's version
// in one transaction. An empty file becomes a journal with an identity of its
// own: a device whose card was replaced must not be taken for one that asks
// again.
func migrate(ctx context.Context, c *sql.Conn) error {
	m, err := readMarks(ctx, c)
	if err != nil {
		return err
	}
	if !m.empty() {
		if err := m.ours(); err != nil {
			return err
		}
	}
	if m.ver == version {
		return nil
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for n, step := range steps[m.ver:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("bring schema %d to the next: %w", m.ver+int64(n), err)
		}
	}
	if m.empty() {
		id := make([]byte, 16)
		rand.Read(id) // never fails
		if _, err := tx.ExecContext(ctx, `INSERT INTO identity (one, id) VALUES (1, ?)`, hex.EncodeToString(id)); err != nil {
			return fmt.Errorf("create identity: %w", err)
		}
	}
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return fmt.Errorf("mark the file: %w", err)
	}
	return tx.Commit()
}

// check runs one of SQLite's own searches for damage.
func check(ctx context.Context, q querier, pragma string) error {
	var verdict string
	if err := q.QueryRowContext(ctx, "PRAGMA "+pragma+"(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("%s: %w", pragma, err)
	}
	if verdict != "ok" {
		return &BrokenError{Why: verdict}
	}
	return nil
}

// guarded says whether the tables, the index and the triggers are still word
// for word what the steps made. A missing trigger changes no row, but nobody
// drops one for nothing.
func guarded(ctx context.Context, q querier) error {
	rows, err := q.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL`)
	if err != nil {
		return err
	}
	defer rows.Close()
	all := strings.Join(steps, "\n")
	found := 0
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		if !strings.Contains(all, text+";") {
			return &BrokenError{Why: fmt.Sprintf("%s is not as it was made", name)}
		}
		found++
	}
	if made := strings.Count(all, "\nCREATE "); rows.Err() == nil && found != made {
		return &BrokenError{Why: fmt.Sprintf("it was made with %d tables, indexes and triggers, and has %d", made, found)}
	}
	return rows.Err()
}
