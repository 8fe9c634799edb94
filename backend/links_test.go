package backend

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// Numbers of the provider's sandbox, as they are keyed.
const (
	richPhone    = "08215023424"
	secondPhone  = "0062 8242974268"
	poorPhone    = "08242014881"
	blockedPhone = "08271939753"
	noPhone      = "0123450001"
	linkID       = "KASIR-00000001"
)

// links, looks at, finds and unlinks, for a terminal.
func (t *town) link(id, phone string) (l wire.Link) {
	t.Helper()
	if status := t.request("PUT", "/v1/links/"+id, wire.LinkOpen{Phone: phone, Journal: journal}, &l); status != 200 {
		t.Fatalf("PUT %s: HTTP %d", id, status)
	}
	return l
}

func (t *town) getLink(id string) (l wire.Link) {
	t.Helper()
	if status := t.request("GET", "/v1/links/"+id, nil, &l); status != 200 {
		t.Fatalf("GET %s: HTTP %d", id, status)
	}
	return l
}

func (t *town) find(phone string) (c wire.Customer, status int) {
	t.Helper()
	status = t.request("POST", "/v1/customers", wire.Find{Phone: phone}, &c)
	return c, status
}

func (t *town) customer(method, id string) (c wire.Customer) {
	t.Helper()
	if status := t.request(method, "/v1/customers/"+id, nil, &c); status != 200 {
		t.Fatalf("%s %s: HTTP %d", method, id, status)
	}
	return c
}

func (t *town) charge(order, customer string, amount int64) (c wire.Charge) {
	t.Helper()
	if status := t.request("PUT", "/v1/charges/"+order, wire.Open{Amount: amount, Journal: journal, Customer: customer}, &c); status != 200 {
		t.Fatalf("PUT %s: HTTP %d", order, status)
	}
	return c
}

// account is the n-th pay account that was made, from 0.
func (t *town) account(n int) sandbox.PayAccount {
	t.Helper()
	all := t.sandbox.Accounts()
	if len(all) <= n {
		t.Fatalf("%d pay accounts, want more than %d", len(all), n)
	}
	return all[n]
}

// activate is the owner who agrees.
func (t *town) activate(n int) {
	t.Helper()
	if err := t.sandbox.Activate(t.account(n).AccountID); err != nil {
		t.Fatal(err)
	}
}

// linked links a wallet and returns its customer.
func (t *town) linked(id, phone string) string {
	t.Helper()
	n := len(t.sandbox.Accounts())
	t.link(id, phone)
	t.activate(n)
	time.Sleep(time.Second)
	l := t.getLink(id)
	if l.State != wire.LinkDone || l.Customer == "" {
		t.Fatalf("%+v, want linked", l)
	}
	return l.Customer
}

func (t *town) wallet(customer string) wallet.Facts {
	t.Helper()
	f, _, err := t.book.Wallet(t.Context(), customer)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// unnamed holds the log to its rule: no telephone number.
func (t *town) unnamed() {
	t.Helper()
	for _, part := range []string{"8215023424", "8242974268", "8242014881", "8271939753", "123450001"} {
		if strings.Contains(t.logged(), part) {
			t.Errorf("the log holds the number %s", part)
		}
	}
	t.quiet()
}

func TestLink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		if _, status := w.find(richPhone); status != 404 {
			t.Errorf("a stranger is found: HTTP %d", status)
		}
		l := w.link(linkID, richPhone)
		if l.State != wire.LinkWaiting || !strings.HasPrefix(l.URL, "http://provider.test/") || l.Phone != "****3424" ||
			l.ExpiresIn < 14*60_000 || l.Customer != "" {
			t.Fatalf("%+v", l)
		}
		if again := w.link(linkID, "+62 821-502-3424"); again.URL != l.URL || len(w.sandbox.Accounts()) != 1 {
			t.Errorf("asked again: %+v", again)
		}
		if _, status := w.find(richPhone); status != 404 {
			t.Errorf("found before it is linked: HTTP %d", status)
		}
		w.activate(0)
		time.Sleep(100 * time.Millisecond)
		got := w.getLink(linkID)
		if got.State != wire.LinkDone || got.URL != "" || !wallet.ValidCustomer(got.Customer) {
			t.Fatalf("%+v", got)
		}
		c, _ := w.find("62" + strings.TrimPrefix(richPhone, "0"))
		if c.ID != got.Customer || c.State != wire.CustomerLinked || c.Phone != "****3424" {
			t.Errorf("found %+v", c)
		}
		var h wire.Hello
		w.request("GET", "/v1/devices/KASIR", nil, &h)
		if h.Next != 2 {
			t.Errorf("next number %d, want 2: links count", h.Next)
		}
		// Linked already: nothing to agree to.
		if again := w.link("KASIR-00000002", richPhone); again.State != wire.LinkDone || again.Customer != c.ID || len(w.sandbox.Accounts()) != 1 {
			t.Errorf("linked again: %+v", again)
		}
		w.unnamed()
	})
}

