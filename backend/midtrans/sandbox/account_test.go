package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

// create asks for a pay account and gives the answer.
func (st *stage) create(country, number string) map[string]any {
	st.Helper()
	_, doc := st.call("POST", "/v2/pay/account", fmt.Sprintf(
		`{"payment_type":"gopay","gopay_partner":{"phone_number":%q,"country_code":%q,"redirect_url":"https://shop.example/linked"}}`, number, country))
	return doc
}

// link makes an enabled pay account.
func (st *stage) link(number string) string {
	st.Helper()
	id, _ := st.create("62", number)["account_id"].(string)
	st.must(st.Activate(id))
	return id
}

// token reads the account for its newest token and its balance.
func (st *stage) token(account string) (token, balance string) {
	st.Helper()
	_, doc := st.call("GET", "/v2/pay/account/"+account, "")
	b, err := json.Marshal(doc["metadata"])
	st.must(err)
	var m struct {
		Options []struct {
			Token   string
			Balance struct{ Value string }
		} `json:"payment_options"`
	}
	st.must(json.Unmarshal(b, &m))
	if len(m.Options) == 0 {
		st.Fatalf("account %s has no payment options: %v", account, doc)
	}
	return m.Options[0].Token, m.Options[0].Balance.Value
}

// TestPhones has every kind of number.
func TestPhones(t *testing.T) {
	for _, c := range []struct {
		country, number string
		known           bool
		http            int
		code, says      string
	}{
		{"62", "81212345678", false, 200, "201", "PENDING"},
		{"62", "81212345678", true, 200, "202", "105 User Not Found"},
		{"62", "123450001", false, 200, "202", "105 User Not Found"},
		{"62", "123450002", false, 200, "202", "112 Wallet is Blocked"},
		{"62", "8215023424", true, 200, "201", "PENDING"},
		{"62", "8271939753", false, 200, "410", "GoPay user is blocked"},
		{"62", "8242014881", true, 200, "201", "PENDING"},
		{"380", "441234567", true, 200, "201", "PENDING"},
		{"91", "8877661235", true, 200, "201", "PENDING"},
		{"62", "081212345678", false, 400, "400", "gopay_partner.phone_number must be numeric digits and must not begin with 0"},
		{"62", "8121-345", false, 400, "400", "gopay_partner.phone_number must be numeric digits and must not begin with 0"},
		{"62", "", false, 400, "400", "gopay_partner.phone_number is required"},
		{"62", "812", false, 400, "400", "gopay_partner.phone_number length is invalid"},
		{"", "81212345678", false, 400, "400", "gopay_partner.country_code is required"},
		{"+62", "81212345678", false, 400, "400", "gopay_partner.country_code must be numeric digits"},
	} {
		bubble(t, Options{KnownPhonesOnly: c.known}, func(st *stage) {
			status, doc := st.call("POST", "/v2/pay/account", fmt.Sprintf(
				`{"payment_type":"gopay","gopay_partner":{"phone_number":%q,"country_code":%q}}`, c.number, c.country))
			said := fmt.Sprint(doc["account_status"], doc["status_message"], doc["channel_response_code"], " ", doc["channel_response_message"], doc["validation_messages"])
			if status != c.http || doc["status_code"] != c.code || !strings.Contains(said, c.says) {
				t.Errorf("%s %s: got HTTP %d, %v", c.country, c.number, status, doc)
			}
		})
	}
}

// TestAccountLife goes through the states of a pay account, with the answer of
// every call in each and the notifications between them.
func TestAccountLife(t *testing.T) {
	bubble(t, Options{NotifyURL: "http://shop/n", AccountNotifyURL: "http://shop/accounts"}, func(st *stage) {
		says := func(step, id, get, unbind string) {
			t.Helper()
			status, doc := st.call("GET", "/v2/pay/account/"+id, "")
			if got := fmt.Sprint(doc["status_code"], " ", doc["account_status"]); status != 200 || got != get {
				t.Errorf("%s: get: got HTTP %d, %v", step, status, doc)
			}
			if doc["status_code"] != "200" && doc["metadata"] != nil {
				t.Errorf("%s: got metadata", step)
			}
			if unbind == "" {
				return
			}
			status, doc = st.call("POST", "/v2/pay/account/"+id+"/unbind", "")
			if got := fmt.Sprint(doc["status_code"], " ", doc["status_message"], doc["channel_response_code"]); status != 200 || got != unbind {
				t.Errorf("%s: unbind: got HTTP %d, %s, want %s", step, status, got, unbind)
			}
		}
		const cannot = "412 Account status cannot be updated.<nil>"
		says("nobody", "00000269-7836-49e5-bc65-e592afafec14", "404 <nil>", "404 Account doesn't exist.<nil>")

		id := st.create("62", "81212345678")["account_id"].(string)
		says("pending", id, "201 PENDING", cannot)
		if got := st.shop.took(); len(got) != 0 {
			t.Errorf("pending: told %d times", len(got))
		}
		st.must(st.Activate(id))
		says("enabled", id, "200 ENABLED", "204 <nil>0")
		says("disabled", id, "204 DISABLED", cannot)
		synctest.Wait()
		told := st.shop.took()
		if len(told) != 2 {
			t.Fatalf("told %d times, want 2", len(told))
		}
		for i, want := range []struct{ code, state string }{{"200", "ENABLED"}, {"204", "DISABLED"}} {
			n, err := midtrans.ParseAccountNotification([]byte(told[i].raw))
			st.must(err)
			if n.AccountID != id || n.StatusCode != want.code || n.Status != want.state || n.Verify(testKey) != nil || told[i].path != "/accounts" {
				t.Errorf("notification %d: got %s to %s", i, told[i].raw, told[i].path)
			}
		}

		st.must(st.Unlink(st.link("81212345678"))) // its owner does it
		synctest.Wait()
		if got := st.shop.took(); len(got) != 2 {
			t.Errorf("unlinked in the app: told %d times, want 2", len(got))
		}

		late := st.create("62", "81212345678")["account_id"].(string)
		time.Sleep(15*time.Minute - time.Second)
		says("nearly late", late, "201 PENDING", "")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		says("late", late, "204 EXPIRED", cannot)
		if err := st.Activate(late); !errors.Is(err, ErrState) {
			t.Errorf("activated after its time: %v", err)
		}
		if err := st.Activate("nobody"); !errors.Is(err, ErrNoAccount) {
			t.Errorf("nobody: got %v", err)
		}
		if got := st.shop.took(); len(got) != 0 {
			t.Errorf("expired: told %d times", len(got))
		}
	})
}

