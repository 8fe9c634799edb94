package sandbox

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const browser = "text/html,application/xhtml+xml;q=0.9"

func TestPayPage(t *testing.T) {
	bubble(t, Options{MerchantName: "Warung Sari"}, func(st *stage) {
		st.charge("till-1-00000001", 1250000)
		qr := st.Orders()[0].QRString
		page := func(lang string) string {
			t.Helper()
			a, err := st.try("GET", "/sandbox/pay?lang="+lang+"&qr="+url.QueryEscape(qr), "", "Accept", browser)
			st.must(err)
			if a.status != 200 || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Fatalf("got HTTP %d, %v", a.status, a.header)
			}
			return html.UnescapeString(string(a.body))
		}
		holds := func(page string, texts ...string) {
			t.Helper()
			for _, text := range texts {
				if !strings.Contains(page, text) {
					t.Errorf("%q is not in %s", text, page)
				}
			}
		}
		holds(page(""), "Rp 1.250.000", "Warung Sari", "Bayar sekarang", "till-1-00000001", `lang="id"`, "07:15:00")
		holds(page("en"), "Rp 1.250.000", "Pay now", `lang="en"`)

		back := "/sandbox/pay?qr=" + url.QueryEscape(qr) + "&lang=en"
		press := func(verb, back string) string {
			t.Helper()
			st.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			a, err := st.try("POST", "/sandbox/till-1-00000001/"+verb, url.Values{"back": {back}}.Encode(),
				"Accept", browser, "Content-Type", "application/x-www-form-urlencoded")
			st.must(err)
			if a.status != http.StatusSeeOther {
				t.Errorf("%s: got HTTP %d", verb, a.status)
			}
			return a.header.Get("Location")
		}
		if got := press("fail", back); got != back || st.Orders()[0].Status != "pending" {
			t.Errorf("fail: back to %s, order %s", got, st.Orders()[0].Status)
		}
		if got := press("pay", back); got != back || st.Orders()[0].Status != "settlement" {
			t.Errorf("pay: back to %s, order %s", got, st.Orders()[0].Status)
		}
		holds(page("en"), "Payment successful", "07:00:00")
		holds(page("id"), "Pembayaran berhasil")
		if strings.Contains(page("id"), "Bayar sekarang") {
			t.Error("what is paid can be paid again")
		}
		for _, elsewhere := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:x", ""} {
			if got := press("pay", elsewhere); got != "/" {
				t.Errorf("back %q leads to %s", elsewhere, got)
			}
		}
	})
}

func TestUnknownCode(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		a, err := st.try("GET", "/sandbox/pay?qr="+url.QueryEscape(`"><script>alert(1)</script>`), "")
		st.must(err)
		if a.status != 404 || !strings.Contains(string(a.body), "Kode tidak dikenal") || strings.Contains(string(a.body), "<script") {
			t.Errorf("got HTTP %d, %s", a.status, a.body)
		}
	})
}

func TestListPage(t *testing.T) {
	bubble(t, Options{MerchantName: "<b>Sari</b>"}, func(st *stage) {
		list := func(path string) string {
			t.Helper()
			a, err := st.try("GET", path, "")
			st.must(err)
			if a.status != 200 {
				t.Fatalf("%s: got HTTP %d", path, a.status)
			}
			return string(a.body)
		}
		if got := list("/"); !strings.Contains(got, "Belum ada tagihan") {
			t.Errorf("empty: got %s", got)
		}
		for _, order := range []string{"open-1", "open-2", "paid", "gone"} {
			st.charge(order, 5000)
		}
		st.must(st.Pay("paid"))
		st.must(st.Cancel("gone"))
		got := list("/?lang=en")
		if n := strings.Count(got, "<form"); n != 2 {
			t.Errorf("got %d buttons, want 2: %s", n, got)
		}
		if strings.Index(got, "open-2") > strings.Index(got, "open-1") {
			t.Error("the newest is not on top")
		}
		for _, text := range []string{"Rp 5.000", ">paid<", ">cancelled<", "&lt;b&gt;Sari"} {
			if !strings.Contains(got, text) {
				t.Errorf("%q is not in %s", text, got)
			}
		}
		if css := list("/sandbox/style.css"); !strings.Contains(css, ".phone") {
			t.Errorf("style: got %s", css)
		}
		if a, err := st.try("GET", "/nowhere", ""); err != nil || a.status != 404 {
			t.Errorf("nowhere: got HTTP %d, %v", a.status, err)
		}
	})
}

func TestWords(t *testing.T) {
	keys := func(lang string) []string { return slices.Sorted(maps.Keys(words[lang])) }
	if !reflect.DeepEqual(keys("id"), keys("en")) {
		t.Errorf("languages differ: %v, %v", keys("id"), keys("en"))
	}
	for lang, list := range words {
		for key, text := range list {
			if text == "" {
				t.Errorf("%s: %s is empty", lang, key)
			}
		}
	}
	for state := range statusCode {
		if words["id"][state] == "" {
			t.Errorf("no word for %s", state)
		}
	}
}

func TestRupiah(t *testing.T) {
	for n, want := range map[int64]string{0: "Rp 0", 999: "Rp 999", 1000: "Rp 1.000", 25000: "Rp 25.000", 10000000: "Rp 10.000.000"} {
		if got := rupiah(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestControlVerbs(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.charge("a", 25000)
		for _, c := range []struct {
			path   string
			status int
			field  string
			want   any
		}{
			{"/sandbox/a/fail", 200, "transaction_status", "pending"},
			{"/sandbox/a/cancel", 200, "transaction_status", "cancel"},
			{"/sandbox/a/pay", 409, "error", "pay order a: it is cancel: the state of the order forbids it"},
			{"/sandbox/a/pay?late=1&issuer=dana", 200, "transaction_status", "settlement"},
			{"/sandbox/a/pay", 409, "error", "pay order a: it is settlement: the state of the order forbids it"},
			{"/sandbox/a/deny", 409, "error", "deny order a: it is settlement: the state of the order forbids it"},
			{"/sandbox/nobody/pay", 404, "error", "no such order"},
		} {
			status, doc := st.call("POST", c.path, "")
			if status != c.status || doc[c.field] != c.want {
				t.Errorf("%s: got HTTP %d, %v", c.path, status, doc)
			}
		}
		if _, doc := st.call("GET", "/v2/a/status", ""); doc["issuer"] != "dana" || doc["transaction_type"] != "off-us" {
			t.Errorf("issuer: got %v", doc)
		}
		if a, err := st.try("POST", "/sandbox/a/explode", ""); err != nil || a.status != 404 {
			t.Errorf("explode: got HTTP %d, %v", a.status, err)
		}
		a, err := st.try("GET", "/sandbox/orders", "")
		st.must(err)
		for _, text := range []string{`"order_id": "a"`, `"gross_amount": "25000.00"`, `"amount": 25000`, `"transaction_status": "settlement"`, `"qr_string": "000201`, `"settlement_time": "2000-01-01 07:00:00"`} {
			if !strings.Contains(string(a.body), text) {
				t.Errorf("%s is not in %s", text, a.body)
			}
		}
	})
}
