package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

func TestSearch(t *testing.T) {
	b, err := Open(t.Context(), filepath.Join(t.TempDir(), "book.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		f := ledger.Facts{Order: fmt.Sprintf("K%d-%08d", i%3, i), Device: fmt.Sprintf("K%d", i%3), Number: int64(i), Version: 1,
			State: ledger.Pending, Amount: 1, AskedMS: int64(1000 + i/2)} // two a millisecond
		if i%5 == 0 {
			f.State = ledger.Settled
		}
		if err := b.Commit(t.Context(), []ledger.Entry{{Facts: f, Records: []ledger.Record{{Kind: ledger.KindAsked}}}}); err != nil {
			t.Fatal(err)
		}
	}
	defer b.Close()
	for _, test := range []struct {
		name  string
		q     ledger.Query
		count int
		first string
	}{
		{"all", ledger.Query{}, 30, "K2-00000029"},
		{"a device", ledger.Query{Device: "K0"}, 10, "K0-00000027"},
		{"a state", ledger.Query{State: ledger.Settled}, 6, "K1-00000025"},
		{"both", ledger.Query{Device: "K0", State: ledger.Settled}, 2, "K0-00000015"},
		{"from", ledger.Query{FromMS: 1010}, 10, "K2-00000029"},
		{"to", ledger.Query{ToMS: 1003}, 6, "K2-00000005"},
		{"one", ledger.Query{Order: "K0-00000015"}, 1, "K0-00000015"},
		{"one of another device", ledger.Query{Order: "K0-00000015", Device: "K1"}, 0, ""},
		{"one of another time", ledger.Query{Order: "K0-00000015", ToMS: 1001}, 0, ""},
		{"none", ledger.Query{Order: "K0-00000099"}, 0, ""},
	} {
		for _, limit := range []int{1, 4, ledger.MaxSearch} {
			seen, first := pages(t, b, test.q, limit)
			if seen != test.count || first != test.first {
				t.Errorf("%s, %d a page: %d, first %s; want %d, first %s", test.name, limit, seen, first, test.count, test.first)
			}
		}
	}
	for _, limit := range []int{0, -1, ledger.MaxSearch + 1} {
		if _, err := b.Search(t.Context(), ledger.Query{Limit: limit}); err == nil {
			t.Errorf("limit %d: taken", limit)
		}
	}
	for query, want := range map[string]string{
		sqlSearch: "orders_asked (asked_ms>", sqlSearchAmount: "orders_amount (amount=? AND asked_ms>", sqlAlarmed: "orders_alarmed (asked_ms>",
		sqlSums: "takings USING PRIMARY KEY (hour>",
	} {
		args := []any{0, 9, 9, "", "", "", 9, 5}
		for n := len(args); !strings.Contains(query, fmt.Sprint("?", n)); n-- {
			args = args[:n-1]
		}
		got := plan(t, b, query, args...)
		if !strings.Contains(got, want) || query != sqlSums && strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s\nplan:\n%s", query, got)
		}
	}
}

func plan(t *testing.T, b *Book, query string, args ...any) string {
	t.Helper()
	rows, err := b.read.Query("EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var what string
		if err := rows.Scan(&id, &parent, &unused, &what); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(what + "\n")
	}
	return plan.String()
}

func TestReports(t *testing.T) {
	booktest.Reports(t, func(t *testing.T) ledger.Book {
		b, err := Open(t.Context(), filepath.Join(t.TempDir(), "book.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		return b
	})
}

// pages walks all pages; every order is seen once, newest first.
func pages(t *testing.T, b *Book, q ledger.Query, limit int) (n int, first string) {
	t.Helper()
	seen := map[string]bool{}
	q.Limit = limit
	for last := int64(1 << 60); ; {
		found, err := b.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			return len(seen), first
		}
		for _, f := range found {
			if first == "" {
				first = f.Order
			}
			if seen[f.Order] || f.AskedMS > last {
				t.Fatalf("%s again, or out of order", f.Order)
			}
			seen[f.Order] = true
			last = f.AskedMS
			q.BeforeMS, q.BeforeOrder = f.AskedMS, f.Order
		}
	}
}
