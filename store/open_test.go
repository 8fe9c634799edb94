package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecondWriterIsRefused(t *testing.T) {
	j := newJournal(t)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(j.path, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{j.path, link} {
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrBusy) {
			t.Fatalf("second writer at %s: %v, want ErrBusy", path, err)
		}
	}
	fill(t, j, 1, 1)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	k := openTest(t, link)
	if seq, _ := k.Head(); seq != 1 || k.ID() != j.ID() {
		t.Errorf("through a link: row %d of %s, want row 1 of %s", seq, k.ID(), j.ID())
	}
}

// Closing any descriptor of a file gives up the locks that SQLite has on it in
// the same process, so a refused second Open must not so much as look at it.
func TestRefusedWriterLeavesTheLocksOfTheFirst(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 1)
	locks := func() int {
		text, err := os.ReadFile("/proc/locks")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "POSIX") && strings.Contains(line, " 1073741826 ") && strings.Contains(line, " "+pid()+" ") {
				n++
			}
		}
		return n
	}
	if locks() == 0 {
		t.Fatal("SQLite has no lock on an open journal")
	}
	if _, err := Open(t.Context(), j.path, Options{}); !errors.Is(err, ErrBusy) {
		t.Fatal(err)
	}
	if locks() == 0 {
		t.Error("the refused writer took the locks of the first with it")
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	foreign := func(path string, statements ...string) *sql.DB {
		t.Helper()
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		for _, s := range append(statements, "CREATE TABLE x (y)", "INSERT INTO x VALUES (1)") {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		return db
	}
	foreign(path("other.db")).Close()
	foreign(path("marked.db"), "PRAGMA application_id = 7").Close()
	live := filepath.Join(t.TempDir(), "live.db")
	foreign(live, "PRAGMA journal_mode = WAL")
	copyFiles(t, path("cut.db"), live, "", "-wal", "-shm") // what its till was cut off from
	if err := os.WriteFile(path("text"), []byte("not a database"+strings.Repeat("\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	for _, name := range []string{"other.db", "marked.db", "cut.db", "text", "folder"} {
		if _, err := Open(t.Context(), path(name), Options{}); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v, want ErrForeign", name, err)
		}
		if _, err := OpenReadOnly(t.Context(), path(name)); !errors.Is(err, ErrForeign) {
			t.Errorf("%s, to read: %v, want ErrForeign", name, err)
		}
		if after := listing(t, dir); after != before {
			t.Fatalf("%s: the folder was\n%s\nand is\n%s", name, before, after)
		}
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	for _, clean := range []bool{true, false} {
		j := newJournal(t)
		if _, err := j.conn.ExecContext(t.Context(), "PRAGMA user_version = 2"); err != nil {
			t.Fatal(err)
		}
		path := j.path
		if clean {
			j.Close()
		} else {
			path = afterPowerCut(t, j) // the new version is in the log only
		}
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrNewer) {
			t.Errorf("clean %v: %v, want ErrNewer", clean, err)
		}
		if _, err := OpenReadOnly(t.Context(), path); !errors.Is(err, ErrNewer) {
			t.Errorf("clean %v, to read: %v, want ErrNewer", clean, err)
		}
	}
}

func TestFileIsForItsOwnerOnly(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 1)
	for _, path := range []string{j.path, j.path + "-wal", j.path + "-shm", j.path + ".lock"} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := info.Mode().Perm(), fs.FileMode(0o600); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{"journal.db", "./a b.db", "a?b#c%41&mode=ro.db", "file:x.db", filepath.Join(dir, "été.db")} {
		j, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		fill(t, j, 1, 1)
		if !exists(path) || !exists(path+"-wal") {
			t.Errorf("%s: the journal is somewhere else", path)
		}
		if err := j.Close(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "gone", "x.db"), filepath.Join(dir, "dangling")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "no", "such.db"), filepath.Join(dir, "dangling")} {
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want it not to exist", path, err)
		}
	}
}

// A device that is cut off while it makes its journal starts again from what
// there is.
func TestUnfinishedFileIsFinished(t *testing.T) {
	for name, statements := range map[string][]string{
		"empty":            nil,
		"mode set":         {"PRAGMA journal_mode = WAL"},
		"mode set, opened": {"PRAGMA journal_mode = WAL", "BEGIN IMMEDIATE; " + schema + "ROLLBACK"},
	} {
		path := filepath.Join(t.TempDir(), "journal.db")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		tamper(t, path, statements...)
		j := openTest(t, path)
		fill(t, j, 1, 2)
		if err := j.Verify(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
