package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"kasir/store"
	"kasir/terminal"
)

var wib = zones[0].is

func TestBusinessDay(t *testing.T) {
	for _, c := range []struct {
		at   string
		zone int
		want int32
	}{
		{"2026-12-31T16:59:59Z", 0, 20261231},
		{"2026-12-31T17:00:00Z", 0, 20270101},
		{"2026-12-31T16:00:00Z", 1, 20270101},
		{"2026-12-31T14:59:59Z", 2, 20261231},
		{"2026-12-31T15:00:00Z", 2, 20270101},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := businessDay(at, zones[c.zone].is); got != c.want {
			t.Errorf("%s in %s: got %d, want %d", c.at, zones[c.zone].word, got, c.want)
		}
	}
}

// TestRecordsSurvive has every field of a record back after a new opening.
func TestRecordsSurvive(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "j.db")
	want := []terminal.Record{
		{Kind: terminal.KindJoined, Next: 7, Cursor: 3, At: 1},
		{Kind: terminal.KindOpened, Order: "toko-1-00000007", Amount: 25000, Next: 8, At: 1796000000001},
		{Kind: terminal.KindLetGo, Order: "toko-1-00000007", Amount: 25000, Why: "key", At: 2},
		{Kind: terminal.KindSettled, Order: "toko-1-00000007", Amount: 25000, Transaction: "t", Issuer: "gopay", Late: true, Cursor: 4, At: 3},
		{Kind: terminal.KindLinking, Order: "toko-1-00000008", Masked: "****7890", Next: 9, At: 4},
		{Kind: terminal.KindLinked, Order: "toko-1-00000008", Customer: "c-7f3a", Masked: "****7890", At: 5},
		{Kind: terminal.KindOpened, Order: "toko-1-00000009", Amount: 5000, Next: 10, Customer: "c-7f3a", Masked: "****7890", At: 6},
		{Kind: terminal.KindUnlinking, Customer: "c-7f3a", Masked: "****7890", At: 7},
	}
	j, _, err := openBook(ctx, path, wib)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Append(ctx, want); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j, book, err := openBook(ctx, path, wib)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var got []terminal.Record
	for r, err := range records(j.Rows(ctx, 1)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !book.Joined || book.Next != 10 || book.Cursor != 4 || len(book.Unseen) != 1 || len(book.Unlinks) != 1 || len(book.Open) != 1 || !book.Open[0].Payer.Linked() {
		t.Errorf("book: got %+v", book)
	}
	count, total, err := j.Sum(ctx, "settled", businessDay(time.UnixMilli(3), wib))
	if count != 1 || total != 25000 || err != nil {
		t.Errorf("sum: got %d, %d, %v; want 1, 25000", count, total, err)
	}
}

// TestUnknownKind: a journal of a newer program must not be half understood.
func TestUnknownKind(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "j.db")
	s, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(ctx, store.Entry{Kind: "refunded", Body: []byte(`{"kind":"refunded"}`)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err = openBook(ctx, path, wib)
	if err == nil || !strings.Contains(err.Error(), "row 1") || !strings.Contains(err.Error(), "refunded") {
		t.Errorf("got %v, want it to name row 1 and refunded", err)
	}
	if _, _, err = openBook(ctx, path, wib); errors.Is(err, store.ErrBusy) {
		t.Error("the refused journal stayed locked")
	}
}

func TestLostAppend(t *testing.T) {
	ctx := context.Background()
	j, _, err := openBook(ctx, filepath.Join(t.TempDir(), "j.db"), wib)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	first := j.Append(ctx, []terminal.Record{{Kind: terminal.KindJoined, Next: 1}})
	again := j.Append(ctx, []terminal.Record{{Kind: terminal.KindJoined, Next: 1}})
	if first == nil || again == nil || !errors.Is(j.lost, first) {
		t.Errorf("got %v, then %v, kept %v; want errors, the first kept", first, again, j.lost)
	}
}

// lines is a file's text, a line each.
func lines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}
