package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kasir/store"
	"kasir/terminal"
)

// soldJournal is the closed journal of a till with so many sales, and a snapshot
// after those that are given.
func soldJournal(t testing.TB, path string, sales int64, snapshots ...int64) {
	t.Helper()
	j, b, err := openBook(t.Context(), path, wib)
	if err != nil {
		t.Fatal(err)
	}
	var batch []terminal.Record
	note := func(r terminal.Record) {
		r.At = 1_800_000_000_000
		b = b.Apply(r)
		batch = append(batch, r)
	}
	note(terminal.Record{Kind: terminal.KindJoined, Next: 1})
	for n := range sales {
		note(terminal.Record{Kind: terminal.KindOpened, Order: orderOf(int(n) + 1), Amount: 25_000, Next: n + 2})
		note(terminal.Record{Kind: terminal.KindOffered, Order: orderOf(int(n) + 1)})
		note(terminal.Record{Kind: terminal.KindSettled, Order: orderOf(int(n) + 1), Amount: 25_000})
		note(terminal.Record{Kind: terminal.KindSeen, Order: orderOf(int(n) + 1)})
		if slices.Contains(snapshots, n+1) {
			r, ok := terminal.Snapshot(b, time.UnixMilli(1_800_000_000_000))
			if !ok {
				t.Fatalf("no snapshot after %d sales", n+1)
			}
			note(r)
		}
		if len(batch) > 2000 || n+1 == sales {
			if err := j.Append(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
			batch = nil
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func readJournal(t testing.TB, path string) (journal, string) {
	t.Helper()
	j, b, err := openBook(t.Context(), path, wib)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j, fmt.Sprintf("%+v", b)
}

func noWait(time.Duration) {}

func TestStartFromASnapshot(t *testing.T) {
	dir := t.TempDir()
	plain, marked := filepath.Join(dir, "plain.db"), filepath.Join(dir, "marked.db")
	soldJournal(t, marked, 700, 200, 650)
	j, got := readJournal(t, marked)
	want, err := terminal.Fold(records(j.Rows(t.Context(), 1)))
	if err != nil || got != fmt.Sprintf("%+v", want) {
		t.Errorf("from the snapshot the book is\n%.400s\nwant\n%.400s\n%v", got, fmt.Sprintf("%+v", want), err)
	}
	if err := j.inspect(t.Context(), noWait); err != nil {
		t.Error("an honest journal:", err)
	}
	soldJournal(t, plain, 20)
	j, _ = readJournal(t, plain)
	if err := j.inspect(t.Context(), noWait); err != nil {
		t.Error("a journal without a snapshot:", err)
	}
}

// Damage before the snapshot does not keep the till from starting; the walk that
// follows finds it. After the snapshot it is found at once.
func TestDamageBeforeASnapshot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	soldJournal(t, path, 700, 650)
	spoil(t, path, "DROP TRIGGER journal_no_update", "UPDATE journal SET amount = 1 WHERE seq = 100")
	j, _ := readJournal(t, path)
	var broken *store.BrokenError
	err := j.inspect(t.Context(), noWait)
	if !errors.As(err, &broken) || broken.Seq != 100 || faultOf(err) != terminal.FaultDamaged {
		t.Errorf("inspection says %v, want damage at row 100", err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, path, "UPDATE journal SET amount = 1 WHERE seq = 2700")
	if _, _, err := openBook(t.Context(), path, wib); !errors.As(err, &broken) || broken.Seq != 2700 {
		t.Errorf("damage after the snapshot: %v", err)
	}
}

// A snapshot that says something else than the rows before it is found out, and
// one that cannot be read is passed over.
func TestSnapshotsAreNotBelievedBlindly(t *testing.T) {
	lie, _ := terminal.Snapshot(terminal.Book{Next: 99}, time.UnixMilli(1))
	other := lie
	other.Count = 99
	for _, tt := range []struct {
		name    string
		r       terminal.Record
		inspect error
		next    int64
	}{{"a lie", lie, terminal.ErrSnapshot, 99}, {"another version's", other, nil, 21}} {
		path := filepath.Join(t.TempDir(), "j.db")
		soldJournal(t, path, 20)
		j, _ := readJournal(t, path)
		if err := j.Append(t.Context(), []terminal.Record{tt.r}); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		j, b, err := openBook(t.Context(), path, wib)
		if err != nil || b.Next != tt.next {
			t.Fatalf("%s: next order %d, %v; want %d", tt.name, b.Next, err, tt.next)
		}
		if err := j.inspect(t.Context(), noWait); !errors.Is(err, tt.inspect) {
			t.Errorf("%s: inspection says %v, want %v", tt.name, err, tt.inspect)
		}
		j.Close()
	}
}

// BenchmarkStart is the start of a till with a hundred thousand rows: the whole
// of it walked, and from its snapshot on.
func BenchmarkStart(b *testing.B) {
	for name, snapshots := range map[string][]int64{"whole": nil, "snapshot": {24_900}} {
		path := filepath.Join(b.TempDir(), "j.db")
		soldJournal(b, path, 25_000, snapshots...)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				j, _, err := openBook(b.Context(), path, wib)
				if err != nil {
					b.Fatal(err)
				}
				j.Close()
			}
		})
	}
}
