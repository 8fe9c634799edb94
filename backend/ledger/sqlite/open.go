// Package sqlite keeps the ledger's book in one embedded SQLite file, in WAL
// mode with every commit synced: what Commit has answered survives a power cut.
//
// There is one writing connection, and whoever writes waits his turn; package
// backend collects what comes in meanwhile, so that one commit carries many
// orders. Readers have connections of their own and see the last commit.
//
// The same file keeps linked wallets (see package wallet), so that a device's
// orders and links are counted together.
//
// The package knows the words of ledger and wallet, and nothing of HTTP, of the provider,
// or of what a charge may become. ledger/booktest is its contract.
package sqlite

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	_ "github.com/mattn/go-sqlite3" // the driver; it brings its own SQLite
)

const (
	applicationID = 0x6b617362 // "kasb"
	userVersion   = 2
	readers       = 4
	busyMS        = 5000
)

// ErrForeign is for a file that is a database, but not a backend's book.
var ErrForeign = errors.New("not a kasir-backend database")

// ErrNewer is for a book written by a later release.
var ErrNewer = errors.New("written by a newer kasir-backend")

// ErrInUse is for a book that another process has open.
var ErrInUse = errors.New("in use by another kasir-backend")

//go:embed schema.sql
var schema string

//go:embed wallets.sql
var walletSchema string

// steps brings a file from the version that is its index to the next.
var steps = [userVersion]string{schema, walletSchema}

// Book is a ledger.Book and a wallet.Book in a file.
type Book struct {
	path string
	lock *os.File
	read *sql.DB

	mu    sync.Mutex // held by whoever writes
	write *sql.DB
	pen   *pen  // nil before first use, and after a commit that failed
	shut  bool  // Close was called
	wound error // the last failure of a commit, while pen is nil
}

// Open opens the book at path, and makes it when there is none (mode 0600). It
// fails with ErrForeign, ErrNewer or ErrInUse where those apply.
func Open(ctx context.Context, path string) (*Book, error) {
	b, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open book %s: %w", path, err)
	}
	return b, nil
}

func open(ctx context.Context, path string) (_ *Book, err error) {
	b := &Book{path: path}
	defer func() {
		if err != nil {
			b.Close()
		}
	}()
	if b.lock, err = lock(path + ".lock"); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	f.Close()
	if b.write, err = sql.Open("sqlite3", dsn(path, "")); err != nil {
		return nil, err
	}
	b.write.SetMaxOpenConns(1)
	if err = migrate(ctx, b.write); err != nil {
		return nil, err
	}
	if err = indexSearch(ctx, b.write); err != nil {
		return nil, err
	}
	if err = syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if b.read, err = sql.Open("sqlite3", dsn(path, "&_query_only=true")); err != nil {
		return nil, err
	}
	b.read.SetMaxOpenConns(readers)
	b.read.SetMaxIdleConns(readers)
	return b, nil
}

// dsn says what every connection needs. The driver turns synchronous down to
// NORMAL in WAL mode unless it is told otherwise here, which would lose the
// last commits in a power cut.
func dsn(path, more string) string {
	return fmt.Sprintf("file:%s?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=%d&_txlock=immediate%s",
		(&url.URL{Path: path}).EscapedPath(), busyMS, more)
}

// migrate brings an empty file to userVersion and refuses what is not ours.
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
	case app != applicationID || version < 1:
		return ErrForeign
	case version > userVersion:
		return ErrNewer
	case version == userVersion:
		return nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	head := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;\n", applicationID, userVersion)
	if _, err := tx.ExecContext(ctx, head+strings.Join(steps[version:], "\n")); err != nil {
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

// Close releases the file. What Commit has answered is on disk already.
func (b *Book) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shut = true
	var errs []error
	if b.pen != nil {
		errs = append(errs, b.pen.close())
		b.pen = nil
	}
	for _, db := range []*sql.DB{b.read, b.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if b.lock != nil {
		errs = append(errs, b.lock.Close())
		b.lock = nil
	}
	return errors.Join(errs...)
}
