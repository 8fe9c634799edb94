package shelf

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf/shelftest"
)

func fresh(t *testing.T, path string) *Shelf {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestContract(t *testing.T) {
	paths := map[merchant.Shelf]string{}
	open := func(t *testing.T, path string) merchant.Shelf {
		s := fresh(t, path)
		paths[s] = path
		return s
	}
	shelftest.Run(t, func(t *testing.T) merchant.Shelf { return open(t, filepath.Join(t.TempDir(), "shelf.db")) },
		func(t *testing.T, s merchant.Shelf) merchant.Shelf {
			s.Close()
			return open(t, paths[s])
		})
}

func TestHistoryStays(t *testing.T) {
	s := fresh(t, filepath.Join(t.TempDir(), "shelf.db"))
	shelftest.Put(t, s, shelftest.Paper("a", 1, "", false))
	shelftest.Put(t, s, shelftest.Paper("a", 2, "", false))
	var n int
	if err := s.read.QueryRow(`SELECT count(*) FROM versions WHERE id = 'a'`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d versions, %v", n, err)
	}
	for _, query := range []string{
		`DELETE FROM papers`, `DELETE FROM versions`, `UPDATE versions SET body = '{}'`, `UPDATE papers SET version = 9`,
	} {
		if _, err := s.write.Exec(query); err == nil {
			t.Errorf("%s: done", query)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "shelf.db")
	s := fresh(t, path)
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrInUse) {
		t.Errorf("twice: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for pragma, want := range map[string]error{"user_version = 99": ErrNewer, "application_id = 5": ErrForeign} {
		if s == nil {
			s = fresh(t, path)
		}
		if _, err := s.write.Exec("PRAGMA " + pragma); err != nil {
			t.Fatal(err)
		}
		s.Close()
		s = nil
		if _, err := Open(t.Context(), path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", pragma, err, want)
		}
		path = filepath.Join(dir, "second.db")
	}
}
