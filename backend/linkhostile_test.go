package backend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// TestLinkHostile: whatever the provider answers about accounts, for a while:
// what a terminal is told in the end is what the provider has.
func TestLinkHostile(t *testing.T) {
	for _, kind := range []sandbox.Kind{sandbox.HTML502, sandbox.Hang, sandbox.Code404, sandbox.Code412} {
		for _, when := range []string{"making", "reading", "unbinding"} {
			for _, after := range []bool{false, true} {
				if after && kind != sandbox.Hang {
					continue
				}
				bubble(t, func(t *testing.T) {
					w := settle(t, nil)
					fault := sandbox.Fault{Kind: kind, Op: sandbox.OpAccount, Count: 2, After: after, Delay: sandbox.Delay(20 * time.Second)}
					linkThrough(w, fmt.Sprintf("%s at %s, after %v", kind, when, after), when, fault)
				})
			}
		}
	}
}

// linkThrough links and unlinks, with two answers spoilt at some moment.
func linkThrough(w *town, name, when string, fault sandbox.Fault) {
	w.Helper()
	if when == "making" {
		w.fault(fault)
	}
	l := w.link(linkID, richPhone)
	for range 40 {
		if l.State != wire.LinkAsked {
			break
		}
		time.Sleep(3 * time.Second)
		l = w.getLink(linkID)
	}
	if l.State == wire.LinkFailed && when == "making" {
		return // a certain refusal, or two unknown ones and no more
	}
	if l.State != wire.LinkWaiting {
		w.Fatalf("%s: %+v", name, l)
	}
	if when == "reading" {
		w.fault(fault)
	}
	w.activate(len(w.sandbox.Accounts()) - 1)
	for range 40 {
		if l = w.getLink(linkID); l.State.Final() {
			break
		}
		time.Sleep(3 * time.Second)
	}
	if l.State != wire.LinkDone {
		w.Fatalf("%s: %+v", name, l)
	}
	if when == "unbinding" {
		w.fault(fault)
	}
	c := w.customer("DELETE", l.Customer)
	for range 40 {
		if c.State == wire.CustomerUnlinked {
			break
		}
		time.Sleep(5 * time.Second)
		c = w.customer("GET", l.Customer)
	}
	if c.State != wire.CustomerUnlinked {
		w.Errorf("%s: %+v", name, c)
	}
	for _, a := range w.sandbox.Accounts() {
		if a.Status == midtrans.AccountEnabled && (fault.Kind != sandbox.Code404 || when != "unbinding") {
			w.Errorf("%s: %s is still linked", name, a.AccountID)
		}
	}
	w.unnamed()
}

// TestLinkRestart: what was open is taken up again.
func TestLinkRestart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		restart := func() { w.kill(); time.Sleep(5 * time.Second); w.start() }

		// Before the provider had answered: there is no number any more.
		w.fault(sandbox.Fault{Kind: sandbox.Hang, Op: sandbox.OpAccount, Count: 1, After: true})
		go w.try("PUT", "/v1/links/"+linkID, wire.LinkOpen{Phone: richPhone, Journal: journal}, nil)
		time.Sleep(time.Second)
		restart()
		if l := w.getLink(linkID); l.State != wire.LinkFailed || l.Reason == nil || l.Reason.Code != wire.ReasonBusy || !l.Reason.Retry {
			t.Fatalf("interrupted: %+v %+v", l, l.Reason)
		}
		if l := w.link(linkID, richPhone); l.State != wire.LinkFailed {
			t.Errorf("the same once more: %+v", l)
		}

		// While its owner has the page, who agrees while nobody is there.
		w.link("KASIR-00000002", richPhone)
		w.kill()
		w.activate(1)
		time.Sleep(5 * time.Minute)
		w.start()
		time.Sleep(time.Second)
		l := w.getLink("KASIR-00000002")
		if l.State != wire.LinkDone {
			t.Fatalf("agreed meanwhile: %+v", l)
		}
		// While it is being unlinked.
		w.fault(sandbox.Fault{Kind: sandbox.Hang, Op: sandbox.OpAccount, Count: 1})
		go w.try("DELETE", "/v1/customers/"+l.Customer, nil, nil)
		time.Sleep(time.Second)
		if got := w.wallet(l.Customer).State; got != wallet.Unlinking {
			t.Fatalf("the book says %s", got)
		}
		c := w.charge("KASIR-00000003", l.Customer, 1_000)
		if c.State != wire.Denied || c.Reason.Code != wire.ReasonNotLinked {
			t.Errorf("charged while unlinking: %+v", c)
		}
		restart()
		time.Sleep(20 * time.Second)
		if c := w.customer("GET", l.Customer); c.State != wire.CustomerUnlinked {
			t.Errorf("unlinked after a restart: %+v", c)
		}
	})
}

// accountLetter is an account notification signed with key.
func accountLetter(account, status, code, key string) string {
	b, _ := json.Marshal(map[string]string{
		"account_id": account, "account_status": status, "status_code": code, "payment_type": "gopay",
		"signature_key": midtrans.AccountSignature(account, status, code, key),
	})
	return string(b)
}

