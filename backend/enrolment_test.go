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

// TestOneCode enrols one device once; an answer that was lost costs nothing.
func TestOneCode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		code := c.invite("toko-1")
		d, thief := c.device("toko-1"), c.device("toko-1")
		for range 3 { // the first two answers were lost
			if got := d.enrol(code); got != "" {
				t.Fatalf("enrol: %s", got)
			}
		}
		if got := thief.enrol(code); got != wire.CodeUsed {
			t.Errorf("the same code by another: %q, want %s", got, wire.CodeUsed)
		}
		if got := d.open("toko-1-00000001", 1000); got != "" {
			t.Errorf("the first is shut out: %s", got)
		}
		time.Sleep(identity.CodeLife)
		if got := d.enrol(code); got != wire.CodeRefused {
			t.Errorf("the same code after its life: %q", got)
		}
		if strings.Contains(c.logged(), code) || strings.Contains(c.logged(), strings.ReplaceAll(code, "-", "")) {
			t.Error("the code is in the log")
		}
	})
}

// TestBruteForce: after a few wrong codes nobody is listened to for a minute, and
// the right one works after it.
func TestBruteForce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		code := c.invite("toko-1")
		d := c.device("toko-1")
		wrong := make([]byte, wire.ProofLen)
		d.cached["000000000000"] = wrong
		counts := map[string]int{}
		began := time.Now()
		for range 50 {
			counts[d.enrol("0000-0000-0000")]++
		}
		if counts[wire.CodeRefused] != guessesAt || counts[wire.TooMany] != 50-guessesAt {
			t.Errorf("refusals: %v", counts)
		}
		if got, most := strings.Count(c.logged(), "terminal turned away"), 1+int(time.Since(began)/time.Second); got > most {
			t.Errorf("%d lines in the log, want one a second at most, which is %d", got, most)
		}
		if got := d.enrol(code); got != wire.TooMany {
			t.Errorf("the right code meanwhile: %q", got)
		}
		time.Sleep(time.Minute)
		if got := d.enrol(code); got != "" {
			t.Errorf("the right code after a minute: %s", got)
		}
	})
}

// TestManyRight: a roll-out of many devices from one address is no attack.
func TestManyRight(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		code := c.invite("toko-1")
		d := c.device("toko-1")
		for range 3 * guessesFrom {
			if got := d.enrol(code); got != "" {
				t.Fatal(got)
			}
		}
	})
}

// TestBetween: whoever stands between a device and the backend has the device's
// proof for one connection and cannot use it on another, nor change its request.
func TestBetween(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		code := strings.ReplaceAll(c.invite("toko-1"), "-", "")
		key, err := wire.CodeKey(code, "toko-1")
		if err != nil {
			t.Fatal(err)
		}
		d := c.device("toko-1")
		e := wire.Enrol{Device: "toko-1", Request: d.request(d.key)}
		if got := d.prove(e, key, make([]byte, wire.BindingLen)); got != wire.CodeRefused {
			t.Errorf("a proof for another connection: %q", got)
		}
		e.Request = []byte("not a request")
		if got := d.prove(e, key, nil); got != wire.BadRequest {
			t.Errorf("no request: %q", got)
		}
		e.Device = "toko-2"
		e.Request = d.request(d.key)
		if got := d.prove(e, key, nil); got != wire.CodeRefused {
			t.Errorf("another device's name: %q", got)
		}
		if got := d.enrol(code); got != "" {
			t.Errorf("and then itself: %s", got)
		}
	})
}

