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
	"sync"

	"kasir/backend/dbfile"
)

const (
	applicationID = 0x6b617362 // "kasb"
	readers       = 4
)

// Why a file cannot be used: it is another program's, a later release's, or
// open in another process.
var (
	ErrForeign = dbfile.ErrForeign
	ErrNewer   = dbfile.ErrNewer
	ErrInUse   = dbfile.ErrInUse
)

//go:embed schema.sql
var schema string

//go:embed wallets.sql
var walletSchema string

//go:embed takings.sql
var takingsSchema string

//go:embed plain.sql
var plainSchema string

//go:embed numbered.sql
var numberedSchema string

// steps bring a book from each version to the next; testdata has a file of each.
var steps = []string{schema, walletSchema, takingsSchema, plainSchema, numberedSchema}

// Book is a ledger.Book and a wallet.Book in a file.
type Book struct {
	path string
	file *dbfile.File
	read *sql.DB

	mu    sync.Mutex // held by whoever writes
	write *sql.DB
	pen   *pen  // nil before first use, and after a commit that failed
	shut  bool  // Close was called
	wound error // the last failure of a commit, while pen is nil
	told  int64 // news of all devices together

	counts  counts
	seekers seekers
	order   *sql.Stmt // what is read most often, on whichever connection
	since   *sql.Stmt
	several *sql.Stmt
	device  *sql.Stmt

	era   sync.Mutex // over epoch
	epoch string
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

func open(ctx context.Context, path string) (*Book, error) {
	f, err := dbfile.Open(ctx, path, dbfile.Schema{
		Application: applicationID, Steps: steps, Ensure: sqlEpoch, Readers: readers,
	})
	if err != nil {
		return nil, err
	}
	b := &Book{path: path, file: f, read: f.Read, write: f.Write}
	if err := errors.Join(b.prepare(ctx), b.wake(ctx)); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Book) prepare(ctx context.Context) (err error) {
	for to, query := range map[**sql.Stmt]string{&b.order: sqlOrder, &b.since: sqlSince, &b.several: sqlPages, &b.device: sqlCount} {
		if *to, err = b.read.PrepareContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// Close releases the file. What Commit has answered is on disk already.
func (b *Book) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shut = true
	errs := []error{closeAll(b.order, b.since, b.several, b.device)}
	if b.pen != nil {
		errs = append(errs, b.pen.close())
		b.pen = nil
	}
	return errors.Join(append(errs, b.file.Close())...)
}
