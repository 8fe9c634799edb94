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
	"sync"

	"kasir/backend/dbfile"
	"kasir/backend/merchant"
)

const (
	applicationID = 0x6b61736d // "kasm"
	readers       = 2
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

//go:embed asked.sql
var asked string

// steps bring a shelf from each version to the next; testdata has a file of each.
var steps = []string{schema, asked}

// Shelf is a merchant.Shelf in a file.
type Shelf struct {
	file *dbfile.File
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

func open(ctx context.Context, path string) (*Shelf, error) {
	f, err := dbfile.Open(ctx, path, dbfile.Schema{Application: applicationID, Steps: steps, Readers: readers})
	if err != nil {
		return nil, err
	}
	return &Shelf{file: f, read: f.Read, write: f.Write}, nil
}

// Close releases the file. What Put has answered is on disk already.
func (s *Shelf) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wound == nil {
		s.wound = errors.New("the shelf is closed")
	}
	return s.file.Close()
}
