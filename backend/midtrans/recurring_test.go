package midtrans

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	recurringCreated = `{"token":"secret-token","status":"active","schedule":{"start_time":"2022-10-26T04:20:00.000000Z","next_execution_at":"2022-10-26T04:20:00.000000Z","interval_unit":"month","interval":1,"current_interval":0},
		"payment_type":"gopay","name":"SUBSCRIBE-1","metadata":{"meta":"data"},"merchant_id":"M099098","id":"` + subscriptionID + `","customer_details":{"first_name":"John"},"currency":"IDR","amount":"14000","gopay":{"account_id":"` + accountID + `"}}`
	recurringCharged = `{"transaction":{"transaction_status":"settlement","transaction_id":"t-1","status_code":"200"},"subscription":` + recurringCreated + `,"event_name":"subscription.charge"}`
)

// recurringFailed is a charge of which there is no transaction.
func recurringFailed(code, more string) string {
	return `{"transaction":{"status_message":"m","status_code":"` + code + `"` + more + `},"subscription":` + strings.Replace(recurringCreated, "active", "inactive", 1) + `,"event_name":"subscription.charge"}`
}

func TestParseRecurring(t *testing.T) {
	for _, c := range []struct {
		name, body         string
		event, transaction string
		status             string
		code               int
		reason             Reason
	}{
		{"made", recurringCreated, "", "", "active", 0, ReasonNone},
		{"charged", recurringCharged, EventCharge, "t-1", "settlement", 200, ReasonNone},
		{"channel not active", recurringFailed("402", ""), EventCharge, "", "", 402, ReasonMerchant},
		{"trouble", recurringFailed("500", ""), EventCharge, "", "", 500, ReasonTryLater},
		{"passing trouble", recurringFailed("202", `,"channel_response_code":"900"`), EventCharge, "", "", 202, ReasonTryLater},
		{"no money", recurringFailed("202", `,"transaction_status":"deny","transaction_id":"t-2","channel_response_code":"201"`), EventCharge, "t-2", "deny", 202, ReasonInsufficient},
		{"token", strings.Replace(recurringFailed("400", ""), `"m"`, `"GoPay token is invalid for the payment"`, 1), EventCharge, "", "", 400, ReasonToken},
	} {
		n, err := ParseRecurring([]byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if n.Event != c.event || n.SubscriptionID != subscriptionID || n.TransactionID != c.transaction {
			t.Errorf("%s: got %q %q %q", c.name, n.Event, n.SubscriptionID, n.TransactionID)
		}
		if r := n.Rumor; r.Status != c.status || r.StatusCode != c.code || r.Reason != c.reason || r.Subscription.Amount != 14000 {
			t.Errorf("%s: got %+v", c.name, r)
		}
	}
	n, err := ParseRecurring([]byte(recurringCreated))
	if want := time.Date(2022, 10, 26, 11, 20, 0, 0, Zone); err != nil || !n.Rumor.Subscription.Schedule.Next.Equal(want) {
		t.Errorf("got %v, want %v (%v)", n.Rumor.Subscription.Schedule.Next, want, err)
	}
	again, err := n.Rumor.Subscription.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	equalJSON(t, "again", again, []byte(recurringCreated))
}

func TestParseRecurringRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":          "",
		"HTML":             "<html>",
		"list":             "[" + recurringCharged + "]",
		"two":              recurringCharged + recurringCharged,
		"twice":            strings.Replace(recurringCharged, `"status_code"`, `"Status_Code":"500","status_code"`, 1),
		"another event":    strings.Replace(recurringCharged, "subscription.charge", "subscription.gift", 1),
		"no event":         strings.Replace(recurringCharged, "event_name", "x", 1),
		"no transaction":   strings.Replace(recurringCharged, `"transaction"`, `"x"`, 1),
		"no subscription":  strings.Replace(recurringCharged, `"subscription"`, `"x"`, 1),
		"no id":            strings.Replace(recurringCreated, `"id"`, `"x"`, 1),
		"directions as id": strings.Replace(recurringCreated, subscriptionID, "..", 1),
		"impossible id":    strings.Replace(recurringCharged, "t-1", strings.Repeat("t", 256), 1),
		"code is a word":   strings.Replace(recurringCharged, `"200"`, `"ok"`, 1),
		"no code":          strings.Replace(recurringCharged, "status_code", "x", 1),
		"half a rupiah":    strings.Replace(recurringCharged, "14000", "14000.50", 1),
		"too large":        strings.Replace(recurringCreated, "John", strings.Repeat("J", MaxNotification), 1),
		"a payment's":      sample(t, "notify_settlement_2019.json"),
	} {
		if n, err := ParseRecurring([]byte(body)); err == nil {
			t.Errorf("%s: got %+v", name, n)
		}
	}
}

