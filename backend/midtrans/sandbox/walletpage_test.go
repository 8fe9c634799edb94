package sandbox

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// browse is a browser that does not follow redirects.
func (st *stage) browse(method, path string, form url.Values) (answered, string) {
	st.Helper()
	st.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	path = strings.TrimPrefix(path, "http://provider")
	a, err := st.try(method, path, form.Encode(), "Accept", browser, "Content-Type", "application/x-www-form-urlencoded")
	st.must(err)
	return a, html.UnescapeString(string(a.body))
}

// action is the URL of an answer's action.
func action(doc map[string]any, name string) string {
	list, _ := doc["actions"].([]any)
	for _, a := range list {
		if a := a.(map[string]any); a["name"] == name {
			return a["url"].(string)
		}
	}
	return ""
}

// TestLinkPages links a wallet as a person does.
func TestLinkPages(t *testing.T) {
	bubble(t, Options{MerchantName: "Warung Sari"}, func(st *stage) {
		doc := st.create("62", "81212345678")
		id := doc["account_id"].(string)
		web, app := action(doc, "activation-link-url"), action(doc, "activation-link-app")
		if a, _ := st.browse("HEAD", web, nil); a.status != http.StatusSeeOther {
			t.Errorf("a preview: got HTTP %d", a.status)
		}
		opened, _ := st.browse("GET", web, nil)
		page := opened.header.Get("Location")
		if a, text := st.browse("GET", web, nil); a.status != http.StatusGone || !strings.Contains(text, "Tautan tidak berlaku lagi") {
			t.Errorf("opened twice: got HTTP %d", a.status)
		}
		for range 2 {
			if a, _ := st.browse("GET", app, nil); a.status != http.StatusSeeOther {
				t.Errorf("app: got HTTP %d", a.status)
			}
		}
		for range 2 { // the page itself may be loaded again
			a, text := st.browse("GET", page+"?lang=en", nil)
			for _, want := range []string{"Warung Sari", "****5678", "may charge this wallet", `name="otp"`, `name="pin"`, `id="refuse"`} {
				if !strings.Contains(text, want) {
					t.Errorf("HTTP %d: %q is not in %s", a.status, want, text)
				}
			}
			if strings.Contains(text, "81212345678") {
				t.Error("the whole number is shown")
			}
		}
		for _, form := range []url.Values{{"pin": {PIN}}, {"otp": {OTP}}, {"pin": {OTP}, "otp": {PIN}}} {
			if a, text := st.browse("POST", page, form); a.status != 200 || !strings.Contains(text, "PIN atau OTP salah") {
				t.Errorf("%v: got HTTP %d", form, a.status)
			}
		}
		if got := st.Accounts()[0].Status; got != "PENDING" {
			t.Errorf("after wrong ones: got %s", got)
		}
		a, _ := st.browse("POST", page, url.Values{"pin": {PIN}, "otp": {OTP}, "do": {"ok"}})
		if got := a.header.Get("Location"); a.status != http.StatusSeeOther || got != "https://shop.example/linked" {
			t.Errorf("linked: got HTTP %d to %s", a.status, got)
		}
		if _, text := st.browse("GET", page, nil); !strings.Contains(text, "Dompet terhubung") {
			t.Errorf("linked: got %s", text)
		}
		if a, _ := st.browse("POST", page, url.Values{"do": {"refuse"}}); a.status != http.StatusGone || st.Accounts()[0].Status != "ENABLED" {
			t.Errorf("refused afterwards: got HTTP %d", a.status)
		}
		if _, text := st.browse("GET", "/sandbox/wallets", nil); !strings.Contains(text, "Rp 1.000.000") || !strings.Contains(text, "/sandbox/accounts/"+id+"/unlink") {
			t.Errorf("wallets: got %s", text)
		}
		st.browse("POST", "/sandbox/accounts/"+id+"/unlink", url.Values{"back": {"/sandbox/wallets"}})
		if got := st.Accounts()[0].Status; got != "DISABLED" {
			t.Errorf("unlinked: got %s", got)
		}
	})
}

// TestTwoFingers: a form that is sent many times at once links once, and
// charges once.
func TestTwoFingers(t *testing.T) {
	bubble(t, Options{NotifyURL: "http://shop/n"}, func(st *stage) {
		press := func(page string) {
			var fingers sync.WaitGroup
			for range 8 {
				fingers.Go(func() {
					body := url.Values{"pin": {PIN}, "otp": {OTP}}.Encode()
					if _, err := st.try("POST", page, body, "Content-Type", "application/x-www-form-urlencoded"); err != nil {
						t.Error(err)
					}
				})
			}
			fingers.Wait()
			synctest.Wait()
		}
		st.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		doc := st.create("62", "8215023424")
		press(st.Accounts()[0].Ticket)
		if got := st.shop.took(); len(got) != 1 {
			t.Errorf("linked: told %d times", len(got))
		}
		id := doc["account_id"].(string)
		token, _ := st.token(id)
		st.bill("a", 150_000, id, token, "")
		press(st.Orders()[0].PINPage)
		if got := states(st.shop.took()); got != "a pending, a settlement" {
			t.Errorf("charged: told %s", got)
		}
		if _, balance := st.token(id); balance != "7850000.00" {
			t.Errorf("got balance %s", balance)
		}
	})
}

