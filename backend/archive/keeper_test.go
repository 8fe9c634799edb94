package archive_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/archive"
	"kasir/backend/archive/archivetest"
	"kasir/backend/archive/vault"
	"kasir/backend/wire"
)

// desk is a keeper, its log, and a ledger that has what is in paid.
type desk struct {
	*testing.T
	*archive.Keeper
	paid   map[string]int64
	alarms []archive.Flag
	log    bytes.Buffer
}

func open(t *testing.T) *desk {
	t.Helper()
	store, err := vault.Open(t.Context(), filepath.Join(t.TempDir(), "j.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	d := &desk{T: t, paid: map[string]int64{}}
	for _, r := range archivetest.Rows(1, wire.JournalGenesis(archivetest.ID(1)), 300) {
		d.paid[r.Order] = r.Amount
	}
	d.Keeper = archive.New(archive.Options{Store: store, Log: slog.New(slog.NewTextHandler(&d.log, nil)),
		Alarm: func(f archive.Flag) { d.alarms = append(d.alarms, f) },
		Paid:  func(_ context.Context, order string, amount int64) (bool, error) { return d.paid[order] == amount, nil }})
	return d
}

// page is rows first..last of a journal that has head rows, asked for by asked.
func page(all []archive.Row, first, last, head, asked int64) wire.JournalPage {
	p := wire.JournalPage{Journal: archivetest.ID(1), Head: head, Asked: asked, From: first, Prev: wire.JournalGenesis(archivetest.ID(1))}
	if first > 1 {
		p.Prev = all[first-2].Hash
	}
	for _, r := range all[first-1 : last] {
		p.Rows = append(p.Rows, r.JournalRow)
	}
	return p
}

func (d *desk) take(what string, p wire.JournalPage, want int64) {
	d.Helper()
	if err := p.Check(); err != nil {
		d.Errorf("%s: %v", what, err)
	}
	got, err := d.Take(d.Context(), "TOKO", p)
	if err != nil || got.Next != want {
		d.Errorf("%s: row %d is wanted next, %v; want %d", what, got.Next, err, want)
	}
}

func journal(n int) []archive.Row {
	return archivetest.Rows(1, wire.JournalGenesis(archivetest.ID(1)), n)
}

// hello is a page without rows.
func hello(head int64) wire.JournalPage {
	return wire.JournalPage{Journal: archivetest.ID(1), Head: head}
}

// A journal grows, and its copy with it; answers that were lost, and a device that
// goes by an old one, cost nothing.
func TestGrows(t *testing.T) {
	d, all := open(t), journal(30)
	d.take("hello", hello(10), 1)
	d.take("hello again", hello(10), 1)
	d.take("the first", page(all, 1, 4, 10, 1), 5)
	d.take("the same again", page(all, 1, 4, 10, 1), 5)
	d.take("with some that are here", page(all, 3, 8, 10, 5), 9)
	d.take("all of it here", page(all, 2, 6, 10, 9), 9)
	d.take("from the beginning to more", page(all, 1, 10, 10, 9), 11)
	d.take("by an answer that was another's", page(all, 20, 24, 30, 20), 11)
	d.take("the rest", page(all, 11, 30, 30, 11), 31)
	d.take("nothing new", hello(30), 31)
	c, ok, err := d.Copy(t.Context(), "TOKO", archivetest.ID(1))
	if err != nil || !ok || c.Seq != 30 || c.Flag != archive.Fine || len(d.alarms) != 0 {
		t.Errorf("%+v, %v, alarms %v", c, err, d.alarms)
	}
	if left, more, err := d.Doubtful(t.Context(), 10); len(left) != 0 || more || err != nil {
		t.Errorf("doubts %+v, %v, %v", left, more, err)
	}
}

// Whatever is done to a journal is noticed, said once, and ends the copying until
// a person has looked; then it is copied anew, beside what was kept.
func TestNotWhatItWas(t *testing.T) {
	all := journal(20)
	other := rewritten(all, 6)
	for name, tt := range map[string]struct {
		page wire.JournalPage
		flag archive.Flag
		seq  int64
	}{
		"an older copy":              {hello(9), archive.Rollback, 10},
		"another row":                {page(other, 5, 8, 20, 11), archive.Fork, 6},
		"after another row":          {page(other, 11, 12, 20, 11), archive.Fork, 11},
		"a row is missing":           {page(all, 12, 14, 20, 11), archive.Gap, 11},
		"a row that says other sums": {changed(page(all, 11, 13, 20, 11), func(r *wire.JournalRow) { r.Amount++ }), archive.Broken, 12},
		"a row of another order":     {changed(page(all, 11, 13, 20, 11), func(r *wire.JournalRow) { r.Order = "TOKO-00000099" }), archive.Broken, 12},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			d.take("hello", hello(20), 1)
			d.take("all", page(all, 1, 10, 20, 1), 11)
			d.take(name, tt.page, 0)
			d.take("what is right, after it", page(all, 11, 12, 20, 11), 0)
			waits, err := d.Stopped(t.Context(), 10)
			if err != nil || len(waits) != 1 || waits[0].Flag != tt.flag || waits[0].FlagSeq != tt.seq || waits[0].Seq != 10 {
				t.Fatalf("waits for a person: %+v, %v; want %s at row %d", waits, err, tt.flag, tt.seq)
			}
			if len(d.alarms) != 1 || d.alarms[0] != tt.flag || strings.Count(d.log.String(), "alarm: ") != 1 {
				t.Errorf("alarms %v\n%s", d.alarms, &d.log)
			}
			if err := d.Look(t.Context(), "TOKO", archivetest.ID(1), "sri: the card was changed"); err != nil {
				t.Fatal(err)
			}
			d.take("hello after that", hello(20), 1)
			d.take("all of it anew", page(all, 1, 20, 20, 1), 21)
			c, _, _ := d.Copy(t.Context(), "TOKO", archivetest.ID(1))
			old := c
			old.Branch = 1
			if kept, err := d.Rows(t.Context(), old, 1, 100); c.Branch != 2 || c.Flag != archive.Fine || len(kept) != 10 || err != nil {
				t.Errorf("now %+v, and %d rows of before, %v", c, len(kept), err)
			}
			if err := d.Look(t.Context(), "TOKO", archivetest.ID(1), "again"); !errors.Is(err, archive.ErrNone) {
				t.Errorf("what does not wait was looked into: %v", err)
			}
		})
	}
}

