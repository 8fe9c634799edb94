package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

// snap makes a page and gives its path.
func (st *stage) snap(order, more string) (token, path string) {
	st.Helper()
	status, doc := st.call("POST", "/snap/v1/transactions",
		fmt.Sprintf(`{"transaction_details":{"order_id":%q,"gross_amount":100000}%s}`, order, more), "X-Override-Notification", "http://shop/n")
	if status != http.StatusCreated {
		st.Fatalf("got HTTP %d, %v", status, doc)
	}
	token, _ = doc["token"].(string)
	return token, strings.TrimPrefix(doc["redirect_url"].(string), "http://provider")
}

const linkable = `,"enabled_payments":["gopay"],"gopay":{"tokenization":true},"user_id":"user-1","callbacks":{"finish":"https://shop.example/done"}`

func TestSnapRefused(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.charge("open", 100_000)
		st.charge("paid", 100_000)
		st.must(st.Pay("paid"))
		for _, c := range []struct{ body, says string }{
			{`null`, "transaction_details.order_id is required"},
			{`{`, "JSON is invalid"},
			{`{"transaction_details":{"order_id":"a","gross_amount":0}}`, "gross_amount must be greater than or equal to 1"},
			{`{"transaction_details":{"order_id":"a","gross_amount":10},"item_details":[{"name":"x","price":3,"quantity":3}]}`, "transaction_details.gross_amount is not equal to the sum of item_details"},
			{`{"transaction_details":{"order_id":"paid","gross_amount":10}}`, "transaction_details.order_id has been paid and utilized, please use another order ID"},
			{`{"transaction_details":{"order_id":"open","gross_amount":10}}`, "transaction_details.order_id has already been taken"},
			{`{"transaction_details":{"order_id":"a/b","gross_amount":10}}`, "order_id contains invalid characters"},
			{`{"transaction_details":{"order_id":"a","gross_amount":10},"gopay":{"tokenization":true}}`, "user_id is required"},
			{`{"transaction_details":{"order_id":"a","gross_amount":10},"user_id":"` + strings.Repeat("x", 256) + `"}`, "user_id is too long"},
			{`{"transaction_details":{"order_id":"a","gross_amount":10},"expiry":{"duration":1,"unit":"second"}}`, "expiry is invalid"},
			{`{"transaction_details":{"order_id":"a","gross_amount":10},"gopay":{"phone_number":"0812"}}`, "gopay.phone_number is invalid"},
		} {
			status, doc := st.call("POST", "/snap/v1/transactions", c.body)
			if status != 400 || doc["status_code"] != nil || !strings.Contains(fmt.Sprint(doc["error_messages"]), c.says) {
				t.Errorf("%.90s: got HTTP %d, %v", c.body, status, doc)
			}
		}
		r, err := http.NewRequestWithContext(st.Context(), "POST", "http://provider/snap/v1/transactions", nil)
		st.must(err)
		res, err := st.http.Do(r)
		st.must(err)
		res.Body.Close()
		if res.StatusCode != 401 {
			t.Errorf("no key: got HTTP %d", res.StatusCode)
		}
		st.must(st.Faults().Set(Fault{Kind: Error500, Op: OpSnap}))
		if status, doc := st.call("POST", "/snap/v1/transactions", `{"transaction_details":{"order_id":"a","gross_amount":1}}`); status != 500 || doc["error_messages"] == nil {
			t.Errorf("trouble: got HTTP %d, %v", status, doc)
		}
	})
}

// TestSnapSDK is what the provider's SDK for Python sends when it is tested.
func TestSnapSDK(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.snap("py-midtransclient-test-2026-11-21 13:07:38", `,"item_details":[{"id":"ITEM1","price":"100000","quantity":1,"name":"Bear"}],
			"credit_card":{"secure":true},"expiry":{"start_time":"2030-12-20 18:11:08 +0700","unit":"minutes","duration":1}`)
	})
}

