package main

import (
	"context"
	"errors"
	"log/slog"

	"kasir/backend"
	"kasir/backend/archive/vault"
	"kasir/backend/ledger"
	"kasir/backend/ledger/postgres"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	papers "kasir/backend/merchant/shelf/postgres"
	"kasir/backend/pgdb"
	"kasir/backend/wallet"
)

// bookkeeper is what a backend keeps charges and wallets in.
type bookkeeper interface {
	ledger.Book
	wallet.Book
}

// storage is where everything is kept: in files of this process alone, or in a
// database that other backends may use at the same time.
type storage struct {
	book   bookkeeper
	shared ledger.Shared  // nil: files
	turns  merchant.Turns // nil: files
	papers func(context.Context) (merchant.Shelf, error)
	copies func(context.Context) (*vault.Vault, error) // of devices' journals
	secret func(context.Context) ([]byte, error)       // of receipts
	close  func() error                                // after what papers gave is closed
}

// openStorage opens what -db names.
func (c config) openStorage(ctx context.Context, log *slog.Logger) (*storage, error) {
	if !pgdb.IsURL(c.db) {
		book, err := sqlite.Open(ctx, c.db)
		if err != nil {
			return nil, err
		}
		return &storage{book: book, close: book.Close,
			papers: func(ctx context.Context) (merchant.Shelf, error) { return shelf.Open(ctx, c.db+merchantSuffix) },
			copies: func(ctx context.Context) (*vault.Vault, error) { return vault.Open(ctx, c.db+journalsSuffix) },
			secret: func(context.Context) ([]byte, error) { return fileSecret(c.db + confirmSuffix) },
		}, nil
	}
	if c.caFile == "" && c.devices != "" {
		return nil, errors.New("read flags: with a database -ca-file is required: the same file for every backend on it")
	}
	db, err := pgdb.Open(ctx, c.db, log)
	if err != nil {
		return nil, err
	}
	book, err := postgres.Open(ctx, db, postgres.Options{Shared: true})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &storage{book: book, shared: book, turns: db,
		papers: func(ctx context.Context) (merchant.Shelf, error) { return papers.Open(ctx, db) },
		copies: func(ctx context.Context) (*vault.Vault, error) { return vault.On(ctx, db) },
		secret: func(ctx context.Context) ([]byte, error) {
			return book.Secret(ctx, confirmName, backend.MinConfirmSecret)
		},
		close: func() error { return errors.Join(book.Close(), db.Close()) },
	}, nil
}

// Names of what stands beside a book in a file, and of the same in a database.
const (
	merchantSuffix = ".merchant"
	journalsSuffix = ".journals"
	confirmSuffix  = ".confirm"
	confirmName    = "confirm"
)
