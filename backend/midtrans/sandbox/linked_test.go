package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// bill charges a linked account; more goes into the gopay object.
func (st *stage) bill(order string, amount int64, account, token, more string) (int, map[string]any) {
	st.Helper()
	return st.call("POST", "/v2/charge", fmt.Sprintf(
		`{"payment_type":"gopay","gopay":{"account_id":%q,"payment_option_token":%q%s},"transaction_details":{"order_id":%q,"gross_amount":%d}}`,
		account, token, more, order, amount), "X-Override-Notification", "http://shop/n")
}

// TestBill has the amounts on both sides of the PIN, and a wallet that cannot.
func TestBill(t *testing.T) {
	const rich, poor = "8215023424", "8242014881"
	for _, c := range []struct {
		name, phone string
		amount      int64
		more        string
		code, state string
		says        string
		balance     string
	}{
		{"small", rich, 99_999, "", "200", "settlement", "Success, GoPay transaction is successful", "7900001.00"},
		{"large", rich, 100_000, "", "201", "pending", "GoPay transaction is created. Action(s) required", "8000000.00"},
		{"large, recurring", rich, 100_000, `,"recurring":true`, "200", "settlement", "Success", "7900000.00"},
		{"no money", poor, 1, "", "202", "deny", "GoPay transaction is denied", "0.00"},
		{"no money for a large one", poor, 200_000, "", "202", "deny", "GoPay transaction is denied", "0.00"},
		{"too much", rich, 8_000_001, "", "202", "deny", "denied", "8000000.00"},
		{"reserved", rich, 100_000, `,"pre_auth":true`, "200", "authorize", "Success", "7900000.00"},
		{"too much to reserve", rich, 100_001, `,"pre_auth":true`, "202", "deny", "denied", "8000000.00"},
	} {
		bubble(t, Options{}, func(st *stage) {
			id := st.link(c.phone)
			token, _ := st.token(id)
			_, doc := st.bill("a", c.amount, id, token, c.more)
			if doc["status_code"] != c.code || doc["transaction_status"] != c.state || !strings.Contains(fmt.Sprint(doc["status_message"]), c.says) || doc["qr_string"] != nil {
				t.Errorf("%s: got %v", c.name, doc)
			}
			if c.phone == poor && (doc["channel_response_code"] != "201" || doc["channel_response_message"] != "Insufficient Balance") {
				t.Errorf("%s: got %v", c.name, doc)
			}
			if _, balance := st.token(id); balance != c.balance {
				t.Errorf("%s: got balance %s, want %s", c.name, balance, c.balance)
			}
			synctest.Wait()
			if got := states(st.shop.took()); got != "a "+c.state {
				t.Errorf("%s: told %s", c.name, got)
			}
		})
	}
}

// TestToken: only the newest one can be charged, for a while, and only with
// its own account while that is linked.
func TestToken(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		id, other := st.link("8215023424"), st.link("8242974268")
		old, _ := st.token(id)
		now, _ := st.token(id)
		theirs, _ := st.token(other)
		for i, c := range []struct{ account, token, want string }{
			{id, "", "400 [GoPay token is invalid for the payment]"},
			{id, "x", "400 [GoPay token is invalid for the payment]"},
			{id, old, "400 [GoPay token is invalid for the payment]"},
			{id, theirs, "400 [GoPay token is invalid for the payment]"},
			{"", now, "400 [Gopay.account_id is required]"},
			{"nobody", now, "404 <nil>"},
			{id, now, "200 <nil>"},
		} {
			_, doc := st.bill(fmt.Sprint("o-", i), 1000, c.account, c.token, "")
			if got := fmt.Sprint(doc["status_code"], " ", doc["validation_messages"]); got != c.want {
				t.Errorf("%d: got %s, want %s", i, got, c.want)
			}
		}
		synctest.Wait()
		if got := states(st.shop.took()); got != "o-6 settlement" {
			t.Errorf("told %s", got)
		}
		late, _ := st.token(id)
		time.Sleep(tokenLife)
		if _, doc := st.bill("late", 1000, id, late, ""); doc["status_code"] != "400" {
			t.Errorf("an old token: got %v", doc)
		}
		last, _ := st.token(other)
		st.must(st.Unlink(other))
		if _, doc := st.bill("gone", 1000, other, last, ""); doc["status_code"] != "400" {
			t.Errorf("unlinked: got %v", doc)
		}
	})
}