// TestSnapQR: no transaction before the buyer picks, then any other one.
func TestSnapQR(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		token, path := st.snap("a", `,"expiry":{"duration":5,"unit":"minutes"}`)
		if _, again := st.snap("a", ""); len(token) != 36 || again == path {
			t.Errorf("another page for the order: got %s", again)
		}
		if _, doc := st.call("GET", "/v2/a/status", ""); doc["status_code"] != "404" {
			t.Errorf("nothing picked: got %v", doc)
		}
		if _, text := st.browse("GET", path, nil); !strings.Contains(text, "Rp 100.000") || !strings.Contains(text, `id="qr"`) || strings.Contains(text, `id="link"`) {
			t.Errorf("got %s", text)
		}
		for range 2 { // picking twice is one transaction
			if a, _ := st.browse("POST", path, url.Values{"do": {"qr"}}); a.status != http.StatusSeeOther {
				t.Errorf("picked: got HTTP %d", a.status)
			}
		}
		orders := st.Orders()
		if len(orders) != 1 || orders[0].ExpiresSeconds != 5*60 {
			t.Fatalf("got %+v", orders)
		}
		if _, text := st.browse("GET", path, nil); !strings.Contains(text, "/v2/gopay/"+orders[0].TransactionID+"/qr-code") {
			t.Errorf("no code in %s", text)
		}
		a, _ := st.browse("POST", path, url.Values{"do": {"app"}})
		if got := a.header.Get("Location"); got != appPage(orders[0].TransactionID) {
			t.Errorf("app: sent to %s", got)
		}
		st.must(st.Pay("a"))
		if _, text := st.browse("GET", path, nil); !strings.Contains(text, "Pembayaran berhasil") {
			t.Errorf("paid: got %s", text)
		}
		synctest.Wait()
		if got := states(st.shop.took()); got != "a pending, a settlement" {
			t.Errorf("told %s", got)
		}
		if a, _ := st.browse("GET", "/snap/v4/redirection/nobody", nil); a.status != 404 {
			t.Errorf("nobody: got HTTP %d", a.status)
		}
		time.Sleep(snapPageLife)
		if a, _ := st.browse("POST", path, url.Values{"do": {"qr"}}); a.status != http.StatusGone {
			t.Errorf("too late: got HTTP %d", a.status)
		}
	})
}

// TestSnapLink links a wallet on a page, pays with it, and once more.
func TestSnapLink(t *testing.T) {
	bubble(t, Options{NotifyURL: "http://shop/n"}, func(st *stage) {
		token, path := st.snap("first", linkable)
		if status, doc := st.call("GET", "/snap/v3/users/user-1/gopay", ""); status != 404 || fmt.Sprint(doc["error_messages"]) != "[account not found]" || doc["locale"] != "en" {
			t.Errorf("nobody: got HTTP %d, %v", status, doc)
		}
		for _, c := range []struct{ number, pin, says string }{
			{"8215023424", "000000", "PIN atau OTP salah"}, {"123450001", PIN, "Tidak ada dompet"}, {"8271939753", PIN, "Tidak ada dompet"}, {"", PIN, "Tidak ada dompet"},
		} {
			_, text := st.browse("POST", path, url.Values{"do": {"link"}, "country_code": {"62"}, "phone_number": {c.number}, "otp": {OTP}, "pin": {c.pin}})
			if !strings.Contains(text, c.says) {
				t.Errorf("%s: got %s", c.number, text)
			}
		}
		st.browse("POST", path, url.Values{"do": {"link"}, "country_code": {"62"}, "phone_number": {"8215023424"}, "otp": {OTP}, "pin": {PIN}})
		_, user := st.call("GET", "/snap/v3/users/user-1/gopay", "")
		account, _ := user["account_id"].(string)
		if user["account_status"] != "ENABLED" || user["balance"] != "8000000.00" || user["phone_number"] != "****3424" || user["user_id"] != "user-1" {
			t.Errorf("linked: got %v", user)
		}
		if _, text := st.browse("POST", path, url.Values{"do": {"pay"}, "pin": {"1"}}); !strings.Contains(text, "PIN atau OTP salah") || !strings.Contains(text, "****3424") {
			t.Errorf("wrong PIN: got %s", text)
		}
		_, err := st.PayOnPage(token)
		st.must(err)
		synctest.Wait()
		next, _ := st.snap("second", linkable)
		_, err = st.PayOnPage(next)
		st.must(err)
		synctest.Wait()
		told := st.shop.took()
		if got := states(told); got != "first settlement, second settlement" {
			t.Fatalf("told %s", got)
		}
		if x := told[0].Extra; x.UserID != "user-1" || x.AccountID != account {
			t.Errorf("the first payment names %+v", x)
		}
		if told[1].Extra.AccountID != "" {
			t.Error("the second payment names the account again")
		}
		if _, doc := st.call("GET", "/v2/pay/account/"+account, ""); doc["account_status"] != "ENABLED" {
			t.Errorf("pay account: got %v", doc)
		}
		if status, doc := st.call("DELETE", "/snap/v3/users/user-1/gopay", ""); status != 200 || doc["account_status"] != "DISABLED" || doc["phone_number"] != "****3424" {
			t.Errorf("unlink: got HTTP %d, %v", status, doc)
		}
		if status, _ := st.call("DELETE", "/snap/v3/users/user-1/gopay", ""); status != 404 {
			t.Errorf("unlink again: got HTTP %d", status)
		}
		synctest.Wait()
		if got := st.shop.took(); len(got) != 1 || !strings.Contains(got[0].raw, `"DISABLED"`) {
			t.Errorf("unlinked: told %d times", len(got))
		}
	})
}

