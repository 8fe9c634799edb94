package uplink

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

var walletVerbs = []terminal.Verb{terminal.LinkUp, terminal.AskLink, terminal.FindCustomer, terminal.Unlink}

func walletCall(v terminal.Verb) terminal.Call {
	c := terminal.Call{Verb: v}
	switch v {
	case terminal.LinkUp:
		c.Order, c.Phone = order(1), phone
	case terminal.AskLink:
		c.Order = order(1)
	case terminal.FindCustomer:
		c.Phone, c.Ticket = phone, 7
	case terminal.Unlink:
		c.Customer = "c-7f3a"
	}
	return c
}

func TestAWalletOverTheLine(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		found := terminal.Found{Ticket: 7, Call: terminal.FindCustomer, Customer: "c-7f3a", Masked: shown}
		linked, gone := found, terminal.Found{Call: terminal.Unlink, Customer: "c-7f3a", Masked: shown, State: terminal.CustomerUnlinked}
		linked.State, found.State = terminal.CustomerLinked, terminal.CustomerUnlinked
		steps := []struct {
			verb terminal.Verb
			want terminal.Event
		}{
			{terminal.FindCustomer, terminal.Found{Call: terminal.FindCustomer, Ticket: 7, State: terminal.CustomerNone}},
			{terminal.AskLink, terminal.LinkTold{Order: order(1), Call: terminal.AskLink, State: terminal.LinkUnknown}},
			{terminal.LinkUp, terminal.LinkTold{Order: order(1), Call: terminal.LinkUp, State: terminal.LinkWaiting, Masked: shown, URL: page, ExpiresIn: 15 * time.Minute}},
			{terminal.AskLink, terminal.LinkTold{Order: order(1), Call: terminal.AskLink, State: terminal.LinkDone, Masked: shown, Customer: "c-7f3a"}},
			{terminal.FindCustomer, linked},
			{terminal.Unlink, gone},
			{terminal.Unlink, gone},
			{terminal.FindCustomer, found},
		}
		for _, s := range steps {
			l.link.Call(walletCall(s.verb))
			if got := l.next(); got != s.want {
				t.Errorf("%s: got %+v, want %+v", s.verb, got, s.want)
			}
		}
		asked := strings.Join(b.wallets.told, "\n")
		if want := "POST /v1/customers\nGET /v1/links/toko-1-00000001\nPUT /v1/links/toko-1-00000001"; !strings.HasPrefix(asked, want) {
			t.Errorf("asked\n%s\nwant first\n%s", asked, want)
		}
		if !strings.Contains(asked, "DELETE /v1/customers/c-7f3a") {
			t.Errorf("asked\n%s\nwithout an unlink", asked)
		}
		for _, text := range []string{asked, l.log.String()} {
			if strings.Contains(text, phone[2:]) {
				t.Errorf("a telephone number is in\n%s", text)
			}
		}
	})
}

// Whose wallet is charged travels with the sale, each time it is sent.
func TestALinkedSaleOverTheLine(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		want := terminal.Told{Order: order(1), Call: terminal.Open, Fact: terminal.FactPending, Amount: 5000, Verify: page, ExpiresIn: 5 * time.Minute}
		for range 2 {
			l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(1), Amount: 5000, Customer: "c-7f3a"})
			if got := l.next(); got != terminal.Event(want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
		l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(1), Amount: 5000, Customer: "c-2"})
		if got := l.next().(terminal.Told); got.Fact != terminal.FactTaken {
			t.Errorf("another wallet under the same order: %+v, want it taken", got)
		}
	})
}

// aboutLink1 is a good answer about link 1, with one thing changed.
func aboutLink1(change func(*wire.Link)) reply {
	l := wire.Link{LinkID: string(order(1)), State: wire.LinkWaiting, Phone: shown, URL: page, ExpiresIn: 900_000}
	change(&l)
	return says(200, l)
}

// aboutCustomer1 is the same about the customer.
func aboutCustomer1(change func(*wire.Customer)) reply {
	c := wire.Customer{ID: "c-7f3a", Phone: shown, State: wire.CustomerLinked}
	change(&c)
	return says(200, c)
}

