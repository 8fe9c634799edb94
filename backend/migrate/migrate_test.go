package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"kasir/backend/archive"
	"kasir/backend/archive/archivetest"
	"kasir/backend/archive/vault"
	"kasir/backend/dbfile"
	"kasir/backend/identity"
	"kasir/backend/identity/cabinet"
	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
	"kasir/backend/ledger/postgres"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	papers "kasir/backend/merchant/shelf/postgres"
	"kasir/backend/merchant/shelf/shelftest"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// left out are tables that are sums of others, and what "facts" is a view of.
var leftOut = []string{"takings", "order_facts"}

// cards are of three devices, as they are before the first of them speaks.
var cards = []identity.Card{
	{Name: "toko-1", Key: strings.Repeat("ab", 32), Ends: 1_795_000_000_000, Journal: "0123456789abcdef0123456789abcdef", Rows: 77,
		Code: &identity.Code{Key: []byte("derived, \x00\xff"), Ends: 7, Used: strings.Repeat("ab", 32)}},
	{Name: "toko-2", Revoked: true},
	{Name: "toko-3", Held: identity.HeldSessions, Code: &identity.Code{Key: []byte("k"), Ends: 1_795_000_000_000}},
}

// TestCardsMove: devices are known in the database as they were in the file, to
// the last session, and what is decided about them goes on from there.
func TestCardsMove(t *testing.T) {
	from, db := history(t), open(t, pgtest.Database(t))
	if _, err := Run(t.Context(), from, db); err != nil {
		t.Fatal(err)
	}
	s, err := papers.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	moved := cabinet.On(s)
	for i, want := range cards {
		got, version, err := moved.Card(t.Context(), want.Name)
		if i == 0 {
			want.Session = "0011223344556677"
		}
		if err != nil || !reflect.DeepEqual(got, want) || version != map[bool]int64{true: 2, false: 1}[i == 0] {
			t.Errorf("version %d of %+v, %v; want %+v", version, got, err, want)
		}
	}
	text, err := identity.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ca, err := identity.ParseAuthority(text)
	if err != nil {
		t.Fatal(err)
	}
	registry := identity.New(moved, ca, nil)
	if c, err := registry.Revoke(t.Context(), "toko-1"); err != nil || !c.Revoked || c.Key != "" {
		t.Errorf("revoked: %+v, %v", c, err)
	}
	if c, err := registry.Lift(t.Context(), "toko-3"); err != nil || c.Held != "" {
		t.Errorf("lifted: %+v, %v", c, err)
	}
	if err := moved.Put(t.Context(), cards[0], 3); !errors.Is(err, identity.ErrStale) {
		t.Errorf("a version that is there: %v", err)
	}
	all, err := registry.Cards(t.Context(), "", 10)
	if err != nil || len(all) != len(cards) {
		t.Errorf("%d cards, %v", len(all), err)
	}
}

