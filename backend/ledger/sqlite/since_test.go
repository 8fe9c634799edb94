package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

// newsOf puts n news of a device into the book.
func newsOf(t *testing.T, b *Book, device string, n int) {
	t.Helper()
	for i := range int64(n) {
		booktest.Enter(t, b, ledger.Facts{}, true, ledger.Record{Kind: ledger.KindAsked, Order: fmt.Sprintf("%s-%08d", device, i+1), Device: device,
			Number: i + 1, Amount: 25_000, Journal: strings.Repeat("0", 32), AtMS: 1_700_000_000_000, LifetimeMS: 900_000, PaymentType: "qris"})
	}
}

// What one who asks with others is told is what he is told alone, whatever they ask.
func TestSinceOfSeveral(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "book.db"))
	for i := range 7 {
		newsOf(t, b, fmt.Sprintf("T%d", i), i)
	}
	var group, alone []*seeker
	for i := range pageSeekers { // some devices twice, and one that nobody knows
		s := seeker{device: fmt.Sprintf("T%d", i%8), past: int64(i % 3), limit: 1 + i%5}
		together, one := s, s
		group, alone = append(group, &together), append(alone, &one)
	}
	for _, n := range []int{pageSeekers, fewSeekers + 1} {
		for _, s := range group {
			s.found = nil
		}
		if err := b.severalPages(t.Context(), group[:n]); err != nil {
			t.Fatal(err)
		}
		for i, got := range group[:n] {
			want := *alone[i]
			if err := b.page(t.Context(), &want); err != nil {
				t.Fatal(err)
			}
			same := slices.EqualFunc(got.found, want.found, func(a, b piece) bool { return a.seq == b.seq && string(a.body) == string(b.body) })
			if !same {
				t.Errorf("%d together: %s after %d, at most %d: got %d pieces, alone %d", n, got.device, got.past, got.limit, len(got.found), len(want.found))
			}
		}
	}
	if got := plan(t, b, sqlPages, make([]any, 4*pageSeekers)...); !strings.Contains(got, "SEARCH news USING PRIMARY KEY (device=? AND seq>? AND seq<?)") ||
		!strings.Contains(got, "SEARCH orders USING") {
		t.Errorf("plan:\n%s", got)
	}
}

// Whoever asks while readers are at work is told his own, and a gap hides nothing.
func TestSinceOfACrowd(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "book.db"))
	const devices, each = 30, 4
	for i := range devices {
		newsOf(t, b, fmt.Sprintf("T%d", i), each)
	}
	// As no program of ours leaves it: the news of T0 begin far behind the others'.
	db, err := sql.Open("sqlite3", b.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`DROP TRIGGER news_update; UPDATE news SET seq = seq + 1000 WHERE device = 'T0'`); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 20 * devices {
		all.Go(func() {
			device, past := fmt.Sprintf("T%d", i%devices), int64(i%each)
			found, err := b.Since(t.Context(), device, past, 10)
			want := each - int(past)
			if device == "T0" {
				want = each
			}
			if err != nil || len(found) != want || found[0].Facts.Device != device || !slices.IsSortedFunc(found, func(a, b ledger.News) int { return int(a.Seq - b.Seq) }) {
				t.Errorf("%s after %d: got %d news, %v; want %d of its own", device, past, len(found), err, want)
			}
		})
	}
	all.Wait()
	for began := time.Now(); ; time.Sleep(time.Millisecond) { // who read last is a moment behind
		b.seekers.mu.Lock()
		at, left := b.seekers.at, len(b.seekers.waiting)
		b.seekers.mu.Unlock()
		if at == 0 && left == 0 {
			break
		}
		if time.Since(began) > 10*time.Second {
			t.Fatalf("%d readers and %d seekers are left", at, left)
		}
	}
}

// Whoever does not want to know any more does not wait, and takes nothing from others.
func TestSinceGivenUp(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "book.db"))
	newsOf(t, b, "T1", 1)
	gone, stop := context.WithCancel(t.Context())
	stop()
	b.seekers.at = pageReaders // all of them read something that takes long
	if _, err := b.Since(gone, "T1", 0, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: got %v", err)
	}
	b.seekers.at = pageReaders - 1
	if found, err := b.Since(t.Context(), "T1", 0, 10); len(found) != 1 || err != nil {
		t.Errorf("after one who gave up: got %d news, %v", len(found), err)
	}
	b.Close()
	if _, err := b.Since(t.Context(), "T1", 0, 10); err == nil {
		t.Error("a closed book was read")
	}
}
