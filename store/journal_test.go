package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)

func entry(kind string, n int64) Entry {
	return Entry{Kind: kind, Order: fmt.Sprintf("toko-1-%08d", n), Amount: n, Day: 20261121, At: noon,
		Body: []byte(fmt.Sprintf(`{"kind":%q,"amount":%d}`, kind, n))}
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

func fill(t testing.TB, j *Journal, from, to int64) {
	t.Helper()
	for n := from; n <= to; n++ {
		if _, err := j.Append(t.Context(), entry("settled", n)); err != nil {
			t.Fatal(err)
		}
	}
}

// The driver turns durability down to NORMAL unless told otherwise, so the
// promise is read back from every kind of connection there is.
func TestEveryConnectionIsDurable(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 3)
	r, err := OpenReadOnly(t.Context(), j.path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	check := func(name string, q querier) {
		var sync int
		var mode string
		if err := q.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&sync); err != nil || sync != 2 {
			t.Errorf("%s: synchronous = %d, %v, want 2 (FULL)", name, sync, err)
		}
		if err := q.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
			t.Errorf("%s: journal_mode = %s, %v, want wal", name, mode, err)
		}
	}
	check("writer", j.conn)
	for i := range 2 {
		c, err := r.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		check(fmt.Sprint("reader ", i), c)
	}
}

