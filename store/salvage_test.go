package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// salvaged is which rows of the journal at path can be read, and before which
// of them others are missing.
func salvaged(t *testing.T, path string) (rows, after []int64, err error) {
	t.Helper()
	for p, e := range Salvage(t.Context(), path) {
		if e != nil {
			return rows, after, e
		}
		rows = append(rows, p.Seq)
		if !p.Follows {
			after = append(after, p.Seq)
		}
	}
	return rows, after, nil
}

func TestSalvageAroundBadRows(t *testing.T) {
	for name, tt := range map[string]struct {
		change string
		lost   []int64
		after  []int64
	}{
		"nothing":         {"SELECT 1", nil, nil},
		"an amount":       {"UPDATE journal SET amount = 1 WHERE seq = 5", []int64{5}, []int64{6}},
		"a row taken out": {"DELETE FROM journal WHERE seq = 5", []int64{5}, []int64{6}},
		"the first":       {"DELETE FROM journal WHERE seq = 1", []int64{1}, []int64{2}},
		"the last":        {"DELETE FROM journal WHERE seq = 10", []int64{10}, nil},
		"two":             {"DELETE FROM journal WHERE seq IN (3, 4, 8)", []int64{3, 4, 8}, []int64{5, 9}},
		"all":             {"DELETE FROM journal", []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJournal(t)
			fill(t, j, 1, 10)
			j.Close()
			tamper(t, j.path, append(append([]string{}, untrigger...), tt.change)...)
			rows, after, err := salvaged(t, j.path)
			var want []int64
			for n := range int64(10) {
				if !slices.Contains(tt.lost, n+1) {
					want = append(want, n+1)
				}
			}
			if err != nil || !slices.Equal(rows, want) || !slices.Equal(after, tt.after) {
				t.Errorf("rows %v, missing before %v, %v; want %v and %v", rows, after, err, want, tt.after)
			}
		})
	}
}

// pageOf is the number of the page that has the text in it, from 0.
func pageOf(t *testing.T, file []byte, text string) int {
	t.Helper()
	at := bytes.LastIndex(file, []byte(text)) // there may be an older copy in a page that has another use now
	if at < 0 {
		t.Fatalf("%q is nowhere", text)
	}
	return at / pageBytes
}

// A page of the card that went bad takes its own rows with it, and no others;
// so does one that has a part of a large row.
func TestSalvageAroundBadPages(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 100)
	large := entry("snapshot", 101)
	large.Body = fmt.Appendf(nil, "%q", strings.Repeat("one side ", 3000)+"the middle"+strings.Repeat(" the other", 3000))
	if _, err := j.Append(t.Context(), large); err != nil {
		t.Fatal(err)
	}
	fill(t, j, 102, 160)
	j.Close()
	file, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	noise := bytes.Repeat([]byte{0x5a}, pageBytes)
	for name, tt := range map[string]struct {
		page        int
		least, most int // rows that are lost
		sure        int64
	}{
		"rows":            {pageOf(t, file, fmt.Sprintf(`{"kind":"settled","amount":%d}`, 50)), 5, 30, 50},
		"of a large row":  {pageOf(t, file, "the middle"), 1, 1, 101},
		"of the first":    {pageOf(t, file, `{"kind":"settled","amount":1}`), 5, 30, 1},
		"of the last row": {pageOf(t, file, fmt.Sprintf(`{"kind":"settled","amount":%d}`, 160)), 1, 30, 160},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			bad := slices.Clone(file)
			copy(bad[tt.page*pageBytes:], noise)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			before := listing(t, filepath.Dir(path))
			rows, _, err := salvaged(t, path)
			if lost := 160 - len(rows); err != nil || lost < tt.least || lost > tt.most || slices.Contains(rows, tt.sure) || !slices.IsSorted(rows) {
				t.Errorf("%d rows are lost, want %d to %d with row %d: %v, %v", lost, tt.least, tt.most, tt.sure, rows, err)
			}
			if after := listing(t, filepath.Dir(path)); after != before {
				t.Errorf("it changed something:\n%s\nwas\n%s", after, before)
			}
		})
	}
}

func TestSalvageOfNothing(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, bytes.Repeat([]byte("no journal"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, filepath.Join(dir, "none"), dir} {
		if rows, _, err := salvaged(t, path); path != text && err == nil || len(rows) > 0 {
			t.Errorf("%s: rows %v, %v; want none", path, rows, err)
		}
	}
}

// Rows that are only in the log are rows.
func TestSalvageReadsTheLog(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 7)
	if rows, _, err := salvaged(t, afterPowerCut(t, j)); err != nil || len(rows) != 7 {
		t.Errorf("rows %v, %v; want 7", rows, err)
	}
}
