package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/archive/archivetest"
	"kasir/backend/merchant"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const token = "the merchant's own token"

// till is a backend that serves the merchant's programs, and its commands.
type till struct {
	*testing.T
	psp  *sandbox.Sandbox
	base string
	file string // of the token
}

func openTill(t *testing.T, more ...string) *till {
	t.Helper()
	port := freePort(t)
	hook := "http://" + port + "/v1/notifications/midtrans"
	psp := sandbox.New(sandbox.Options{ServerKey: key, RetryScale: 0.0005, Refunds: true,
		AccountNotifyURL: hook + "/account", RecurringNotifyURL: hook + "/recurring"})
	server := httptest.NewServer(psp)
	t.Cleanup(func() { server.Close(); psp.Close() })
	file := write(t, "token", token+"\n", 0o600)
	base, log, stop := start(t, append([]string{"-listen", port, "-db", filepath.Join(t.TempDir(), "b.db"), "-midtrans", server.URL,
		"-server-key-file", write(t, "key", key, 0o600), "-notify-url", hook, "-merchant-token-file", file, "-public-url", "https://shop.example"}, more...)...)
	t.Cleanup(func() {
		stop()
		if text := log.String(); strings.Contains(text, token) || strings.Contains(text, "8215023424") {
			t.Errorf("a secret in the log:\n%s", text)
		}
	})
	return &till{t, psp, base, file}
}

// do runs a command and wants its exit code.
func (l *till) do(code int, args ...string) (stdout, stderr string) {
	l.Helper()
	var out, errout bytes.Buffer
	args = append([]string{args[0], "-backend", l.base, "-token-file", l.file}, args[1:]...)
	if got := run(l.Context(), args, &out, &errout); got != code {
		l.Errorf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, &out, &errout)
	}
	if strings.Contains(out.String()+errout.String(), token) {
		l.Errorf("%s: the token is printed", args[0])
	}
	return out.String(), errout.String()
}

// says runs a command that does it, and wants texts in what it prints.
func (l *till) says(args []string, texts ...string) string {
	l.Helper()
	out, _ := l.do(ok, args...)
	for _, text := range texts {
		if !strings.Contains(out, text) {
			l.Errorf("%s: no %q in\n%s", strings.Join(args, " "), text, out)
		}
	}
	return out
}

func TestMoneyVerbs(t *testing.T) {
	l := openTill(t)
	l.says([]string{"charge", "-order", "WEB-00000001", "-amount", "25000", "-method", "deeplink"},
		"state", "pending", "Rp 25.000", "deeplink-redirect")
	if err := l.psp.Pay("WEB-00000001"); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		if out, _ := l.do(ok, "charge", "-order", "WEB-00000001"); strings.Contains(out, "settled") {
			break
		}
	}
	l.says([]string{"charge", "-order", "WEB-00000001"}, "settled", "paid")
	l.says([]string{"transactions", "-device", "WEB", "-state", "settled"}, "ORDER", "WEB-00000001", "Rp 25.000")
	refund := []string{"refund", "-order", "WEB-00000001", "-amount", "5000", "-reason", "barang rusak"}
	l.says(refund, "WEB-00000001-5000", "Rp 5.000")
	l.says(refund, "WEB-00000001-5000") // twice is once
	var list merchant.Refunds
	if err := json.Unmarshal([]byte(l.says([]string{"refund", "-json", "-order", "WEB-00000001"})), &list); err != nil || len(list.Refunds) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	l.says([]string{"charge", "-order", "WEB-00000002", "-amount", "1000"}, "qris", "0002010102")
	l.says([]string{"charge", "-order", "WEB-00000002", "-cancel"}, "cancelled")
	if out := l.says([]string{"transactions", "-limit", "1"}, "more: -after"); strings.Contains(out, "WEB-00000001") {
		t.Errorf("not the newest first:\n%s", out)
	}
}

func TestLinkVerbs(t *testing.T) {
	l := openTill(t)
	l.says([]string{"link", "-id", "WEB-00000001", "-phone", "08215023424"}, "waiting", "****3424", "/gopay/redirect/")
	if err := l.psp.Activate(l.psp.Accounts()[0].AccountID); err != nil {
		t.Fatal(err)
	}
	var link wire.Link
	if err := json.Unmarshal([]byte(l.says([]string{"link", "-json", "-id", "WEB-00000001", "-wait", "20s"})), &link); err != nil || link.Customer == "" {
		t.Fatalf("%+v, %v", link, err)
	}
	l.says([]string{"customer", "-phone", "+628215023424"}, link.Customer, "linked")
	l.says([]string{"customer", link.Customer, "-json"}, `"****3424"`, `"linked"`)
	l.says([]string{"charge", "-order", "WEB-00000002", "-amount", "1000", "-customer", link.Customer}, "linked", "settled")
	l.says([]string{"unlink", link.Customer}, "unlinked")
	if out, _ := l.do(failed, "charge", "-order", "WEB-00000004", "-amount", "1000", "-customer", link.Customer); !strings.Contains(out, "not_linked") {
		t.Errorf("charged what is not linked:\n%s", out)
	}
	l.do(failed, "charge", "-order", "WEB-00000002", "-cancel")
	l.do(failed, "link", "-id", "WEB-00000003", "-phone", "123450001")
}