// TestClones: two tills with one certificate are found within a minute, make no
// new charges, end what they have, and go on when a person says so.
func TestClones(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		one := c.enrolled("toko-1")
		two := *one
		one.session, two.session = "00000000000000aa", "00000000000000bb"
		if got := one.open("toko-1-00000001", 1000); got != "" {
			t.Fatal(got)
		}
		for range 3 {
			for _, d := range []*device{one, &two} {
				time.Sleep(15 * time.Second)
				if got := d.ask(http.MethodGet, "/v1/devices/toko-1/events?since=0&wait=0", nil, nil); got != "" {
					t.Fatal(got)
				}
			}
		}
		for _, d := range []*device{one, &two} {
			if got := d.open("toko-1-00000002", 1000); got != wire.Quarantined {
				t.Errorf("a new charge of a clone: %q", got)
			}
		}
		if got := one.open("toko-1-00000001", 1000); got != "" {
			t.Errorf("a charge that was made before, asked again: %s", got)
		}
		if got := one.ask(http.MethodDelete, "/v1/charges/toko-1-00000001?amount=1000&journal="+journal, nil, nil); got != "" {
			t.Errorf("ending a charge: %s", got)
		}
		var s wire.Standing
		if got := one.ask(http.MethodGet, "/v1/identity", nil, &s); got != "" || s.Quarantined == "" {
			t.Errorf("%q, %+v", got, s)
		}
		if n := strings.Count(c.logged(), "alarm: device quarantined"); n != 1 {
			t.Errorf("%d alarms in the log", n)
		}
		c.order("lift", "toko-1")
		if got := one.open("toko-1-00000002", 1000); got != "" {
			t.Errorf("after it was lifted: %s", got)
		}
	})
}

// TestGoingBack: a journal that got shorter, and a number that is used twice.
func TestGoingBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		d := c.enrolled("toko-1")
		hello := func(rows int) string {
			return d.ask(http.MethodGet, fmt.Sprintf("/v1/devices/toko-1?journal=%s&rows=%d", journal, rows), nil, nil)
		}
		for _, rows := range []int{5, 5, 9} {
			if got := hello(rows); got != "" {
				t.Fatal(got)
			}
		}
		if got := d.open("toko-1-00000001", 1000); got != "" {
			t.Fatal(got)
		}
		hello(8)
		if got := d.open("toko-1-00000002", 1000); got != wire.Quarantined {
			t.Errorf("with an older copy of its journal: %q", got)
		}
		c.order("lift", "toko-1")
		if got := d.open("toko-1-00000001", 2000); got != wire.OrderConflict {
			t.Errorf("a number used twice: %q", got)
		}
		if got := d.open("toko-1-00000002", 1000); got != wire.Quarantined {
			t.Errorf("after a number was used twice: %q", got)
		}
	})
}

// TestDrill is what the README tells an operator to do when a till is stolen, and
// when a key is to be changed.
func TestDrill(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		d := c.enrolled("toko-1")
		if got := c.order("rotate", "toko-1"); !got.NewKey {
			t.Errorf("%+v", got)
		}
		var s wire.Standing
		if got := d.ask(http.MethodGet, "/v1/identity", nil, &s); got != "" || !s.NewKey {
			t.Fatalf("%q, %+v", got, s)
		}
		old, next := *d, c.device("toko-1")
		var id wire.Identity
		if got := d.ask(http.MethodPost, "/v1/renew", wire.Renewal{Request: d.request(next.key)}, &id); got != "" {
			t.Fatal(got)
		}
		if got := old.open("toko-1-00000001", 1000); got != "" {
			t.Errorf("the old key before the new one is used: %s", got)
		}
		next.cert = id.Certificate
		if got := next.open("toko-1-00000002", 1000); got != "" {
			t.Errorf("the new key: %s", got)
		}
		if got := old.open("toko-1-00000003", 1000); got != wire.Unauthorized {
			t.Errorf("the old key after that: %q", got)
		}
		conn := next.connect() // a connection that is open when the device is revoked
		defer conn.Close()
		if got := c.order("revoke", "toko-1"); got.State != identity.Revoked {
			t.Errorf("%+v", got)
		}
		if got := next.over(conn, http.MethodGet, "/v1/devices/toko-1", nil, nil); got != wire.Revoked {
			t.Errorf("on a connection that was open: %q", got)
		}
		again := c.enrolled("toko-1")
		if got := again.open("toko-1-00000004", 1000); got != "" {
			t.Errorf("enrolled again: %s", got)
		}
		if got := next.open("toko-1-00000005", 1000); got != wire.Unauthorized {
			t.Errorf("the stolen one after that: %q", got)
		}
	})
}
