package vault

import (
	"context"
	"path/filepath"
	"testing"

	"kasir/backend/archive"
	"kasir/backend/archive/archivetest"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// held is a vault that can be opened again.
type held struct {
	*Vault
	again func() held
}

func inFile(t *testing.T, path string) held {
	t.Helper()
	v, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return held{v, func() held { return inFile(t, path) }}
}

func inDatabase(t *testing.T, address string) held {
	t.Helper()
	db, err := pgdb.Open(context.Background(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	v, err := On(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close(); db.Close() })
	return held{v, func() held { return inDatabase(t, address) }}
}

func TestContract(t *testing.T) {
	for name, open := range map[string]func(*testing.T) archive.Store{
		"file":     func(t *testing.T) archive.Store { return inFile(t, filepath.Join(t.TempDir(), "b?.db.journals")) },
		"database": func(t *testing.T) archive.Store { return inDatabase(t, pgtest.Database(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			archivetest.Run(t, open, func(t *testing.T, s archive.Store) archive.Store {
				h := s.(held)
				h.Close()
				return h.again()
			})
		})
	}
}

// What was kept is kept: whoever has the database cannot quietly change it.
func TestRowsStay(t *testing.T) {
	for name, v := range map[string]held{"file": inFile(t, filepath.Join(t.TempDir(), "j.db")), "database": inDatabase(t, pgtest.Database(t))} {
		archivetest.Put(t, v, archive.Copy{Device: "TOKO", Journal: archivetest.ID(1), Branch: 1}, archivetest.Rows(1, [32]byte{}, 2))
		for _, query := range []string{`DELETE FROM journal_rows`, `UPDATE journal_rows SET amount = 1`} {
			if _, err := v.write.Exec(query); err == nil {
				t.Errorf("%s: %s: done", name, query)
			}
		}
	}
}