func TestAppendAndReadBack(t *testing.T) {
	j := newJournal(t)
	last, err := j.Append(t.Context(), entry("opened", 1), entry("offered", 2), entry("settled", 3))
	if err != nil || last != 3 {
		t.Fatalf("last = %d, %v", last, err)
	}
	id := j.ID()
	seq, head := j.Head()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(j.path + "-*"); len(left) != 0 {
		t.Errorf("a clean close leaves %v", left)
	}
	j = openTest(t, j.path)
	if j.ID() != id || len(id) != 32 {
		t.Errorf("identity %s became %s", id, j.ID())
	}
	if s, h := j.Head(); s != seq || h != head {
		t.Errorf("head %d %x became %d %x", seq, head, s, h)
	}
	var got []string
	for r, err := range j.Rows(t.Context(), 2) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(r.Seq, r.Kind, r.Order, r.Amount, r.Day, r.At.UTC().Format(time.RFC3339), string(r.Body)))
	}
	want := `2 offered toko-1-00000002 2 20261121 2026-11-21T05:00:00Z {"kind":"offered","amount":2}`
	if len(got) != 2 || strings.ReplaceAll(got[0], " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("rows %q, want the first to be %q", got, want)
	}
	tail, err := j.Tail(t.Context(), 2)
	if err != nil || len(tail) != 2 || tail[0].Seq != 2 || tail[1].Seq != 3 {
		t.Errorf("tail = %v, %v", tail, err)
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRowsReadsMoreThanOnePage(t *testing.T) {
	j := newJournal(t)
	var entries []Entry
	for n := range int64(3*page + 7) {
		entries = append(entries, entry("settled", n+1))
	}
	if _, err := j.Append(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for r, err := range j.Rows(t.Context(), 1) {
		if n++; err != nil || r.Seq != n {
			t.Fatalf("row %d: seq %d, %v", n, r.Seq, err)
		}
	}
	if n != int64(len(entries)) {
		t.Errorf("%d rows, want %d", n, len(entries))
	}
	for range j.Rows(t.Context(), 1) {
		break // a reader that stops early must not hold the connection
	}
	fill(t, j, 1, 1)
}

func TestSumIsTheFoldOverRows(t *testing.T) {
	j := newJournal(t)
	want := map[string][2]int64{}
	for n := range int64(200) {
		e := entry([]string{"settled", "opened"}[n%2], n)
		e.Day += int32(n % 3)
		if _, err := j.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if e.Amount != 0 {
			key := fmt.Sprint(e.Kind, e.Day)
			want[key] = [2]int64{want[key][0] + 1, want[key][1] + e.Amount}
		}
	}
	for _, kind := range []string{"settled", "opened", "expired"} {
		for day := int32(20261121); day < 20261125; day++ {
			count, total, err := j.Sum(t.Context(), kind, day)
			if err != nil {
				t.Fatal(err)
			}
			if got, w := [2]int64{count, total}, want[fmt.Sprint(kind, day)]; got != w {
				t.Errorf("%s on %d: %v, want %v", kind, day, got, w)
			}
		}
	}
}

func TestBadEntriesChangeNothing(t *testing.T) {
	j := newJournal(t)
	good := entry("opened", 1)
	for name, change := range map[string]func(*Entry){
		"no kind":       func(e *Entry) { e.Kind = "" },
		"kind":          func(e *Entry) { e.Kind = "Settled" },
		"long kind":     func(e *Entry) { e.Kind = strings.Repeat("a", 33) },
		"long order":    func(e *Entry) { e.Order = strings.Repeat("a", 65) },
		"no body":       func(e *Entry) { e.Body = nil },
		"body not JSON": func(e *Entry) { e.Body = []byte("{") },
		"long body":     func(e *Entry) { e.Body = []byte(`"` + strings.Repeat("a", maxBody) + `"`) },
	} {
		bad := good
		change(&bad)
		if _, err := j.Append(t.Context(), good, bad); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if seq, _ := j.Head(); seq != 0 {
		t.Errorf("%d rows after nothing but refusals", seq)
	}
	fill(t, j, 1, 1)
}

func TestSecondWriterIsRefused(t *testing.T) {
	j := newJournal(t)
	if _, err := Open(t.Context(), j.path, Options{}); !errors.Is(err, ErrBusy) {
		t.Fatalf("second writer: %v, want ErrBusy", err)
	}
	j.Close()
	openTest(t, j.path)
}

func TestReadingBesideAWriter(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 5)
	r, err := OpenReadOnly(t.Context(), j.path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	fill(t, j, 6, 10)
	tail, err := r.Tail(t.Context(), 1)
	if err != nil || tail[0].Seq != 10 {
		t.Errorf("tail = %v, %v: the reader does not see what was written since", tail, err)
	}
	if _, err := r.Append(t.Context(), entry("settled", 1)); err == nil {
		t.Error("a reader wrote")
	}
	if _, err := r.db.ExecContext(t.Context(), "DROP TABLE journal"); err == nil {
		t.Error("a reader dropped the table")
	}
	if _, err := OpenReadOnly(t.Context(), filepath.Join(t.TempDir(), "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	db, err := sql.Open("sqlite3", other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE x (y); INSERT INTO x VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("not a database, but long enough to be taken for one by whoever reads only its size\n\n\n\n\n\n\n\n\n\n\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{other, text, dir} {
		before, _ := os.ReadFile(path)
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v, want ErrForeign", path, err)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s was changed", path)
		}
	}
	if _, err := OpenReadOnly(t.Context(), other); !errors.Is(err, ErrForeign) {
		t.Errorf("read only: %v, want ErrForeign", err)
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "no", "such", "folder"), Options{}); err == nil {
		t.Error("opened in a folder that is not there")
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	j := newJournal(t)
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA user_version = 2"); err != nil {
		t.Fatal(err)
	}
	j.Close()
	if _, err := Open(t.Context(), j.path, Options{}); !errors.Is(err, ErrNewer) {
		t.Errorf("got %v, want ErrNewer", err)
	}
	if _, err := OpenReadOnly(t.Context(), j.path); !errors.Is(err, ErrNewer) {
		t.Errorf("got %v, want ErrNewer", err)
	}
}

func TestFileIsForItsOwnerOnly(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 1)
	for _, path := range []string{j.path, j.path + "-wal", j.path + "-shm", j.path + ".lock"} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v, want 0600", path, info.Mode(), err)
		}
	}
}

func TestLogIsBounded(t *testing.T) {
	j := newJournal(t)
	body := []byte(`"` + strings.Repeat("x", 8000) + `"`)
	for n := range int64(600) {
		e := entry("settled", n)
		e.Body = body
		if _, err := j.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(j.path + "-wal")
	if err != nil || info.Size() > walBytes {
		t.Errorf("the log has %d bytes, %v, want at most %d", info.Size(), err, walBytes)
	}
}

func TestAppendAfterAnErrorIsStopped(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 2)
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	_, first := j.Append(t.Context(), entry("settled", 3))
	if first == nil {
		t.Fatal("wrote on a connection that cannot")
	}
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA query_only = 0"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), entry("settled", 3)); !errors.Is(err, ErrStopped) {
		t.Errorf("second append: %v, want ErrStopped", err)
	}
	j.Close()
	if _, err := j.Append(context.Background(), entry("settled", 3)); !errors.Is(err, ErrStopped) {
		t.Errorf("append after close: %v, want ErrStopped", err)
	}
	j = openTest(t, j.path)
	fill(t, j, 3, 3)
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
