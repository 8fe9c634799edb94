package postgres

import (
	"context"
	"testing"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// held is a book and its connections, which end together.
type held struct {
	*Book
	db      *pgdb.DB
	address string
}

func (h held) Close() error {
	h.Book.Close()
	return h.db.Close()
}

func openAt(t *testing.T, address string, o Options) held {
	t.Helper()
	db, err := pgdb.Open(context.Background(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b, err := Open(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return held{b, db, address}
}

func fresh(t *testing.T) held {
	t.Helper()
	return openAt(t, pgtest.Database(t), Options{})
}

func again(t *testing.T, b ledger.Book) held {
	t.Helper()
	h := b.(held)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return openAt(t, h.address, Options{})
}

func TestContract(t *testing.T) {
	booktest.Run(t, func(t *testing.T) ledger.Book { return fresh(t) },
		func(t *testing.T, b ledger.Book) ledger.Book { return again(t, b) })
}

func TestWalletContract(t *testing.T) {
	booktest.RunWallets(t, func(t *testing.T) booktest.WalletBook { return fresh(t) },
		func(t *testing.T, b booktest.WalletBook) booktest.WalletBook { return again(t, b) })
}
