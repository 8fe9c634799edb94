// Package archivetest is the contract of archive.Store as a test: whoever writes a
// Store runs Run on it. It knows no storage engine. Next room to visit:
// backend/archive/vault, which passes it.
package archivetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"kasir/backend/archive"
	"kasir/backend/wire"
)

// ID is a journal's identity for tests; n makes others.
func ID(n int) string { return fmt.Sprintf("%032x", n+1) }

// Rows are n rows of a journal from number from on, which follow prev.
func Rows(from int64, prev wire.Hash, n int) (rows []archive.Row) {
	for i := range n {
		seq := from + int64(i)
		r := wire.JournalRow{Kind: wire.RowSettled, Order: fmt.Sprintf("TOKO-%08d", seq), Amount: seq * 100, Day: 20261121, At: 1_795_237_200_000 + seq}
		switch {
		case seq%7 == 0:
			r.Kind, r.Text = wire.RowCrew, "a secret"
			r.Hash = r.Follows(seq, prev)
			r.Hold(nil)
		case seq%5 == 0:
			r.Hold([]byte("{\"\xff\":1}"))
		case seq%4 == 0:
			r.Hold(nil)
		default:
			r.Hold(fmt.Appendf(nil, `{"n":%d}`, seq))
		}
		r.Hash = r.Follows(seq, prev)
		prev = r.Hash
		rows = append(rows, archive.Row{Seq: seq, JournalRow: r})
	}
	return rows
}

// Put keeps a copy that must be taken, and is it as it is stored.
func Put(t *testing.T, s archive.Store, c archive.Copy, rows []archive.Row, doubts ...archive.Doubt) archive.Copy {
	t.Helper()
	c.Version++
	if n := len(rows); n > 0 {
		c.Seq, c.Hash = rows[n-1].Seq, rows[n-1].Hash
	}
	if err := s.Put(t.Context(), c, rows, doubts); err != nil {
		t.Fatal(err)
	}
	got, ok, err := s.Copy(t.Context(), c.Device, c.Journal)
	c.ID = got.ID
	if err != nil || !ok || got != c {
		t.Fatalf("put %+v, and it is %+v, %v, %v", c, got, ok, err)
	}
	return got
}

// fresh is a copy that is not stored yet.
func fresh(device string, n int) archive.Copy {
	return archive.Copy{Device: device, Journal: ID(n), Branch: 1, Hash: wire.JournalGenesis(ID(n)), AtMS: int64(n)}
}

// Run holds the Stores that open returns to the contract. open makes an empty one;
// reopen closes it and opens what it left behind.
func Run(t *testing.T, open func(*testing.T) archive.Store, reopen func(*testing.T, archive.Store) archive.Store) {
	t.Run("rows come back, and stale copies are refused", func(t *testing.T) { rows(t, open(t), reopen) })
	t.Run("a branch leaves the one before it", func(t *testing.T) { branches(t, open(t)) })
	t.Run("of many who add to a version one does", func(t *testing.T) { oneWins(t, open(t)) })
	t.Run("the newest copy of each device, and those that wait", func(t *testing.T) { lists(t, open(t)) })
	t.Run("doubts are there once, and end", func(t *testing.T) { doubts(t, open(t)) })
}

