// Package vault keeps copies of devices' journals in tables: of an SQLite file of
// their own, or of the PostgreSQL database that several backends share. The
// statements are the same for both.
//
// The file is one more beside the ledger's book on purpose: copies are many rows
// that nobody waits for, and no till's money may wait for them. The package knows
// rows and not what they mean (see backend/archive); archive/archivetest is its
// contract.
package vault

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5/stdlib"

	"kasir/backend/archive"
	"kasir/backend/dbfile"
	"kasir/backend/pgdb"
)

const (
	applicationID = 0x6b61736a // "kasj"
	readers       = 2
)

//go:embed sqlite.sql
var fileSchema string

//go:embed postgres.sql
var databaseSchema string

var errClosed = errors.New("the copies of journals are closed")

// Vault is an archive.Store.
type Vault struct {
	read, write *sql.DB
	close       func() error
	shut        atomic.Bool
}

var _ archive.Store = (*Vault)(nil)

// Open opens the file at path, and makes it when there is none (mode 0600). It
// fails as dbfile.Open does.
func Open(ctx context.Context, path string) (*Vault, error) {
	f, err := dbfile.Open(ctx, path, dbfile.Schema{Application: applicationID, Steps: []string{fileSchema}, Readers: readers})
	if err != nil {
		return nil, fmt.Errorf("open copies of journals %s: %w", path, err)
	}
	return &Vault{read: f.Read, write: f.Write, close: f.Close}, nil
}

// On is a vault in a database, which stays the caller's to close, after the vault.
func On(ctx context.Context, db *pgdb.DB) (*Vault, error) {
	if err := db.Migrate(ctx, pgdb.Part{Name: "journals", Steps: []string{databaseSchema}}); err != nil {
		return nil, fmt.Errorf("open copies of journals: %w", err)
	}
	pool := stdlib.OpenDBFromPool(db.Pool)
	return &Vault{read: pool, write: pool, close: pool.Close}, nil
}

// Close ends it. What Put has answered is on disk already.
func (v *Vault) Close() error {
	if v.shut.Swap(true) {
		return nil
	}
	return v.close()
}

// do is one transaction that writes, or an error of ours.
func (v *Vault) do(ctx context.Context, work func(context.Context, *sql.Tx) error) error {
	if v.shut.Load() {
		return errClosed
	}
	ctx, cancel := context.WithTimeout(ctx, pgdb.Patience)
	defer cancel()
	tx, err := v.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := work(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// rows reads with one query; scan is called for each row.
func (v *Vault) rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	if v.shut.Load() {
		return errClosed
	}
	ctx, cancel := context.WithTimeout(ctx, pgdb.Patience)
	defer cancel()
	found, err := v.read.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		if err := scan(found); err != nil {
			return err
		}
	}
	return found.Err()
}
