package shelf

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kasir/backend/merchant"
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

func paper(id string, version int64, key string, open bool) merchant.Paper {
	return merchant.Paper{Kind: merchant.KindRefund, ID: id, Version: version, Key: key, Open: open, AtMS: 7, Body: []byte(`{"n":1}`)}
}

func put(t *testing.T, s *Shelf, p merchant.Paper) {
	t.Helper()
	if err := s.Put(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func TestPapers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shelf.db")
	s := fresh(t, path)
	put(t, s, paper("b", 1, "K1", true))
	put(t, s, paper("a", 1, "K1", true))
	put(t, s, paper("c", 1, "K2", false))
	put(t, s, paper("a", 2, "K1", false))
	for _, stale := range []merchant.Paper{paper("a", 2, "", false), paper("a", 1, "", false), paper("a", 4, "", false), paper("new", 2, "", false)} {
		if err := s.Put(t.Context(), stale); !errors.Is(err, merchant.ErrStale) {
			t.Errorf("%s version %d: %v, want stale", stale.ID, stale.Version, err)
		}
	}
	s.Close()
	if err := s.Put(t.Context(), paper("d", 1, "", false)); err == nil {
		t.Error("a closed shelf takes papers")
	}
	s = fresh(t, path) // all of it is on the disk
	got, ok, err := s.Get(t.Context(), merchant.KindRefund, "a")
	want := paper("a", 2, "K1", false)
	if err != nil || !ok || got.Version != want.Version || got.Key != want.Key || got.Open || got.AtMS != 7 || string(got.Body) != string(want.Body) {
		t.Errorf("got %+v, %v, %v; want %+v", got, ok, err, want)
	}
	if _, ok, err := s.Get(t.Context(), merchant.KindSnap, "a"); ok || err != nil {
		t.Errorf("a paper of another kind: %v, %v", ok, err)
	}
	for _, test := range []struct {
		name string
		list func() ([]merchant.Paper, error)
		want string
	}{
		{"keyed", func() ([]merchant.Paper, error) { return s.Keyed(t.Context(), merchant.KindRefund, "K1", "", 9) }, "a b"},
		{"keyed, after", func() ([]merchant.Paper, error) { return s.Keyed(t.Context(), merchant.KindRefund, "K1", "a", 9) }, "b"},
		{"open", func() ([]merchant.Paper, error) { return s.Open(t.Context(), merchant.KindRefund, "", 9) }, "b"},
		{"all, two", func() ([]merchant.Paper, error) { return s.All(t.Context(), merchant.KindRefund, "", 2) }, "a b"},
		{"all of another", func() ([]merchant.Paper, error) { return s.All(t.Context(), merchant.KindUser, "", 2) }, ""},
	} {
		found, err := test.list()
		var ids []string
		for _, p := range found {
			ids = append(ids, p.ID)
		}
		if got := strings.Join(ids, " "); got != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
}

// TestOneWins: of many who change the same version, one does.
func TestOneWins(t *testing.T) {
	s := fresh(t, filepath.Join(t.TempDir(), "shelf.db"))
	var won atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if s.Put(context.Background(), paper("a", 1, "", false)) == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d won", won.Load())
	}
}

func TestHistoryStays(t *testing.T) {
	s := fresh(t, filepath.Join(t.TempDir(), "shelf.db"))
	put(t, s, paper("a", 1, "", false))
	put(t, s, paper("a", 2, "", false))
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