// rewritten is a journal that says something else from row number from on, with
// hashes that fit.
func rewritten(all []archive.Row, from int64) []archive.Row {
	out := append([]archive.Row{}, all[:from-1]...)
	for _, r := range all[from-1:] {
		if !r.Withheld {
			r.Amount += 5
		}
		r.Hash = r.Follows(r.Seq, out[len(out)-1].Hash)
		out = append(out, r)
	}
	return out
}

// changed is a page whose second row says something else.
func changed(p wire.JournalPage, do func(*wire.JournalRow)) wire.JournalPage {
	do(&p.Rows[1])
	return p
}

// A sale that a device has as paid and the ledger has not is a doubt until the
// ledger has it too, with that amount.
func TestDoubts(t *testing.T) {
	d, all := open(t), journal(6)
	lost, less := all[0].Order, all[2].Order
	delete(d.paid, lost)
	d.paid[less] = 1
	d.take("hello", hello(6), 1)
	d.take("all", page(all, 1, 6, 6, 1), 7)
	left, more, err := d.Doubtful(t.Context(), 10)
	if err != nil || more || len(left) != 2 || left[0].Order != lost || left[1].Order != less || left[1].Amount != all[2].Amount {
		t.Fatalf("doubts %+v, %v, %v", left, more, err)
	}
	if left, more, _ := d.Doubtful(t.Context(), 1); len(left) != 1 || !more {
		t.Errorf("one of them: %+v, more %v", left, more)
	}
	d.paid[lost] = all[0].Amount
	if left, _, _ := d.Doubtful(t.Context(), 10); len(left) != 1 || left[0].Order != less {
		t.Errorf("after the book had it: %+v", left)
	}
	if got := strings.Count(d.log.String(), "the book does not"); got != 2 {
		t.Errorf("%d lines in the log, want 2\n%s", got, &d.log)
	}
}
