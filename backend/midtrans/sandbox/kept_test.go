package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestKeptWallets kills the provider between every two steps of linked wallets,
// pages and subscriptions: each life goes on where the last one ended.
func TestKeptWallets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := firstLife(t, Options{})
		doc := l.create("62", "8215023424")
		id := doc["account_id"].(string)
		l.kill()
		opened, _ := l.browse("GET", action(doc, "activation-link-url"), nil)
		l.kill()
		page := opened.header.Get("Location")
		if a, _ := l.browse("GET", action(doc, "activation-link-url"), nil); a.status != 410 {
			t.Errorf("opened again in another life: HTTP %d", a.status)
		}
		l.browse("POST", page, url.Values{"pin": {PIN}, "otp": {OTP}})
		l.kill()
		token, _ := l.token(id)
		l.kill()
		_, doc = l.bill("a", 30_000, id, token, "")
		if doc["transaction_status"] != "settlement" {
			t.Errorf("the token of another life: got %v", doc)
		}
		l.kill()
		token, balance := l.token(id)
		if balance != "7970000.00" {
			t.Errorf("got balance %s", balance)
		}
		_, doc = l.bill("b", 150_000, id, token, "")
		l.kill()
		opened, _ = l.browse("GET", action(doc, "verification-link-url"), nil)
		l.kill()
		l.browse("POST", opened.header.Get("Location"), url.Values{"pin": {PIN}})

		sub := l.subscribe(id, `"schedule":{"interval":1,"interval_unit":"day","max_interval":3}`)
		l.kill()
		time.Sleep(day + time.Minute)
		synctest.Wait()
		l.kill()
		time.Sleep(day)
		synctest.Wait()
		_, doc = l.call("GET", "/v1/subscriptions/"+sub, "")
		if got := fmt.Sprint(doc["schedule"].(map[string]any)["current_interval"]); got != "2" || len(doc["transaction_ids"].([]any)) != 2 {
			t.Errorf("got %v", doc)
		}

		snap, _ := l.snap("s", linkable)
		l.kill()
		l.must(l.LinkOnPage(snap, "62", "8242974268"))
		l.kill()
		if _, err := l.PayOnPage(snap); err != nil {
			t.Error(err)
		}
		l.kill()
		want := "a settlement, b settlement, MONTHLY settlement, MONTHLY settlement, s settlement"
		var got []string
		for _, o := range l.Orders() {
			got = append(got, o.OrderID[:min(len(o.OrderID), 7)]+" "+o.Status)
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("got %s", text)
		}
		_, user := l.call("GET", "/snap/v3/users/user-1/gopay", "")
		if user["balance"] != "7900000.00" {
			t.Errorf("got %v", user)
		}
	})
}