func rows(t *testing.T, s archive.Store, reopen func(*testing.T, archive.Store) archive.Store) {
	all := Rows(1, wire.JournalGenesis(ID(1)), wire.MaxJournalRows)
	c := Put(t, s, fresh("TOKO", 1), all[:1])
	c = Put(t, s, c, all[1:])
	stale := c
	stale.Version, stale.Seq = c.Version, 1
	for what, bad := range map[string]archive.Copy{"the same version": stale, "the first again": fresh("TOKO", 1)} {
		if bad.Version == 0 {
			bad.Version = 1
		}
		if err := s.Put(t.Context(), bad, nil, nil); !errors.Is(err, archive.ErrStale) {
			t.Errorf("%s: %v, want stale", what, err)
		}
	}
	twice := c
	twice.Version++
	if err := s.Put(t.Context(), twice, all[:1], nil); err == nil {
		t.Error("a row was kept twice")
	}
	old := s
	s = reopen(t, s)
	if err := old.Put(t.Context(), fresh("X", 1), nil, nil); err == nil {
		t.Error("a closed store takes copies")
	}
	got, err := s.Rows(t.Context(), c, 1, 1000)
	if err != nil || len(got) != len(all) {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	prev := wire.JournalGenesis(ID(1))
	for i, r := range got {
		if fmt.Sprintf("%+v", r) != fmt.Sprintf("%+v", all[i]) || r.Follows(r.Seq, prev) != r.Hash {
			t.Errorf("row %d came back as %+v, want %+v", i+1, r, all[i])
		}
		prev = r.Hash
	}
	hashes, err := s.Hashes(t.Context(), c, 3, 2)
	if err != nil || len(hashes) != 2 || hashes[0] != all[2].Hash || hashes[1] != all[3].Hash {
		t.Errorf("hashes of rows 3 and 4: %x, %v", hashes, err)
	}
	if _, ok, err := s.Copy(t.Context(), "TOKO", ID(2)); ok || err != nil {
		t.Errorf("another journal: %v, %v", ok, err)
	}
}

func branches(t *testing.T, s archive.Store) {
	first := Put(t, s, fresh("TOKO", 1), Rows(1, wire.JournalGenesis(ID(1)), 3))
	next := first
	next.Branch, next.Seq, next.Hash = 2, 0, wire.JournalGenesis(ID(1))
	next = Put(t, s, next, Rows(1, wire.JournalGenesis(ID(1)), 2))
	for _, tt := range []struct {
		c    archive.Copy
		want int
	}{{first, 3}, {next, 2}} {
		if got, err := s.Rows(t.Context(), tt.c, 1, 10); err != nil || len(got) != tt.want {
			t.Errorf("branch %d: %d rows, %v, want %d", tt.c.Branch, len(got), err, tt.want)
		}
	}
}

func oneWins(t *testing.T, s archive.Store) {
	c := Put(t, s, fresh("TOKO", 1), nil)
	c.Version++
	rows := Rows(1, c.Hash, 2)
	c.Seq, c.Hash = 2, rows[1].Hash
	var won, stale atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch err := s.Put(t.Context(), c, rows, nil); {
			case err == nil:
				won.Add(1)
			case errors.Is(err, archive.ErrStale):
				stale.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || stale.Load() != 7 {
		t.Errorf("%d won and %d were stale, want 1 and 7", won.Load(), stale.Load())
	}
}

func lists(t *testing.T, s archive.Store) {
	for i, device := range []string{"b", "a", "C", "b", "d"} {
		c := fresh(device, i)
		if device == "a" || i == 0 {
			c.Flag, c.FlagSeq, c.FlagMS = archive.Fork, 7, 8
		}
		if device == "d" {
			c.Flag, c.Seen = archive.Gap, "sri: a new card"
		}
		Put(t, s, c, nil)
	}
	names := func(all []archive.Copy, err error) (out []string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			out = append(out, c.Device+c.Journal[30:])
		}
		return out
	}
	for _, tt := range []struct {
		what, want string
		got        []string
	}{
		{"copies", "[C03 a02 b04 d05]", names(s.Copies(t.Context(), "", 10))},
		{"a page of them", "[a02 b04]", names(s.Copies(t.Context(), "C", 2))},
		{"stopped", "[a02 b01]", names(s.Stopped(t.Context(), 10))},
		{"one that is stopped", "[a02]", names(s.Stopped(t.Context(), 1))},
	} {
		if got := fmt.Sprint(tt.got); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.what, got, tt.want)
		}
	}
}

func doubts(t *testing.T, s archive.Store) {
	one := archive.Doubt{Device: "TOKO", Order: "TOKO-00000001", Amount: 5000, Seq: 3, AtMS: 9}
	two := archive.Doubt{Device: "TOKO", Order: "TOKO-00000002", Amount: 700, Seq: 5, AtMS: 10}
	c := Put(t, s, fresh("TOKO", 1), nil, two, one)
	Put(t, s, c, nil, one)
	if got, err := s.Doubts(t.Context(), 10); err != nil || fmt.Sprint(got) != fmt.Sprint([]archive.Doubt{one, two}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := s.Doubts(t.Context(), 1); err != nil || len(got) != 1 {
		t.Errorf("at most one: %+v, %v", got, err)
	}
	for range 2 {
		if err := s.Settle(t.Context(), one.Order); err != nil {
			t.Error(err)
		}
	}
	if got, err := s.Doubts(t.Context(), 10); err != nil || len(got) != 1 || got[0] != two {
		t.Errorf("after one was settled: %+v, %v", got, err)
	}
}
