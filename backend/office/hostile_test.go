package office

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/ledger"
)

// acts is every form there is, with what would make it succeed.
var acts = map[string][]string{
	"/owner/logout":                    {},
	"/owner/sale/TOKO-00000001/ask":    {},
	"/owner/sale/TOKO-00000001/refund": {"amount", "1000", "reason", "rusak", "sure", "yes", "key", "office-x"},
	"/owner/sale/TOKO-00000001/seen":   {"reason", "sudah dicek"},
	"/owner/attention":                 {"case", "x", "reason", "sudah dicek"},
	"/owner/devices":                   {"device", "toko-9", "act", "invite"},
	"/owner/payouts":                   {},
	"/owner/people":                    {"name", "tono", "role", "owner", "act", "invite"},
	"/owner/people/me":                 {"lang", "en", "zone", "wit"},
	"/owner/people/password":           {"old", goodPassword, "password", "lain lagi sama sekali", "again", "lain lagi sama sekali"},
}

// unchanged wants that nothing of acts was done.
func (t *town) unchanged(what string) {
	t.Helper()
	t.shop.mu.Lock()
	asked, back := len(t.shop.asked), len(t.shop.back)
	t.shop.mu.Unlock()
	cards, err := t.o.Devices.Cards(t.Context(), "", 10)
	if asked+back+len(cards) != 0 || err != nil {
		t.Errorf("%s: %d asked, %d given back, %d devices, %v", what, asked, back, len(cards), err)
	}
	for name, kind := range map[string]any{"tono": &Account{}} {
		if v, err := t.filed(t.Context(), kindAccount, name, kind); v != 0 || err != nil {
			t.Errorf("%s: there is an account %s, %v", what, name, err)
		}
	}
	var said opinion
	if v, err := t.filed(t.Context(), kindSeen, "TOKO-00000001", &said); v != 0 || err != nil {
		t.Errorf("%s: the alarm was closed, %v", what, err)
	}
}

// lines counts the log's lines with a text.
func (t *town) lines(text string) int { return strings.Count(t.logged(), text) }

func hostile(t *testing.T) *town {
	o := settle(t, nil)
	now := time.Now()
	o.sell("TOKO-00000001", 25_000, now, paid(25_000, now), ledger.Record{Kind: ledger.KindAlarm, Alarm: ledger.AlarmLate, Amount: 5})
	o.account("sri", Owner)
	return o
}

func TestNoSession(t *testing.T) {
	o := hostile(t)
	for path, fields := range acts {
		b := o.visitor()
		b.get("/owner/login").want(200)
		b.post(path, fields...).goes("/owner/login")
		b.jar[sessionCookie] = token()
		b.post(path, fields...).goes("/owner/login")
	}
	for _, path := range []string{"/owner/", "/owner/sales", "/owner/sale/TOKO-00000001", "/owner/attention", "/owner/devices", "/owner/payouts", "/owner/export", "/owner/export.csv", "/owner/people"} {
		if b := o.visitor().get(path); b.status != http.StatusSeeOther || !strings.HasPrefix(b.where, "/owner/login") {
			t.Errorf("%s: HTTP %d to %q", path, b.status, b.where)
		}
	}
	o.unchanged("without a session")
}

// TestForms: only a form that a page of this very session had is taken, and only
// from this site.
func TestForms(t *testing.T) {
	o := hostile(t)
	other := o.logIn("sri", Owner)
	for path, fields := range acts {
		b := o.logIn("sri", Owner)
		good := b.token
		for name, form := range map[string]string{"none": "", "another session's": other.token, "cut": good[:63], "of nothing": formKey("")} {
			b.token = form
			if b.post(path, fields...); b.status != http.StatusForbidden && path != "/owner/payouts" || b.status < 400 {
				t.Errorf("%s, form %s: HTTP %d", path, name, b.status)
			}
			o.unchanged(path + ", form " + name)
		}
		b.token = good
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			b.header.Set(name, value)
			if b.post(path, fields...).want(http.StatusForbidden); o.lines("another site") == 0 {
				t.Error("no line says that another site sent it")
			}
			b.header.Del(name)
			o.unchanged(path + " from elsewhere")
		}
	}
}

// TestClerk sees, and does nothing.
func TestClerk(t *testing.T) {
	o := hostile(t)
	b := o.logIn("budi", Clerk)
	for path, fields := range acts {
		if path == "/owner/logout" || strings.HasPrefix(path, "/owner/people/") || path == "/owner/payouts" {
			continue
		}
		b.post(path, fields...).want(http.StatusForbidden, "Hanya pemilik")
	}
	b.get("/owner/export.csv?from=2026-11-01&to=2026-11-02").want(http.StatusForbidden)
	o.unchanged("by a clerk")
}