// history is a source with something of everything in it.
func history(t *testing.T) Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.db")
	b, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		f := booktest.Ask(t, b, fmt.Sprintf("K%d-%08d", i%3, i+1), int64(1000+i))
		switch i % 4 {
		case 0:
			booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindSettled, Amount: int64(1000 + i), SettledMS: 1_760_000_000_000, Issuer: "a\x00b 'é'"})
		case 1:
			booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled}, ledger.Record{Kind: ledger.KindRested})
		case 2:
			booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCreated, TransactionID: fmt.Sprint("T", i), QR: "0002", ExpiresMS: 1_760_000_900_000})
		}
	}
	f := booktest.AskLink(t, b, "c-1", "K1-00000099")
	booktest.EnterWallet(t, b, f, wallet.Record{Kind: wallet.KindOffered, Link: "K1-00000099", Account: "A1", URL: "https://x/"})
	if _, err := b.Salt(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := shelf.Open(t.Context(), path+".papers")
	if err != nil {
		t.Fatal(err)
	}
	shelftest.Put(t, s, shelftest.Paper("a", 1, "K", true))
	shelftest.Put(t, s, shelftest.Paper("a", 2, "K", false))
	shelftest.Put(t, s, merchant.Paper{Kind: merchant.KindSnap, ID: "W-1", Version: 1, AtMS: 7, Body: []byte(`{"asked_at_ms":20}`)})
	// A device with a certificate, one that was revoked, and one that has a code yet.
	for i, c := range cards {
		if err := cabinet.On(s).Put(t.Context(), c, 1); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			continue
		}
		c.Session = "0011223344556677"
		if err := cabinet.On(s).Put(t.Context(), c, 2); err != nil {
			t.Fatal(err)
		}
	}
	v, err := vault.Open(t.Context(), path+".journals")
	if err != nil {
		t.Fatal(err)
	}
	// One journal that goes on as it should, one that was put back and looked into.
	rows := archivetest.Rows(1, wire.JournalGenesis(archivetest.ID(1)), 9)
	archivetest.Put(t, v, archive.Copy{Device: "K0", Journal: archivetest.ID(1), Branch: 1, AtMS: 5}, rows,
		archive.Doubt{Device: "K0", Order: "K0-00000001", Amount: 100, Seq: 1, AtMS: 5})
	c := archivetest.Put(t, v, archive.Copy{Device: "K1", Journal: archivetest.ID(2), Branch: 1, AtMS: 6, Flag: archive.Rollback, FlagSeq: 3, FlagMS: 7}, rows[:3])
	c.Branch, c.Seen = 2, "owner: a new card 'é'"
	archivetest.Put(t, v, c, rows[:2])
	if err := errors.Join(b.Close(), s.Close(), v.Close()); err != nil {
		t.Fatal(err)
	}
	return Source{Book: path, Papers: path + ".papers", Journals: path + ".journals", Secrets: map[string][]byte{"confirm": []byte("0123456789abcdef0123456789abcdef")}}
}

