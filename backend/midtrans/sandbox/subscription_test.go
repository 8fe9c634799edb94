package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

// subscribe makes a GoPay subscription and gives its id.
func (st *stage) subscribe(account, schedule string) string {
	st.Helper()
	token, _ := st.token(account)
	status, doc := st.call("POST", "/v1/subscriptions", fmt.Sprintf(`{"name":"MONTHLY","amount":"14000","currency":"IDR",
		"payment_type":"gopay","token":%q,"gopay":{"account_id":%q},"metadata":{"n":1},%s}`, token, account, schedule))
	if status != 200 || doc["status"] != "active" {
		st.Fatalf("got HTTP %d, %v", status, doc)
	}
	return doc["id"].(string)
}

// recurring parses what the shop was told about subscriptions.
func (st *stage) recurring() []string {
	st.Helper()
	synctest.Wait()
	var out []string
	for _, n := range st.shop.took() {
		if !strings.Contains(n.raw, `"schedule"`) {
			continue
		}
		r, err := midtrans.ParseRecurring([]byte(n.raw))
		st.must(err)
		if strings.Contains(n.raw, "signature") || !strings.Contains(n.raw, "Z\"") {
			st.Errorf("got %s", n.raw)
		}
		out = append(out, fmt.Sprint(r.Event, " ", r.Rumor.StatusCode, " ", r.Rumor.Subscription.Status, " ", r.Rumor.Subscription.Schedule.Current))
	}
	return out
}

