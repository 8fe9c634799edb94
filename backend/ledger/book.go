package ledger

import (
	"context"
	"errors"
)

// Book is where charges are kept: for every order its records, append-only,
// and their sum as one row; for every device its news, numbered. ledger/sqlite
// is one; whoever writes another runs booktest on it.
//
// A Book may be used by many goroutines. Every method is bounded in what it
// returns and honours its context while it waits.
type Book interface {
	// Commit makes all entries durable in one transaction, or none. It fails
	// with ErrStale when an entry does not continue what is stored.
	Commit(ctx context.Context, entries []Entry) error
	// Order is the sum of an order's records; ok is false for an unknown order.
	Order(ctx context.Context, id string) (f Facts, ok bool, err error)
	// History is an order's records, oldest first, at most limit.
	History(ctx context.Context, id string, limit int) ([]Record, error)
	// Watched is up to limit orders, by id, after the one given ("" for the
	// first), about which the provider is still to be asked.
	Watched(ctx context.Context, after string, limit int) ([]Facts, error)
	// Device is what the book knows of a device; a stranger gets Device{Next: 1}.
	Device(ctx context.Context, name string) (Device, error)
	// Since is up to limit of a device's news after seq, oldest first. The
	// facts are those of now, not those of the moment of the news.
	Since(ctx context.Context, device string, seq int64, limit int) ([]News, error)
	// Ping reports whether the book can be written.
	Ping(ctx context.Context) error
	Close() error
}

// Entry is what one step, or several in a row, have made of one order.
type Entry struct {
	Facts   Facts    // after Records
	Records []Record // at least one; Facts.Version-len(Records) is what must be stored already
	News    bool     // whether the device is to hear of it
}

// Device is a device as its orders show it.
type Device struct {
	Next   int64 // the lowest order number it has not used, at least 1
	Latest int64 // its newest news; 0 for none
}

// News is one item of a device's news. Seq grows by device, without reuse.
type News struct {
	Seq   int64
	Facts Facts
}

// ErrStale is Commit's answer to an entry whose order has changed meanwhile,
// by another hand: load it again and step again.
var ErrStale = errors.New("the order has changed meanwhile")