func open(t *testing.T, address string) *pgdb.DB {
	t.Helper()
	db, err := pgdb.Open(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// everything is what a book says of history.
func everything(t *testing.T, b interface {
	booktest.WalletBook
	ledger.Epochs
}) string {
	t.Helper()
	var all strings.Builder
	say := func(what any, err error) {
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(&all, "%+v\n", what)
	}
	ctx := context.Background()
	for i := range 40 {
		id := fmt.Sprintf("K%d-%08d", i%3, i+1)
		f, _, err := b.Order(ctx, id)
		say(f, err)
		say(b.History(ctx, id, 100))
	}
	say(b.Watched(ctx, "", 100))
	for i := range 3 {
		say(b.Device(ctx, fmt.Sprint("K", i)))
		say(b.Since(ctx, fmt.Sprint("K", i), 2, 100))
	}
	f, _, err := b.Wallet(ctx, "c-1")
	say(f, err)
	say(b.WalletHistory(ctx, "c-1", 100))
	customer, a, _, err := b.Link(ctx, "K1-00000099")
	say(a, err)
	of, _, err := b.CustomerOf(ctx, "A1")
	say(customer+of, err)
	say(b.WatchedWallets(ctx, "", 100))
	say(b.Salt(ctx))
	say(b.Epoch(ctx))
	return all.String()
}

func TestRun(t *testing.T) {
	from := history(t)
	db := open(t, pgtest.Database(t))
	report, err := Run(t.Context(), from, db)
	if err != nil {
		t.Fatal(err)
	}
	if report.Settled != 10 || report.Takings != 10*1000+(0+36)*10/2 || report.Open != 20 || report.Sequence != 30 || report.Tables[0].Rows != 40 {
		t.Errorf("report %+v", report)
	}
	was, err := sqlite.Open(t.Context(), from.Book)
	if err != nil {
		t.Fatal(err)
	}
	defer was.Close()
	is, err := postgres.Open(t.Context(), db, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, got := strings.Split(everything(t, was), "\n"), strings.Split(everything(t, is), "\n")
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("\n got %s\nwant %s", got[i], want[i])
		}
	}
	if secret, err := is.Secret(t.Context(), "confirm", 32); err != nil || string(secret) != string(from.Secrets["confirm"]) {
		t.Errorf("secret %q, %v", secret, err)
	}
	s, err := papers.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok, err := s.Get(t.Context(), merchant.KindRefund, "a"); err != nil || !ok || p.Version != 2 || p.Open {
		t.Errorf("paper %+v, %v, %v", p, ok, err)
	}
	if found, err := s.Search(t.Context(), merchant.KindSnap, merchant.Span{Limit: 9}); err != nil || len(found) != 1 {
		t.Errorf("found %v, %v", found, err)
	}
	// And it goes on from there.
	shelftest.Put(t, s, shelftest.Paper("a", 3, "K", true))
	f, _, _ := is.Order(t.Context(), "K2-00000003")
	booktest.Enter(t, is, f, true, ledger.Record{Kind: ledger.KindSettled, Amount: f.Amount})
	if d, err := is.Device(t.Context(), "K2"); err != nil || d.Latest != 11 || d.Next != 40 {
		t.Errorf("device %+v, %v", d, err)
	}
}

// TestJournalsMove: copies of journals are what they were, with what a person has
// said about them, and new ones are kept beside them.
func TestJournalsMove(t *testing.T) {
	from, db := history(t), open(t, pgtest.Database(t))
	if _, err := Run(t.Context(), from, db); err != nil {
		t.Fatal(err)
	}
	was, err := vault.Open(t.Context(), from.Journals)
	if err != nil {
		t.Fatal(err)
	}
	defer was.Close()
	is, err := vault.On(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer is.Close()
	want, got := journals(t, was), journals(t, is)
	if want != got || !strings.Contains(got, "a new card 'é'") || !strings.Contains(got, "K0-00000001") {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	archivetest.Put(t, is, archive.Copy{Device: "K2", Journal: archivetest.ID(3), Branch: 1, AtMS: 8},
		archivetest.Rows(1, wire.JournalGenesis(archivetest.ID(3)), 1))
}

// journals is all that a store says of the journals of history.
func journals(t *testing.T, s archive.Store) string {
	t.Helper()
	copies, err := s.Copies(t.Context(), "", 9)
	if err != nil || len(copies) != 2 {
		t.Fatalf("copies %+v, %v", copies, err)
	}
	var all strings.Builder
	for _, c := range copies {
		for c.Branch = 1; c.Branch <= 2; c.Branch++ {
			rows, err := s.Rows(t.Context(), c, 1, 99)
			fmt.Fprintf(&all, "%+v %+v %v\n", c, rows, err)
		}
	}
	doubts, err := s.Doubts(t.Context(), 9)
	fmt.Fprintf(&all, "%+v %v\n", doubts, err)
	return all.String()
}

func TestRefusals(t *testing.T) {
	from := history(t)
	db := open(t, pgtest.Database(t))
	b, err := sqlite.Open(t.Context(), from.Book)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), from, db); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("while a backend runs: %v", err)
	}
	b.Close()
	is, err := postgres.Open(t.Context(), db, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := booktest.Ask(t, is, "LAMA-00000001", 5)
	if _, err := Run(t.Context(), from, db); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("into a database that is used: %v", err)
	}
	if n, err := is.Watched(t.Context(), "", 9); len(n) != 1 || n[0] != f || err != nil {
		t.Errorf("it holds %v, %v afterwards", n, err)
	}
	if _, err := os.Stat(from.Book); err != nil {
		t.Error(err)
	}
}

// TestWholeOrNot: what cannot be moved leaves nothing behind.
func TestWholeOrNot(t *testing.T) {
	from := history(t)
	raw, err := sql.Open("sqlite3", dbfile.DSN(from.Papers, ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(`INSERT INTO versions VALUES ('refund', 'z', 1, 7, CAST(x'ff' AS TEXT))`); err != nil { // no text for PostgreSQL
		t.Fatal(err)
	}
	raw.Close()
	db := open(t, pgtest.Database(t))
	if _, err := Run(t.Context(), from, db); err == nil {
		t.Fatal("moved")
	}
	for _, table := range tables {
		var n int
		if err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM `+table.into).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s has %d rows, %v", table.into, n, err)
		}
	}
}

// TestEveryTable: whoever adds one to a file says here what becomes of it.
func TestEveryTable(t *testing.T) {
	from := history(t)
	known := map[string]bool{}
	for _, table := range tables {
		known[table.file+" "+table.name] = true
	}
	for _, name := range leftOut {
		known[inBook+" "+name] = true
	}
	for file, path := range map[string]string{inBook: from.Book, inPapers: from.Papers, inJournals: from.Journals} {
		raw, err := sql.Open("sqlite3", dbfile.DSN(path, ""))
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		rows, err := raw.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil || !known[file+" "+name] {
				t.Errorf("table %s of the %s is neither moved nor left out, %v", name, file, err)
			}
		}
		if err := rows.Err(); err != nil {
			t.Error(err)
		}
	}
}
