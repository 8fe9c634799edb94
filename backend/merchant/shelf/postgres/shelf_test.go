package postgres

import (
	"context"
	"testing"

	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf/shelftest"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// held is a shelf and its connections, which end together.
type held struct {
	*Shelf
	db      *pgdb.DB
	address string
}

func (h held) Close() error {
	h.Shelf.Close()
	return h.db.Close()
}

func openAt(t *testing.T, address string) held {
	t.Helper()
	db, err := pgdb.Open(context.Background(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s, err := Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return held{s, db, address}
}

func TestContract(t *testing.T) {
	shelftest.Run(t, func(t *testing.T) merchant.Shelf { return openAt(t, pgtest.Database(t)) },
		func(t *testing.T, s merchant.Shelf) merchant.Shelf {
			h := s.(held)
			h.Close()
			return openAt(t, h.address)
		})
}

func TestHistoryStays(t *testing.T) {
	s := openAt(t, pgtest.Database(t))
	shelftest.Put(t, s, shelftest.Paper("a", 1, "", false))
	shelftest.Put(t, s, shelftest.Paper("a", 2, "", false))
	var n int
	if err := s.db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM paper_versions WHERE id = 'a'`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d versions, %v", n, err)
	}
	for _, query := range []string{
		`DELETE FROM papers`, `TRUNCATE papers`, `DELETE FROM paper_versions`, `UPDATE paper_versions SET body = '{}'`, `UPDATE papers SET version = 9`,
	} {
		if _, err := s.db.Pool.Exec(t.Context(), query); err == nil {
			t.Errorf("%s: done", query)
		}
	}
}