func TestFixation(t *testing.T) {
	o := hostile(t)
	b := o.visitor()
	planted, gate := token(), token()
	b.jar[sessionCookie], b.jar[gateCookie] = planted, gate
	b.get("/owner/login").want(200)
	b.post("/owner/login", "name", "sri", "password", goodPassword).goes("/owner/")
	if got := b.jar[sessionCookie]; got == planted || got == "" || b.jar[gateCookie] != "" {
		t.Errorf("the session is the one that was brought: %v", got == planted)
	}
	thief := o.visitor()
	thief.jar[sessionCookie] = planted
	thief.get("/owner/").goes("/owner/login")

	// A second login in one browser ends its first session, and logging out this one.
	first := b.jar[sessionCookie]
	second := o.visitor()
	second.get("/owner/login")
	second.jar[sessionCookie] = first
	second.post("/owner/login", "name", "sri", "password", goodPassword).goes("/owner/")
	thief.jar[sessionCookie] = first
	thief.get("/owner/").goes("/owner/login")
	kept := second.jar[sessionCookie]
	second.get("/owner/").post("/owner/logout").goes("/owner/login")
	thief.jar[sessionCookie] = kept
	thief.get("/owner/").goes("/owner/login")
	if log := o.logged(); strings.Contains(log, kept) || strings.Contains(log, first) || strings.Contains(log, goodPassword) {
		t.Error("a session or password is in the log")
	}
}

// TestBruteForce: five wrong passwords, and this address waits; another does not.
func TestBruteForce(t *testing.T) {
	o := hostile(t)
	b := o.visitor()
	b.get("/owner/login")
	for range perPair {
		b.post("/owner/login", "name", "sri", "password", "salah semua").want(http.StatusUnauthorized, "salah")
	}
	b.post("/owner/login", "name", "sri", "password", goodPassword).want(http.StatusTooManyRequests, "15 menit")
	if b.jar[sessionCookie] != "" {
		t.Error("logged in")
	}
	if !o.wrong.take("sri", "203.0.113.9") {
		t.Error("another address waits too")
	}
	if n := o.lines("login failed"); n < 1 || n > perPair {
		t.Errorf("%d lines about failures", n)
	}
}

func TestThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w throttle
		for n := range perAddress {
			if !w.take("name"+string(rune('a'+n)), "far") {
				t.Fatalf("attempt %d refused", n)
			}
		}
		if w.take("another", "far") {
			t.Error("an address tries on")
		}
		time.Sleep(throttleTime)
		if !w.take("another", "far") {
			t.Error("it waits for ever")
		}
		w.give("another", "far")
		for n := range perAccount {
			if !w.take("sri", "from "+string(rune('a'+n))) {
				t.Fatalf("attempt %d at an account refused", n)
			}
		}
		if w.take("sri", "elsewhere") {
			t.Error("an account is tried on")
		}
		for n := range 3 * maxCounted {
			w.take("x", time.Duration(n).String())
		}
		if len(w.seen) > maxCounted+3 {
			t.Errorf("%d are counted", len(w.seen))
		}
	})
}

// TestSessionsEnd after an hour of nobody, and after half a day of anybody.
func TestSessionsEnd(t *testing.T) {
	now := time.Now().UnixMilli()
	for _, c := range []struct {
		since, used time.Duration
		ended, want bool
	}{{0, 0, false, true}, {fullLife - time.Minute, 0, false, true}, {fullLife, 0, false, false}, {2 * time.Hour, idleLife, false, false},
		{2 * time.Hour, idleLife - time.Minute, false, true}, {0, 0, true, false}, {-time.Hour, 0, false, false}} {
		s := session{SinceMS: now - c.since.Milliseconds(), UsedMS: now - c.used.Milliseconds(), Ended: c.ended}
		if got := s.alive(time.UnixMilli(now)); got != c.want {
			t.Errorf("%+v: alive %v", c, got)
		}
	}
	o := hostile(t)
	b := o.logIn("sri", Owner)
	if err := o.Remove(t.Context(), "sri"); err == nil {
		t.Fatal("the last owner was removed")
	}
	o.account("rina", Owner)
	if err := o.Remove(t.Context(), "sri"); err != nil {
		t.Fatal(err)
	}
	b.get("/owner/").goes("/owner/login")
}

