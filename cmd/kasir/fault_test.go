package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/store"
	"kasir/terminal"
)

// spoil changes a journal the way somebody with a card reader would.
func spoil(t *testing.T, path string, statements ...string) {
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

// oldJournal is a journal with one sale in it.
func oldJournal(t *testing.T, path string) {
	t.Helper()
	ctx := context.Background()
	j, _, err := openBook(ctx, path, wib)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []terminal.Record{
		{Kind: terminal.KindJoined, Next: 1, At: 1},
		{Kind: terminal.KindOpened, Order: orderOf(1), Amount: 25000, Next: 2, At: 2},
		{Kind: terminal.KindSettled, Order: orderOf(1), Amount: 25000, Issuer: "=gopay", At: 3},
	} {
		if err := j.Append(ctx, []terminal.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func faultView(what terminal.FaultKind) terminal.View {
	return terminal.View{
		Screen: terminal.Fault{What: what},
		Strip:  terminal.Strip{Merchant: merchant, Device: "toko-1", Online: true},
	}
}

// TestNoJournal: a till that cannot remember does not sell, and stays up to
// say so.
func TestNoJournal(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T, path string)
		says string // in the log
		what terminal.FaultKind
	}{
		{"foreign", func(t *testing.T, path string) {
			spoil(t, path, "CREATE TABLE notes (text TEXT)", "PRAGMA application_id = 7")
		}, "not a kasir journal", terminal.FaultForeign},
		{"newer", func(t *testing.T, path string) {
			oldJournal(t, path)
			spoil(t, path, "PRAGMA user_version = 99")
		}, "newer program", terminal.FaultNewer},
		{"text", func(t *testing.T, path string) {
			if err := os.WriteFile(path, bytes.Repeat([]byte("today: nothing\n"), 100), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "not a kasir journal", terminal.FaultForeign},
		{"no directory", func(t *testing.T, path string) {
			if err := os.Symlink(filepath.Join(path, "gone", "j"), path); err != nil {
				t.Fatal(err)
			}
		}, "open journal", terminal.FaultJournal},
		{"in use", func(t *testing.T, path string) {
			j, err := store.Open(t.Context(), path, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { j.Close() })
		}, "another program", terminal.FaultInUse},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c.make(t, filepath.Join(dir, "till.db"))
			s := &shop{t: t, base: "http://127.0.0.1:1"}
			till := s.till(dir)
			till.seesView(faultView(c.what))
			till.end(failed)
			if log := till.log.String(); !strings.Contains(log, c.says) || !strings.Contains(log, "selling is not possible") {
				t.Errorf("log: got %s, want %q in it", log, c.says)
			}
		})
	}
}

// TestJournalMends: a till whose card refused stops selling, says so, and goes on
// by itself when the card takes facts again; nothing is asked for twice.
func TestJournalMends(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	path := filepath.Join(dir, "till.db")
	c := s.till(dir)
	c.sees(terminal.Idle{})
	spoil(t, path, "CREATE TRIGGER worn BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'a worn card'); END")
	c.press("25000\n")
	await(t, "the fault", func() bool { return strings.Contains(c.log.String(), "the journal stopped") })
	fault := faultView(terminal.FaultJournal)
	fault.Strip.Sandbox = true
	c.seesView(fault)
	if orders := s.provider.Orders(); len(orders) != 0 {
		t.Errorf("%d orders were made that are on no card", len(orders))
	}
	spoil(t, path, "DROP TRIGGER worn")
	await(t, "the next life", func() bool { return strings.Contains(c.log.String(), "selling goes on") })
	c.sees(terminal.Idle{})
	c.press("30000\n")
	c.scans("")
	if last := s.last(); last.OrderID != string(orderOf(1)) || last.Amount != 30_000 {
		t.Errorf("the next sale is %s of Rp %d, want the first number that is on the card", last.OrderID, last.Amount)
	}
	c.end(ok)
}

// journalCommand runs kasir journal.
func journalCommand(t *testing.T, want int, path, format string) (out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	if got := run(context.Background(), []string{"journal", "-journal", path, "-format", format}, nil, &o, &e); got != want {
		t.Errorf("%s: exit code %d, want %d: %s", format, got, want, e.String())
	}
	return o.String(), e.String()
}

func TestJournalCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	oldJournal(t, path)
	text, _ := journalCommand(t, ok, path, "text")
	if rows := strings.Split(strings.TrimSpace(text), "\n"); len(rows) != 3 || !strings.Contains(rows[2], "settled") {
		t.Errorf("text: got %s", text)
	}
	out, _ := journalCommand(t, ok, path, "csv")
	table, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(table) != 4 || table[3][5] != "25000" {
		t.Errorf("csv: got %v, %v", table, err)
	}
	out, _ = journalCommand(t, ok, path, "json")
	var rows []struct {
		Order string          `json:"order_id"`
		Body  terminal.Record `json:"body"`
	}
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != 3 || rows[2].Body.Issuer != "=gopay" {
		t.Errorf("json: got %v, %v", rows, err)
	}
}

// TestJournalCommandNamesTheBadRow, and prints what can be read.
func TestJournalCommandNamesTheBadRow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	oldJournal(t, path)
	spoil(t, path, "DROP TRIGGER journal_no_update", "UPDATE journal SET amount = 1 WHERE seq = 2")
	out, errs := journalCommand(t, failed, path, "text")
	if !strings.Contains(errs, "damaged at row 2") || strings.Count(out, "\n") != 3 {
		t.Errorf("got %q and %q, want row 2 named and three rows printed", errs, out)
	}
}

// TestJournalCommandChangesNothing: not even beside a till, not even a file
// that is not there.
func TestJournalCommandChangesNothing(t *testing.T) {
	dir := t.TempDir()
	journalCommand(t, failed, filepath.Join(dir, "none.db"), "text")
	path := filepath.Join(dir, "j.db")
	oldJournal(t, path)
	j, _, err := openBook(t.Context(), path, wib)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := j.Append(t.Context(), []terminal.Record{{Kind: terminal.KindSeen, Order: orderOf(1), At: 4}}); err != nil {
		t.Fatal(err)
	}
	if out, _ := journalCommand(t, ok, path, "text"); !strings.Contains(out, "acknowledged") {
		t.Errorf("beside a running till: got %s, want its newest row", out)
	}
	if err := j.Append(t.Context(), []terminal.Record{{Kind: terminal.KindJoined, Next: 9, At: 5}}); err != nil {
		t.Errorf("the till cannot go on: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); !os.IsNotExist(err) {
		t.Errorf("the file that was not there: %v", err)
	}
}
