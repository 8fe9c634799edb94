package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// What a till sends of its journal is what the backend can check: every row
// follows the one before it, and PINs stay here.
func TestPagesFollow(t *testing.T) {
	j, _, err := openBook(t.Context(), filepath.Join(t.TempDir(), "till.db"), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	const rows = 300
	for i := range rows {
		r := terminal.Record{Kind: terminal.KindSettled, Order: orderOf(i + 1), Amount: terminal.Rupiah(1000 + i), Issuer: "<gopay> & \u2028", At: 1_795_237_200_000 + int64(i)}
		if i%50 == 7 {
			r = terminal.Record{Kind: terminal.KindCrew, Who: 1, Proof: "a hash of a PIN", At: r.At}
		}
		if err := j.Append(t.Context(), []terminal.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	next, prev := int64(1), wire.JournalGenesis(j.ID())
	for next <= rows {
		first, before, page, err := j.pages(t.Context(), next, wire.MaxJournalRows)
		if err != nil || first != next || before != prev || len(page) == 0 || len(page) > wire.MaxJournalRows {
			t.Fatalf("page from %d on: it begins with %d and has %d rows, %v", next, first, len(page), err)
		}
		p := wire.JournalPage{Journal: j.ID(), Head: j.rows(), From: first, Prev: before, Rows: page}
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		for _, r := range page {
			if got := r.Follows(next, prev); got != r.Hash {
				t.Errorf("row %d: hash %x, want %x", next, r.Hash, got)
			}
			if strings.Contains(fmt.Sprintf("%+v", r), "a PIN") || r.Withheld != (r.Kind == wire.RowCrew) {
				t.Errorf("row %d: %+v", next, r)
			}
			prev, next = r.Hash, next+1
		}
	}
	if _, _, page, err := j.pages(t.Context(), next, 10); len(page) != 0 || err != nil {
		t.Errorf("after the end: %d rows, %v", len(page), err)
	}
	for kind, word := range map[terminal.Kind]string{terminal.KindSettled: wire.RowSettled, terminal.KindCrew: wire.RowCrew, terminal.KindSnapshot: wire.RowSnapshot} {
		if string(kind) != word {
			t.Errorf("%s is called %s on the wire", kind, word)
		}
	}
}