// TestWhere: a password travels over https or stays on this machine.
func TestWhere(t *testing.T) {
	o := settle(t, func(o *Options) { o.Public, _ = url.Parse("https://toko.example") })
	for name, h := range map[string]http.Header{
		"a name that points here": {"Host": {"evil.example"}}, "a proxy": {"X-Forwarded-For": {"203.0.113.9"}}, "the public name, and a port": {"Host": {"toko.example:80"}},
	} {
		b := o.visitor()
		b.header = h
		if b.get("/owner/login"); b.status != http.StatusForbidden {
			t.Errorf("%s: HTTP %d", name, b.status)
		}
	}
	b := o.visitor()
	b.header.Set("Host", "toko.example")
	b.header.Set("X-Forwarded-For", "203.0.113.9")
	b.get("/owner/login").want(200)
	set := b.last.Get("Set-Cookie")
	for _, want := range []string{"__Host-kasir-gate=", "; Path=/", "; HttpOnly", "; Secure", "; SameSite=Strict"} {
		if !strings.Contains(set, want) {
			t.Errorf("cookie %q has no %q", set, want)
		}
	}
	if b = o.visitor().get("/owner/login"); strings.Contains(b.last.Get("Set-Cookie"), "Secure") {
		t.Error("on this machine the cookie is one that the browser does not send back")
	}
	for name, want := range map[string]string{"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"} {
		if got := b.last.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestOpenRedirect(t *testing.T) {
	o := hostile(t)
	for _, next := range []string{"//evil.example", "https://evil.example", "/owner//evil.example", "/owner/../x", "/\\evil.example", "/owner/x?u=//e", "javascript:alert(1)", "/r/x"} {
		b := o.visitor()
		if b.get("/owner/login?next=" + url.QueryEscape(next)); strings.Contains(b.text, "evil") || strings.Contains(b.text, "javascript") {
			t.Errorf("%s is on the page", next)
		}
		b.post("/owner/login", "name", "sri", "password", goodPassword, "next", next).goes("/owner/")
	}
	b := o.visitor()
	b.get("/owner/login?next=/owner/sales")
	b.post("/owner/login", "name", "sri", "password", goodPassword, "next", "/owner/sales").goes("/owner/sales")
	if b.get("/owner/sales?lang=en"); b.where != "/owner/sales" {
		t.Errorf("language: to %q", b.where)
	}
}

func TestOversizedAndOddForms(t *testing.T) {
	o := hostile(t)
	b := o.logIn("sri", Owner)
	b.post("/owner/people/me", "lang", strings.Repeat("x", maxForm)).want(http.StatusRequestEntityTooLarge)
	b.do("POST", "/owner/people/me", strings.NewReader("%zz=%"), "application/x-www-form-urlencoded").want(http.StatusBadRequest)
	b.get("/owner/people").post("/owner/people/me", "lang", "xx", "zone", "../etc").want(http.StatusBadRequest)
	b.do("DELETE", "/owner/people", nil, "").want(http.StatusNotFound)
	o.unchanged("odd forms")
}

// TestMarkup: what devices, the provider and people call things is text.
func TestMarkup(t *testing.T) {
	const evil = `<script>alert(1)</script>"'><img src=x onerror=1>`
	o := hostile(t)
	now := time.Now()
	o.sell("TOKO-00000002", 9_000, now, ledger.Record{Kind: ledger.KindDenied, Reason: ledger.Reason{Code: evil, Message: evil}})
	o.sell("TOKO-00000003", 9_000, now, ledger.Record{Kind: ledger.KindCreated, TransactionID: evil}, paid(9_000, now))
	o.Heard(t.Context(), "TOKO", Says{Version: evil, Board: evil})
	b := o.logIn("sri", Owner)
	b.post("/owner/sale/TOKO-00000001/seen", "reason", evil).goes("/owner/sale/TOKO-00000001")
	for _, path := range []string{"/owner/", "/owner/sale/TOKO-00000001", "/owner/sale/TOKO-00000002", "/owner/sale/TOKO-00000003", "/owner/devices",
		"/owner/sales?order=" + url.QueryEscape(evil), "/owner/sales?device=" + url.QueryEscape(evil)} {
		if b.get(path); strings.Contains(b.text, "<script") || strings.Contains(b.text, "<img") {
			t.Errorf("%s holds markup:\n%s", path, main(b.text))
		}
	}
}
