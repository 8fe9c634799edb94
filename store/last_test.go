package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
)

func TestLast(t *testing.T) {
	j := openTest(t, filepath.Join(t.TempDir(), "j.db"))
	for n := range 10 {
		e := entry("settled", int64(n))
		if n == 2 || n == 5 {
			e.Kind = "snapshot"
		}
		if _, err := j.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		kind        string
		among, want int64
	}{{"snapshot", 100, 6}, {"snapshot", 5, 6}, {"snapshot", 4, 0}, {"snapshot", 0, 0}, {"nothing", 100, 0}} {
		if got, err := j.Last(t.Context(), tt.kind, tt.among); got != tt.want || err != nil {
			t.Errorf("last %s among %d: row %d, %v; want %d", tt.kind, tt.among, got, err, tt.want)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := j.Last(ctx, "snapshot", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("without time: %v", err)
	}
}

// What is behind the row that a walk begins with is not looked at, and what is
// after it is.
func TestVerifyRowsFromTheMiddle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	j := openTest(t, path)
	for n := range 3 * page {
		if _, err := j.Append(t.Context(), entry("settled", int64(n))); err != nil {
			t.Fatal(err)
		}
	}
	rests := 0
	if err := j.VerifyRows(t.Context(), 1, func() { rests++ }); err != nil || rests != 3 {
		t.Errorf("all rows: %v, %d rests, want 3", err, rests)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, path, "DROP TRIGGER journal_no_update", "UPDATE journal SET amount = 1 WHERE seq = 100")
	j = openTest(t, path)
	for from, bad := range map[int64]bool{1: true, 99: true, 100: true, 101: false, 3 * page: false, 3*page + 1: false} {
		var broken *BrokenError
		if err := j.VerifyRows(t.Context(), from, nil); errors.As(err, &broken) != bad || bad && broken.Seq != 100 {
			t.Errorf("from row %d: %v, want broken %t", from, err, bad)
		}
	}
}
