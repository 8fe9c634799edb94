package postgres

import (
	"sync"
	"testing"
	"time"

	"kasir/backend/pgdb/pgtest"
)

func TestEpoch(t *testing.T) {
	address := pgtest.Database(t)
	books := [2]held{openAt(t, address, Options{}), openAt(t, address, Options{})}
	var names [8]string
	var all sync.WaitGroup
	for i := range names {
		all.Go(func() {
			var err error
			if names[i], err = books[i%2].Epoch(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	first := names[0]
	for _, n := range names {
		if n != first || n == "" || len(n) > 32 {
			t.Fatalf("epochs %q", names)
		}
	}
	second, err := books[0].Renew(t.Context(), first)
	if err != nil || second == first {
		t.Fatalf("renewed to %q, %v", second, err)
	}
	if got, err := books[1].Renew(t.Context(), first); got != second || err != nil {
		t.Errorf("a second hand renewed it to %q, %v; want %q", got, err, second)
	}
	time.Sleep(epochLife)
	for _, b := range books {
		if got, err := b.Epoch(t.Context()); got != second || err != nil {
			t.Errorf("epoch %q, %v; want %q", got, err, second)
		}
	}
}
