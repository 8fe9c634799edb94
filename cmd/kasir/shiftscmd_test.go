package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/store"
	"kasir/terminal"
)

// Two shifts of a journal, one of them open, as an owner's spreadsheet reads them.
func TestShifts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "till.db")
	j, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	book := &journal{Journal: j, zone: time.UTC, stop: make(chan struct{})}
	at := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC).UnixMilli()
	sale := func(n int64, amount terminal.Rupiah) []terminal.Record {
		id := terminal.MakeOrderID("toko-1", n)
		return []terminal.Record{{Kind: terminal.KindOpened, Order: id, Amount: amount, Next: n + 1, At: at}, {Kind: terminal.KindSettled, Order: id, Amount: amount, At: at}}
	}
	records := append(sale(1, 25_000), sale(2, 5_000)...)
	records = append(records, terminal.Record{Kind: terminal.KindShiftClosed, Count: 1, Amount: 30_000, Sales: 2, Paid: 29_000, Why: "counted", Who: 2, Proof: "abc123", At: at + 3600_000})
	records = append(records, sale(3, 1_000)...)
	if err := book.Append(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	var out, errout bytes.Buffer
	if code := run(context.Background(), []string{"shifts", "-journal", path, "-format", "csv"}, nil, &out, &errout); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errout.String())
	}
	want := strings.Join(shiftsHead, ",") + "\n" +
		"1,2026-11-20 08:00,2026-11-20 09:00,0,2,2,30000,0,29000,-1000,0,0,0,abc123\n" +
		"2,2026-11-20 09:00,,0,0,1,1000,0,,,0,0,0,\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	if code := run(context.Background(), []string{"shifts", "-journal", path}, nil, &out, &errout); code != 0 || !strings.Contains(out.String(), "30000") {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
	if code := run(context.Background(), []string{"shifts"}, nil, &out, &errout); code != 2 {
		t.Errorf("without a journal: exit code %d", code)
	}
}
