package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

func epochOf(t *testing.T, b *Book) string {
	t.Helper()
	e, err := b.Epoch(t.Context())
	if err != nil || e == "" || len(e) > 32 {
		t.Fatalf("epoch %q, %v", e, err)
	}
	return e
}

// cancel is one news of a device.
func cancel(t *testing.T, b *Book, id string) {
	t.Helper()
	booktest.Enter(t, b, booktest.Ask(t, b, id, 500), true, ledger.Record{Kind: ledger.KindCancelled})
}

func copyTo(t *testing.T, to, from string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func closed(t *testing.T, b *Book) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEpochStaysUntilAnOldCopyIsPutBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	b := openAt(t, path)
	first := epochOf(t, b)
	cancel(t, b, "KASIR-00000001")
	closed(t, b)
	copyTo(t, path+".old", path)

	b = openAt(t, path)
	cancel(t, b, "KASIR-00000002")
	if got := epochOf(t, b); got != first {
		t.Errorf("epoch %s after opening again, want %s", got, first)
	}
	closed(t, b)
	copyTo(t, path, path+".old")

	b = openAt(t, path)
	second := epochOf(t, b)
	if second == first {
		t.Error("an old copy passes for the book")
	}
	cancel(t, b, "KASIR-00000003") // as many news as before
	closed(t, b)
	if got := epochOf(t, openAt(t, path)); got != second {
		t.Errorf("epoch %s after opening once more, want %s", got, second)
	}
}

// A lock that is gone, or short after a power cut, proves nothing.
func TestEpochWithoutAMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	b := openAt(t, path)
	first := epochOf(t, b)
	cancel(t, b, "KASIR-00000001")
	closed(t, b)
	for _, spoil := range []func() error{
		func() error { return os.Remove(path + ".lock") },
		func() error { return os.Truncate(path+".lock", 7) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		b := openAt(t, path)
		if got := epochOf(t, b); got != first {
			t.Errorf("epoch %s, want %s", got, first)
		}
		closed(t, b)
	}
}

func TestRenew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	b := openAt(t, path)
	first := epochOf(t, b)
	second, err := b.Renew(t.Context(), first)
	if err != nil || second == first || second != epochOf(t, b) {
		t.Fatalf("renewed %s to %s, %v", first, second, err)
	}
	if got, err := b.Renew(t.Context(), first); got != second || err != nil {
		t.Errorf("a second hand renewed it to %s, %v; want %s", got, err, second)
	}
	closed(t, b)
	if got, err := b.Renew(t.Context(), second); got != second || err == nil {
		t.Errorf("a closed book is renewed to %s, %v", got, err)
	}
	if got := epochOf(t, openAt(t, path)); got != second {
		t.Errorf("epoch %s after opening again, want %s", got, second)
	}
}