func TestLinkRefused(t *testing.T) {
	for phone, want := range map[string]wire.Reason{
		noPhone: {Code: wire.ReasonNoWallet}, blockedPhone: {Code: wire.ReasonBlocked},
	} {
		bubble(t, func(t *testing.T) {
			w := settle(t, nil)
			l := w.link(linkID, phone)
			if l.State != wire.LinkFailed || l.Reason == nil || l.Reason.Code != want.Code || l.Reason.Retry {
				t.Errorf("%+v %+v, want %+v", l, l.Reason, want)
			}
			if again := w.link(linkID, phone); again.State != wire.LinkFailed {
				t.Errorf("asked again: %+v", again)
			}
			if _, status := w.find(phone); status != 404 {
				t.Errorf("found: HTTP %d", status)
			}
			w.unnamed()
		})
	}
}

// TestLinkUnheard: without a notification the questions find it, and a page
// nobody opens ends.
func TestLinkUnheard(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		w.link(linkID, richPhone)
		time.Sleep(3 * time.Second)
		w.activate(0)
		time.Sleep(8 * time.Second)
		if l := w.getLink(linkID); l.State != wire.LinkDone {
			t.Errorf("%+v", l)
		}
		w.link("KASIR-00000002", secondPhone)
		time.Sleep(20 * time.Minute)
		if l := w.getLink("KASIR-00000002"); l.State != wire.LinkExpired || l.URL != "" {
			t.Errorf("%+v", l)
		}
		// And again, for the same customer.
		if l := w.link("KASIR-00000003", secondPhone); l.State != wire.LinkWaiting {
			t.Errorf("%+v", l)
		}
	})
}

func TestUnlink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		customer := w.linked(linkID, richPhone)
		if c := w.customer("DELETE", customer); c.State != wire.CustomerUnlinked {
			t.Fatalf("%+v", c)
		}
		if got := w.account(0).Status; got != midtrans.AccountDisabled {
			t.Errorf("the provider says %s", got)
		}
		if c := w.customer("DELETE", customer); c.State != wire.CustomerUnlinked {
			t.Errorf("again: %+v", c)
		}
		c := w.charge("KASIR-00000002", customer, 25_000)
		if c.State != wire.Denied || c.Reason == nil || c.Reason.Code != wire.ReasonNotLinked || c.Reason.Retry || w.calls.charge.Load() != 0 {
			t.Errorf("charged: %+v %+v", c, c.Reason)
		}
		if again := w.linked("KASIR-00000003", richPhone); again != customer {
			t.Errorf("linked again as %s, was %s", again, customer)
		}
		if f := w.wallet(customer); f.Account != w.account(1).AccountID {
			t.Errorf("the book says %+v", f)
		}
	})
}

// TestUnlinkedByOwner: in the wallet's app, with a notification or without.
func TestUnlinkedByOwner(t *testing.T) {
	for _, heard := range []bool{true, false} {
		bubble(t, func(t *testing.T) {
			w := settle(t, nil)
			customer := w.linked(linkID, richPhone)
			if !heard {
				w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
			}
			if err := w.sandbox.Unlink(w.account(0).AccountID); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if got := w.wallet(customer).State; (got == wallet.Unlinked) != heard {
				t.Errorf("heard %v: the book says %s", heard, got)
			}
			c := w.charge("KASIR-00000002", customer, 25_000)
			if c.State != wire.Denied || c.Reason == nil || c.Reason.Code != wire.ReasonNotLinked {
				t.Errorf("heard %v: %+v %+v", heard, c, c.Reason)
			}
			time.Sleep(11 * time.Second)
			if c := w.customer("GET", customer); c.State != wire.CustomerUnlinked {
				t.Errorf("heard %v: %+v", heard, c)
			}
		})
	}
}

func TestLinkRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.link(linkID, richPhone)
		w.put("KASIR-00000009", 1_000)
		const otherJournal = "ffffffffffffffffffffffffffffffff"
		for _, test := range []struct {
			method, path string
			body         any
			code         string
		}{
			{"PUT", "/v1/links/" + linkID, wire.LinkOpen{Phone: secondPhone, Journal: journal}, wire.OrderConflict},
			{"PUT", "/v1/links/" + linkID, wire.LinkOpen{Phone: richPhone, Journal: otherJournal}, wire.OrderTaken},
			{"PUT", "/v1/links/KASIR-00000009", wire.LinkOpen{Phone: richPhone, Journal: journal}, wire.OrderConflict},
			{"PUT", "/v1/links/KASIR-2", wire.LinkOpen{Phone: richPhone, Journal: journal}, wire.BadRequest},
			{"PUT", "/v1/links/KASIR-00000002", wire.LinkOpen{Phone: "12", Journal: journal}, wire.BadRequest},
			{"PUT", "/v1/links/KASIR-00000002", wire.LinkOpen{Phone: strings.Repeat("1", 21), Journal: journal}, wire.BadRequest},
			{"PUT", "/v1/links/KASIR-00000002", wire.LinkOpen{Phone: richPhone, Journal: "short"}, wire.BadRequest},
			{"PUT", "/v1/links/KASIR-00000002", `<html>`, wire.BadRequest},
			{"PUT", "/v1/links/KASIR-00000002", strings.Repeat(" ", wire.MaxBody+1), wire.TooLarge},
			{"GET", "/v1/links/KASIR-00000002", nil, wire.NotFound},
			{"DELETE", "/v1/links/" + linkID, nil, wire.BadMethod},
			{"POST", "/v1/customers", `[]`, wire.BadRequest},
			{"POST", "/v1/customers", wire.Find{Phone: "x"}, wire.BadRequest},
			{"GET", "/v1/customers/c-none", nil, wire.NotFound},
			{"DELETE", "/v1/customers/c-none", nil, wire.NotFound},
			{"GET", "/v1/customers/c%20x", nil, wire.BadRequest},
			{"PUT", "/v1/charges/KASIR-00000003", wire.Open{Amount: 1, Journal: journal, Customer: "a/b"}, wire.BadRequest},
		} {
			var e wire.Error
			status, err := w.try(test.method, test.path, test.body, &e)
			if err != nil || e.Code != test.code || status != wire.Status(test.code) {
				t.Errorf("%s %s: HTTP %d %+v, %v; want %s", test.method, test.path, status, e, err, test.code)
			}
		}
		if n := len(w.sandbox.Accounts()); n != 1 {
			t.Errorf("%d pay accounts", n)
		}
		w.unnamed()
	})
}

// TestNumbersCannotBeTried one after the other.
func TestNumbersCannotBeTried(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		limits := map[string]func(i int) int{
			"links": func(i int) int {
				return w.request("PUT", "/v1/links/KASIR-"+pad(i+1), wire.LinkOpen{Phone: "0812345670" + pad(i)[6:], Journal: journal}, nil)
			},
			"finds": func(i int) int { _, status := w.find("0812345670" + pad(i)[6:]); return status },
		}
		for name, try := range limits {
			refused := 0
			for i := range 30 {
				if try(i) == 429 {
					refused++
				}
			}
			if refused != 20 {
				t.Errorf("%s: %d of 30 refused, want 20", name, refused)
			}
		}
		if l := w.link("KASIR-00000001", "081234567000"); l.State != wire.LinkWaiting {
			t.Errorf("asking again for an old one is no trial: %+v", l)
		}
		time.Sleep(time.Minute)
		if got := limits["links"](40); got != 200 {
			t.Errorf("after a minute: HTTP %d", got)
		}
		refused := 0
		for i := range 30 { // every time as another device
			if w.request("PUT", fmt.Sprintf("/v1/links/KASIR%d-00000001", i), wire.LinkOpen{Phone: "0812345671" + pad(i)[6:], Journal: journal}, nil) == 429 {
				refused++
			}
		}
		if refused != 21 {
			t.Errorf("by other names: %d of 30 refused, want 21", refused)
		}
	})
}
