package backend

import (
	"bytes"
	"testing"

	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// TestConfirmKeys: every device and journal has a key of its own, the same in
// every life of the backend.
func TestConfirmKeys(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := confirming(t)
		other := "f" + journal[1:]
		ask := func(path string) string {
			t.Helper()
			var h wire.Hello
			if status := w.request("GET", "/v1/devices/"+path, nil, &h); status != 200 || (h.ConfirmKey == "") != (h.ConfirmURL == "") {
				t.Errorf("%s: HTTP %d, %q", path, status, h.ConfirmURL)
			}
			return h.ConfirmKey
		}
		seen := map[string]string{}
		for _, path := range []string{"KASIR?journal=" + journal, "KASIR?journal=" + other, "KASIR-2?journal=" + journal} {
			key := ask(path)
			if seen[key] != "" || key == "" {
				t.Errorf("%s has the key of %q", path, seen[key])
			}
			seen[key] = path
		}
		if key := ask("KASIR"); key != "" {
			t.Error("a device that names no journal is told a key")
		}
		if status := w.request("GET", "/v1/devices/KASIR?journal=x", nil, nil); status != 400 {
			t.Errorf("a journal that is none: HTTP %d", status)
		}
		w.kill()
		w.start()
		if key := ask("KASIR?journal=" + journal); seen[key] != "KASIR?journal="+journal {
			t.Error("after a restart the key is another")
		}
	})
}

func TestConfirmSecretIsLongEnough(t *testing.T) {
	for n, want := range map[int]bool{0: true, 1: false, MinConfirmSecret - 1: false, MinConfirmSecret: true} {
		_, err := New(Options{Book: brokenBook{}, Provider: &fakeProvider{}, NotifyKey: "k", ConfirmSecret: bytes.Repeat([]byte{1}, n)})
		if (err == nil) != want {
			t.Errorf("a secret of %d bytes: %v", n, err)
		}
	}
}

// TestJudge: which of the things that can be known of a charge are worth a code.
func TestJudge(t *testing.T) {
	facts := func(change func(*ledger.Facts)) ledger.Facts {
		f := ledger.Facts{Order: receiptOrder, Amount: 25_000, State: ledger.Pending, TransactionID: "T1", QR: "q"}
		change(&f)
		return f
	}
	for _, c := range []struct {
		name string
		f    ledger.Facts
		want wire.Verdict
		stop bool
	}{
		{"pending", facts(func(*ledger.Facts) {}), "", true},
		{"asked", facts(func(f *ledger.Facts) { f.State = ledger.Asked }), "", true},
		{"being cancelled", facts(func(f *ledger.Facts) { f.CancelWanted = true }), "", false},
		{"settled", facts(func(f *ledger.Facts) { f.State, f.Paid = ledger.Settled, 25_000 }), wire.VerdictPaid, false},
		{"settled with less", facts(func(f *ledger.Facts) { f.State, f.Paid = ledger.Settled, 24_999 }), "", false},
		{"mispaid", facts(func(f *ledger.Facts) { f.Alarm, f.AlarmAmount = ledger.AlarmAmount, 2_500 }), "", false},
		{"cancelled", facts(func(f *ledger.Facts) { f.State = ledger.Cancelled }), wire.VerdictUnpaid, false},
		{"expired", facts(func(f *ledger.Facts) { f.State = ledger.Expired }), wire.VerdictUnpaid, false},
		{"denied", facts(func(f *ledger.Facts) { f.State = ledger.Denied }), wire.VerdictUnpaid, false},
		{"denied, unproven", facts(func(f *ledger.Facts) { f.State, f.Unproven = ledger.Denied, true }), "", false},
	} {
		page, got := judge(ledger.Load(c.f))
		if got != c.want || page.Stop != c.stop || page.ID == "" || page.EN == "" || page.Code != "" {
			t.Errorf("%s: %q %+v, want %q", c.name, got, page, c.want)
		}
		if (page.Again == 0) != (got != "" || page.DoEN == "Talk to the cashier.") {
			t.Errorf("%s: looks again in %d s", c.name, page.Again)
		}
	}
	for n, want := range map[int64]string{5: "Rp\u00a05", 25_000: "Rp\u00a025.000", 10_000_000: "Rp\u00a010.000.000"} {
		if got := rupiah(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}
