// Package shelf keeps the merchant's papers in an SQLite file of their own, in
// WAL mode with every commit synced.
//
// The file is a second one beside the ledger's book on purpose: the book has one
// writer, whose commits carry the tills' money, and no paper may hold that up or
// be able to damage it. No transaction spans both: a paper names an order and
// says nothing about it that the book says.
//
// The package knows kinds, ids and versions, and nothing of what is written on
// a paper (see backend/merchant).
package shelf

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	_ "github.com/mattn/go-sqlite3" // the driver; it brings its own SQLite

	"kasir/backend/merchant"
)

const (
	applicationID = 0x6b61736d // "kasm"
	userVersion   = 1
	readers       = 2
	busyMS        = 5000
)

// Why a file cannot be used.
var (
	ErrForeign = errors.New("not a kasir-backend shelf")
	ErrNewer   = errors.New("written by a newer kasir-backend")
	ErrInUse   = errors.New("in use by another kasir-backend")
)

//go:embed schema.sql
var schema string

// Shelf is a merchant.Shelf in a file.
type Shelf struct {
	lock *os.File
	read *sql.DB

	mu    sync.Mutex // held by whoever writes
	write *sql.DB
	wound error // a commit failed: the file may differ from what the kernel says of it
}

var _ merchant.Shelf = (*Shelf)(nil)

// Open opens the shelf at path, and makes it when there is none (mode 0600).
func Open(ctx context.Context, path string) (*Shelf, error) {
	s, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open shelf %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string) (_ *Shelf, err error) {
	s := &Shelf{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.lock, err = lock(path + ".lock"); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	f.Close()
	if s.write, err = sql.Open("sqlite3", dsn(path, "")); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if err = migrate(ctx, s.write); err != nil {
		return nil, err
	}
	if err = syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if s.read, err = sql.Open("sqlite3", dsn(path, "&_query_only=true")); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(readers)
	return s, nil
}

// dsn says what every connection needs; the driver would turn synchronous down
// to NORMAL, which can lose the last commits in a power cut.
func dsn(path, more string) string {
	return fmt.Sprintf("file:%s?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=%d&_txlock=immediate%s",
		(&url.URL{Path: path}).EscapedPath(), busyMS, more)
}

func migrate(ctx context.Context, db *sql.DB) error {
	var app, version, tables int64
	for pragma, to := range map[string]*int64{
		"PRAGMA application_id": &app, "PRAGMA user_version": &version,
		"SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := db.QueryRowContext(ctx, pragma).Scan(to); err != nil {
			return err
		}
	}
	switch {
	case app == 0 && version == 0 && tables == 0:
	case app != applicationID:
		return ErrForeign
	case version > userVersion:
		return ErrNewer
	default:
		return nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	head := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;\n", applicationID, userVersion)
	if _, err := tx.ExecContext(ctx, head+schema); err != nil {
		return fmt.Errorf("make tables: %w", err)
	}
	return tx.Commit()
}

// lock keeps a second process out; the kernel drops it with the process.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrInUse
		}
		return nil, err
	}
	return f, nil
}

// syncDir makes the name of a new file durable as well.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Close releases the file. What Put has answered is on disk already.
func (s *Shelf) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wound == nil {
		s.wound = errors.New("the shelf is closed")
	}
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
		s.lock = nil
	}
	return errors.Join(errs...)
}
