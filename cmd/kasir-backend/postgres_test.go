package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/pgdb/pgtest"
	"kasir/backend/wire"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestMovedWhileSelling: a backend with open sales is moved to a database, and
// two backends go on from there; terminals notice nothing but the pause.
func TestMovedWhileSelling(t *testing.T) {
	psp, url := provider(t)
	keyFile, token := write(t, "key", key+"\n", 0o600), write(t, "token", "0123456789abcdef0123", 0o600)
	port := freePort(t)
	db := filepath.Join(t.TempDir(), "b.db")
	args := func(listen, db string) []string {
		return []string{"-listen", listen, "-db", db, "-midtrans", url, "-server-key-file", keyFile, "-merchant-token-file", token,
			"-public-url", "https://shop.example", "-notify-url", "http://" + port + "/v1/notifications/midtrans"}
	}
	base, log, stop := start(t, args(port, db)...)
	sell := func(base string, n int, amount int64) (c wire.Charge) {
		t.Helper()
		if code, err := do("PUT", fmt.Sprintf("%s/v1/charges/KASIR-%08d", base, n), wire.Open{Amount: amount, Journal: journal}, &c); code != 200 || err != nil || c.State != wire.Pending {
			t.Fatalf("sale %d: %d, %+v, %v\n%s", n, code, c, err, log)
		}
		return c
	}
	var news wire.Events
	sell(base, 1, 5000)
	open := sell(base, 2, 7000)
	if err := psp.Pay("KASIR-00000001"); err != nil {
		t.Fatal(err)
	}
	if _, err := do("GET", base+"/v1/devices/KASIR/events?since=2&wait=20", nil, &news); err != nil || len(news.Events) != 1 || news.Events[0].Seq != 3 {
		t.Fatalf("news %+v, %v", news, err)
	}
	var before, after wire.Hello
	do("GET", base+"/v1/devices/KASIR?journal="+journal, nil, &before)
	if code := stop(); code != ok {
		t.Fatalf("exit code %d\n%s", code, log)
	}

	address := pgtest.Database(t)
	var out, errout bytes.Buffer
	if code := run(t.Context(), []string{"migrate", "-from", "sqlite:" + db, "-to", address}, &out, &errout); code != ok ||
		!strings.Contains(out.String(), "1 orders settled with 5000 rupiah, 1 still open, 3 news") {
		t.Fatalf("migrate: %d\n%s%s", code, out.String(), errout.String())
	}
	if code := run(t.Context(), []string{"migrate", "-from", "sqlite:" + db, "-to", address}, &out, &errout); code != failed || !strings.Contains(errout.String(), "not empty") {
		t.Errorf("twice: %d\n%s", code, errout.String())
	}

	base, log, stop = start(t, args(port, address)...)
	other, _, stopOther := start(t, args("127.0.0.1:0", address)...)
	defer stopOther()
	do("GET", other+"/v1/devices/KASIR?journal="+journal, nil, &after)
	if after.Time = before.Time; after != before || before.ConfirmKey == "" {
		t.Errorf("hello\n got %+v\nwant %+v", after, before)
	}
	if c := sell(other, 2, 7000); c.TransactionID != open.TransactionID || c.QR != open.QR {
		t.Errorf("the open sale is another: %+v, want %+v", c, open)
	}
	if err := psp.Pay("KASIR-00000002"); err != nil {
		t.Fatal(err)
	}
	news = wire.Events{}
	if _, err := do("GET", other+"/v1/devices/KASIR/events?since=3&wait=20", nil, &news); err != nil || len(news.Events) != 1 || news.Events[0].Seq != 4 || news.Events[0].Charge.State != wire.Settled {
		t.Errorf("news after the move %+v, %v\n%s", news, err, log)
	}
	sell(base, 3, 100)
	if code := stop(); code != ok {
		t.Errorf("exit code %d\n%s", code, log)
	}
	var c wire.Charge
	if _, err := do("GET", other+"/v1/charges/KASIR-00000003", nil, &c); err != nil || c.State != wire.Pending {
		t.Errorf("what the one that stopped had: %+v, %v", c, err)
	}
	if n := len(psp.Orders()); n != 3 {
		t.Errorf("the provider has %d orders", n)
	}
}

func TestMigrateRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"nothing":      {nil, misuse, "required"},
		"no database":  {[]string{"-from", "sqlite:x", "-to", "y.db"}, misuse, "required"},
		"no such file": {[]string{"-from", "sqlite:" + filepath.Join(t.TempDir(), "x"), "-to", "postgres://127.0.0.1:1/x"}, failed, "no such file"},
	} {
		var out, errout bytes.Buffer
		if code := run(t.Context(), append([]string{"migrate"}, test.args...), &out, &errout); code != test.code || !strings.Contains(errout.String(), test.says) {
			t.Errorf("%s: %d, %s", name, code, errout.String())
		}
	}
}
