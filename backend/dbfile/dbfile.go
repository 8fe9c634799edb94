// Package dbfile opens the backend's SQLite files: one process at a time, WAL,
// every commit synced, one writing connection and a few that only read, and a
// schema that only ever moves forward. What is in a file it does not know. Next
// rooms to visit: backend/ledger/sqlite and backend/merchant/shelf, which do.
package dbfile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	_ "github.com/mattn/go-sqlite3" // the driver; it brings its own SQLite
)

// Why a file cannot be used.
var (
	ErrForeign = errors.New("not this program's database")          // a database, but another one's
	ErrNewer   = errors.New("written by a newer kasir-backend")     // and this one cannot know what that meant
	ErrInUse   = errors.New("in use by another kasir-backend")      // another process has it open
	errNoSteps = errors.New("a schema without steps makes no file") // ours to see in a test
)

// busyMS is how long a statement waits for another connection, in milliseconds.
const busyMS = 5000

// How many KiB of the file a connection remembers: a commit is about the ends of a few
// tables, and who reads looks up single rows. The kernel remembers the rest for all.
const (
	writeCache = 1000
	readCache  = 500
)

// Schema is what a kind of file is.
type Schema struct {
	Application int64 // PRAGMA application_id
	// Steps bring a file from the version that is a step's index to the next.
	// Once released a step is never changed.
	Steps []string
	// Ensure, unless empty, is run at every opening, and changes nothing the
	// second time: indices that old files may lack.
	Ensure  string
	Readers int // connections that only read
}

// File is an open file. Write is one connection; it may be nil after a failed
// Open, and so may the others.
type File struct {
	Write, Read *sql.DB
	lock        *os.File
}

// Open opens the file at path, and makes it when there is none (mode 0600). It
// fails with ErrForeign, ErrNewer or ErrInUse where those apply.
func Open(ctx context.Context, path string, s Schema) (_ *File, err error) {
	if len(s.Steps) == 0 {
		return nil, errNoSteps
	}
	f := &File{}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if f.lock, err = lock(path + ".lock"); err != nil {
		return nil, err
	}
	made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	made.Close()
	if f.Write, err = sql.Open("sqlite3", DSN(path, fmt.Sprintf("&_cache_size=-%d", writeCache))); err != nil {
		return nil, err
	}
	f.Write.SetMaxOpenConns(1)
	if err = s.migrate(ctx, f.Write); err != nil {
		return nil, err
	}
	if err = syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if f.Read, err = sql.Open("sqlite3", DSN(path, fmt.Sprintf("&_query_only=true&_cache_size=-%d", readCache))); err != nil {
		return nil, err
	}
	f.Read.SetMaxOpenConns(s.Readers)
	f.Read.SetMaxIdleConns(s.Readers)
	return f, nil
}

// DSN says what every connection needs. The driver turns synchronous down to
// NORMAL in WAL mode unless it is told otherwise here, which would lose the
// last commits in a power cut. SQLite need not lock a connection for each call:
// database/sql gives it to one at a time. more begins with "&" or is empty.
func DSN(path, more string) string {
	return fmt.Sprintf("file:%s?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=%d&_txlock=immediate&_mutex=no%s",
		(&url.URL{Path: path}).EscapedPath(), busyMS, more)
}

// migrate brings an empty or older file to the last version and refuses what is
// not ours.
func (s Schema) migrate(ctx context.Context, db *sql.DB) error {
	var app, version, tables int64
	for query, to := range map[string]*int64{
		"PRAGMA application_id": &app, "PRAGMA user_version": &version,
		"SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := db.QueryRowContext(ctx, query).Scan(to); err != nil {
			return err
		}
	}
	last := int64(len(s.Steps))
	switch {
	case app == 0 && version == 0 && tables == 0:
	case app != s.Application || version < 1:
		return ErrForeign
	case version > last:
		return ErrNewer
	}
	if version < last {
		if err := s.step(ctx, db, version); err != nil {
			return err
		}
	}
	if s.Ensure == "" {
		return nil
	}
	if _, err := db.ExecContext(ctx, s.Ensure); err != nil {
		return fmt.Errorf("make indices: %w", err)
	}
	return nil
}

// step takes a file from a version to the last, whole or not at all.
func (s Schema) step(ctx context.Context, db *sql.DB, version int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	head := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;\n", s.Application, len(s.Steps))
	if _, err := tx.ExecContext(ctx, head+strings.Join(s.Steps[version:], "\n")); err != nil {
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

// Close releases the file, once or more often. What was committed is on disk
// already.
func (f *File) Close() error {
	var errs []error
	for _, db := range []*sql.DB{f.Read, f.Write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if f.lock != nil {
		// Said aloud: a program that is being started at this moment may hold it as well.
		errs = append(errs, syscall.Flock(int(f.lock.Fd()), syscall.LOCK_UN), f.lock.Close())
		f.lock = nil
	}
	return errors.Join(errs...)
}
