package pgdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Part is the tables of one room.
type Part struct {
	Name string // never changed, nor used for another
	// Steps bring the part from the version that is a step's index to the next.
	// Once released a step is never changed. Each holds whole statements, in
	// the schema that comes first in the search path.
	Steps []string
}

// schemaLock is held by whoever changes tables, until his transaction ends.
const schemaLock = 0x6b617369720001

// Migrate brings a part to its last version, whole or not at all, one process at
// a time. It fails with ErrForeign in a database of somebody else's and with
// ErrNewer after a later release.
func (db *DB) Migrate(ctx context.Context, p Part) error {
	err := pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error { return p.migrate(ctx, tx) })
	if err != nil {
		return fmt.Errorf("make tables of %s in %s: %w", p.Name, db.name, err)
	}
	return nil
}

func (p Part) migrate(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(schemaLock)); err != nil {
		return err
	}
	var ours, tables bool
	err := tx.QueryRow(ctx, `SELECT to_regclass('kasir_parts') IS NOT NULL,
		EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f'))`).Scan(&ours, &tables)
	switch {
	case err != nil:
		return err
	case !ours && tables:
		return ErrForeign
	case !ours:
		if _, err := tx.Exec(ctx, `CREATE TABLE kasir_parts (name text PRIMARY KEY, version int NOT NULL)`); err != nil {
			return err
		}
	}
	var version int
	err = tx.QueryRow(ctx, `SELECT version FROM kasir_parts WHERE name = $1`, p.Name).Scan(&version)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if version > len(p.Steps) {
		return ErrNewer
	}
	if version == len(p.Steps) {
		return nil
	}
	// Without arguments the text goes as it is, several statements and all.
	if _, err := tx.Conn().PgConn().Exec(ctx, strings.Join(p.Steps[version:], ";\n")).ReadAll(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO kasir_parts (name, version) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET version = excluded.version`, p.Name, len(p.Steps))
	return err
}
