package postgres

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
)

// TestEveryVersion: what each earlier release has written is there in this one.
func TestEveryVersion(t *testing.T) {
	for n := 1; n <= len(tables.Steps); n++ {
		t.Run(fmt.Sprint("version ", n), func(t *testing.T) {
			address := pgtest.Database(t)
			db, err := pgdb.Open(t.Context(), address, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Migrate(t.Context(), pgdb.Part{Name: tables.Name, Steps: tables.Steps[:n]}); err != nil {
				t.Fatal(err)
			}
			f := askedBefore(t, db, "KASIR-00000041")
			b := openAt(t, address, Options{})
			if got, ok, err := b.Order(t.Context(), f.Order); err != nil || !ok || got != f {
				t.Errorf("order %+v, %v, %v", got, ok, err)
			}
			booktest.AskLink(t, b, "c-1", "KASIR-00000042")
			if d, err := b.Device(t.Context(), "KASIR"); d.Next != 43 || err != nil {
				t.Errorf("device %+v, %v", d, err)
			}
			if err := db.Migrate(t.Context(), pgdb.Part{Name: tables.Name, Steps: tables.Steps[:len(tables.Steps)-1]}); !errors.Is(err, pgdb.ErrNewer) {
				t.Errorf("an older release opens it: %v", err)
			}
		})
	}
}

// askedBefore has an order written as releases before version 6 do.
func askedBefore(t *testing.T, db *pgdb.DB, id string) ledger.Facts {
	t.Helper()
	device, number, err := ledger.ParseOrder(id)
	if err != nil {
		t.Fatal(err)
	}
	r := ledger.Record{Kind: ledger.KindAsked, Order: id, Device: device, Number: number, Amount: 500, AtMS: 1_760_000_000_000,
		Journal: "0123456789abcdef0123456789abcdef", PaymentType: "qris", LifetimeMS: 900_000}
	var c ledger.Charge
	c.Apply(r)
	before(t, db, c.Facts, 0)
	return c.Facts
}

func before(t *testing.T, db *pgdb.DB, f ledger.Facts, version int64) {
	t.Helper()
	body, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool.Exec(t.Context(), `SELECT book_orders(ARRAY[$1], ARRAY[$2::bigint], ARRAY[$3::bigint], ARRAY[$4::bool], ARRAY[$5::int],
		ARRAY[$6], ARRAY[$7], ARRAY[$8::bigint], ARRAY[$9::bigint], ARRAY[$10])`,
		f.Order, version, f.Version, f.Watched(), partOf(f.Device), f.Device, string(f.State), f.Amount, f.AskedMS, string(body)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool.Exec(t.Context(), `INSERT INTO devices (device, next, latest) VALUES ($1, $2, 0)
		ON CONFLICT (device) DO UPDATE SET next = greatest(devices.next, $2)`, f.Device, f.Number+1); err != nil {
		t.Fatal(err)
	}
}

// TestReleasesBesideOneAnother: while backends are replaced one by one, what an
// older one settles or alarms is in the sums and lists of the newer.
func TestReleasesBesideOneAnother(t *testing.T) {
	b := fresh(t)
	f := askedBefore(t, b.db, "KASIR-00000041")
	f.Version, f.State, f.Paid, f.SettledMS, f.Alarm = 2, ledger.Settled, 500, 488_888*ledger.HourMS, ledger.AlarmLate
	before(t, b.db, f, 1)
	sums, err := b.Sums(t.Context(), 488_888*ledger.HourMS, 488_889*ledger.HourMS)
	if want := []ledger.Sum{{Device: "KASIR", Count: 1, Paid: 500}}; err != nil || !slices.Equal(sums, want) {
		t.Errorf("sums %+v, %v, want %+v", sums, err, want)
	}
	if found, err := b.Alarmed(t.Context(), ledger.Query{Limit: 9}); err != nil || len(found) != 1 || found[0].Order != f.Order {
		t.Errorf("alarmed %+v, %v", found, err)
	}
}

func TestAppendOnly(t *testing.T) {
	b := fresh(t)
	f := booktest.Ask(t, b, "KASIR-00000001", 500)
	booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindSettled, Amount: 500})
	booktest.AskLink(t, b, "c-1", "KASIR-00000042")
	if _, err := b.Salt(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`UPDATE facts SET kind = 'x'`, `DELETE FROM facts`, `TRUNCATE facts`, `UPDATE news SET seq = 9`, `DELETE FROM news`,
		`DELETE FROM orders`, `TRUNCATE orders`, `UPDATE orders SET version = 1`, `UPDATE orders SET version = 9, state = 'cancelled'`,
		`DELETE FROM wallets`, `UPDATE wallets SET version = 1`, `DELETE FROM wallet_facts`, `DELETE FROM links`,
		`UPDATE links SET customer = 'c-2'`, `UPDATE secrets SET body = ''`, `DELETE FROM secrets`,
	} {
		if _, err := b.db.Pool.Exec(t.Context(), query); err == nil {
			t.Errorf("%s: done", query)
		}
	}
}