// TestReadBack tells lies about charges; only the provider's own word counts.
func TestReadBack(t *testing.T) {
	charge := `{"status_code":"200","transaction_status":"settlement","order_id":"SUBS-1","transaction_id":"t-1","gross_amount":"14000.00","payment_type":"gopay"}`
	listed := strings.Replace(recurringCreated, "{", `{"transaction_ids":["t-0","t-1"],`, 1)
	const nobody, gone = `{"status_message":"Subscription doesn't exist."}`, `{"status_code":"404","status_message":"Transaction doesn't exist."}`
	for _, c := range []struct {
		name, notification, subscription, charge string
		want                                     string
		charged                                  bool
	}{
		{"made", recurringCreated, recurringCreated, gone, "ok", false},
		{"charged", recurringCharged, recurringCreated, charge, "ok", true},
		{"charged, listed", recurringCharged, listed, charge, "ok", true},
		{"charged, listed as the SDK has it", recurringCharged, strings.Replace(listed, "transaction_ids", "transaction_id", 1), charge, "ok", true},
		{"failed", recurringFailed("500", ""), recurringCreated, gone, "ok", false},
		{"another subscription's", recurringCharged, strings.Replace(listed, `"t-1"`, `"t-9"`, 1), charge, "refused", false},
		{"another sum", recurringCharged, recurringCreated, strings.Replace(charge, "14000", "15000", 1), "refused", false},
		{"another wallet", recurringCharged, recurringCreated, strings.Replace(charge, "{", `{"metadata":{"extra_info":{"account_id":"x"}},`, 1), "refused", false},
		{"the same wallet", recurringCharged, recurringCreated, strings.Replace(charge, "{", `{"metadata":{"extra_info":{"account_id":"`+accountID+`"}},`, 1), "ok", true},
		{"invented charge", recurringCharged, recurringCreated, gone, "refused", false},
		{"invented subscription", recurringCharged, nobody, charge, "refused", false},
		{"trouble", recurringCharged, recurringCreated, `{"status_code":"500"}`, "unknown", false},
	} {
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/v2/t-1/status":
				io.WriteString(w, c.charge)
			case c.subscription == nobody:
				w.WriteHeader(http.StatusNotFound)
				io.WriteString(w, nobody)
			default:
				io.WriteString(w, c.subscription)
			}
		})
		n, err := ParseRecurring([]byte(c.notification))
		if err != nil {
			t.Fatal(err)
		}
		fact, err := client(t, p.URL, Options{}).ReadBack(t.Context(), n)
		if got, _ := outcome(Transaction{}, err); got != c.want || (fact.Charge != nil) != c.charged || IsNotFound(err) != (c.want == "refused") {
			t.Errorf("%s: got %s, charge %v (%v)", c.name, got, fact.Charge, err)
		}
	}
}

func FuzzParseRecurring(f *testing.F) {
	for _, body := range []string{recurringCreated, recurringCharged, recurringFailed("500", "")} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := ParseRecurring(body)
		if err == nil && (checkID("x", n.SubscriptionID) != nil || n.TransactionID != "" && checkID("x", n.TransactionID) != nil) {
			t.Errorf("accepted %q as %+v", body, n)
		}
	})
}