var walletReplies = []struct {
	name string
	reply
}{
	{"link asked", aboutLink1(func(l *wire.Link) { l.State = wire.LinkAsked })},
	{"link waiting", aboutLink1(func(*wire.Link) {})},
	{"link waiting, overdue", aboutLink1(func(l *wire.Link) { l.ExpiresIn = -1 })},
	{"link done", aboutLink1(func(l *wire.Link) { l.State, l.Customer = wire.LinkDone, "c-7f3a" })},
	{"link expired", aboutLink1(func(l *wire.Link) { l.State = wire.LinkExpired })},
	{"link failed", aboutLink1(func(l *wire.Link) { l.State, l.Reason = wire.LinkFailed, &wire.Reason{Code: wire.ReasonNoWallet} })},
	{"link failed, again", aboutLink1(func(l *wire.Link) {
		l.State, l.Reason = wire.LinkFailed, &wire.Reason{Code: wire.ReasonBusy, Retry: true}
	})},
	{"link failed without a reason", aboutLink1(func(l *wire.Link) { l.State = wire.LinkFailed })},
	{"link failed, endless reason", aboutLink1(func(l *wire.Link) { l.State, l.Reason = wire.LinkFailed, &wire.Reason{Code: strings.Repeat("no", 60)} })},
	{"another link", aboutLink1(func(l *wire.Link) { l.LinkID = string(order(2)) })},
	{"link in an unknown state", aboutLink1(func(l *wire.Link) { l.State = "frozen" })},
	{"link with the whole number", aboutLink1(func(l *wire.Link) { l.Phone = phone })},
	{"link with five digits of it", aboutLink1(func(l *wire.Link) { l.Phone = "***67890" })},
	{"link with an endless mask", aboutLink1(func(l *wire.Link) { l.Phone = strings.Repeat("*", 25) })},
	{"link with a mask in colours", aboutLink1(func(l *wire.Link) { l.Phone = "••••7890" })},
	{"link done for nobody", aboutLink1(func(l *wire.Link) { l.State = wire.LinkDone })},
	{"link done for a path", aboutLink1(func(l *wire.Link) { l.State, l.Customer = wire.LinkDone, "../charges" })},
	{"link waiting nowhere", aboutLink1(func(l *wire.Link) { l.URL = "" })},
	{"link waiting at an endless page", aboutLink1(func(l *wire.Link) { l.URL = "https://a.test/" + strings.Repeat("x", wire.MaxURL) })},
	{"link for 300 million years", aboutLink1(func(l *wire.Link) { l.ExpiresIn = 1 << 62 })},

	{"customer linked", aboutCustomer1(func(*wire.Customer) {})},
	{"customer unlinking", aboutCustomer1(func(c *wire.Customer) { c.State = wire.CustomerUnlinking })},
	{"customer unlinked", aboutCustomer1(func(c *wire.Customer) { c.State = wire.CustomerUnlinked })},
	{"another customer", aboutCustomer1(func(c *wire.Customer) { c.ID = "c-2" })},
	{"customer without a name", aboutCustomer1(func(c *wire.Customer) { c.ID = "" })},
	{"customer with an endless name", aboutCustomer1(func(c *wire.Customer) { c.ID = strings.Repeat("c", 37) })},
	{"customer in an unknown state", aboutCustomer1(func(c *wire.Customer) { c.State = "" })},
	{"customer with the whole number", aboutCustomer1(func(c *wire.Customer) { c.Phone = phone })},

	{"bad request", refusal(wire.BadRequest)},
	{"order conflict", refusal(wire.OrderConflict)},
	{"order taken", refusal(wire.OrderTaken)},
	{"not found", refusal(wire.NotFound)},
	{"too many", refusal(wire.TooMany)},
	{"unauthorized", refusal(wire.Unauthorized)},
	{"busy", refusal(wire.Busy)},
	{"internal", refusal(wire.Internal)},
	{"404 in HTML", reply{status: 404, body: []byte("404 page not found")}},
	{"429 in HTML", reply{status: 429, body: []byte("<html>")}},
	{"half", says(200, `{"link_id":"toko-1-0000`)},
	{"empty", says(200, "")},
	{"null", says(200, "null")},
	{"a charge", with(func(*wire.Charge) {})},
}

