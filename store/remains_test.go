package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lived is the files of a journal as a power cut leaves them: 100 rows in the
// file, one of them over many pages, and 20 more in the log, of one write each.
func lived(t *testing.T) (file, log []byte, id string) {
	t.Helper()
	j := newJournal(t)
	fill(t, j, 1, 49)
	large := entry("snapshot", 50)
	large.Body = fmt.Appendf(nil, "%q", strings.Repeat("a large row ", 4000))
	if _, err := j.Append(t.Context(), large); err != nil {
		t.Fatal(err)
	}
	fill(t, j, 51, 100)
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	fill(t, j, 101, 120)
	path := afterPowerCut(t, j, "", "-wal")
	return readFile(t, path), readFile(t, path+"-wal"), j.ID()
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// noise puts wrong bytes over some of b.
func noise(b []byte, from, to int) {
	for i := from; i < to; i++ {
		b[i] = byte(i*7 + 3)
	}
}

// TestABadFirstPageIsNoNewCard: whatever happened to the pages by which the others
// are found, a journal with rows in it is a damaged one. It is left as it was, and
// what is in its pages can be carried over.
func TestABadFirstPageIsNoNewCard(t *testing.T) {
	t.Parallel()
	file, log, id := lived(t)
	root := bytes.Index(file, []byte(`{"kind":"settled","amount":1}`)) / pageBytes
	for name, tt := range map[string]struct {
		change   func(file, log []byte) ([]byte, []byte)
		rows     int // that can be read, at least
		nameless bool
	}{
		"the first page is zeros":     {func(f, l []byte) ([]byte, []byte) { clear(f[:pageBytes]); return f, l }, 120, false},
		"the same, and no log":        {func(f, l []byte) ([]byte, []byte) { clear(f[:pageBytes]); return f, nil }, 100, false},
		"the first page is noise":     {func(f, l []byte) ([]byte, []byte) { noise(f, 0, pageBytes); return f, nil }, 100, false},
		"the first two are noise":     {func(f, l []byte) ([]byte, []byte) { noise(f, 0, 2*pageBytes); return f, nil }, 100, true},
		"its name is gone":            {func(f, l []byte) ([]byte, []byte) { clear(f[:16]); return f, nil }, 100, false},
		"its mark is gone":            {func(f, l []byte) ([]byte, []byte) { clear(f[68:72]); return f, nil }, 100, false},
		"all its marks are gone":      {func(f, l []byte) ([]byte, []byte) { clear(f[60:72]); return f, nil }, 100, false},
		"its mark is another's":       {func(f, l []byte) ([]byte, []byte) { f[68] ^= 1; return f, nil }, 100, false},
		"its page size is wrong":      {func(f, l []byte) ([]byte, []byte) { f[16], f[17] = 3, 3; return f, nil }, 100, false},
		"the page of tables is noise": {func(f, l []byte) ([]byte, []byte) { noise(f, 100, pageBytes); return f, nil }, 100, false},
		"the page over all rows":      {func(f, l []byte) ([]byte, []byte) { noise(f, root*pageBytes, (root+1)*pageBytes); return f, nil }, 70, false},
		"nothing is left but the log": {func(f, l []byte) ([]byte, []byte) { return nil, l }, 20, true},
		"the log's beginning":         {func(f, l []byte) ([]byte, []byte) { noise(l, 0, logHeader); return f, l }, 120, false},
		"an early page of the log":    {func(f, l []byte) ([]byte, []byte) { noise(l, logHeader, logHeader+200); return f, l }, 119, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			f, l := tt.change(slices.Clone(file), slices.Clone(log))
			for end, content := range map[string][]byte{"": f, "-wal": l} {
				if content == nil && end == "-wal" {
					continue
				}
				if err := os.WriteFile(path+end, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before := listing(t, filepath.Dir(path))
			rows, _, err := salvaged(t, path)
			if err != nil || len(rows) < tt.rows || !slices.IsSorted(rows) {
				t.Errorf("%d rows can be read, want %d: %v, %v", len(rows), tt.rows, rows, err)
			}
			if got, err := Identity(t.Context(), path); got != id && !tt.nameless || tt.nameless && got != "" {
				t.Errorf("identity %s, %v; want %s", got, err, id)
			}
			if after := listing(t, filepath.Dir(path)); after != before {
				t.Errorf("reading changed something:\n%s\nwas\n%s", after, before)
			}
			j, err := Open(t.Context(), path, Options{})
			if err == nil { // SQLite has that page in the log, or only the walk finds what is wrong
				last, _ := j.Head()
				if err = j.Verify(t.Context()); err == nil && last == 120 {
					err = &BrokenError{Why: "nothing, all of it is there"}
				}
				j.Close()
			} else if !bytes.Equal(readFile(t, path), f) {
				t.Error("the file was changed")
			}
			if ReasonOf(err) != Damaged {
				t.Fatalf("open: %v, want damage", err)
			}
		})
	}
}

// A journal of which nothing is left but the log is followed by a new one, too.
func TestSucceedWhatHasOnlyALog(t *testing.T) {
	t.Parallel()
	_, log, _ := lived(t)
	path := filepath.Join(t.TempDir(), "journal.db")
	if err := os.WriteFile(path+"-wal", log, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); ReasonOf(err) != Damaged {
		t.Fatalf("open: %v, want damage", err)
	}
	kept, err := Succeed(t.Context(), path, entry("snapshot", 1))
	if err != nil {
		t.Fatal(err)
	}
	j := openTest(t, path)
	if last, _ := j.Head(); last != 1 || !bytes.Equal(readFile(t, kept+"-wal"), log) {
		t.Errorf("%d rows, kept as %s", last, kept)
	}
}

// What is beside somebody else's file, or in none, is no row of ours.
func TestNothingBehind(t *testing.T) {
	_, log, _ := lived(t)
	for name, content := range map[string][]byte{"text": bytes.Repeat([]byte("no journal"), 2000), "zeros": make([]byte, 8*pageBytes), "nothing": nil} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := behind(t.Context(), path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for at := logHeader; at < len(log); at += 97 { // a log in which no row is what it was
			log[at] ^= 0x15
		}
		if err := os.WriteFile(path+"-wal", log, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := missed(t.Context(), path, Row{}); err != nil {
			t.Errorf("%s with a bad log: %v", name, err)
		}
	}
}

// One write of several rows that the power cut is not taken for damage, however
// much of it is there; what two writes left is.
func TestACutWriteIsNoDamage(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	fill(t, j, 1, 5)
	if _, err := j.Append(t.Context(), entry("opened", 6), entry("offered", 7), entry("letgo", 8)); err != nil {
		t.Fatal(err)
	}
	one := readFile(t, afterPowerCut(t, j, "", "-wal")+"-wal")
	fill(t, j, 9, 9)
	path := afterPowerCut(t, j, "", "-wal")
	two := readFile(t, path+"-wal")
	head, err := j.read(t.Context(), `SELECT `+columns+` FROM journal WHERE seq = ?`, 5)
	if err != nil || len(head) != 1 {
		t.Fatal(head, err)
	}
	for name, tt := range map[string]struct {
		log []byte
		bad bool
	}{"one write": {one, false}, "two writes": {two, true}} {
		if err := os.WriteFile(path+"-wal", tt.log, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := missed(t.Context(), path, head[0]); broken(err) == 6 != tt.bad {
			t.Errorf("%s: %v, want damage %t", name, err, tt.bad)
		}
	}
	head[0].Hash[0] ^= 1 // the rows in the log follow another one
	if err := missed(t.Context(), path, head[0]); err != nil {
		t.Errorf("rows that do not follow: %v", err)
	}
}

// Numbers as SQLite writes them (sqlite.org/fileformat2.html, section 1.6).
func TestVarint(t *testing.T) {
	for _, tt := range []struct {
		b    []byte
		n    uint64
		long int
	}{
		{[]byte{0}, 0, 1}, {[]byte{0x7f, 9}, 127, 1}, {[]byte{0x81, 0}, 128, 2}, {[]byte{0x81}, 0, 0}, {nil, 0, 0},
		{bytes.Repeat([]byte{0xff}, 9), 1<<64 - 1, 9}, {[]byte{0xff, 0xff, 0x7f}, 1<<21 - 1, 3},
	} {
		if n, long := varint(tt.b); n != tt.n || long != tt.long {
			t.Errorf("% x: %d in %d bytes, want %d in %d", tt.b, n, long, tt.n, tt.long)
		}
	}
	var eight [8]byte
	binary.BigEndian.PutUint64(eight[:], 1<<64-25_000)
	for _, tt := range []struct {
		kind uint64
		b    []byte
		want int64
	}{{1, []byte{0xff}, -1}, {2, []byte{0x61, 0xa8}, 25_000}, {6, eight[:], -25_000}, {8, nil, 0}, {9, nil, 1}, {0, nil, 0}} {
		if got := number(tt.kind, tt.b); got != tt.want {
			t.Errorf("type %d % x: %d, want %d", tt.kind, tt.b, got, tt.want)
		}
	}
}