func (st *stage) expect(what string, got []string, want ...string) {
	st.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		st.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestSubscription runs one to its end.
func TestSubscription(t *testing.T) {
	bubble(t, Options{NotifyURL: "http://shop/n"}, func(st *stage) {
		account := st.link("8215023424")
		id := st.subscribe(account, `"schedule":{"interval":1,"interval_unit":"month","max_interval":2,"start_time":"2000-01-31 09:00:00 +0700"}`)
		st.expect("made", st.recurring(), " 0 active 0")
		time.Sleep(31 * day)
		st.expect("first", st.recurring(), "subscription.charge 200 active 1")
		_, doc := st.call("GET", "/v1/subscriptions/"+id, "")
		schedule := doc["schedule"].(map[string]any)
		if schedule["previous_execution_at"] != "2000-01-31 09:00:00" || schedule["next_execution_at"] != "2000-02-29 09:00:00" {
			t.Errorf("got %v", schedule)
		}
		orders := st.Orders()
		if len(orders) != 1 || !regexp.MustCompile(`^MONTHLY[0-9]{32}$`).MatchString(orders[0].OrderID) || orders[0].Status != "settlement" {
			t.Fatalf("got %+v", orders)
		}
		time.Sleep(30 * day)
		st.expect("second and last", st.recurring(), "subscription.charge 200 inactive 2")
		time.Sleep(100 * day)
		st.expect("no more", st.recurring())
		if _, balance := st.token(account); balance != "7972000.00" {
			t.Errorf("got balance %s", balance)
		}
		if status, _ := st.call("POST", "/v1/subscriptions/"+id+"/enable", ""); status != 400 {
			t.Errorf("enabled after its end: HTTP %d", status)
		}
	})
}

// TestSubscriptionRetries: the wallet is empty; it is tried again as agreed,
// and then given up.
func TestSubscriptionRetries(t *testing.T) {
	bubble(t, Options{RecurringNotifyURL: "http://shop/recurring"}, func(st *stage) {
		account := st.link("8242014881")
		const daily = `"schedule":{"interval":1,"interval_unit":"day"},"retry_schedule":{"interval":1,"interval_unit":"hour","max_interval":2}`
		id := st.subscribe(account, daily)
		st.recurring()
		time.Sleep(day + time.Minute)
		st.expect("failed", st.recurring(), "subscription.charge 202 active 0")
		time.Sleep(time.Hour)
		st.expect("again", st.recurring(), "subscription.charge 202 active 0")
		time.Sleep(time.Hour)
		st.expect("for good", st.recurring(), "subscription.charge 202 inactive 0")
		time.Sleep(2 * day)
		st.expect("after it", st.recurring())

		st.must(st.TopUp(account, 1_000_000))
		if _, doc := st.call("POST", "/v1/subscriptions/"+id+"/enable", ""); doc["status_message"] != "Subscription is updated." {
			t.Errorf("got %v", doc)
		}
		time.Sleep(22 * time.Hour) // a minute past a charge again
		st.expect("paid at last", st.recurring(), "subscription.charge 200 active 1")
		st.must(st.Faults().Set(Fault{Kind: Error500, Op: OpSubscription, Count: 1}))
		time.Sleep(day)
		st.expect("trouble", st.recurring(), "subscription.charge 500 active 1")
		time.Sleep(time.Hour)
		st.expect("trouble is over", st.recurring(), "subscription.charge 200 active 2")

		st.must(st.Unlink(account))
		time.Sleep(23 * time.Hour)
		st.expect("unlinked", st.recurring(), "subscription.charge 400 active 2")
		st.call("POST", "/v1/subscriptions/"+id+"/disable", "") // the try that is due stays
		time.Sleep(time.Hour)
		st.expect("disabled", st.recurring(), "subscription.charge 400 inactive 2")
		st.call("POST", "/v1/subscriptions/"+id+"/cancel", "")
		time.Sleep(2 * day)
		st.expect("cancelled", st.recurring())
		if status, _ := st.call("POST", "/v1/subscriptions/"+id+"/enable", ""); status != 400 {
			t.Errorf("enabled after cancelling: HTTP %d", status)
		}
	})
}

func TestSubscriptionRefused(t *testing.T) {
	good := map[string]string{"name": `"SUBS"`, "amount": `"100000"`, "currency": `"IDR"`, "payment_type": `"credit_card"`, "token": `"t"`, "schedule": `{"interval":1,"interval_unit":"day","max_interval":7}`}
	body := func(field, value string) string {
		var parts []string
		for k, v := range good {
			if k == field {
				v = value
			}
			if v != "" {
				parts = append(parts, fmt.Sprintf("%q:%s", k, v))
			}
		}
		if good[field] == "" && field != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", field, value))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	bubble(t, Options{}, func(st *stage) {
		for _, c := range []struct{ field, value, says string }{
			{"amount", "", "subscription.amount is required"}, {"amount", "0", "subscription.amount must be between 0.01 - 99999999999.00"},
			{"name", "", "subscription.name is required"}, {"name", `"a b"`, "subscription.name is invalid"}, {"name", `"` + strings.Repeat("x", 41) + `"`, "subscription.name is invalid"},
			{"currency", "", "subscription.currency is required"}, {"currency", `"USD"`, "subscription.currency is not supported"},
			{"token", "", "subscription.token is required"}, {"schedule", "", "subscription.schedule is required"},
			{"schedule", `{"interval":0,"interval_unit":"day"}`, "subscription.schedule.interval is invalid"},
			{"schedule", `{"interval":1,"interval_unit":"year"}`, "subscription.schedule.interval_unit is invalid"},
			{"schedule", `{"interval":1,"interval_unit":"day","start_time":"1999-12-31 07:00:00 +0700"}`, "subscription.schedule.start_time must be in the future"},
			{"payment_type", `"qris"`, "subscription.payment_type is not supported"}, {"payment_type", `"gopay"`, "subscription.gopay.account_id is required"},
			{"retry_schedule", `{"interval":1,"interval_unit":"hour","max_interval":4}`, "subscription.retry_schedule.max_interval is invalid"},
			{"metadata", `{"x":"` + strings.Repeat("x", 1000) + `"}`, "subscription.metadata is invalid"},
		} {
			status, doc := st.call("POST", "/v1/subscriptions", body(c.field, c.value))
			if status != 400 || doc["status_message"] != "Invalid parameter." || !strings.Contains(fmt.Sprint(doc["validation_messages"]), c.says) {
				t.Errorf("%s %s: got HTTP %d, %v", c.field, c.value, status, doc)
			}
		}
		if status, doc := st.call("POST", "/v1/subscriptions", "null"); status != 400 || doc["status_message"] != "Bad request" {
			t.Errorf("null: got HTTP %d, %v", status, doc)
		}
		for _, c := range []string{"GET ", "PATCH ", "POST /disable", "POST /enable", "POST /cancel"} {
			method, verb, _ := strings.Cut(c, " ")
			if status, doc := st.call(method, "/v1/subscriptions/123"+verb, body("", "")); status != 404 || doc["status_message"] != "Subscription doesn't exist." {
				t.Errorf("%s: got HTTP %d, %v", c, status, doc)
			}
		}
		_, one := st.call("POST", "/v1/subscriptions", body("", ""), "Idempotency-Key", "k")
		_, two := st.call("POST", "/v1/subscriptions", body("name", `"OTHER"`), "Idempotency-Key", "k")
		time.Sleep(3 * time.Minute)
		_, three := st.call("POST", "/v1/subscriptions", body("", ""), "Idempotency-Key", "k")
		if one["id"] == nil || one["id"] != two["id"] || one["id"] == three["id"] {
			t.Errorf("key: got %v, %v, %v", one["id"], two["id"], three["id"])
		}
		id := one["id"].(string)
		if _, doc := st.call("PATCH", "/v1/subscriptions/"+id, body("metadata", `{"description":"new"}`)); doc["status_message"] != "Subscription is updated." {
			t.Errorf("update: got %v", doc)
		}
		if _, doc := st.call("GET", "/v1/subscriptions/"+id, ""); fmt.Sprint(doc["metadata"]) != "map[description:new]" {
			t.Errorf("updated: got %v", doc)
		}
		if status, _ := st.call("PATCH", "/v1/subscriptions/"+id, body("payment_type", `"gopay"`)); status != 400 {
			t.Errorf("another payment type: HTTP %d", status)
		}
	})
}

