package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/terminal"
)

// mendingView is a till that has stopped and could begin a new journal.
func mendingView(s terminal.Mending) terminal.View {
	return terminal.View{Screen: s, Strip: terminal.Strip{Merchant: merchant, Device: "toko-1", Online: true}}
}

// TestANewJournalFollows: a till whose journal is damaged begins a new one when
// it is told to. The old one is kept, no number is used again, the shift's takings
// are what they were, and the code of the sale in the middle cannot be paid any more.
func TestANewJournalFollows(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	path := filepath.Join(dir, "till.db")
	c := s.till(dir)
	c.sees(terminal.Idle{})
	c.press("25000\n")
	first := c.scans("")
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		t.Fatal(err)
	}
	c.sees(terminal.Thanks{Order: orderOf(1), Amount: 25_000})
	time.Sleep(time.Second) // a key meant for the screen before would not count
	c.press("\n7500\n")
	c.scans(first)
	c.end(ok)
	spoil(t, path, "DROP TRIGGER journal_no_update", "UPDATE journal SET amount = 1 WHERE seq = 2")

	c = s.till(dir)
	c.seesView(mendingView(terminal.Mending{}))
	c.press("\n")
	c.seesView(mendingView(terminal.Mending{Step: terminal.MendSure, Read: 6, Lost: true, Sales: 1, Taken: 25_000, Unsure: 1}))
	if _, err := os.Stat(path + ".broken-1"); err == nil {
		t.Error("a new journal began before anybody was sure")
	}
	c.press("\n")
	await(t, "the old journal's name in the log", func() bool { return strings.Contains(c.log.String(), "till.db.broken-1") })
	await(t, "the end of the sale that was left", func() bool {
		return strings.Contains(c.log.String(), "kind=cancelled order="+string(orderOf(2))+" amount=7500")
	})
	if got := s.last(); got.OrderID != string(orderOf(2)) || got.Status != "cancel" {
		t.Errorf("the sale that was left is %s, %s; its code must not be paid any more", got.OrderID, got.Status)
	}
	c.sees(terminal.Idle{})
	c.press("9000\n")
	await(t, "the next sale", func() bool { return s.last().Amount == 9_000 })
	if got, want := s.last().OrderID, string(orderOf(3)); got != want {
		t.Errorf("the next sale is %s, want %s: a number is used once", got, want)
	}
	c.end(ok)

	if old, _ := journalCommand(t, failed, path+".broken-1", "text"); !strings.Contains(old, "opened") {
		t.Errorf("of the old journal there is %q", old)
	}
	j, b, err := openBook(t.Context(), path, wib)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if b.Shift.Sales != 1 || b.Shift.Taken != 25_000 || b.Next != 4 {
		t.Errorf("%d sales of %d, next %d; want 1 of 25000 and 4", b.Shift.Sales, b.Shift.Taken, b.Next)
	}
}

// TestACardThatRefuses: no new journal can begin, and the glass says so.
func TestACardThatRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "till.db")
	oldJournal(t, path)
	spoil(t, path, "DROP TRIGGER journal_no_update", "UPDATE journal SET amount = 1 WHERE seq = 2")
	if err := os.MkdirAll(filepath.Join(path+".fresh", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, base: "http://127.0.0.1:1"}
	c := s.till(dir)
	c.press("\n\n")
	c.seesView(mendingView(terminal.Mending{Step: terminal.MendFailed}))
	if log := c.log.String(); !strings.Contains(log, "damaged at row 2") || !strings.Contains(log, "a new journal cannot begin") {
		t.Errorf("log: %s", log)
	}
	c.end(failed)
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the old journal: %v", err)
	}
}
