package sqlite

import (
	"database/sql"
	"flag"
	"fmt"
	"slices"
	"testing"

	"kasir/backend/dbfile"
	"kasir/backend/dbfile/oldtest"
	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

var update = flag.Bool("update", false, "write what is missing of testdata")

// TestEveryVersion: a book of any release is brought up with all that is in it:
// orders, facts, news, wallets and the day's sums.
func TestEveryVersion(t *testing.T) {
	kind := oldtest.Kind{
		Schema: dbfile.Schema{Application: applicationID, Steps: steps, Ensure: sqlEpoch, Readers: 1},
		Fill:   fill, Open: reads,
	}
	kind.Run(t, *update)
}

const soldHour = 488_888 // since 1970

// fill puts three orders of a till into a book of a version, one of them with a
// linked wallet where there were any.
func fill(version int, db *sql.DB) error {
	const journal = "0123456789abcdef0123456789abcdef"
	fact := `INSERT INTO facts (order_id, n, kind, at_ms, body) VALUES (?, ?, ?, ?, ?)`
	if version >= 5 {
		fact = `INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES ((SELECT no FROM orders WHERE order_id = ?), ?, ?, ?, ?)`
	}
	for i, state := range []string{"settled", "pending", "cancelled"} {
		id, more := fmt.Sprintf("TOKO-%08d", i+1), ""
		if state == "settled" {
			more = fmt.Sprintf(`,"paid":%d,"settled_ms":%d,"issuer":"gopay 'é'"`, 500+i, int64(soldHour)*ledger.HourMS)
		}
		body := fmt.Sprintf(`{"order":%q,"device":"TOKO","number":%d,"version":2,"state":%q,"amount":%d,"journal":%q,"payment_type":"qris","lifetime_ms":900000,"asked_ms":1760000000000%s}`,
			id, i+1, state, 500+i, journal, more)
		watched := map[bool]int{true: 1}[state == "pending"]
		insert, args := `INSERT INTO orders (order_id, version, watched, body) VALUES (?, 2, ?, ?)`, []any{id, watched, body}
		if version >= 4 {
			insert = `INSERT INTO orders (order_id, version, watched, body, device, state, amount, asked_ms, alarmed) VALUES (?, 2, ?, ?, 'TOKO', ?, ?, 1760000000000, 0)`
			args = append(args, state, 500+i)
		}
		if _, err := db.Exec(insert, args...); err != nil {
			return err
		}
		for n, kind := range []string{"asked", map[string]string{"settled": "settled", "pending": "created", "cancelled": "cancelled"}[state]} {
			if _, err := db.Exec(fact, id, n+1, kind, 1_760_000_000_000+n,
				fmt.Sprintf(`{"kind":%q,"at_ms":%d,"amount":%d}`, kind, 1_760_000_000_000+n, 500+i)); err != nil {
				return err
			}
		}
		if _, err := db.Exec(`INSERT INTO news (device, seq, order_id) VALUES ('TOKO', ?, ?)`, i+1, id); err != nil {
			return err
		}
	}
	if _, err := db.Exec(`INSERT INTO devices (device, next, latest) VALUES ('TOKO', 5, 3)`); err != nil || version < 2 {
		return err
	}
	_, err := db.Exec(`INSERT INTO secrets (name, body) VALUES ('customers', x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
		INSERT INTO wallets (customer, version, watched, body) VALUES ('c-1', 1, 1, '{"customer":"c-1","version":1,"phone":"****7890","attempts":[{"link":"TOKO-00000004","journal":"` + journal + `","asked_ms":1760000000000}]}');
		INSERT INTO wallet_facts (customer, n, kind, at_ms, body) VALUES ('c-1', 1, 'asked', 1760000000000, '{"kind":"asked","link":"TOKO-00000004","at_ms":1760000000000}');
		INSERT INTO links (link_id, customer, body) VALUES ('TOKO-00000004', 'c-1', '{"link":"TOKO-00000004","journal":"` + journal + `"}')`)
	return err
}

func reads(t *testing.T, path string, version int) {
	b, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ctx := t.Context()
	for i, state := range []ledger.State{ledger.Settled, ledger.Pending, ledger.Cancelled} {
		id := fmt.Sprintf("TOKO-%08d", i+1)
		f, ok, err := b.Order(ctx, id)
		if err != nil || !ok || f.State != state || f.Amount != int64(500+i) || f.Version != 2 {
			t.Errorf("%s: %+v, %v, %v", id, f, ok, err)
		}
		if h, err := b.History(ctx, id, 9); err != nil || len(h) != 2 || h[0].Kind != ledger.KindAsked {
			t.Errorf("%s: history %+v, %v", id, h, err)
		}
	}
	news, err := b.Since(ctx, "TOKO", 1, 9)
	if err != nil || len(news) < 2 || news[0].Seq != 2 || news[1].Facts.Order != "TOKO-00000003" {
		t.Errorf("news %+v, %v", news, err)
	}
	if w, err := b.Watched(ctx, "", 9); err != nil || len(w) == 0 || w[0].Order != "TOKO-00000002" {
		t.Errorf("watched %+v, %v", w, err)
	}
	sums, err := b.Sums(ctx, soldHour*ledger.HourMS, (soldHour+1)*ledger.HourMS)
	if want := []ledger.Sum{{Device: "TOKO", Count: 1, Paid: 500}}; err != nil || !slices.Equal(sums, want) {
		t.Errorf("takings %+v, %v, want %+v", sums, err, want)
	}
	if version >= 2 {
		w, ok, err := b.Wallet(ctx, "c-1")
		if customer, _, linked, wrong := b.Link(ctx, "TOKO-00000004"); err != nil || wrong != nil || !ok || !linked || customer != "c-1" || w.Version != 1 {
			t.Errorf("wallet %+v, %v, link of %q, %v", w, err, customer, wrong)
		}
		if salt, err := b.Salt(ctx); err != nil || salt[0] != 0 || salt[1] != 0x11 {
			t.Errorf("salt %x, %v", salt, err)
		}
	}
	if e, err := b.Epoch(ctx); e == "" || err != nil {
		t.Errorf("epoch %q, %v", e, err)
	}
	d, err := b.Device(ctx, "TOKO")
	if err != nil || d.Next < 5 {
		t.Errorf("device %+v, %v", d, err)
	}
	booktest.Ask(t, b, fmt.Sprintf("TOKO-%08d", d.Next), 700) // and it goes on
}
