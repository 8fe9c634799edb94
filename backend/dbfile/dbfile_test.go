package dbfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

var songs = Schema{Application: 77, Readers: 2, Steps: []string{"CREATE TABLE songs (name TEXT);"}}

// TestSteps: an old file is brought up to date, whole, and keeps what is in it;
// a newer one is left alone.
func TestSteps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "songs.db")
	f, err := Open(t.Context(), path, songs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write.Exec("INSERT INTO songs VALUES ('rayuan')"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Read.Exec("INSERT INTO songs VALUES ('x')"); err == nil {
		t.Error("a reader writes")
	}
	if _, err := Open(t.Context(), path, songs); !errors.Is(err, ErrInUse) {
		t.Errorf("opened twice: %v, want %v", err, ErrInUse)
	}
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Error(err)
	}
	later := songs
	later.Steps = append(later.Steps[:1:1], "ALTER TABLE songs ADD COLUMN year INTEGER DEFAULT 1945;")
	later.Ensure = "CREATE INDEX IF NOT EXISTS by_year ON songs (year)"
	broken := later
	broken.Steps = append(later.Steps[:1:1], "ALTER TABLE songs ADD COLUMN year; CREATE nonsense;")
	if _, err := Open(t.Context(), path, broken); err == nil {
		t.Error("a step that fails is no error")
	}
	for range 2 { // the second time there is nothing to do
		if f, err = Open(t.Context(), path, later); err != nil {
			t.Fatal(err)
		}
		var year int
		if err := f.Read.QueryRow("SELECT year FROM songs WHERE name = 'rayuan'").Scan(&year); err != nil || year != 1945 {
			t.Errorf("year %d, %v", year, err)
		}
		var mode, sync string
		if err := errors.Join(f.Write.QueryRow("PRAGMA journal_mode").Scan(&mode), f.Write.QueryRow("PRAGMA synchronous").Scan(&sync)); err != nil || mode != "wal" || sync != "2" {
			t.Errorf("journal mode %s, synchronous %s, %v; want wal and 2 (FULL)", mode, sync, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := Open(t.Context(), path, songs); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer file: %v, want %v", err, ErrNewer)
	}
	other := later
	other.Application = 78
	if _, err := Open(t.Context(), path, other); !errors.Is(err, ErrForeign) {
		t.Errorf("another program's file: %v, want %v", err, ErrForeign)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("this is no database at all, and it is longer than a header of one hundred bytes would have to be"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, filepath.Join(dir, "nowhere", "x.db"), dir} {
		if f, err := Open(t.Context(), path, songs); err == nil {
			f.Close()
			t.Errorf("%s: no error", path)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "y.db"), Schema{}); !errors.Is(err, errNoSteps) {
		t.Errorf("no steps: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "z.db")); err == nil {
		t.Errorf("left behind %v", info.Name())
	}
	f, err := Open(t.Context(), filepath.Join(dir, "z.db"), songs)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, err := os.Stat(filepath.Join(dir, "z.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}