// TestPayLater: the two purses of one wallet are two.
func TestPayLater(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		id := st.link("8103001242")
		_, doc := st.call("GET", "/v2/pay/account/"+id, "")
		later := doc["metadata"].(map[string]any)["payment_options"].([]any)[1].(map[string]any)
		if later["name"] != "PAY_LATER" || later["active"] != true {
			t.Fatalf("got %v", later)
		}
		if _, doc := st.bill("a", 50_000, id, later["token"].(string), ""); doc["payment_option_type"] != "PAY_LATER" {
			t.Errorf("got %v", doc)
		}
		if _, balance := st.token(id); balance != "8000000.00" {
			t.Errorf("the wallet paid: %s", balance)
		}
	})
}

// TestReserved: what is reserved comes back when it is cancelled or forgotten.
func TestReserved(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		id := st.link("8215023424")
		balance := func(step, want string) {
			t.Helper()
			if _, got := st.token(id); got != want {
				t.Errorf("%s: got %s, want %s", step, got, want)
			}
		}
		token, _ := st.token(id)
		st.bill("a", 30_000, id, token, `,"pre_auth":true`)
		st.bill("b", 20_000, id, token, `,"pre_auth":true`)
		balance("reserved", "7950000.00")
		if _, doc := st.call("POST", "/v2/a/cancel", ""); doc["transaction_status"] != "cancel" {
			t.Errorf("cancel: got %v", doc)
		}
		balance("cancelled", "7980000.00")
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		balance("forgotten", "8000000.00")
		if _, doc := st.call("GET", "/v2/b/status", ""); doc["transaction_status"] != "expire" {
			t.Errorf("forgotten: got %v", doc)
		}
	})
}

func TestPromotions(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		id := st.link("8237435829")
		path := "/v2/gopay/promo/" + id + "?gross_amount=50000&currency=IDR"
		_, doc := st.call("GET", path, "")
		offer := doc["promotions"].([]any)[0].(map[string]any)
		if doc["status_code"] != "200" || doc["recommended_promotion_id"] != offer["id"] || offer["promotion_amount"] != "5000.00" {
			t.Errorf("got %v", doc)
		}
		token, _ := st.token(id)
		st.bill("a", 50_000, id, token, fmt.Sprintf(`,"promotion_ids":[%q]`, offer["id"]))
		if _, balance := st.token(id); balance != "7955000.00" {
			t.Errorf("after the cashback: %s", balance)
		}
		plain := st.link("8215023424")
		for path, want := range map[string]string{
			"/v2/gopay/promo/" + plain + "?gross_amount=50000":           "200 200 [] <nil>",
			"/v2/gopay/promo/" + id:                                      "400 400 <nil> [gross_amount is required]",
			"/v2/gopay/promo/" + id + "?gross_amount=x":                  "400 400 <nil> [gross_amount is invalid]",
			"/v2/gopay/promo/" + id + "?gross_amount=50000&currency=SGD": "400 400 <nil> [The currency is not supported for the country]",
			"/v2/gopay/promo/nobody?gross_amount=50000":                  "400 400 <nil> <nil>",
		} {
			status, doc := st.call("GET", path, "")
			if got := fmt.Sprint(status, " ", doc["status_code"], " ", doc["promotions"], " ", doc["validation_messages"]); got != want {
				t.Errorf("%s: got %s, want %s", path, got, want)
			}
		}
	})
}