func TestSnapVerbs(t *testing.T) {
	l := openTill(t)
	const customer = "budi@example.com/7"
	var p merchant.Snap
	out := l.says([]string{"snap", "-json", "-order", "WEB-00000001", "-amount", "5000", "-customer", customer})
	if err := json.Unmarshal([]byte(out), &p); err != nil || p.Token == "" {
		t.Fatalf("%s: %v", out, err)
	}
	l.says([]string{"snap", "-order", "WEB-00000001"}, "open", p.RedirectURL)
	if err := l.psp.LinkOnPage(p.Token, "62", "8215023424"); err != nil {
		t.Fatal(err)
	}
	l.says([]string{"snap", "-user", customer}, "linked", "****3424")
	l.says([]string{"snap", "-user", customer, "-unlink"}, "unlinked")
	l.do(failed, "snap", "-user", "nobody")
	l.do(misuse, "snap")
	l.do(misuse, "snap", "-order", "WEB-00000001", "-unlink")
}

func TestSubscriptionVerbs(t *testing.T) {
	t.Parallel() // it mostly waits
	l := openTill(t)
	l.do(ok, "link", "-id", "WEB-00000001", "-phone", "08215023424")
	if err := l.psp.Activate(l.psp.Accounts()[0].AccountID); err != nil {
		t.Fatal(err)
	}
	var link wire.Link
	if err := json.Unmarshal([]byte(l.says([]string{"link", "-json", "-id", "WEB-00000001", "-wait", "20s"})), &link); err != nil {
		t.Fatal(err)
	}
	create := []string{"subscription", "-customer", link.Customer, "-amount", "20000", "-every", "1month", "-times", "12", "-retry", "3x1hour", "create", "KOPI-1"}
	l.says(create, "active", "1 month", "Rp 20.000")
	l.says(create, "active")
	l.says([]string{"subscription", "list"}, "KOPI-1", "NEXT")
	l.says([]string{"subscription", "-amount", "25000", "update", "KOPI-1"}, "Rp 25.000")
	l.says([]string{"subscription", "disable", "KOPI-1"}, "inactive")
	l.says([]string{"subscription", "enable", "KOPI-1"}, "active")
	l.says([]string{"subscription", "cancel", "KOPI-1"}, "inactive, cancelled")
	l.says([]string{"subscription", "show", "KOPI-1"}, "cancelled")
	l.do(failed, "subscription", "show", "KOPI-2")
	for _, args := range [][]string{
		{}, {"show"}, {"list", "x"}, {"party", "KOPI-1"}, {"-every", "often", "create", "KOPI-2"},
		{"-every", "1day", "-retry", "often", "create", "KOPI-2"},
	} {
		l.do(misuse, append([]string{"subscription"}, args...)...)
	}
}

func TestVerbsRefused(t *testing.T) {
	l := openTill(t)
	for _, test := range []struct {
		code int
		says string
		args []string
	}{
		{failed, "not_found", []string{"charge", "-order", "WEB-00000001"}},
		{failed, "amount_refused", []string{"charge", "-order", "WEB-00000001", "-amount", "10000001"}},
		{failed, "bad_request", []string{"charge", "-order", "../x", "-amount", "1"}},
		{failed, "bad_request", []string{"transactions", "-state", "paid"}},
		{failed, "not_found", []string{"refund", "-order", "WEB-00000001", "-amount", "1", "-reason", "x"}},
		{misuse, "-order", []string{"charge"}},
		{misuse, "-cancel", []string{"charge", "-order", "WEB-00000001", "-amount", "1", "-cancel"}},
		{misuse, "-reason", []string{"refund", "-order", "WEB-00000001", "-amount", "1"}},
		{misuse, "customer", []string{"unlink"}},
		{misuse, "flag", []string{"transactions", "x"}},
		{misuse, "colour", []string{"charge", "-colour", "red"}},
		{misuse, "not on this machine", []string{"transactions", "-backend", "http://shop.example"}},
		{misuse, "not a plain", []string{"transactions", "-backend", "ftp://127.0.0.1"}},
		{misuse, "chmod 600", []string{"transactions", "-token-file", write(t, "token", token, 0o644)}},
		{misuse, "-token-file", []string{"transactions", "-token-file", ""}},
		{failed, "unauthorized", []string{"transactions", "-token-file", write(t, "token", "not the merchant's token", 0o600)}},
		{failed, "ask backend", []string{"transactions", "-backend", "http://127.0.0.1:1"}},
	} {
		if _, got := l.do(test.code, test.args...); !strings.Contains(got, test.says) {
			t.Errorf("%s: no %q in\n%s", strings.Join(test.args, " "), test.says, got)
		}
	}
	l.do(ok, "charge", "-h")
}