// TestSnapLocked: the number is the merchant's, and codes are not offered.
func TestSnapLocked(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		token, path := st.snap("a", `,"gopay":{"tokenization":true,"enforce_tokenization":true,"phone_number":"8242014881","country_code":"62"},"user_id":"u"`)
		if _, err := st.PickQR(token); err == nil {
			t.Error("a code was made all the same")
		}
		st.must(st.LinkOnPage(token, "62", "8215023424"))
		id, err := st.PayOnPage(token)
		st.must(err)
		if _, doc := st.call("GET", "/v2/"+id+"/status", ""); doc["transaction_status"] != "deny" || doc["channel_response_code"] != "201" {
			t.Errorf("the locked wallet is empty: got %v", doc)
		}
		if _, text := st.browse("GET", path, nil); !strings.Contains(text, "Pembayaran ditolak") || strings.Contains(text, `id="qr"`) {
			t.Errorf("got %s", text)
		}
		st.must(st.TopUp(st.Accounts()[0].AccountID, 200_000))
		again, err := st.PayOnPage(token) // a second try under the same order id
		if err != nil || again == id || len(st.Orders()) != 2 {
			t.Errorf("again: got %s, %v", again, err)
		}
	})
}

// TestSnapClient is the product's own client.
func TestSnapClient(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		c := st.api(midtrans.Options{NotifyURLs: []string{"http://shop/n"}})
		user, err := midtrans.DeriveUserID([]byte("sixteen bytes of salt"), "customer 7")
		st.must(err)
		phone, err := midtrans.ParsePhone("08215023424")
		st.must(err)
		page, err := c.Snap(st.Context(), midtrans.SnapRequest{OrderID: "a", GrossAmount: 25_000, UserID: user, GoPay: midtrans.Lock(phone)})
		st.must(err)
		if _, err := c.SnapUser(st.Context(), user); !midtrans.IsNotFound(err) {
			t.Errorf("nobody: got %v", err)
		}
		st.must(st.LinkOnPage(page.Token, "", ""))
		_, err = st.PayOnPage(page.Token)
		st.must(err)
		if u, err := c.SnapUser(st.Context(), user); err != nil || u.AccountStatus != "ENABLED" || u.Balance != "7975000.00" {
			t.Errorf("user: got %+v, %v", u, err)
		}
		if _, err := c.Snap(st.Context(), midtrans.SnapRequest{OrderID: "a", GrossAmount: 25_000}); !midtrans.IsDuplicate(err) {
			t.Errorf("twice: got %v", err)
		}
		if _, err := c.SnapUnlink(st.Context(), user); err != nil {
			t.Errorf("unlink: got %v", err)
		}
	})
}