// TestOddWords: whatever a provider says can be written down.
func TestOddWords(t *testing.T) {
	b := fresh(t)
	f := booktest.Ask(t, b, "KASIR-00000001", 500)
	odd := "a\x00b \xff'; DROP TABLE orders; -- é\U0001f600"
	f = booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindDenied, Reason: ledger.Reason{Code: "x", Message: odd}})
	got, ok, err := b.Order(t.Context(), f.Order)
	if want := strings.ReplaceAll(odd, "\xff", "\ufffd"); err != nil || !ok || got.Reason.Message != want {
		t.Errorf("%q, %v, %v", got.Reason.Message, ok, err)
	}
}

// TestSearch: the newest first, in pages.
func TestSearch(t *testing.T) {
	b := fresh(t)
	for i := range 5 {
		dev := []string{"KIRI", "KANAN"}[i%2]
		f := booktest.Ask(t, b, fmt.Sprintf("%s-%08d", dev, i+1), 500)
		if i == 3 {
			booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindSettled, Amount: 500})
		}
	}
	at := int64(1_760_000_000_000)
	for _, test := range []struct {
		name string
		q    ledger.Query
		want string
	}{
		{"all", ledger.Query{Limit: 9}, "5 3 1 4 2"}, // of one time: by name, backwards
		{"a page", ledger.Query{Limit: 2}, "5 3"},
		{"the next", ledger.Query{Limit: 2, BeforeMS: at, BeforeOrder: "KIRI-00000003"}, "1 4"},
		{"of a device", ledger.Query{Limit: 9, Device: "KANAN"}, "4 2"},
		{"settled", ledger.Query{Limit: 9, State: ledger.Settled}, "4"},
		{"one", ledger.Query{Limit: 9, Order: "KIRI-00000003"}, "3"},
		{"one of another state", ledger.Query{Limit: 9, Order: "KIRI-00000003", State: ledger.Settled}, ""},
		{"later", ledger.Query{Limit: 9, FromMS: at + 1}, ""},
	} {
		found, err := b.Search(t.Context(), test.q)
		var numbers []string
		for _, f := range found {
			numbers = append(numbers, fmt.Sprint(f.Number))
		}
		if got := strings.Join(numbers, " "); got != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
	if _, err := b.Search(t.Context(), ledger.Query{}); err == nil {
		t.Error("a search without a limit")
	}
}

