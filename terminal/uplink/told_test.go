package uplink

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

var update = flag.Bool("update", false, "write the golden files anew")

var verbs = []terminal.Verb{terminal.Hello, terminal.Open, terminal.Ask, terminal.LetGo}

// heard is what becomes of a reply to a question about order 1.
func heard(verb terminal.Verb, r reply) (terminal.Event, error) {
	l := &Link{Options: Options{Device: device}}
	c := terminal.Call{Verb: verb, Order: order(1), Amount: 5000}
	e, err := l.greeting(r)
	if verb != terminal.Hello {
		e, err = told(c, r)
	}
	if err != nil {
		return silent(c, troubleOf(err)), err
	}
	return e, nil
}

func says(status int, body any) reply {
	b, ok := body.(string)
	if !ok {
		j, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		b = string(j)
	}
	return reply{status: status, json: true, body: []byte(b)}
}

func refusal(code string) reply {
	return says(wire.Status(code), wire.Error{Code: code, Message: "no"})
}

// with is a good charge with one thing changed.
func with(change func(*wire.Charge)) reply {
	c := wire.Charge{OrderID: string(order(1)), Amount: 5000, State: wire.Pending, TransactionID: "tx-1"}
	change(&c)
	return says(200, c)
}

var replies = []struct {
	name string
	reply
}{
	{"asked", with(func(c *wire.Charge) { c.State = wire.Asked })},
	{"pending", with(func(c *wire.Charge) { c.QR, c.ExpiresIn = "000201", 900_000 })},
	{"pending, created", reply{status: 201, json: true, body: with(func(c *wire.Charge) { c.QR, c.ExpiresIn = "000201", 900_000 }).body}},
	{"pending, overdue", with(func(c *wire.Charge) { c.QR, c.ExpiresIn = "000201", -1500 })},
	{"pending, a PIN is wanted", with(func(c *wire.Charge) { c.VerifyURL, c.ExpiresIn = page, 300_000 })},
	{"pending, a PIN at an endless page", with(func(c *wire.Charge) { c.VerifyURL = "https://a.test/" + strings.Repeat("x", wire.MaxURL) })},
	{"settled with a page still there", with(func(c *wire.Charge) { c.State, c.Paid, c.VerifyURL = wire.Settled, 5000, page })},
	{"pending, another amount", with(func(c *wire.Charge) { c.Amount = 5001 })},
	{"settled", with(func(c *wire.Charge) {
		c.State, c.Paid, c.Issuer, c.SettledAt = wire.Settled, 5000, "gopay", 1_700_000_000_000
	})},
	{"settled with a code still there", with(func(c *wire.Charge) { c.State, c.Paid, c.QR = wire.Settled, 5000, "000201" })},
	{"settled, another amount", with(func(c *wire.Charge) { c.State, c.Paid = wire.Settled, 4999 })},
	{"mismatched", with(func(c *wire.Charge) { c.State, c.Paid = wire.Mismatched, 500 })},
	{"mismatched, over the limit", with(func(c *wire.Charge) { c.State, c.Paid = wire.Mismatched, 50_000_000 })},
	{"mismatched with nothing", with(func(c *wire.Charge) { c.State = wire.Mismatched })},
	{"mismatched with all the money", with(func(c *wire.Charge) { c.State, c.Paid = wire.Mismatched, 1<<62 })},
	{"mismatched with the right amount", with(func(c *wire.Charge) { c.State, c.Paid = wire.Mismatched, c.Amount })},
	{"settled, strange time", with(func(c *wire.Charge) { c.State, c.Paid, c.SettledAt = wire.Settled, 5000, 1<<62 })},
	{"settled, endless issuer", with(func(c *wire.Charge) { c.State, c.Paid, c.Issuer = wire.Settled, 5000, strings.Repeat("bank", 40) })},
	{"cancelled", with(func(c *wire.Charge) { c.State = wire.Cancelled })},
	{"expired", with(func(c *wire.Charge) { c.State = wire.Expired })},
	{"denied", with(func(c *wire.Charge) {
		c.State, c.Reason = wire.Denied, &wire.Reason{Code: wire.ReasonBusy, Message: "900", Retry: true}
	})},
	{"denied without a reason", with(func(c *wire.Charge) { c.State = wire.Denied })},

	{"settled with nothing", with(func(c *wire.Charge) { c.State = wire.Settled })},
	{"settled with less than nothing", with(func(c *wire.Charge) { c.State, c.Paid = wire.Settled, -5000 })},
	{"settled with all the money", with(func(c *wire.Charge) { c.State, c.Paid = wire.Settled, 1<<62 })},
	{"another order", with(func(c *wire.Charge) { c.OrderID = string(order(2)) })},
	{"no order", with(func(c *wire.Charge) { c.OrderID = "" })},
	{"unknown state", with(func(c *wire.Charge) { c.State = "refunded" })},
	{"no state", with(func(c *wire.Charge) { c.State = "" })},
	{"no amount", with(func(c *wire.Charge) { c.Amount = 0 })},
	{"negative amount", with(func(c *wire.Charge) { c.Amount = -1 })},
	{"amount over the limit", with(func(c *wire.Charge) { c.Amount = wire.MaxAmount + 1 })},
	{"ends in 300 million years", with(func(c *wire.Charge) { c.ExpiresIn = 1 << 62 })},
	{"ended 300 million years ago", with(func(c *wire.Charge) { c.ExpiresIn = -1 << 62 })},
	{"endless transaction id", with(func(c *wire.Charge) { c.TransactionID = strings.Repeat("x", 65) })},

	{"hello", says(200, wire.Hello{Device: device, Next: 7, Latest: 12, Sandbox: true})},
	{"hello to another device", says(200, wire.Hello{Device: "toko-2", Next: 7})},
	{"hello without a number", says(200, wire.Hello{Device: device, Latest: 12})},
	{"hello, numbers used up", says(200, wire.Hello{Device: device, Next: terminal.MaxOrders + 1})},
	{"hello, numbers beyond", says(200, wire.Hello{Device: device, Next: terminal.MaxOrders + 2})},
	{"hello, news before the first", says(200, wire.Hello{Device: device, Next: 1, Latest: -1})},

	{"bad request", refusal(wire.BadRequest)},
	{"amount refused", refusal(wire.AmountRefused)},
	{"order conflict", refusal(wire.OrderConflict)},
	{"order taken", refusal(wire.OrderTaken)},
	{"not found", refusal(wire.NotFound)},
	{"unauthorized", refusal(wire.Unauthorized)},
	{"forbidden", refusal(wire.Forbidden)},
	{"too large", refusal(wire.TooLarge)},
	{"bad method", refusal(wire.BadMethod)},
	{"too many", refusal(wire.TooMany)},
	{"busy", refusal(wire.Busy)},
	{"internal", refusal(wire.Internal)},
	{"a refusal under another status", says(404, wire.Error{Code: wire.OrderTaken})},
	{"a refusal under 200", says(200, wire.Error{Code: wire.OrderTaken})},
	{"a refusal nobody knows", says(418, wire.Error{Code: "teapot"})},

	{"empty", says(200, "")},
	{"null", says(200, "null")},
	{"object", says(200, "{}")},
	{"list", says(200, "[]")},
	{"text", says(200, `"ok"`)},
	{"half", says(200, `{"order_id":"toko-1-0000`)},
	{"more after it", says(200, string(with(func(*wire.Charge) {}).body)+"{}")},
	{"fractions of a rupiah", says(200, `{"order_id":"toko-1-00000001","amount":5000.5,"state":"pending"}`)},
	{"amount as text", says(200, `{"order_id":"toko-1-00000001","amount":"5000","state":"pending"}`)},
	{"a charge that says it is HTML", reply{status: 200, body: with(func(*wire.Charge) {}).body}},
	{"204", says(204, "")},
	{"302", reply{status: 302}},
	{"304", reply{status: 304}},
	{"401 in HTML", reply{status: 401, body: []byte("<html>")}},
	{"403 in HTML", reply{status: 403, body: []byte("<html>")}},
	{"404 in HTML", reply{status: 404, body: []byte("404 page not found")}},
	{"404 in other JSON", says(404, `{"error":"not found"}`)},
	{"407", reply{status: 407}},
	{"429 in HTML", reply{status: 429, body: []byte("<html>")}},
	{"500 in HTML", reply{status: 500, body: []byte("<html>")}},
	{"502 in HTML", reply{status: 502, body: []byte("<html>")}},
	{"503 in HTML", reply{status: 503, body: []byte("<html>")}},
	{"504 in HTML", reply{status: 504, body: []byte("<html>")}},
	{"511 in HTML", reply{status: 511, body: []byte("<html>")}},
}

