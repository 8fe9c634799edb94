package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// unmadeJournal is a rollback journal as SQLite has it when it wrote the first
// page of a file that had so many pages before.
func unmadeJournal(pages uint32) []byte {
	b := make([]byte, 512)
	copy(b, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
	binary.BigEndian.PutUint32(b[12:], 1)     // nonce
	binary.BigEndian.PutUint32(b[16:], pages) // before
	binary.BigEndian.PutUint32(b[20:], 512)   // sector
	binary.BigEndian.PutUint32(b[24:], 4096)  // page
	return b
}

// Power cuts while the first page is written, when the file is made and when
// the log is carried back: a till must not take its own file for somebody
// else's, and somebody else's stays refused.
func TestTornFirstPage(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	fill(t, j, 1, 40) // until the file has grown, which is what its first page says
	cut := afterPowerCut(t, j)
	log, err := os.ReadFile(cut + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(cut)
	if err != nil {
		t.Fatal(err)
	}
	noise := bytes.Repeat([]byte{0xa5}, 4096)
	for _, test := range []struct {
		name    string
		files   map[string][]byte
		rows    int64
		foreign bool
	}{
		{"noise with our log", map[string][]byte{"": slices.Concat(noise, file[len(noise):]), "-wal": log}, 40, false},
		{"noise", map[string][]byte{"": noise}, 0, true},
		{"noise with a log of noise", map[string][]byte{"": noise, "-wal": noise}, 0, true},
		{"noise of a file that was being made", map[string][]byte{"": noise, "-journal": unmadeJournal(0)}, 0, false},
		{"noise of a file that was there before", map[string][]byte{"": noise, "-journal": unmadeJournal(1)}, 0, true},
		{"noise with half a rollback journal", map[string][]byte{"": noise, "-journal": unmadeJournal(0)[:27]}, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			for end, content := range test.files {
				if err := os.WriteFile(path+end, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			j, err := Open(context.Background(), path, Options{})
			if test.foreign {
				if !errors.Is(err, ErrForeign) {
					t.Errorf("got %v, want %v", err, ErrForeign)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			if err := j.Verify(t.Context()); err != nil {
				t.Error(err)
			}
			if seq, _ := j.Head(); seq != test.rows {
				t.Errorf("%d rows, want %d", seq, test.rows)
			}
		})
	}
}
