package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/store/crashvfs"
)

// What a power cut left of a journal that was being made is made again, and each new
// journal is another one.
func TestNewJournal(t *testing.T) {
	ids := map[string]bool{}
	for name, left := range map[string]map[string]string{
		"nothing":              {},
		"an empty file":        {"": ""},
		"half a journal":       {".new": "SQLite format 3\x00"},
		"more than a journal":  {".new": strings.Repeat("x", 1<<20)},
		"both":                 {"": "", ".new": "x"},
		"an empty file's lock": {"": "", ".lock": ""},
	} {
		path := filepath.Join(t.TempDir(), "journal.db")
		for end, content := range left {
			if err := os.WriteFile(path+end, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		j := openTest(t, path)
		if exists(path + ".new") {
			t.Errorf("%s: a file is left beside the journal", name)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v, want it for its owner only", name, info.Mode(), err)
		}
		var mode string
		if err := j.conn.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
			t.Errorf("%s: mode %s, %v, want wal", name, mode, err)
		}
		ids[j.ID()] = true
		fill(t, j, 1, 3)
		if err := j.Verify(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		if seq, _ := openTest(t, path).Head(); seq != 3 {
			t.Errorf("%s: %d rows, want 3", name, seq)
		}
	}
	if len(ids) != 6 {
		t.Errorf("%d identities of 6 journals", len(ids))
	}
}

// A log without its database is not made into a new journal that would hide it.
func TestLogWithoutAFileStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	for _, end := range []string{"-wal", "-journal"} {
		if err := os.WriteFile(path+end, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if is, err := unwritten(path); is || err != nil {
			t.Errorf("%s alone: %v, %v, want SQLite to judge", end, is, err)
		}
		if err := os.Remove(path + end); err != nil {
			t.Fatal(err)
		}
	}
}

// What the card has to have done before a till's first record is sure: SQLite's log
// begins, and has the record. The journal itself was there whole.
func TestFirstRecordTakesTwoSyncs(t *testing.T) {
	d := newDiary(t, fastDir(t), 1)
	j, err := d.open(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := d.write(t.Context(), j, 1, 100); err != nil {
		t.Fatal(err)
	}
	var syncs []string
	for _, op := range d.disk.Tape().Ops {
		if op.Kind == crashvfs.Sync {
			syncs = append(syncs, op.Name)
		}
	}
	if got, want := strings.Join(syncs, " "), "journal.db-wal journal.db-wal"; got != want {
		t.Errorf("synced %q, want %q", got, want)
	}
}
