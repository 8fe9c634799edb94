package store

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)

func pid() string { return strconv.Itoa(os.Getpid()) }

func entry(kind string, n int64) Entry {
	return Entry{Kind: kind, Order: fmt.Sprintf("toko-1-%08d", n), Amount: n, Day: 20261121, At: noon,
		Body: fmt.Appendf(nil, `{"kind":%q,"amount":%d}`, kind, n)}
}

func openTest(t testing.TB, path string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func newJournal(t testing.TB) *Journal {
	t.Helper()
	return openTest(t, filepath.Join(t.TempDir(), "journal.db"))
}

func readTest(t testing.TB, path string) *Journal {
	t.Helper()
	j, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func fill(t testing.TB, j *Journal, from, to int64) {
	t.Helper()
	for n := from; n <= to; n++ {
		if _, err := j.Append(t.Context(), entry("settled", n)); err != nil {
			t.Fatal(err)
		}
	}
}

// tamper changes a closed database the way somebody with a card reader would.
func tamper(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// afterPowerCut is a copy of the files of an open journal: what a device finds
// that was switched off now.
func afterPowerCut(t testing.TB, j *Journal, ends ...string) (path string) {
	t.Helper()
	if len(ends) == 0 {
		ends = []string{"", "-wal", "-shm", ".lock"}
	}
	path = filepath.Join(t.TempDir(), "journal.db")
	copyFiles(t, path, j.path, ends...)
	return path
}

// copyFiles copies what may be open. Another process reads it, because the
// closing of a descriptor in this one would drop SQLite's locks.
func copyFiles(t testing.TB, to, from string, ends ...string) {
	t.Helper()
	for _, end := range ends {
		content, err := exec.Command("cat", from+end).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+end, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// listing is every file in a folder with what is in it.
func listing(t testing.TB, dir string) (text string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil && !f.IsDir() {
			t.Fatal(err)
		}
		text += fmt.Sprintf("%s %d %x\n", f.Name(), len(content), sha256.Sum256(content))
	}
	return text
}

// broken is the row that err names, -1 when it is no *BrokenError.
func broken(err error) int64 {
	var b *BrokenError
	if !errors.As(err, &b) {
		return -1
	}
	return b.Seq
}