func TestAccountNotifications(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.link(linkID, richPhone)
		id := w.account(0).AccountID
		for _, path := range []string{hookPath + "/account", hookPath} {
			for _, test := range []struct {
				name, body string
				status     int
			}{
				{"that lies", accountLetter(id, "ENABLED", "200", serverKey), 200},
				{"that lies otherwise", accountLetter(id, "DISABLED", "204", serverKey), 200},
				{"forged", accountLetter(id, "ENABLED", "200", "another key"), 403},
				{"of an account that is not ours", accountLetter("7f3a", "ENABLED", "200", serverKey), 404},
				{"with the signed text cut elsewhere", accountLetter(id+"E", "NABLED", "200", serverKey), 400},
				{"with a new word", accountLetter(id, "SLEEPING", "200", serverKey), 200},
				{"not JSON", "<html>", 400},
				{"an array", "[]", 400},
				{"a key twice", strings.Replace(accountLetter(id, "ENABLED", "200", serverKey), "{", `{"account_id":"x",`, 1), 400},
				{"too large", `{"x":"` + strings.Repeat("x", midtrans.MaxNotification) + `"}`, 413},
			} {
				if got := w.request("POST", path, test.body, nil); got != test.status {
					t.Errorf("%s to %s: HTTP %d, want %d", test.name, path, got, test.status)
				}
			}
		}
		if l := w.getLink(linkID); l.State != wire.LinkWaiting {
			t.Errorf("after all that: %+v", l)
		}
		// It is told again until the account could be read.
		w.fault(sandbox.Fault{Kind: sandbox.HTML502, Op: sandbox.OpAccount, Count: 1})
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		w.activate(0)
		if got := w.request("POST", hookPath+"/account", accountLetter(id, "ENABLED", "200", serverKey), nil); got != 503 {
			t.Errorf("unread: HTTP %d, want 503", got)
		}
		if got := w.request("POST", hookPath+"/account", accountLetter(id, "ENABLED", "200", serverKey), nil); got != 200 {
			t.Errorf("read: HTTP %d, want 200", got)
		}
		if l := w.getLink(linkID); l.State != wire.LinkDone {
			t.Errorf("%+v", l)
		}
		w.unnamed()
	})
}

// TestTwoPages: a newer attempt ends an older one; who uses the older page is
// linked all the same, and one wallet is left linked once.
func TestTwoPages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.link(linkID, richPhone)
		w.link("KASIR-00000002", richPhone)
		if l := w.getLink(linkID); l.State != wire.LinkExpired {
			t.Errorf("the older: %+v", l)
		}
		w.activate(0)
		time.Sleep(time.Second)
		l := w.getLink("KASIR-00000002")
		if l.State != wire.LinkDone || w.wallet(l.Customer).Account != w.account(0).AccountID {
			t.Errorf("by the older page: %+v, %+v", l, w.wallet(l.Customer))
		}
		w.activate(1)
		time.Sleep(time.Minute)
		if f := w.wallet(l.Customer); f.Account != w.account(1).AccountID || f.Stray != "" || f.State != wallet.Linked {
			t.Errorf("by both: %+v", f)
		}
		if got := w.account(0).Status; got != midtrans.AccountDisabled {
			t.Errorf("the first is %s: a link nobody knows of", got)
		}
		w.want("charged", w.charge("KASIR-00000003", l.Customer, 1_000), wire.Settled)
		var old wire.Link
		if status := w.request("PUT", "/v1/links/"+linkID, wire.LinkOpen{Phone: richPhone, Journal: journal}, &old); status != 200 || old.State != wire.LinkExpired {
			t.Errorf("the older, asked again: HTTP %d %+v", status, old)
		}
	})
}

// TestBadPages: a page elsewhere never reaches a terminal.
func TestBadPages(t *testing.T) {
	for address, want := range map[string]string{
		"https://api.midtrans.com/v2/gopay/redirect/gpar_1/link": "https://api.midtrans.com/v2/gopay/redirect/gpar_1/link",
		"https://evil.example/link":                              "",
		"":                                                       "",
	} {
		p := &fakeProvider{account: midtrans.Account{ID: "a1", Status: midtrans.AccountPending,
			Actions: []midtrans.Action{{Name: midtrans.ActionActivateURL, URL: address}}}}
		got := linker{provider: p}.ask(t.Context(), wallet.Call{Verb: wallet.Create, Link: linkID, Phone: wallet.NewPhone("+628215023424")})
		if got.Outcome != wallet.OK || got.URL != want || got.BadLink != (address != want) || got.Link != linkID {
			t.Errorf("%q: %+v", address, got)
		}
	}
	p := &fakeProvider{err: &midtrans.APIError{Code: 400, Validation: []string{"phone_number 8215023424 is not one"}}}
	got := linker{provider: p}.ask(t.Context(), wallet.Call{Verb: wallet.Create, Phone: wallet.NewPhone("+628215023424")})
	if got.Outcome != wallet.Refused || got.Reason.Code != wire.ReasonInvalid || strings.Contains(got.Reason.Message, "3424") {
		t.Errorf("%+v", got)
	}
}