// Every reply to every question, in testdata/answers.golden.
func TestAnswers(t *testing.T) {
	var out strings.Builder
	for _, r := range replies {
		fmt.Fprintf(&out, "%s\n", r.name)
		for _, verb := range verbs {
			e, _ := heard(verb, r.reply)
			fmt.Fprintf(&out, "\t%-6s %s\n", verb, show(e))
		}
	}
	golden(t, "answers.golden", out.String())
}

// show is an event in a line, without what is not set.
func show(e terminal.Event) string {
	switch e := e.(type) {
	case terminal.Greeted:
		if e.Trouble != "" {
			return "TROUBLE " + string(e.Trouble)
		}
		return fmt.Sprintf("greeted next=%d latest=%d sandbox=%t", e.Next, e.Latest, e.Sandbox)
	case terminal.Told:
		if e.Trouble != "" {
			return "TROUBLE " + string(e.Trouble)
		}
		line := fmt.Sprintf("%s amount=%d", e.Fact, e.Amount)
		for _, f := range []struct {
			name  string
			value any
			zero  bool
		}{
			{"tx", e.Transaction, e.Transaction == ""}, {"qr", e.QR, e.QR == ""},
			{"verify", e.Verify, e.Verify == ""},
			{"expires", e.ExpiresIn, e.ExpiresIn == 0}, {"paid", int64(e.Paid), e.Paid == 0},
			{"at", e.SettledAt.UTC().Format(time.RFC3339), e.SettledAt.IsZero()},
			{"issuer", e.Issuer, e.Issuer == ""}, {"reason", e.Reason, e.Reason == ""}, {"retry", e.Retry, !e.Retry},
		} {
			if !f.zero {
				line += fmt.Sprintf(" %s=%v", f.name, f.value)
			}
		}
		return line
	}
	return fmt.Sprintf("%T", e)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and read the diff. got:\n%s", path, got)
	}
}

