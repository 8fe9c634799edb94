package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/store/crashvfs"
	"kasir/terminal"
)

const filePage = 4096 // bytes of a page of a journal's file

// wear puts noise over the pages of a journal for which bad says so. Nobody may
// have it open.
func wear(t *testing.T, path string, bad func(n int, page []byte) bool) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	worn := 0
	for n := range len(file) / filePage {
		if page := file[n*filePage : (n+1)*filePage]; bad(n, page) {
			worn++
			for i := range page {
				page[i] = 0x5a
			}
		}
	}
	if worn == 0 {
		t.Fatal("no page is bad")
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
}

// sold is the journal of a till that has sold something for Rp 25.000, in dir,
// with what it adds up to in its last row.
func (s *shop) sold(dir string) (path string) {
	s.t.Helper()
	c := s.till(dir)
	c.sees(terminal.Idle{})
	c.press("25000\n")
	c.scans("")
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		s.t.Fatal(err)
	}
	c.sees(terminal.Thanks{Order: orderOf(1), Amount: 25_000})
	time.Sleep(400 * time.Millisecond) // a key meant for the screen before would not count
	c.press("\n")
	c.sees(terminal.Idle{})
	c.end(ok)
	path = filepath.Join(dir, "till.db")
	j, b, err := openBook(s.t.Context(), path, wib)
	if err != nil {
		s.t.Fatal(err)
	}
	r, _ := terminal.Snapshot(b, time.Now())
	if err := j.Append(s.t.Context(), []terminal.Record{r}); err != nil {
		s.t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// begins lets the new journal begin, and sells from it: what was sold is in it,
// the old one is kept, and the next number is the next.
func (s *shop) begins(c *counter, path string) {
	s.t.Helper()
	c.press("\n\n")
	await(s.t, "the old journal's name in the log", func() bool { return strings.Contains(c.log.String(), "till.db.broken-1") })
	c.sees(terminal.Idle{})
	c.press("9000\n")
	await(s.t, "the next sale", func() bool { return s.last().Amount == 9_000 })
	if got, want := s.last().OrderID, string(orderOf(2)); got != want || len(s.provider.Orders()) != 2 {
		s.t.Errorf("the next sale is %s of %d, want %s of 2: a number is used once, and nothing is sold that is on no card", got, len(s.provider.Orders()), want)
	}
	c.end(ok)
	if _, err := os.Stat(path + ".broken-1"); err != nil {
		s.t.Errorf("the old journal: %v", err)
	}
	j, b, err := openBook(s.t.Context(), path, wib)
	if err != nil {
		s.t.Fatal(err)
	}
	defer j.Close()
	if b.Shift.Sales != 1 || b.Shift.Taken != 25_000 || len(b.Unseen) != 0 || b.Next != 3 {
		s.t.Errorf("%d sales of %d, %d unseen, next %d; want 1 of 25000, none and 3", b.Shift.Sales, b.Shift.Taken, len(b.Unseen), b.Next)
	}
}

// TestDamageMetWhileSelling: a page goes bad that only the next sale needs. That
// sale is not made; the glass says what can be done, and when somebody did it the
// till sells on, with all that it had sold.
func TestDamageMetWhileSelling(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	path := s.sold(dir)
	wear(t, path, func(_ int, page []byte) bool { return page[0] == 0x0a }) // the index, which a start has no need of
	c := s.till(dir)
	c.sees(terminal.Idle{})
	c.press("30000\n")
	offer := mendingView(terminal.Mending{})
	c.seesView(offer)
	if log := c.log.String(); !strings.Contains(log, "the journal stopped") || !strings.Contains(log, "The journal is damaged") {
		t.Errorf("log: %s", log)
	}
	if all := s.provider.Orders(); len(all) != 1 {
		t.Errorf("%d orders, want the one that is on the card", len(all))
	}
	s.begins(c, path)
}

// TestABadFirstPageIsNoNewTill: a journal whose first page is bad is no new card.
// What is in its other pages is carried over.
func TestABadFirstPageIsNoNewTill(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	path := s.sold(dir)
	wear(t, path, func(n int, _ []byte) bool { return n == 0 })
	c := s.till(dir)
	c.seesView(mendingView(terminal.Mending{}))
	if log := c.log.String(); !strings.Contains(log, "rows behind it") {
		t.Errorf("log: %s", log)
	}
	s.begins(c, path)
	if old, errs := journalCommand(t, failed, path+".broken-1", "text"); !strings.Contains(old, "settled") || !strings.Contains(errs, "damaged") {
		t.Errorf("of the old journal there is %q, %q", old, errs)
	}
}

// TestACardThatFailsWhileSelling: the card answers with an error in the middle of a
// sale. That sale is not made; a new life on a card that works has all that was
// acknowledged, and uses the number that was never given away.
func TestACardThatFailsWhileSelling(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	s.sold(dir)
	disk, err := crashvfs.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	c := s.till(dir)
	c.sees(terminal.Idle{})
	disk.Arm(func(_ int, op crashvfs.Op) int {
		if op.Kind == crashvfs.Write {
			return 778 // SQLITE_IOERR_WRITE
		}
		return 0
	})
	c.press("30000\n")
	fault := faultView(terminal.FaultCard)
	fault.Strip.Sandbox = true
	c.seesView(fault)
	if all := s.provider.Orders(); len(all) != 1 {
		t.Errorf("%d orders, want the one that is on the card", len(all))
	}
	c.press("30000\n") // nothing happens any more
	c.end(failed)
	disk.Arm(nil)
	c = s.till(dir)
	c.sees(terminal.Idle{})
	c.press("9000\n")
	await(t, "the next sale", func() bool { return s.last().Amount == 9_000 })
	if got, want := s.last().OrderID, string(orderOf(2)); got != want {
		t.Errorf("the next sale is %s, want %s", got, want)
	}
	c.end(ok)
}