// TestSubscriptionClient is the product's own client, for one life.
func TestSubscriptionClient(t *testing.T) {
	bubble(t, Options{RecurringNotifyURL: "http://shop/recurring"}, func(st *stage) {
		c, ctx := st.api(midtrans.Options{}), st.Context()
		account := st.link("8215023424")
		token, _ := st.token(account)
		r := midtrans.SubscriptionRequest{Name: "WEEKLY", Amount: 20_000, AccountID: account, Token: token, Schedule: midtrans.Schedule{Interval: 1, Unit: "week"}}
		sub, err := c.Subscribe(ctx, r)
		if err != nil || !sub.Active() || !sub.Schedule.Next.Equal(time.Now().Add(7*day)) {
			t.Fatalf("got %v, %+v, %v", sub, sub.Schedule, err)
		}
		synctest.Wait()
		st.shop.took()
		time.Sleep(7*day + time.Second)
		synctest.Wait()
		n, err := midtrans.ParseRecurring([]byte(st.shop.took()[0].raw))
		st.must(err)
		fact, err := c.ReadBack(ctx, n)
		if err != nil || fact.Charge == nil || !fact.Charge.Paid() || fact.Charge.GrossAmount != 20_000 {
			t.Errorf("read back: got %+v, %v", fact, err)
		}
		r.Token, _ = st.token(account)
		r.Amount = 30_000
		for name, err := range map[string]error{
			"update": c.UpdateSubscription(ctx, sub.ID, r), "disable": c.DisableSubscription(ctx, sub.ID),
			"enable": c.EnableSubscription(ctx, sub.ID), "cancel": c.CancelSubscription(ctx, sub.ID),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if sub, err = c.Subscription(ctx, sub.ID); err != nil || sub.Active() || sub.Amount != 30_000 {
			t.Errorf("in the end: got %v, %v", sub, err)
		}
		var refused *midtrans.APIError
		if _, err := c.Subscription(ctx, "nobody"); !errors.As(err, &refused) || refused.HTTP != http.StatusNotFound {
			t.Errorf("nobody: got %v", err)
		}
	})
}
