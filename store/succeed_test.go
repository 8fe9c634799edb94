package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// damagedJournal has ten rows, the fifth of them changed, and a log beside it.
func damagedJournal(t *testing.T) (path, id string) {
	t.Helper()
	j := newJournal(t)
	fill(t, j, 1, 5)
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	fill(t, j, 6, 10)
	path = afterPowerCut(t, j, "", "-wal", "-shm")
	return path, j.ID()
}

// succeeded judges what came of it: a journal with one row, and the old one
// beside it with all its rows.
func succeeded(t *testing.T, path, kept, id string) {
	t.Helper()
	j := openTest(t, path)
	if last, _ := j.Head(); last != 1 || j.ID() == id {
		t.Errorf("the new journal has %d rows and identity %s, the old one was %s", last, j.ID(), id)
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	fill(t, j, 2, 3)
	old := readTest(t, kept)
	if last, _ := old.Head(); last != 10 || old.ID() != id {
		t.Errorf("the old journal has %d rows and identity %s, want 10 and %s", last, old.ID(), id)
	}
}

func TestSucceed(t *testing.T) {
	path, id := damagedJournal(t)
	kept, err := Succeed(t.Context(), path, entry("snapshot", 1))
	if err != nil {
		t.Fatal(err)
	}
	if want := path + ".broken-1"; kept != want {
		t.Errorf("kept as %s, want %s", kept, want)
	}
	succeeded(t, path, kept, id)
	if again, err := Succeed(t.Context(), path, entry("snapshot", 1)); !errors.Is(err, ErrBusy) {
		t.Errorf("of a journal that is open: %s, %v; want %v", again, err, ErrBusy)
	}
}

// Each journal that breaks is kept; there is an end to it.
func TestSucceedAgainAndAgain(t *testing.T) {
	path, _ := damagedJournal(t)
	for n, want := range []string{".broken-1", ".broken-2", ".broken-3"} {
		kept, err := Succeed(t.Context(), path)
		if err != nil || kept != path+want {
			t.Fatalf("time %d: %s, %v; want %s", n, kept, err, want)
		}
	}
	for n := range maxKept {
		if err := os.WriteFile(fmt.Sprintf("%s.broken-%d", path, n+1), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := listing(t, filepath.Dir(path))
	if kept, err := Succeed(t.Context(), path); err == nil {
		t.Errorf("kept as %s beside %d others", kept, maxKept)
	}
	if after := listing(t, filepath.Dir(path)); after != before {
		t.Errorf("a refusal changed something:\n%s\nwas\n%s", after, before)
	}
}

// What the power cut in the middle, the next Open finishes.
func TestSucceedIsFinished(t *testing.T) {
	for name, undo := range map[string]func(path string) error{
		"nothing taken away": func(path string) error { return copyFile(path+"-wal", path+".broken-1-wal") },
		"the log is gone":    func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			path, id := damagedJournal(t)
			kept, err := Succeed(t.Context(), path, entry("snapshot", 1))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(os.Rename(path, path+next), os.Link(kept, path), undo(path)); err != nil {
				t.Fatal(err)
			}
			succeeded(t, path, kept, id)
			if exists(path + next) {
				t.Error("it is to be finished still")
			}
		})
	}
}

// What was not whole when the power went is made anew.
func TestSucceedOverAnOldTry(t *testing.T) {
	path, id := damagedJournal(t)
	for _, end := range []string{".fresh", ".fresh-wal", ".fresh.lock"} {
		if err := os.WriteFile(path+end, []byte("half a journal"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := Succeed(t.Context(), path, entry("snapshot", 1))
	if err != nil {
		t.Fatal(err)
	}
	succeeded(t, path, kept, id)
	if left, _ := filepath.Glob(path + ".fresh*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A card that refuses leaves the damaged journal where it is.
func TestSucceedThatCannot(t *testing.T) {
	path, id := damagedJournal(t)
	bad := entry("snapshot", 1)
	bad.Kind = "not a kind"
	if kept, err := Succeed(t.Context(), path, bad); err == nil {
		t.Errorf("kept as %s for a row that is none", kept)
	}
	if kept, err := Succeed(t.Context(), filepath.Join(t.TempDir(), "no", "such", "journal")); err == nil {
		t.Errorf("kept as %s where there is none", kept)
	}
	if old := readTest(t, path); old.ID() != id {
		t.Errorf("the journal is %s, was %s", old.ID(), id)
	}
}
