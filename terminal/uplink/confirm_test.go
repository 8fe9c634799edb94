package uplink

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

const confirmKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// till is one whose every event is this test's.
type till struct {
	terminal.State
	up time.Duration
}

func (t *till) step(e terminal.Event) {
	t.up += time.Second
	t.State, _ = terminal.Step(t.State, terminal.Moment{Up: t.up}, e)
}

func (t *till) keys(s string) {
	for _, k := range s {
		t.step(terminal.Key(k))
	}
}

// qr is a code that a till will draw.
func qr(amount int64) string {
	field := func(tag, value string) string { return fmt.Sprintf("%s%02d%s", tag, len(value), value) }
	body := "000201" + "010212" + field("51", field("02", "ID1020210000001")) + "5303360" +
		field("54", fmt.Sprint(amount)) + "5802ID" + field("59", "Toko") + field("60", "BANDUNG") + "6304"
	return body + fmt.Sprintf("%04X", terminal.CRC16(body))
}

// confirmingTill shows the receipt link of its first sale.
func confirmingTill(t *testing.T, name string, c terminal.Confirm, amount int64) *till {
	t.Helper()
	s := &till{State: terminal.Boot(terminal.Config{Device: name}, terminal.Book{Next: 1}, terminal.Moment{})}
	s.step(terminal.Greeted{Next: 1, Confirm: c})
	s.keys(fmt.Sprint(amount) + "\n")
	s.step(terminal.Told{Order: terminal.MakeOrderID(name, 1), Call: terminal.Open, Fact: terminal.FactPending,
		Amount: terminal.Rupiah(amount), QR: qr(amount), ExpiresIn: time.Hour})
	s.step(terminal.Linked{Trouble: terminal.TroubleNetwork})
	s.keys("+")
	if _, ok := s.Screen.(terminal.Confirming); !ok {
		t.Fatalf("no receipt on the glass, but %s %+v", s.Screen.Name(), s.Screen)
	}
	return s
}

// TestBothHalvesSayTheSame: what the till draws, the backend can prove, and
// what the backend makes of it, the till takes: for any key, device and amount,
// and for every showing.
func TestBothHalvesSayTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	names := []string{"toko-1", "a", "x.1.y~z_", "A23456789012345678901234"}
	for n := range 200 {
		c := terminal.Confirm{Base: "https://toko.example"}
		for i := range c.Key {
			c.Key[i] = byte(r.Uint32())
		}
		name, amount := names[n%len(names)], 1+r.Int64N(int64(terminal.MaxCharge))
		s := confirmingTill(t, name, c, amount)
		of := wire.Receipt{Device: name, Order: string(terminal.MakeOrderID(name, 1)), Amount: amount, Count: 1}
		for range r.IntN(4) {
			s.keys("c+")
			of.Count++
		}
		want := c.Base + "/r/" + of.Token(c.Key[:])
		if got := s.Screen.(terminal.Confirming).URL; got != want || len(got) > wire.MaxReceipt {
			t.Fatalf("%+v: the till shows %s, the backend knows %s", of, got, want)
		}
		paid, unpaid := *s, *s
		paid.keys(of.Code(c.Key[:], wire.VerdictPaid) + "\n")
		unpaid.keys(of.Code(c.Key[:], wire.VerdictUnpaid) + "\n")
		if a, b := paid.Screen.Name(), unpaid.Screen.Name(); a != "thanks" || b != "ended" {
			t.Fatalf("%+v: the backend's codes are %s and %s", of, a, b)
		}
		of.Count++
		s.keys(of.Code(c.Key[:], wire.VerdictPaid) + "\n")
		if got := s.Screen.Name(); got != "confirming" {
			t.Fatalf("%+v: the code of another showing is %s", of, got)
		}
	}
}

func TestConfirmInGreeting(t *testing.T) {
	good := wire.Hello{ConfirmKey: confirmKey, ConfirmURL: "https://toko.example"}
	with := func(change func(*wire.Hello)) wire.Hello {
		h := good
		change(&h)
		return h
	}
	for name, c := range map[string]struct {
		h    wire.Hello
		want bool
	}{
		"good":                {good, true},
		"nothing":             {wire.Hello{}, false},
		"no key":              {with(func(h *wire.Hello) { h.ConfirmKey = "" }), false},
		"no address":          {with(func(h *wire.Hello) { h.ConfirmURL = "" }), false},
		"short key":           {with(func(h *wire.Hello) { h.ConfirmKey = confirmKey[2:] }), false},
		"long key":            {with(func(h *wire.Hello) { h.ConfirmKey += "00" }), false},
		"not a key":           {with(func(h *wire.Hello) { h.ConfirmKey = strings.Repeat("x", 64) }), false},
		"http, real money":    {with(func(h *wire.Hello) { h.ConfirmURL = "http://toko.example" }), false},
		"http, sandbox":       {with(func(h *wire.Hello) { h.ConfirmURL, h.Sandbox = "http://toko.example", true }), true},
		"another page's user": {with(func(h *wire.Hello) { h.ConfirmURL = "https://midtrans.com@toko.example" }), false},
		"long address":        {with(func(h *wire.Hello) { h.ConfirmURL = "https://" + strings.Repeat("a", 60) + ".example" }), false},
	} {
		got := confirm(c.h)
		if (got != terminal.Confirm{}) != c.want {
			t.Errorf("%s: got %+v", name, got)
		}
		if c.want && (hex.EncodeToString(got.Key[:]) != c.h.ConfirmKey || got.Base != c.h.ConfirmURL) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// TestConfirmIsKept: before the till hears of it, when it is another one than
// is kept already; and a disk that is full does not stop the greeting.
func TestConfirmIsKept(t *testing.T) {
	old := confirm(wire.Hello{ConfirmKey: confirmKey, ConfirmURL: "https://alt.example"})
	for _, c := range []struct {
		name string
		had  terminal.Confirm
		fail error
		want int // times Keep is called for two hellos
	}{
		{"first", terminal.Confirm{}, nil, 1},
		{"another", old, nil, 1},
		{"the same", confirm(wire.Hello{ConfirmKey: confirmKey, ConfirmURL: "https://toko.example"}), nil, 0},
		{"disk full", old, errors.New("disk full"), 2},
	} {
		var kept []terminal.Confirm
		var journals []string
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/events") {
				answer(w, http.StatusOK, wire.Events{})
				return
			}
			journals = append(journals, r.URL.Query().Get("journal"))
			answer(w, http.StatusOK, wire.Hello{Device: device, Next: 1, ConfirmKey: confirmKey, ConfirmURL: "https://toko.example"})
		})
		o := Options{Confirm: c.had, Keep: func(k terminal.Confirm) error { kept = append(kept, k); return c.fail }}
		bubble(t, h, o, func(l *line) {
			for n := range 2 {
				l.link.Call(terminal.Call{Verb: terminal.Hello})
				g, ok := l.next().(terminal.Greeted)
				if !ok || g.Confirm.Base != "https://toko.example" || len(kept) < min(n+1, c.want) {
					t.Errorf("%s: greeting %+v, kept %d", c.name, g, len(kept))
				}
			}
			if strings.Contains(l.log.String(), confirmKey) {
				t.Errorf("%s: the key is in the log", c.name)
			}
		})
		if len(kept) != c.want || len(journals) != 2 || journals[0] != journal {
			t.Errorf("%s: kept %d times, want %d; journals %q", c.name, len(kept), c.want, journals)
		}
	}
}