// heardOfWallet is what becomes of a reply to a question about a wallet.
func heardOfWallet(v terminal.Verb, r reply) (terminal.Event, error) {
	c := walletCall(v)
	e, err := walletTold(c, r)
	if err != nil {
		return silent(c, troubleOf(err)), err
	}
	return e, nil
}

// Every reply to every question about a wallet, in testdata/wallets.golden.
func TestWalletAnswers(t *testing.T) {
	var out strings.Builder
	for _, r := range walletReplies {
		fmt.Fprintf(&out, "%s\n", r.name)
		for _, verb := range walletVerbs {
			e, _ := heardOfWallet(verb, r.reply)
			fmt.Fprintf(&out, "\t%-8s %s\n", verb, showWallet(e))
		}
	}
	golden(t, "wallets.golden", out.String())
}

func showWallet(e terminal.Event) string {
	switch e := e.(type) {
	case terminal.LinkTold:
		if e.Trouble != "" {
			return "TROUBLE " + string(e.Trouble)
		}
		return strings.TrimRight(fmt.Sprintf("%s %s customer=%q url=%q expires=%v reason=%q retry=%t", e.State, e.Masked, e.Customer, e.URL, e.ExpiresIn, e.Reason, e.Retry), " ")
	case terminal.Found:
		if e.Trouble != "" {
			return "TROUBLE " + string(e.Trouble)
		}
		return fmt.Sprintf("%s %s customer=%q reason=%q", e.State, e.Masked, e.Customer, e.Reason)
	}
	return fmt.Sprintf("%T", e)
}

// Whatever bytes come: an answer is about what was asked and shows no more of
// a number than a mask may, or it is trouble.
func FuzzWalletAnswer(f *testing.F) {
	for _, r := range walletReplies {
		f.Add(r.status, r.json, r.body)
	}
	f.Fuzz(func(t *testing.T, status int, isJSON bool, body []byte) {
		for _, verb := range walletVerbs {
			c := walletCall(verb)
			e, err := heardOfWallet(verb, reply{status: status, json: isJSON, body: body})
			ok := false
			switch e := e.(type) {
			case terminal.LinkTold:
				ok = slices.Contains(walletVerbs[:2], verb) && e.Call == verb && e.Order == c.Order && (err == nil) == (e.Trouble == "") &&
					e.Masked == clipDigits(e.Masked) && len(e.URL) <= wire.MaxURL && (e.State == terminal.LinkDone) == (e.Customer != "")
			case terminal.Found:
				ok = slices.Contains(walletVerbs[2:], verb) && e.Call == verb && e.Ticket == c.Ticket && (err == nil) == (e.Trouble == "") &&
					e.Masked == clipDigits(e.Masked) && (verb != terminal.Unlink || e.Customer == c.Customer)
			}
			if !ok {
				t.Errorf("%s: %+v, %v", verb, e, err)
			}
		}
	})
}

// clipDigits is s, or less of it when it has more digits than a mask may show.
func clipDigits(s string) string {
	if n := strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '#'
		}
		return '.'
	}, s), "#"); n > 4 {
		return s[:n-4]
	}
	return s
}

// The states of the wire are the till's, word for word.
func TestEveryWalletStateIsKnown(t *testing.T) {
	for _, s := range []wire.LinkState{wire.LinkAsked, wire.LinkWaiting, wire.LinkDone, wire.LinkExpired, wire.LinkFailed} {
		if got, want := linkState[s], terminal.LinkState(s); got != want {
			t.Errorf("link state %s is %q, want %q", s, got, want)
		}
	}
	for _, s := range []wire.CustomerState{wire.CustomerLinked, wire.CustomerUnlinking, wire.CustomerUnlinked} {
		if got, want := customerState[s], terminal.CustomerState(s); got != want {
			t.Errorf("customer state %s is %q, want %q", s, got, want)
		}
	}
	body, err := json.Marshal(wire.LinkOpen{Phone: phone})
	if err != nil || len(phone) > wire.MaxPhone || len(body) > wire.MaxBody {
		t.Errorf("a number does not fit: %s, %v", body, err)
	}
}
