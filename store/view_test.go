package store

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The driver turns durability down to NORMAL unless told otherwise, so the
// promise is read back from every kind of connection there is.
func TestEveryConnectionIsDurable(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 3)
	check := func(name string, q querier) {
		t.Helper()
		for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal"} {
			var got string
			if err := q.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s = %s, %v, want %s", name, pragma, got, err, want)
			}
		}
	}
	views := func(name, path string) {
		t.Helper()
		r := readTest(t, path)
		for i := range r.view.db.Stats().MaxOpenConnections {
			c, err := r.view.db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			check(fmt.Sprint(name, " ", i), c)
		}
	}
	check("writer", j.conn)
	views("beside the writer", j.path)
	views("after a power cut", afterPowerCut(t, j))
	views("of a copy", afterPowerCut(t, j, "", "-wal"))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	views("of a closed journal", j.path)
	j = openTest(t, j.path)
	check("writer, again", j.conn)
}

func TestReadingBesideAWriter(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 5)
	r := readTest(t, j.path)
	if r.ID() != j.ID() {
		t.Errorf("identity %s, want %s", r.ID(), j.ID())
	}
	fill(t, j, 6, 10)
	tail, err := r.Tail(t.Context(), 1)
	if err != nil || tail[0].Seq != 10 {
		t.Errorf("tail = %v, %v: the reader does not see what was written since", tail, err)
	}
	if err := r.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := r.Append(t.Context(), entry("settled", 1)); err == nil {
		t.Error("a reader wrote")
	}
	if _, err := r.view.db.ExecContext(t.Context(), "DROP TABLE journal"); err == nil {
		t.Error("a reader dropped the table")
	}
	if _, err := OpenReadOnly(t.Context(), filepath.Join(t.TempDir(), "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Tail(t.Context(), 1); err == nil {
		t.Error("read after close")
	}
}

// Reading leaves every file in the folder as it was, whatever state the
// journal is in and whether or not the folder can be written.
func TestReadingLeavesNoTrace(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 7)
	cut, copied := afterPowerCut(t, j), afterPowerCut(t, j, "", "-wal")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	closed := afterPowerCut(t, j, "")
	// A till that was started again, and cut off at its first append.
	j = openTest(t, j.path)
	fill(t, j, 8, 8)
	begun, noise := afterPowerCut(t, j), afterPowerCut(t, j)
	if err := os.Truncate(begun+"-wal", 32); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(noise+"-wal", []byte(strings.Repeat("noise", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	for name, path := range map[string]string{
		"closed": closed, "after a power cut": cut, "copied without the index": copied, "log just begun": begun, "log is noise": noise,
	} {
		for _, mode := range []fs.FileMode{0o700, 0o500} {
			dir := filepath.Dir(path)
			if err := os.Chmod(dir, mode); err != nil {
				t.Fatal(err)
			}
			before := listing(t, dir)
			r := readTest(t, path)
			rows, err := r.Tail(t.Context(), 100)
			if err != nil || len(rows) != 7 {
				t.Errorf("%s: %d rows, %v, want 7", name, len(rows), err)
			}
			if err := r.Verify(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			during := listing(t, dir)
			if err := r.Close(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if after := listing(t, dir); during != before || after != before {
				t.Errorf("%s, %v: the folder was\n%sthen\n%sthen\n%s", name, mode, before, during, after)
			}
			if err := os.Chmod(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) != 0 {
		t.Errorf("copies are left behind: %v", left)
	}
}

// A reader that began while nobody wrote goes on when a till starts, writes,
// and stops.
func TestTillStartsWhileSomebodyReads(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	fill(t, j, 1, 3)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	r := readTest(t, j.path)
	want := int64(3)
	look := func(when string) {
		t.Helper()
		tail, err := r.Tail(t.Context(), 1)
		if err != nil || len(tail) != 1 || tail[0].Seq != want {
			t.Errorf("%s: last row %v, %v, want %d", when, tail, err, want)
		}
		if err := r.Verify(t.Context()); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	look("nobody writes")
	for round := range 3 {
		w, err := Open(t.Context(), j.path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		fill(t, w, want+1, want+200) // more than the log holds
		want += 200
		if round > 0 {
			look("a till runs")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		look("the till has stopped")
	}
}

func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	fill(t, j, 1, 2*page)
	r := readTest(t, j.path)
	// Two readers that stop in the middle of a page and look no further: one
	// with a connection of its own, one on the writer's.
	for _, rows := range []*Journal{r, j} {
		next, stop := iter.Pull2(rows.Rows(t.Context(), 1))
		defer stop()
		for range page + page/2 {
			if _, err, ok := next(); err != nil || !ok {
				t.Fatal(err)
			}
		}
	}
	for n := range int64(300) {
		e := entry("settled", n)
		e.Body = []byte(`"` + strings.Repeat("x", 8000) + `"`)
		if _, err := j.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		// Not more than the bound, one append and what one step back finds.
		info, err := os.Stat(j.path + "-wal")
		if err != nil || info.Size() > 2*walPages*4096 {
			t.Fatalf("after %d appends the log has %d bytes, %v", n+1, info.Size(), err)
		}
	}
}
