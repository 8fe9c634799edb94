package backend

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/identity"
	"kasir/backend/wire"
)

// paths are every way in for a terminal, with somebody's names in them.
func (c *chain) paths(whose string) []string {
	var all []string
	for _, r := range c.backend.table() {
		if !strings.HasPrefix(r.path, "/v1/charges") && !strings.HasPrefix(r.path, "/v1/devices") && !strings.HasPrefix(r.path, "/v1/links") {
			continue
		}
		p := strings.NewReplacer("{order}", whose+"-00000001", "{link}", whose+"-00000009", "{device}", whose).Replace(r.path)
		for m := range r.methods {
			all = append(all, m+" "+p+"?amount=1000&journal="+journal)
		}
	}
	return all
}

// TestOnlyItsOwn: a device is refused whatever is another's, by every path there
// is, and nothing of it has changed; and what it does itself is done.
func TestOnlyItsOwn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		one, two := c.enrolled("toko-1"), c.enrolled("toko-2")
		if code := one.open("toko-1-00000001", 1000); code != "" {
			t.Fatalf("its own charge: %s", code)
		}
		before := c.facts("toko-1-00000001")
		paths := c.paths("toko-1")
		if len(paths) < 7 {
			t.Fatalf("%d paths", len(paths))
		}
		for _, p := range paths {
			method, path, _ := strings.Cut(p, " ")
			body := wire.LinkOpen{Phone: "081234567890", Journal: journal}
			if got := two.ask(method, path, body, nil); got != wire.Forbidden {
				t.Errorf("%s by another device: %q, want %s", p, got, wire.Forbidden)
			}
		}
		if got := c.facts("toko-1-00000001"); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Errorf("the charge is %+v, was %+v", got, before)
		}
		for _, p := range paths {
			method, path, _ := strings.Cut(p, " ")
			if got := one.ask(method, path, nil, nil); got == wire.Forbidden || got == wire.Unauthorized {
				t.Errorf("%s by the device itself: %s", p, got)
			}
		}
	})
}

// TestNamesThatOnlyLookAlike: what begins with a name, or leads to it by a
// detour, is not that name.
func TestNamesThatOnlyLookAlike(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		d := c.enrolled("toko")
		if code := c.enrolled("toko-1").open("toko-1-00000001", 1000); code != "" {
			t.Fatal(code)
		}
		for _, order := range []string{"toko-1-00000001", "TOKO-00000001", "toko%2F..%2Ftoko-1-00000001", "toko-00000001%2f..%2f..%2fcharges%2ftoko-1-00000001",
			"toko-00000001%00", "toko-00000001%0a", "toko-1", "toko-", "%2e%2e", "toko--0000001", "toko-00000001;x", "t%C3%B6ko-00000001", strings.Repeat("a", 300)} {
			switch got := d.ask(http.MethodGet, "/v1/charges/"+order, nil, nil); got {
			case wire.Forbidden, wire.BadRequest, wire.NotFound:
			default:
				t.Errorf("%s: %q", order, got)
			}
		}
		if got := d.ask(http.MethodGet, "/v1/charges/toko-00000001", nil, nil); got != wire.NotFound {
			t.Errorf("its own that is not there: %q", got)
		}
	})
}

// TestWhoIsNotLetIn: and is told why, in one line of the log, which holds no key.
func TestWhoIsNotLetIn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		nobody := c.device("toko-1")
		good := c.enrolled("toko-1")
		late, gone := *good, *good
		late.dated(identity.DeviceLife + time.Hour)
		gone.dated(identity.DeviceLife + identity.Grace + time.Hour)
		stolen := c.device("toko-1") // a certificate of this authority for a key that is not the device's
		stolen.dated(0)
		out := c.enrolled("toko-3")
		c.order("revoke", "toko-3")
		for i, w := range []struct {
			who         string
			d           *device
			open, renew string
		}{
			{"no certificate", nobody, wire.Unauthorized, wire.Unauthorized},
			{"another key", stolen, wire.Unauthorized, wire.Unauthorized},
			{"ran out", &late, wire.CertExpired, ""},
			{"ran out a year ago", &gone, wire.Unauthorized, wire.Unauthorized},
			{"revoked", out, wire.Revoked, wire.Revoked},
			{"good", good, "", ""},
		} {
			time.Sleep(2 * time.Second) // a line a second
			lines := strings.Count(c.logged(), "terminal turned away")
			order := fmt.Sprintf("%s-%08d", w.d.name, i+1)
			if got := w.d.open(order, 1000); got != w.open {
				t.Errorf("%s opens: %q, want %q", w.who, got, w.open)
			}
			if got := strings.Count(c.logged(), "terminal turned away") - lines; (got == 1) != (w.open != "") {
				t.Errorf("%s: %d lines in the log", w.who, got)
			}
			if _, there, _ := c.book.Order(t.Context(), order); there != (w.open == "") {
				t.Errorf("%s: the order is there: %v", w.who, there)
			}
			var id wire.Identity
			if got := w.d.ask(http.MethodPost, "/v1/renew", wire.Renewal{Request: w.d.request(w.d.key)}, &id); got != w.renew {
				t.Errorf("%s renews: %q, want %q", w.who, got, w.renew)
			}
			w.d.cert = id.Certificate
			if w.renew == "" && w.d.open(order, 1000) != "" {
				t.Errorf("%s: not let in with the new certificate", w.who)
			}
		}
	})
}

// TestMerchantsPathsAreNotForDevices: neither with the token, nor in any other way.
func TestMerchantsPathsAreNotForDevices(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		d := c.enrolled("toko-1")
		for _, p := range []string{"GET /v1/merchant/transactions", "POST /v1/merchant/devices/toko-2/code", "POST /v1/merchant/devices/toko-1/lift"} {
			method, path, _ := strings.Cut(p, " ")
			if got := d.ask(method, path, map[string]any{}, nil); got != wire.Forbidden {
				t.Errorf("%s: %q", p, got)
			}
		}
		var all identity.Listed
		if status := c.call("GET", "/v1/merchant/devices", nil, &all); status != 200 || len(all.Devices) != 1 || all.Devices[0].State != identity.Live {
			t.Errorf("HTTP %d, %+v", status, all)
		}
		if status, _, _ := c.as("", "POST", "/v1/merchant/devices/toko-1/revoke", nil); status != 401 {
			t.Errorf("without a token: HTTP %d", status)
		}
	})
}

// TestInTheClearIsNobody: a device that has a certificate shows it.
func TestInTheClearIsNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		var e wire.Error
		for _, path := range []string{"/v1/renew", "/v1/enrol"} {
			if status := c.town.request("POST", path, "{}", &e); status != 403 {
				t.Errorf("%s: HTTP %d %s", path, status, e.Code)
			}
		}
	})
}
