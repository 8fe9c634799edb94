package store

import (
	"os"
	"path/filepath"
	"testing"
)

// damaged opens files with wrong bytes in them. Whatever is in them, the
// answer is rows or an error, never a panic, and what verifies can be added to
// and adds up. It returns how many rows verify, -1 when they do not.
func damaged(t *testing.T, file, log []byte) int64 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if log != nil {
		for end, content := range map[string][]byte{"-wal": log, "-shm": make([]byte, 32768)} {
			if err := os.WriteFile(path+end, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for p := range Salvage(t.Context(), path) {
		if p.Seq > 20 || p.Seq > 0 && p.sum() != p.Hash {
			t.Errorf("row %d was never written", p.Seq)
		}
	}
	if r, err := OpenReadOnly(t.Context(), path); err == nil {
		_ = r.Verify(t.Context())
		for range r.Rows(t.Context(), 1) {
		}
		r.Close()
	}
	j, err := Open(t.Context(), path, Options{})
	if err != nil {
		return -1
	}
	defer j.Close()
	if err := j.Verify(t.Context()); err != nil {
		return -1
	}
	rows, _ := j.Head()
	if _, err := j.Append(t.Context(), entry("settled", 1)); err != nil {
		t.Errorf("it verifies and cannot be added to: %v", err)
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Errorf("it verified before an append, and after: %v", err)
	}
	if count, _, err := j.Sum(t.Context(), "settled", 20261121); err != nil || count != rows+1 {
		t.Errorf("%d rows add up to %d, %v", rows+1, count, err)
	}
	return rows
}

// samples are a closed journal of 20 rows, and one with rows in its log as a
// power cut leaves it. acked[n] is the size of that log when row n+1 was on
// disk.
func samples(t testing.TB) (closed, file, log []byte, acked []int64) {
	t.Helper()
	j := newJournal(t)
	for n := range int64(20) {
		fill(t, j, n+1, n+1)
		info, err := os.Stat(j.path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		acked = append(acked, info.Size())
	}
	read := func(path string) []byte {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	cut := afterPowerCut(t, j)
	file, log = read(cut), read(cut+"-wal")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return read(j.path), file, log, acked
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	closed, _, _, _ := samples(t)
	for _, size := range []int{0, 1, 15, 16, 99, 100, 4095, 4096, 4097, len(closed) / 2, len(closed) - 1} {
		if rows := damaged(t, closed[:size], nil); rows > 0 {
			t.Errorf("the first %d bytes of a journal are %d good rows", size, rows)
		}
	}
	for at := 0; at < len(closed); at += 211 {
		changed := append([]byte(nil), closed...)
		changed[at] ^= 0x55
		if rows := damaged(t, changed, nil); rows != -1 && rows != 20 {
			t.Errorf("byte %d changed: %d rows verify, want 20 or damage", at, rows)
		}
	}
}

// A power cut leaves any part of the log that was not synced. Rows that were
// acknowledged were synced, so they are all there, and rows after them are
// whole or absent.
func TestTornLogKeepsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	_, file, log, acked := samples(t)
	cuts := []int{0, 31, 32, 33, len(log)}
	for _, size := range acked {
		cuts = append(cuts, int(size)-1, int(size), int(size)+2000)
	}
	for _, cut := range cuts {
		cut = min(cut, len(log))
		want := int64(0)
		for _, size := range acked {
			if size <= int64(cut) {
				want++
			}
		}
		if int64(cut) < acked[0] {
			want = 0 // not even the tables: it begins anew
		}
		torn := append([]byte(nil), log[:cut]...)
		noise := append(append([]byte(nil), torn...), make([]byte, 6000)...)
		for i := cut; i < len(noise); i++ {
			noise[i] = byte(i * 7)
		}
		for name, log := range map[string][]byte{"cut": torn, "cut with noise after it": noise} {
			if rows := damaged(t, file, log); rows != want {
				t.Errorf("log %s at byte %d: %d rows, want %d", name, cut, rows, want)
			}
		}
	}
}

// FuzzOpen changes a byte and the size of a database, or of its log.
func FuzzOpen(f *testing.F) {
	closed, file, log, _ := samples(f)
	for _, seed := range []struct {
		inLog    bool
		at, size int
		flip     byte
	}{
		{false, 100, len(closed), 1}, {false, 5000, len(closed), 0xff}, {false, 0, 4096, 0}, {false, 18, len(closed), 1},
		{false, 60, len(closed), 2}, {false, 68, len(closed), 0xff}, {true, 0, len(log), 1}, {true, 32, 9000, 1}, {true, 5000, len(log), 8},
	} {
		f.Add(seed.inLog, seed.at, seed.size, seed.flip)
	}
	f.Fuzz(func(t *testing.T, inLog bool, at, size int, flip byte) {
		from := closed
		if inLog {
			from = log
		}
		changed := append([]byte(nil), from[:max(0, min(size, len(from)))]...)
		if at >= 0 && at < len(changed) {
			changed[at] ^= flip
		}
		rows := int64(0)
		if inLog {
			rows = damaged(t, file, changed)
		} else {
			rows = damaged(t, changed, nil)
		}
		if rows > 20 {
			t.Errorf("%d rows verify, and 20 were written", rows)
		}
	})
}
