package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"kasir/backend/dbfile"
	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

// TestTakingsOfAnOldBook: what was sold before there were sums is in them.
func TestTakingsOfAnOldBook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.db")
	f, err := dbfile.Open(t.Context(), path, dbfile.Schema{Application: applicationID, Steps: []string{schema, walletSchema}, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	const hour = 488_888
	for n, state := range []string{"settled", "settled", "pending"} {
		body := fmt.Sprintf(`{"order":"TILL-0000000%d","device":"TILL","number":%d,"version":1,"state":%q,"amount":500,"paid":500,"settled_ms":%d}`,
			n+1, n+1, state, hour*ledger.HourMS+int64(n))
		if _, err := f.Write.Exec(`INSERT INTO orders (order_id, version, watched, body) VALUES (?, 1, 0, ?)`, fmt.Sprintf("TILL-0000000%d", n+1), body); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	c := booktest.Ask(t, b, "TILL-00000009", 700)
	c = booktest.Enter(t, b, c, true, ledger.Record{Kind: ledger.KindSettled, Amount: 700, SettledMS: hour * ledger.HourMS})
	booktest.Enter(t, b, c, true, ledger.Record{Kind: ledger.KindSettled, Amount: 700, SettledMS: hour * ledger.HourMS}) // once is once
	got, err := b.Sums(t.Context(), hour*ledger.HourMS, (hour+1)*ledger.HourMS)
	if want := []ledger.Sum{{Device: "TILL", Count: 3, Paid: 1700}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
