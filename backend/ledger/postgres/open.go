// Package postgres keeps the ledger's book in a PostgreSQL database that several
// backends may share, with every commit synced: what Commit has answered
// survives a power cut.
//
// Commits that are asked for at one time are made together, in one transaction
// and one round trip (group commit), which also tells the other backends, once,
// whose terminals have news. That is a hint: what the news are, the book says.
//
// Which backend may act on an order is decided by locks of the database's
// session (Claim); a book that shares its database commits nothing for an order
// whose lock it does not hold in that very moment. The tables hold linked
// wallets too (see package wallet).
//
// The package knows the words of ledger and wallet, and nothing of HTTP, of the
// provider, or of what a charge may become. ledger/booktest is its contract.
// Next room to visit: backend/pgdb.
package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"kasir/backend/pgdb"
)

//go:embed book.sql
var bookSchema string

//go:embed wallets.sql
var walletSchema string

//go:embed reports.sql
var reportsSchema string

//go:embed epoch.sql
var epochSchema string

//go:embed home.sql
var homeSchema string

//go:embed columns.sql
var columnsSchema string

// tables is this room's part of a database.
var tables = pgdb.Part{Name: "book", Steps: []string{bookSchema, walletSchema, reportsSchema, epochSchema, homeSchema, columnsSchema}}

// Where commits tell whose terminals have news, and where backends talk.
const (
	channel = "kasir_news"
	fellows = "kasir_fellows"
)

// Options say how a book is used.
type Options struct {
	// Shared has the book refuse to commit for orders that were not claimed: set
	// it wherever a backend runs on the book.
	Shared bool
	// Quiet leaves out the news to others: for copying, and as a floor in
	// benchmarks.
	Quiet bool
}

// Book is a ledger.Book and a wallet.Book in a database.
type Book struct {
	db  *pgdb.DB
	o   Options
	q   queue
	era era
}

// Open opens the book in a database, and makes its tables when there are none.
// The database stays the caller's to close, after the book.
func Open(ctx context.Context, db *pgdb.DB, o Options) (*Book, error) {
	if err := db.Migrate(ctx, tables); err != nil {
		return nil, fmt.Errorf("open book: %w", err)
	}
	return &Book{db: db, o: o}, nil
}

// Close keeps further commits out. What Commit has answered is on disk already.
func (b *Book) Close() error {
	b.q.shut()
	return nil
}

// Ping reports whether the book can be written.
func (b *Book) Ping(ctx context.Context) error {
	if err := b.db.Session.Ping(ctx); err != nil {
		return fmt.Errorf("ping book: %w", err)
	}
	return nil
}

// OnNews calls ring with devices that have news, whoever committed them, and
// resumed when hints may have been lost. Neither may block.
func (b *Book) OnNews(ring func(devices []string), resumed func()) {
	b.db.Listen(pgdb.Hearer{Channel: channel, Heard: func(s string) { ring(strings.Fields(s)) }, Resumed: resumed})
}
