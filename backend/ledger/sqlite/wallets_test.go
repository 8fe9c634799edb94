package sqlite

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

func TestWalletContract(t *testing.T) {
	booktest.RunWallets(t,
		func(t *testing.T) booktest.WalletBook { return openAt(t, filepath.Join(t.TempDir(), "b.db")) },
		func(t *testing.T, b booktest.WalletBook) booktest.WalletBook {
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			return openAt(t, b.(*Book).path)
		})
}

// TestFirstVersion: a book from before there were wallets is taken over with
// all that is in it.
func TestFirstVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	const row = `{"order":"KASIR-00000001","device":"KASIR","number":1,"version":1,"state":"asked","amount":500,` +
		`"journal":"0123456789abcdef0123456789abcdef","payment_type":"qris","lifetime_ms":900000,"asked_ms":1760000000000}`
	_, err = db.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 1;\n", applicationID) + schema +
		"\nINSERT INTO orders (order_id, version, watched, body) VALUES ('KASIR-00000001', 1, 1, '" + row + "');" +
		"\nINSERT INTO devices VALUES ('KASIR', 2, 0);")
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	for range 2 { // brought up once
		b := openAt(t, path)
		f, ok, err := b.Order(t.Context(), "KASIR-00000001")
		if err != nil || !ok || f.Amount != 500 || f.Linked() || f.State != ledger.Asked {
			t.Fatalf("%+v, %v, %v", f, ok, err)
		}
		b.Close()
	}
	b := openAt(t, path)
	booktest.AskLink(t, b, "c-1", "KASIR-00000002")
	if d, err := b.Device(t.Context(), "KASIR"); d.Next != 3 || err != nil {
		t.Errorf("device %+v, %v", d, err)
	}
}

func TestWalletsAreForEver(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "b.db"))
	booktest.AskLink(t, b, "c-1", "KASIR-00000001")
	if _, err := b.Salt(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, vandal := range []string{
		"UPDATE wallet_facts SET body = '{}'", "DELETE FROM wallet_facts", "DELETE FROM wallets", "UPDATE wallets SET version = 0",
		"DELETE FROM links", "UPDATE links SET customer = 'c-2'", "UPDATE secrets SET body = x'00'", "DELETE FROM secrets",
	} {
		if _, err := b.pen.conn.ExecContext(t.Context(), vandal); err == nil {
			t.Errorf("%s went through", vandal)
		}
	}
	var id, parent, unused int
	var plan string
	if err := b.read.QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN "+sqlWatchedWallets, "", 1).Scan(&id, &parent, &unused, &plan); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(plan, "USING INDEX wallets_watched") {
		t.Errorf("plan: %s", plan)
	}
}