// The wire's states are all known here, and each is a fact of the same name.
func TestEveryStateIsAFact(t *testing.T) {
	if got := fact[wire.Mismatched]; got != terminal.FactSettled {
		t.Errorf("mismatched is fact %q, want settled: the till compares the amounts", got)
	}
	for _, s := range []wire.State{wire.Asked, wire.Pending, wire.Settled, wire.Cancelled, wire.Expired, wire.Denied} {
		if got, want := fact[s], terminal.Fact(s); got != want {
			t.Errorf("state %s is fact %q, want %q", s, got, want)
		}
	}
}

// Whatever bytes come: an answer is about the order that was asked for and
// its amounts are possible, or it is trouble.
func FuzzAnswer(f *testing.F) {
	for _, r := range replies {
		f.Add(r.status, r.json, r.body)
	}
	f.Fuzz(func(t *testing.T, status int, isJSON bool, body []byte) {
		for _, verb := range verbs {
			e, err := heard(verb, reply{status: status, json: isJSON, body: body})
			switch e := e.(type) {
			case terminal.Greeted:
				if verb != terminal.Hello || (err == nil) != (e.Trouble == "") || err == nil && e.Next < 1 {
					t.Errorf("%s: %+v, %v", verb, e, err)
				}
			case terminal.Told:
				possible := e.Trouble != "" || e.Fact == terminal.FactUnknown || e.Fact == terminal.FactTaken ||
					e.Amount >= 1 && e.Amount <= wire.MaxAmount && e.Paid >= 0 && e.Paid <= maxWrong &&
						(e.Paid <= wire.MaxAmount || e.Paid != e.Amount) &&
						(e.Fact == terminal.FactSettled) == (e.Paid > 0)
				if verb == terminal.Hello || e.Call != verb || e.Order != order(1) || (err == nil) != (e.Trouble == "") || !possible {
					t.Errorf("%s: %+v, %v", verb, e, err)
				}
			default:
				t.Errorf("%s: %T", verb, e)
			}
		}
	})
}
