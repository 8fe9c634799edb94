package postgres

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
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

// A copy that is put back is called otherwise from its first look on, once, and
// what was copied keeps its name.
func TestEpochAfterARestore(t *testing.T) {
	address := pgtest.Database(t)
	name := func(b held) string {
		t.Helper()
		e, err := b.Epoch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	b := openAt(t, address, Options{})
	first := name(b)
	booktest.Enter(t, b, booktest.Ask(t, b, "KASIR-00000001", 500), true, ledger.Record{Kind: ledger.KindCancelled})
	b.Close()
	if again := openAt(t, address, Options{}); name(again) != first {
		t.Errorf("opened again it is %s, want %s", name(again), first)
	} else {
		again.Close()
	}
	copied := address[:strings.LastIndex(address, "?")] + "_copy" + address[strings.LastIndex(address, "?"):]
	if err := pgtest.Shared(t).Exec(t.Context(), "CREATE DATABASE "+dbName(t, copied)+" TEMPLATE "+dbName(t, address)); err != nil {
		t.Fatal(err)
	}
	restored, other := openAt(t, copied, Options{}), openAt(t, copied, Options{})
	second := name(restored)
	if second == first || name(other) != second {
		t.Errorf("restored it is %s and %s to two backends, and was %s", second, name(other), first)
	}
	if d, err := restored.Device(t.Context(), "KASIR"); err != nil || d.Latest != 1 {
		t.Errorf("what was copied: %+v, %v", d, err)
	}
	if was := openAt(t, address, Options{}); name(was) != first {
		t.Errorf("what was copied from is %s now", name(was))
	}
	// A standby that was promoted goes on on another line of history.
	if _, err := restored.db.Pool.Exec(t.Context(), `UPDATE epoch SET home = replace(home, '/00000001/', '/00000009/')`); err != nil {
		t.Fatal(err)
	}
	time.Sleep(epochLife)
	if third := name(restored); third == second || third == first {
		t.Errorf("after a failover it is %s still", third)
	}
}

func dbName(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path[1:]
}