// TestVerbsStranger: whatever listens there, no answer of it is believed, or
// printed as it came.
func TestVerbsStranger(t *testing.T) {
	body, status := "", http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == http.StatusFound {
			w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	defer server.Close()
	l := &till{T: t, base: server.URL, file: write(t, "token", token, 0o600)}
	for _, status = range []int{200, 302, 404, 502} {
		for _, body = range []string{"", "<html>", `[]`, `{"transactions":5}`, strings.Repeat(" ", maxAnswer+1)} {
			l.do(failed, "transactions")
		}
	}
	status, body = 200, `{"transactions":[{"order_id":"\u001b[2J","amount":1,"state":"denied","device":"X","asked_at_ms":1,"reason":{"code":"x","message":"\u001b]0;x\u0007"}}]}`
	if out, _ := l.do(ok, "transactions"); strings.ContainsAny(out, "\x1b\x07") {
		t.Errorf("printed %q", out)
	}
	status, body = 503, `{"code":"busy","message":"x"}`
	if _, got := l.do(failed, "transactions"); !strings.Contains(got, "run the same command again") {
		t.Errorf("busy: %s", got)
	}
}

func TestRupiah(t *testing.T) {
	for n, want := range map[int64]string{0: "", 1: "Rp 1", 999: "Rp 999", 1000: "Rp 1.000", 10_000_000: "Rp 10.000.000"} {
		if got := rupiah(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// TestJournalVerbs: a journal that was put back, and a sale that only a till knows to
// be paid, are shown until somebody has said why.
func TestJournalVerbs(t *testing.T) {
	l := openTill(t)
	if out := l.says([]string{"journals"}, "DEVICE"); strings.Count(out, "\n") != 1 {
		t.Errorf("nothing waits, and it says\n%s", out)
	}
	id := archivetest.ID(1)
	page := wire.JournalPage{Journal: id, Head: 3, Rows: []wire.JournalRow{}}
	send := func() {
		t.Helper()
		text, _ := json.Marshal(page)
		res, err := http.Post(l.base+"/v1/devices/TOKO/journal", "application/json", bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("HTTP %d", res.StatusCode)
		}
	}
	send()
	page.From, page.Prev, page.Asked = 1, wire.JournalGenesis(id), 1
	for _, r := range archivetest.Rows(1, page.Prev, 3) {
		page.Rows = append(page.Rows, r.JournalRow)
	}
	send()
	page = wire.JournalPage{Journal: id, Head: 2, Rows: []wire.JournalRow{}}
	send()
	l.says([]string{"journals"}, "TOKO", "rollback", id, "paid, says the till", "TOKO-00000002 Rp 200")
	why := []string{"journals", "-who", "Bu Sri", "-reason", "a new card", "TOKO", id}
	if out := l.says(why, "paid, says the till"); strings.Contains(out, "rollback") {
		t.Errorf("what somebody has looked into still waits:\n%s", out)
	}
	l.do(failed, why...)
	l.do(failed, "journals", "-who", "Bu Sri", "-reason", "x", "TOKO", id)
	for _, args := range [][]string{{"TOKO"}, {"TOKO", id}, {"-who", "Bu Sri"}} {
		l.do(misuse, append([]string{"journals"}, args...)...)
	}
}

func TestAccountVerbs(t *testing.T) {
	l := openTill(t)
	l.says([]string{"charge", "-order", "WEB-00000001", "-amount", "25000", "-method", "qris"}, "pending")
	today := time.Now().In(time.FixedZone("WIB", 7*3600)).Format(time.DateOnly)
	file := write(t, "file.csv", "order_id;gross_amount;mdr;settlement_time\nWEB-00000001;25.000;175;"+today+"\nX-00000009;500;3;"+today+"\n", 0o600)
	l.says([]string{"settlement", file}, "cases", "Rp 25.500", "Rp 178", "see them with")
	l.says([]string{"settlement", file}, "taken before")
	l.says([]string{"cases"}, "WEB-00000001:unpaid_here", "X-00000009:unknown_here", "waiting")
	l.says([]string{"close-case", "-who", "Sri", "-reason", "an order of the web shop", "X-00000009:unknown_here"}, "closed", "Sri")
	if out := l.says([]string{"cases"}); strings.Contains(out, "X-00000009") {
		t.Errorf("what was closed still waits:\n%s", out)
	}
	l.says([]string{"cases", "-all"}, "an order of the web shop")
	l.says([]string{"export", "-from", today}, "order_id,transaction_id,till,type,time,amount,fee,net,alarm")
	l.do(failed, "settlement", write(t, "bad.csv", "order_id,amount\na,lots\n", 0o600))
	l.do(failed, "settlement", "no-such-file.csv")
	l.do(failed, "close-case", "-who", "Sri", "-reason", "ok", "WEB-00000001:unpaid_here")
	for _, args := range [][]string{{"settlement"}, {"cases", "x"}, {"close-case", "x"}, {"export"}} {
		l.do(misuse, args...)
	}
}