func TestLinkRefused(t *testing.T) {
	bubble(t, Options{LinkLife: time.Minute}, func(st *stage) {
		doc := st.create("62", "81212345678")
		page, _ := st.browse("GET", action(doc, "activation-link-app"), nil)
		a, _ := st.browse("POST", page.header.Get("Location"), url.Values{"do": {"refuse"}})
		if got := st.Accounts()[0].Status; a.status != http.StatusSeeOther || got != "EXPIRED" {
			t.Errorf("refused: got HTTP %d, %s", a.status, got)
		}
		doc = st.create("62", "81212345678")
		time.Sleep(time.Minute)
		for _, name := range []string{"activation-link-url", "activation-link-app"} {
			if a, _ := st.browse("GET", action(doc, name), nil); a.status != http.StatusGone {
				t.Errorf("%s, too late: got HTTP %d", name, a.status)
			}
		}
		for _, path := range []string{"/v2/gopay/redirect/gpar_x/link", "/v2/gopay/redirect/x/charge"} {
			if a, _ := st.browse("GET", path, nil); a.status != http.StatusGone {
				t.Errorf("%s: got HTTP %d", path, a.status)
			}
		}
		web := strings.Split(action(doc, "activation-link-url"), "/")
		if a, _ := st.browse("GET", walletPage(web[6]), nil); a.status != http.StatusNotFound {
			t.Errorf("the page of an unopened link: got HTTP %d", a.status)
		}
	})
}

// TestPINPages pays a large bill as a person does, or does not.
func TestPINPages(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		id := st.link("8215023424")
		bill := func(order string) (web, app string) {
			t.Helper()
			token, _ := st.token(id)
			_, doc := st.bill(order, 150_000, id, token, `,"callback_url":"shop://back?from=till"`)
			return action(doc, "verification-link-url"), action(doc, "verification-link-app")
		}
		state := func(order, want string) {
			t.Helper()
			if _, doc := st.call("GET", "/v2/"+order+"/status", ""); doc["transaction_status"] != want {
				t.Errorf("%s: got %v, want %s", order, doc["transaction_status"], want)
			}
		}
		web, _ := bill("paid")
		opened, _ := st.browse("GET", web, nil)
		page := opened.header.Get("Location")
		if a, _ := st.browse("GET", web, nil); a.status != http.StatusGone {
			t.Errorf("opened twice: got HTTP %d", a.status)
		}
		if _, text := st.browse("GET", page, nil); !strings.Contains(text, "Rp 150.000") || strings.Contains(text, `name="otp"`) {
			t.Errorf("got %s", text)
		}
		if _, text := st.browse("POST", page, url.Values{"pin": {"000000"}}); !strings.Contains(text, "salah") {
			t.Errorf("wrong PIN: got %s", text)
		}
		state("paid", "pending")
		a, _ := st.browse("POST", page, url.Values{"pin": {PIN}})
		if got := a.header.Get("Location"); got != "shop://back?from=till&order_id=paid&result=success" {
			t.Errorf("back to %s", got)
		}
		state("paid", "settlement")

		_, app := bill("abandoned")
		opened, _ = st.browse("GET", app, nil)
		a, _ = st.browse("POST", opened.header.Get("Location"), url.Values{"do": {"refuse"}})
		if got := a.header.Get("Location"); got != "shop://back?from=till&order_id=abandoned&result=failure" {
			t.Errorf("back to %s", got)
		}
		state("abandoned", "pending")
		time.Sleep(5 * time.Minute)
		if a, _ := st.browse("GET", app, nil); a.status != http.StatusGone {
			t.Errorf("too late: got HTTP %d", a.status)
		}
		if err := st.EnterPIN("abandoned", PIN); err == nil {
			t.Error("the PIN was taken too late")
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		state("abandoned", "expire")

		bill("broke")
		st.must(st.TopUp(id, -7_900_000))
		st.must(st.EnterPIN("broke", PIN))
		state("broke", "deny")
		if _, balance := st.token(id); balance != "0.00" {
			t.Errorf("got balance %s", balance)
		}
	})
}
