package store

import (
	"context"
	"errors"
	"strings"
	"testing"
)

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
		{"longer hash", "UPDATE journal SET hash = CAST(hash || 'x' AS BLOB) WHERE seq = 5", 5},
		{"prev", "UPDATE journal SET prev = zeroblob(32) WHERE seq = 5", 5},
		{"two rows", "UPDATE journal SET amount = 7 WHERE seq IN (4, 9)", 4},
		{"first row", "UPDATE journal SET amount = 7 WHERE seq = 1", 1},
		{"last row", "UPDATE journal SET amount = 7 WHERE seq = 10", 10},
		{"taken out", "DELETE FROM journal WHERE seq = 5", 5},
		{"first taken out", "DELETE FROM journal WHERE seq = 1", 1},
		{"swapped", "UPDATE journal SET seq = CASE seq WHEN 5 THEN -6 WHEN 6 THEN -5 END WHERE seq IN (5, 6)", 5},
		{"identity", "DROP TRIGGER identity_no_update; UPDATE identity SET id = '00000000000000000000000000000000'", 1},
		{"only the triggers", "SELECT 1", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := newJournal(t)
			fill(t, j, 1, 10)
			j.Close()
			tamper(t, j.path, append(append([]string{}, untrigger...), "PRAGMA ignore_check_constraints = 1", tt.change,
				"UPDATE journal SET seq = -seq WHERE seq < 0")...)
			r := readTest(t, j.path)
			if got := broken(r.Verify(t.Context())); got != tt.row {
				t.Errorf("to read: row %d is named, want %d", got, tt.row)
			}
			r.Close()
			j = openTest(t, j.path)
			err := j.Verify(t.Context())
			if got := broken(err); got != tt.row {
				t.Errorf("%v: row %d is named, want %d", err, got, tt.row)
			}
			n := 0
			for _, err := range j.Rows(t.Context(), 1) {
				if n++; err != nil {
					t.Errorf("a changed row cannot be read: %v", err)
				}
			}
			if n < 9 {
				t.Errorf("%d rows can be read, want 9 or 10", n)
			}
		})
	}
}

// What no row's hash covers: hidden rows, the index, the triggers.
func TestVerifySeesWhatTheChainDoesNot(t *testing.T) {
	for name, changes := range map[string][]string{
		"row before the first": {"DROP TRIGGER journal_no_gap", "PRAGMA ignore_check_constraints = 1",
			"INSERT INTO journal SELECT -1, kind, order_, 1000000, day, at, body, prev, hash FROM journal WHERE seq = 3"},
		"trigger gone":    {"DROP TRIGGER identity_no_delete"},
		"trigger blunted": {"DROP TRIGGER journal_no_delete", "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT 1; END"},
		"trigger more":    {"CREATE TRIGGER more AFTER INSERT ON journal BEGIN SELECT 1; END"},
		"table more":      {"CREATE TABLE more (x)"},
		"index emptied": {"PRAGMA writable_schema = 1",
			"UPDATE sqlite_schema SET sql = replace(sql, ')', ') WHERE amount > 5') WHERE name = 'journal_day'", "PRAGMA writable_schema = RESET",
			"REINDEX", "PRAGMA writable_schema = 1",
			"UPDATE sqlite_schema SET sql = replace(sql, ' WHERE amount > 5', '') WHERE name = 'journal_day'"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJournal(t)
			fill(t, j, 1, 10)
			if err := j.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
			j.Close()
			tamper(t, j.path, changes...)
			j = openTest(t, j.path)
			if err := j.Verify(t.Context()); broken(err) != 0 {
				t.Errorf("%v, want damage that is no row's", err)
			}
		})
	}
}

func TestVerifyThatIsCutShortBlamesNobody(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Verify(ctx); !errors.Is(err, context.Canceled) || broken(err) != -1 {
		t.Errorf("got %v, want only that it was cancelled", err)
	}
	j.Close()
	if err := j.Verify(t.Context()); err == nil || broken(err) != -1 {
		t.Errorf("closed: got %v, want an error that names no row", err)
	}
}

func TestTriggersRefuseChanges(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 3)
	for _, s := range []string{
		"UPDATE journal SET amount = 0", "DELETE FROM journal", "DELETE FROM journal WHERE seq = 3",
		"UPDATE OR REPLACE journal SET seq = 2 WHERE seq = 3",
		"INSERT INTO journal SELECT 9, kind, order_, amount, day, at, body, prev, hash FROM journal WHERE seq = 3",
		"INSERT OR REPLACE INTO journal SELECT 3, kind, order_, 0, day, at, body, prev, hash FROM journal WHERE seq = 3",
		"INSERT INTO journal SELECT NULL, kind, order_, 0, day, at, body, prev, hash FROM journal WHERE seq = 3",
		"UPDATE identity SET id = id", "DELETE FROM identity",
		"INSERT OR REPLACE INTO identity VALUES (1, '00000000000000000000000000000000')",
	} {
		if _, err := j.conn.ExecContext(t.Context(), s); err == nil || !strings.Contains(err.Error(), "journal is append-only") {
			t.Errorf("%s: %v, want it refused", s, err)
		}
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	fill(t, j, 4, 4)
}

func TestCutOffTailShows(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 10)
	seq, head := j.Head()
	j.Close()
	tamper(t, j.path, append(append([]string{}, untrigger...), "DELETE FROM journal WHERE seq > 8")...)
	j = openTest(t, j.path)
	if s, h := j.Head(); s == seq || h == head {
		t.Errorf("head is still %d %x", s, h)
	}
	if _, err := j.conn.ExecContext(t.Context(), "DELETE FROM journal WHERE seq > 6"); err != nil {
		t.Fatal(err)
	}
	if err := j.Verify(t.Context()); broken(err) != 7 {
		t.Errorf("cut while it is open: %v, want row 7 named", err)
	}
}