// TestOnlyWhatIsClaimed: a shared book commits nothing for an order that another
// may have taken.
func TestOnlyWhatIsClaimed(t *testing.T) {
	address := pgtest.Database(t)
	one, two := openAt(t, address, Options{Shared: true}), openAt(t, address, Options{Shared: true})
	r := ledger.Record{Kind: ledger.KindAsked, Order: "KASIR-00000001", Device: "KASIR", Number: 1, Amount: 5}
	var c ledger.Charge
	c.Apply(r)
	entry := []ledger.Entry{{Facts: c.Facts, Records: []ledger.Record{r}}}
	if err := one.Commit(t.Context(), entry); !errors.Is(err, pgdb.ErrLost) {
		t.Errorf("without a claim: %v", err)
	}
	part := []int{one.PartOf("KASIR")}
	for i, b := range []held{one, two} {
		if got, _, err := b.Claim(t.Context(), part); err != nil || got[0] != (i == 0) {
			t.Errorf("claim of %d: %v, %v", i, got, err)
		}
	}
	if err := two.Commit(t.Context(), entry); !errors.Is(err, pgdb.ErrLost) {
		t.Errorf("with another's claim: %v", err)
	}
	life := one.Life()
	if err := one.Commit(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if _, err := two.db.Pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`); err != nil {
		t.Fatal(err)
	}
	c.Apply(ledger.Record{Kind: ledger.KindCancelWanted})
	err := one.Commit(t.Context(), []ledger.Entry{{Facts: c.Facts, Records: []ledger.Record{{Kind: ledger.KindCancelWanted}}}})
	if err == nil || one.Life() == life {
		t.Errorf("after its session was cut: %v, life %d", err, one.Life())
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		got, _, err := two.Claim(t.Context(), part)
		if err == nil && got[0] {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("what is free is not to be had: %v", err)
		}
	}
	if err := one.Holds(t.Context(), part); !errors.Is(err, pgdb.ErrLost) {
		t.Errorf("one holds it still: %v", err)
	}
}

// TestOrders: several are read at once, each once, and none that is not there.
func TestOrders(t *testing.T) {
	b := openAt(t, pgtest.Database(t), Options{})
	want := map[string]ledger.Facts{}
	for i := range 3 {
		f := booktest.Ask(t, b, fmt.Sprintf("K-%08d", i+1), int64(100+i))
		want[f.Order] = f
	}
	delete(want, "K-00000002")
	all, err := b.Orders(t.Context(), []string{"K-00000003", "K-00000001", "K-00000009", "K-00000003", "x'; --"})
	got := map[string]ledger.Facts{}
	for _, f := range all {
		got[f.Order] = f
	}
	if err != nil || len(all) != 2 || !maps.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", all, err, want)
	}
}

// TestDeadConnections: after a restart of the server every connection of the pool
// is dead, and nobody who reads hears of it.
func TestDeadConnections(t *testing.T) {
	address := pgtest.Database(t)
	b, other := openAt(t, address, Options{}), openAt(t, address, Options{})
	var all []*pgxpool.Conn
	for range b.db.Pool.Config().MaxConns {
		c, err := b.db.Pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	for _, c := range all {
		c.Release()
	}
	if _, err := other.db.Pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := b.Order(t.Context(), "KASIR-00000001"); ok || err != nil {
		t.Errorf("an order nobody asked for: %v, %v", ok, err)
	}
	if all, err := b.Orders(t.Context(), []string{"KASIR-00000001"}); len(all) != 0 || err != nil {
		t.Errorf("orders nobody asked for: %v, %v", all, err)
	}
	if d, err := b.Device(t.Context(), "KASIR"); d.Next != 1 || err != nil {
		t.Errorf("a device nobody heard of: %+v, %v", d, err)
	}
}

// TestNews: a commit tells every backend, once, whose terminals have news.
func TestNews(t *testing.T) {
	address := pgtest.Database(t)
	one, two := openAt(t, address, Options{}), openAt(t, address, Options{})
	heard, ready := make(chan string, 100), make(chan bool, 9)
	two.OnNews(func(devices []string) { heard <- strings.Join(devices, " ") }, func() { ready <- true })
	<-ready
	var entries []ledger.Entry
	for i, dev := range []string{"B", "A", "B"} {
		r := ledger.Record{Kind: ledger.KindAsked, Order: fmt.Sprintf("%s-%08d", dev, i), Device: dev, Number: int64(i), Amount: 5}
		var c ledger.Charge
		c.Apply(r)
		entries = append(entries, ledger.Entry{Facts: c.Facts, Records: []ledger.Record{r}, News: true})
	}
	if err := one.Commit(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-heard:
		if got != "A B" {
			t.Errorf("heard %q", got)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("heard nothing")
	}
	if page, err := two.Since(t.Context(), "B", 0, 9); err != nil || len(page) != 2 || page[0].Seq != 1 || page[1].Facts.Number != 2 {
		t.Errorf("news %+v, %v", page, err)
	}
	if len(heard) > 0 {
		t.Errorf("told again: %q", <-heard)
	}
}

// TestGroup: what waits is committed together, and a stale one among many takes
// none of the others with it.
func TestGroup(t *testing.T) {
	b := fresh(t)
	f := booktest.Ask(t, b, "LAMA-00000001", 500)
	var before int64
	count := func() (n int64) {
		if err := b.db.Pool.QueryRow(t.Context(), `SELECT txid_snapshot_xmax(txid_current_snapshot())`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before = count()
	const n = 300
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if i%150 == 7 {
				old := ledger.Load(f)
				old.Version += 5
				r := ledger.Record{Kind: ledger.KindCancelWanted}
				old.Apply(r)
				if err := b.Commit(t.Context(), []ledger.Entry{{Facts: old.Facts, Records: []ledger.Record{r}}}); !errors.Is(err, ledger.ErrStale) {
					t.Errorf("stale: %v", err)
				}
				return
			}
			booktest.Ask(t, b, fmt.Sprintf("K%d-00000001", i), 5)
		})
	}
	all.Wait()
	if used := count() - before; used > n/2 {
		t.Errorf("%d transactions for %d commits", used, n)
	}
	var stored int
	if err := b.db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM orders`).Scan(&stored); err != nil || stored != n-2+1 {
		t.Errorf("%d orders, %v", stored, err)
	}
}

func TestReports(t *testing.T) {
	booktest.Reports(t, func(t *testing.T) ledger.Book { return fresh(t) })
}
