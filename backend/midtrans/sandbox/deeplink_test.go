package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestDeeplink follows the link of a gopay charge, to every end it can have.
func TestDeeplink(t *testing.T) {
	for _, c := range []struct {
		name, gopay string
		fault       []Fault
		do          string
		back, state string
	}{
		{"paid", `{"enable_callback":true,"callback_url":"someapps://callback"}`, nil, "ok", "someapps://callback?order_id=a&result=success", "settlement"},
		{"given up", `{"enable_callback":true,"callback_url":"https://shop.example/back?x=1"}`, nil, "refuse", "https://shop.example/back?x=1&order_id=a&result=failure", "pending"},
		{"a lie", `{"enable_callback":true,"callback_url":"someapps://callback"}`, []Fault{{Kind: FalseCallback}}, "ok", "someapps://callback?order_id=a&result=success", "pending"},
		{"no callback", `{"callback_url":"someapps://callback"}`, nil, "ok", "/sandbox/app/", "settlement"},
		{"no way back", `{"enable_callback":true,"callback_url":"javascript:alert(1)"}`, nil, "ok", "/sandbox/app/", "settlement"},
		{"nothing", `{}`, nil, "refuse", "/sandbox/app/", "pending"},
	} {
		bubble(t, Options{}, func(st *stage) {
			st.must(st.Faults().Set(c.fault...))
			_, doc := st.call("POST", "/v2/charge", `{"payment_type":"gopay","gopay":`+c.gopay+`,"transaction_details":{"order_id":"a","gross_amount":25000}}`)
			link := action(doc, "deeplink-redirect")
			a, text := st.browse("GET", link, nil)
			if a.status != http.StatusOK || !strings.Contains(text, "Rp 25.000") || strings.Contains(a.header.Get("Content-Security-Policy"), "form-action") {
				t.Errorf("%s: got HTTP %d, %v", c.name, a.status, a.header)
			}
			a, _ = st.browse("POST", link, url.Values{"do": {c.do}})
			got := a.header.Get("Location")
			if a.status != http.StatusSeeOther || got != c.back && (!strings.HasPrefix(got, c.back) || c.back[0] != '/') {
				t.Errorf("%s: got HTTP %d to %s", c.name, a.status, got)
			}
			if got := st.Orders()[0].Status; got != c.state {
				t.Errorf("%s: got %s, want %s", c.name, got, c.state)
			}
			if _, doc := st.call("GET", "/v2/a/status", ""); fmt.Sprint(doc["payment_type"]) != "gopay" {
				t.Errorf("%s: got %v", c.name, doc)
			}
		})
	}
	bubble(t, Options{}, func(st *stage) {
		for _, method := range []string{"GET", "POST"} {
			if a, _ := st.browse(method, "/sandbox/app/nobody", nil); a.status != http.StatusNotFound {
				t.Errorf("%s: got HTTP %d", method, a.status)
			}
		}
	})
}
