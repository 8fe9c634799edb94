// Package archive keeps copies of devices' journals, and says when one is not what
// it was. A till sends what it has written down, row by row; each row's hash covers
// the one before, so a journal that was put back, rewritten, or has a row taken
// out of it no longer follows its own copy, and its owner is told.
//
// What a device knows to be paid is compared with the ledger: money that a till
// has seen and the book has not (after an older copy of the book was put back) is
// a doubt until the book has it too.
//
// It is a second copy. It decides nothing about a sale, and when it is lost the
// devices send it again. The package knows rows (backend/wire) and no SQL; next
// rooms: archive/vault, which keeps them, and package backend, which hands pages in.
package archive

import (
	"context"
	"errors"

	"kasir/backend/wire"
)

// Flag is why a journal is not what it was.
type Flag string

// Flags. The words are stored: never reuse one for another meaning.
const (
	Fine     Flag = ""
	Rollback Flag = "rollback" // it is shorter than its copy: an older one was put back
	Fork     Flag = "fork"     // a row is another one than it was, or follows another one
	Broken   Flag = "broken"   // a row does not say what its hash says
	Gap      Flag = "gap"      // a row is not there, and later ones are
)

// Copy is how much of one journal of one device is kept.
type Copy struct {
	Device  string
	Journal string
	Branch  int       // 1, and one more after each time a person has looked into a flag
	Seq     int64     // rows 1 to Seq are kept
	Hash    wire.Hash // of row Seq
	AtMS    int64     // of the newest page, Unix milliseconds

	Flag    Flag
	FlagSeq int64  // the row that it is about
	FlagMS  int64  // when
	Seen    string // who has looked into it, and why it is as it is; "" for nobody yet

	ID, Version int64 // the store's own
}

// Stopped reports whether no rows are taken before a person has looked.
func (c Copy) Stopped() bool { return c.Flag != Fine && c.Seen == "" }

// Row is a kept row.
type Row struct {
	Seq int64
	wire.JournalRow
}

// Doubt is a sale that a device has as paid, and the ledger had not.
type Doubt struct {
	Device string
	Order  string
	Amount int64 // rupiah, as the device has it
	Seq    int64 // of the row that says so
	AtMS   int64 // by the device's clock, Unix milliseconds
}

// Store keeps copies. It may be used by many goroutines, and by several backends
// at one time; every method is bounded in what it returns and honours its context.
type Store interface {
	// Copy is the copy of a journal; ok is false when there is none.
	Copy(ctx context.Context, device, journal string) (c Copy, ok bool, err error)
	// Hashes are the hashes of up to limit rows of a copy from row number from on.
	Hashes(ctx context.Context, c Copy, from int64, limit int) ([]wire.Hash, error)
	// Put makes a copy as it is now durable, with the rows that are new in it and
	// the doubts that they raise. It fails with ErrStale unless the stored one is
	// of the version before; version 1 is a copy that was not there.
	Put(ctx context.Context, c Copy, rows []Row, doubts []Doubt) error
	// Rows are up to limit rows of a copy's branch from row number from on.
	Rows(ctx context.Context, c Copy, from int64, limit int) ([]Row, error)
	// Copies are the newest copy of up to limit devices, by name, after the given one.
	Copies(ctx context.Context, after string, limit int) ([]Copy, error)
	// Stopped are up to limit copies that wait for a person, by device and journal.
	Stopped(ctx context.Context, limit int) ([]Copy, error)
	// Doubts are up to limit doubts, by order.
	Doubts(ctx context.Context, limit int) ([]Doubt, error)
	// Settle takes the doubts about an order away.
	Settle(ctx context.Context, order string) error
	Close() error
}

// ErrStale is Put's answer to a copy that somebody else changed meanwhile.
var ErrStale = errors.New("the copy has changed meanwhile")

// ErrNone is for a copy that is not there, or does not wait for a person.
var ErrNone = errors.New("there is no such journal")
