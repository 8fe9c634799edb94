package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

// TestCounts: what is remembered of devices is what the file says, whatever else
// writes it, and after commits that came to nothing.
func TestCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	b := openAt(t, path)
	device := func(next, latest int64) {
		t.Helper()
		if d, err := b.Device(t.Context(), "KASIR"); err != nil || d.Next != next || d.Latest != latest {
			t.Errorf("device %+v, %v; want next %d, latest %d", d, err, next, latest)
		}
	}
	f := booktest.Ask(t, b, "KASIR-00000001", 500)
	device(2, 0)
	booktest.AskLink(t, b, "c-1", "KASIR-00000005") // which is not a commit of orders
	booktest.Ask(t, b, "KASIR-00000002", 500)
	device(6, 0)

	done := booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled})
	again := []ledger.Entry{{Facts: done, Records: []ledger.Record{{Kind: ledger.KindCancelled}}, News: true}}
	if err := b.Commit(t.Context(), again); !errors.Is(err, ledger.ErrStale) {
		t.Fatalf("a stale entry: %v", err)
	}
	device(6, 1)
	booktest.Enter(t, b, done, true, ledger.Record{Kind: ledger.KindRested})
	device(6, 2)

	b.mu.Lock()
	b.drop(errors.New("a sync that failed"))
	b.mu.Unlock()
	if _, known := b.counts.get("KASIR"); known {
		t.Error("counts are remembered from before a commit of which nobody knows whether it was made")
	}
	booktest.Enter(t, b, booktest.Ask(t, b, "KASIR-00000006", 500), true, ledger.Record{Kind: ledger.KindCancelled})
	device(7, 3)
	b.Close()
	b = openAt(t, path)
	device(7, 3)
	news, err := b.Since(t.Context(), "KASIR", 0, 9)
	if err != nil || len(news) != 3 || news[2].Seq != 3 || news[2].Facts.Order != "KASIR-00000006" {
		t.Errorf("news %+v, %v", news, err)
	}
}

// TestUnused: an order whose number its device has not come to is not looked for,
// and any other is.
func TestUnused(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "b.db"))
	if b.counts.unused("KASIR-00000001") {
		t.Error("unused, of a device that nobody knows anything of")
	}
	booktest.Ask(t, b, "KASIR-00000003", 500)
	for id, want := range map[string]bool{
		"KASIR-00000001": false, "KASIR-00000003": false, "KASIR-00000004": true, "KASIR-99999999": true,
		"TOKO-00000004": false, "KASIR-4": false, "": false,
	} {
		if got := b.counts.unused(id); got != want {
			t.Errorf("unused(%q) = %t, want %t", id, got, want)
		}
		if _, ok, err := b.Order(t.Context(), id); err != nil || ok != (id == "KASIR-00000003") {
			t.Errorf("order %q: %t, %v", id, ok, err)
		}
	}
}

// TestManyDevices: what is remembered is bounded.
func TestManyDevices(t *testing.T) {
	var c counts
	for i := range maxCounts + 10 {
		c.learn(map[string]ledger.Device{fmt.Sprint(i): {Next: 2}})
		if len(c.of) > maxCounts {
			t.Fatalf("%d devices are remembered", len(c.of))
		}
	}
	if _, ok := c.get(fmt.Sprint(maxCounts + 9)); !ok {
		t.Error("the last is forgotten")
	}
}
