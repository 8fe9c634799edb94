package store

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// tamper changes a closed journal the way somebody with a card reader would.
func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

var untrigger = []string{"DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete", "DROP TRIGGER journal_no_gap"}

func TestVerifyNamesTheFirstBadRow(t *testing.T) {
	tests := []struct {
		name, change string
		row          int64
	}{
		{"kind", "UPDATE journal SET kind = 'expired' WHERE seq = 5", 5},
		{"order", "UPDATE journal SET order_ = 'toko-1-00000099' WHERE seq = 5", 5},
		{"amount", "UPDATE journal SET amount = amount + 1 WHERE seq = 5", 5},
		{"day", "UPDATE journal SET day = day - 1 WHERE seq = 5", 5},
		{"time", "UPDATE journal SET at = at + 1 WHERE seq = 5", 5},
		{"body", "UPDATE journal SET body = CAST('{}' AS BLOB) WHERE seq = 5", 5},
		{"hash", "UPDATE journal SET hash = zeroblob(32) WHERE seq = 5", 5},
		{"prev", "UPDATE journal SET prev = zeroblob(32) WHERE seq = 5", 5},
		{"first row", "UPDATE journal SET amount = 7 WHERE seq = 1", 1},
		{"last row", "UPDATE journal SET amount = 7 WHERE seq = 10", 10},
		{"taken out", "DELETE FROM journal WHERE seq = 5", 5},
		{"swapped", "UPDATE journal SET seq = CASE seq WHEN 5 THEN -6 WHEN 6 THEN -5 END WHERE seq IN (5, 6)", 5},
		{"identity", "DROP TRIGGER identity_no_update; UPDATE identity SET id = '00000000000000000000000000000000'", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := newJournal(t)
			fill(t, j, 1, 10)
			j.Close()
			tamper(t, j.path, append(append([]string{}, untrigger...), "PRAGMA ignore_check_constraints = 1", tt.change,
				"UPDATE journal SET seq = -seq WHERE seq < 0")...)
			j = openTest(t, j.path)
			var broken *BrokenError
			if err := j.Verify(t.Context()); !errors.As(err, &broken) || broken.Seq != tt.row {
				t.Errorf("verify: %v, want row %d named", err, tt.row)
			}
		})
	}
}

func TestTriggersRefuseChanges(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 3)
	for _, s := range []string{
		"UPDATE journal SET amount = 0", "DELETE FROM journal", "DELETE FROM journal WHERE seq = 3",
		"UPDATE identity SET id = id", "DELETE FROM identity",
		"INSERT INTO journal SELECT 9, kind, order_, amount, day, at, body, prev, hash FROM journal WHERE seq = 3",
	} {
		if _, err := j.conn.ExecContext(t.Context(), s); err == nil {
			t.Errorf("%s: went through", s)
		}
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCutOffTailShowsInTheHead(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 10)
	seq, head := j.Head()
	j.Close()
	tamper(t, j.path, append(append([]string{}, untrigger...), "DELETE FROM journal WHERE seq > 8")...)
	j = openTest(t, j.path)
	if s, h := j.Head(); s == seq || h == head {
		t.Errorf("head is still %d %x", s, h)
	}
}

// damage is a closed journal with its bytes changed; whatever is in it, the
// program must answer with rows or an error, and never with a panic.
func damage(t *testing.T, file []byte) {
	path := filepath.Join(t.TempDir(), "journal.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := Open(t.Context(), path, Options{})
	if err != nil {
		return
	}
	defer j.Close()
	if err := j.Verify(t.Context()); err == nil {
		if _, err := j.Append(t.Context(), entry("settled", 1)); err == nil {
			if err := j.Verify(t.Context()); err != nil {
				t.Errorf("verified before an append, and after it: %v", err)
			}
		}
	}
}

func sample(t testing.TB) []byte {
	j := newJournal(t)
	fill(t, j, 1, 20)
	j.Close()
	file, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDamagedFiles(t *testing.T) {
	file := sample(t)
	for _, size := range []int{0, 1, 99, 100, 4095, 4096, 4097, len(file) / 2, len(file) - 1} {
		damage(t, file[:size])
	}
	for at := 0; at < len(file); at += 97 {
		changed := append([]byte(nil), file...)
		changed[at] ^= 0x55
		damage(t, changed)
	}
}

func FuzzOpen(f *testing.F) {
	file := sample(f)
	f.Add(100, byte(1), len(file))
	f.Add(5000, byte(0xff), len(file))
	f.Add(0, byte(0), 4096)
	f.Fuzz(func(t *testing.T, at int, flip byte, size int) {
		changed := append([]byte(nil), file[:max(0, min(size, len(file)))]...)
		if at >= 0 && at < len(changed) {
			changed[at] ^= flip
		}
		damage(t, changed)
	})
}