func TestAccountRefused(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		for _, c := range []struct{ body, says string }{
			{`{"payment_type":"gopay","gopay_partner":{"phone_number":"81212345678","country_code":"62","redirect_url":"javascript:alert(1)"}}`, "202 2903 invalid scheme"},
			{`{"payment_type":"gopay","gopay_partner":{"phone_number":"81212345678","country_code":"62","redirect_url":"linked"}}`, "202 2903 invalid scheme"},
			{`{"payment_type":"shopeepay","gopay_partner":{"phone_number":"81212345678","country_code":"62"}}`, "402 <nil> <nil>"},
			{`nothing`, "413 <nil> <nil>"},
			{`null`, "500 <nil> <nil>"},
		} {
			_, doc := st.call("POST", "/v2/pay/account", c.body, "Idempotency-Key", "k")
			if got := fmt.Sprint(doc["status_code"], " ", doc["channel_response_code"], " ", doc["channel_response_message"]); got != c.says {
				t.Errorf("%s: got %v", c.body, doc)
			}
		}
		one := st.create("62", "81212345678")["account_id"]
		if two := st.create("62", "81212345678")["account_id"]; one == two {
			t.Error("an idempotency key worked")
		}
	})
	bubble(t, Options{NoLinking: true}, func(st *stage) {
		if got := st.create("62", "81212345678")["status_code"]; got != "402" {
			t.Errorf("not enabled: got %v", got)
		}
	})
}

// TestAccountClient is the product's own client against the pay accounts.
func TestAccountClient(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		c := st.api(midtrans.Options{NotifyURLs: []string{"http://shop/n"}})
		phone := func(s string) midtrans.AccountRequest {
			p, err := midtrans.ParsePhone(s)
			st.must(err)
			return midtrans.AccountRequest{Phone: p}
		}
		for number, want := range map[string]midtrans.Reason{
			"123450001": midtrans.ReasonNotRegistered, "123450002": midtrans.ReasonBlocked, "+628271939753": midtrans.ReasonBlocked,
		} {
			if _, err := c.CreateAccount(st.Context(), phone(number)); midtrans.ReasonOf(err) != want {
				t.Errorf("%s: got %v", number, err)
			}
		}
		a, err := c.CreateAccount(st.Context(), phone("0821-5023-424"))
		st.must(err)
		if a.Status != midtrans.AccountPending || !strings.Contains(a.ActivationURL(), "/v2/gopay/redirect/gpar_") || !strings.Contains(a.ActivationApp(), "/v2/gopay/redirect/gpad_") {
			t.Errorf("got %+v", a)
		}
		st.must(st.Activate(a.ID))
		r := midtrans.ChargeRequest{PaymentType: "gopay", OrderID: "a-1", GrossAmount: 99_999, GoPay: &midtrans.GoPayOptions{AccountID: a.ID}}
		tx, err := c.ChargeLinked(st.Context(), r, "")
		if err != nil || !tx.Paid() || tx.PaymentOptionType != midtrans.OptionWallet {
			t.Errorf("charge: got %+v, %v", tx, err)
		}
		if a, err = c.Unbind(st.Context(), a.ID); err != nil || a.Status != midtrans.AccountDisabled {
			t.Errorf("unbind: got %+v, %v", a, err)
		}
		r.OrderID = "a-2"
		if _, err = c.ChargeLinked(st.Context(), r, ""); midtrans.ReasonOf(err) != midtrans.ReasonNotLinked {
			t.Errorf("unlinked: got %v", err)
		}
	})
}

func TestAccountControls(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		id := st.create("62", "81212345678")["account_id"].(string)
		for _, c := range []struct {
			path   string
			status int
			field  string
			want   any
		}{
			{"/sandbox/accounts/" + id + "/unlink", 409, "error", "make pay account " + id + " DISABLED: it is PENDING: the state of the order forbids it"},
			{"/sandbox/accounts/" + id + "/link", 200, "account_status", "ENABLED"},
			{"/sandbox/accounts/" + id + "/topup", 200, "balance", float64(startBalance + topUp)},
			{"/sandbox/accounts/" + id + "/unlink", 200, "phone_number", "****5678"},
			{"/sandbox/accounts/nobody/link", 404, "error", "no such pay account"},
		} {
			if status, doc := st.call("POST", c.path, ""); status != c.status || doc[c.field] != c.want {
				t.Errorf("%s: got HTTP %d, %v", c.path, status, doc)
			}
		}
		if a, err := st.try("POST", "/sandbox/accounts/"+id+"/explode", ""); err != nil || a.status != http.StatusNotFound {
			t.Errorf("explode: got HTTP %d, %v", a.status, err)
		}
		a, err := st.try("GET", "/sandbox/accounts", "")
		st.must(err)
		if text := string(a.body); strings.Contains(text, "81212345678") || !strings.Contains(text, `"account_status": "DISABLED"`) {
			t.Errorf("got %s", text)
		}
	})
}
