package office

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kasir/backend/archive"
	"kasir/backend/ledger"
)

// TestWords: both languages have all names, and pages use no others.
func TestWords(t *testing.T) {
	if a, b := slices.Sorted(maps.Keys(indonesian)), slices.Sorted(maps.Keys(english)); !slices.Equal(a, b) {
		t.Fatalf("the languages have other names: %v, %v", a, b)
	}
	for name, text := range indonesian {
		if text == "" || english[name] == "" || strings.Count(text, "%d") != strings.Count(english[name], "%d") {
			t.Errorf("%s: %q, %q", name, text, english[name])
		}
	}
	used := regexp.MustCompile(`\.T\.([a-z_]+)|"Word" "([a-z]+)"`)
	entries, err := files.ReadDir("pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := files.ReadFile("pages/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "" && indonesian[m[1]] == "" {
				t.Errorf("%s: there is no word %q", e.Name(), m[1])
			}
		}
		if strings.Contains(string(text), "style=") || strings.Contains(string(text), "<script") || strings.Contains(string(text), "<style") {
			t.Errorf("%s holds what the policy forbids", e.Name())
		}
	}
	for _, of := range []archive.Flag{archive.Rollback, archive.Fork, archive.Broken, archive.Gap} {
		if indonesian["journal_"+string(of)] == "" {
			t.Errorf("there is no word for the flag %s", of)
		}
	}
	for _, of := range []ledger.Alarm{ledger.AlarmAmount, ledger.AlarmLate, ledger.AlarmForeign, ledger.AlarmRefunded, ledger.AlarmLost, ledger.AlarmLink} {
		if indonesian["alarm_"+string(of)] == "" {
			t.Errorf("there is no word for the alarm %s", of)
		}
	}
}

func TestRupiah(t *testing.T) {
	for n, want := range map[int64]string{0: "Rp\u00a00", 999: "Rp\u00a0999", 1000: "Rp\u00a01.000", 1234567: "Rp\u00a01.234.567", -25000: "Rp\u00a0−25.000"} {
		if got := Rupiah(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
	for text, want := range map[string]int64{"25000": 25000, "25.000": 25000, "Rp 1.250.000": 1250000, "rp500": 500, "2.50": -1, "": -1, "0": -1, "-5": -1, "1e3": -1, "25,000": -1, "9999999999999999999": -1} {
		got, ok := readRupiah(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

// TestToday: a day is the zone's, its sum is what was settled in it, and the list
// is what was asked for in it.
func TestToday(t *testing.T) {
	o := settle(t, nil)
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, zones["wib"])
	o.sell("TOKO-A-00000001", 25_000, noon, paid(25_000, noon))
	o.sell("TOKO-B-00000002", 1_234_567, noon, paid(1_234_567, noon))
	o.sell("TOKO-B-00000003", 70_000, noon, ledger.Record{Kind: ledger.KindExpired})
	late := time.Date(2026, 3, 2, 23, 30, 0, 0, zones["wib"]) // the 3rd in WITA
	o.sell("TOKO-A-00000004", 10_000, late, paid(10_000, late))

	b := o.logIn("sri", Owner)
	b.get("/owner/?day=2026-03-02").want(200, "2 Mar 2026", Rupiah(25_000+1_234_567+10_000+150_000), "<b>4</b>", "Waktu habis", "23:30")
	b.get("/owner/?day=2026-03-03").want(200, "3 Mar 2026", Rupiah(150_000), "Belum ada penjualan")
	b.get("/owner/people").post("/owner/people/me", "lang", "en", "zone", "wita").goes("/owner/people")
	b.get("/owner/?day=2026-03-02").want(200, Rupiah(25_000+1_234_567+150_000), "Newest sales", "13:00")
	b.get("/owner/?day=2026-03-03").want(200, Rupiah(10_000+150_000), "00:30")
	for _, odd := range []string{"x", "2026-13-01", "1999-01-01", "9999-01-01"} {
		b.get("/owner/?day="+odd).want(200, "Today", "http-equiv=\"refresh\"")
	}
	if b.get("/owner/?pause=1"); strings.Contains(b.text, "http-equiv=\"refresh\"") {
		t.Error("a page that was paused looks again")
	}
}

func TestSearchAndSale(t *testing.T) {
	o := settle(t, nil)
	now := time.Now().Add(-time.Hour)
	for n := range 60 {
		at := now.Add(-time.Duration(n) * time.Minute)
		o.sell(fmt.Sprintf("TOKO-%08d", n+1), int64(1000*(n+1)), at, paid(int64(1000*(n+1)), at))
	}
	b := o.logIn("budi", Clerk)
	b.get("/owner/sales").want(200, "TOKO-00000001", "TOKO-00000050", "Lebih lama")
	next := regexp.MustCompile(`href="(/owner/sales\?after=[^"]+)"`).FindStringSubmatch(b.text)
	if next == nil || strings.Contains(b.text, "TOKO-00000051") {
		t.Fatalf("no next page in\n%s", main(b.text))
	}
	b.get(next[1]).want(200, "TOKO-00000051", "TOKO-00000060")
	for query, want := range map[string]string{"amount=17.000": "17", "order=TOKO-00000009": "9", "amount=Rp+3000&state=settled": "3"} {
		b.get("/owner/sales?"+query).want(200, "TOKO-"+strings.Repeat("0", 8-len(want))+want)
		if n := strings.Count(b.text, "/owner/sale/"); n != 1 {
			t.Errorf("%s: %d found, want 1", query, n)
		}
	}
	for _, query := range []string{"amount=x", "device=../x", "state=paid", "from=2026-02-30", "from=2026-03-02&to=2026-03-01", "after=x.y", "order=" + strings.Repeat("a", 65)} {
		b.get("/owner/sales?"+query).want(422, "tidak bisa dibaca")
	}
	b.get("/owner/sale/TOKO-00000017").want(200, Rupiah(17_000), "Penyedia menyatakan lunas", "https://toko.example/r/TOKO-00000017", "gopay")
	if strings.Contains(b.text, "Kembalikan uang") {
		t.Error("a clerk is offered a refund")
	}
	for _, path := range []string{"/owner/sale/TOKO-00000099", "/owner/sale/x", "/owner/sale/%2e%2e%2flogin", "/owner/sale/" + strings.Repeat("a", 300), "/owner/nothing"} {
		b.get(path).want(404, "Halaman ini tidak ada")
	}
}
