package backend

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kasir/backend/wire"
)

func TestTongueOf(t *testing.T) {
	for _, tt := range []struct{ query, header, want string }{
		{"", "", "id"},
		{"", "en", "en"},
		{"", "en-GB,en;q=0.9,id;q=0.8", "en"},
		{"", "id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"},
		{"", "in-ID,en;q=0.5", "id"},
		{"", "de-DE,de;q=0.9,en;q=0.3", "en"},
		{"", "id;q=0.2, en;q=0.7", "en"},
		{"", "zh,ja", "id"},
		{"", "en;q=0", "id"},
		{"", "en;q=x", "id"},
		{"", "en;q=7", "id"},
		{"", "*", "id"},
		{"", strings.Repeat("xx,", 100) + "en", "id"},
		{"?lang=en", "id", "en"},
		{"?lang=id", "en", "id"},
		{"?lang=fr", "en", "en"},
		{"?lang=%3Cscript%3E", "", "id"},
	} {
		r := httptest.NewRequest("GET", "/r/x"+tt.query, nil)
		r.Header.Set("Accept-Language", tt.header)
		if got := tongueOf(r); got.Lang != tt.want || got.Other() == got.Lang {
			t.Errorf("%s %q: got %s, want %s", tt.query, tt.header, got.Lang, tt.want)
		}
	}
}

// TestReceiptSpeaks: a receipt is in the customer's language, and the word that
// the cashier looks for is in both.
func TestReceiptSpeaks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		p.pay(receiptOrder)
		for p.get(receiptOrder).State != wire.Settled {
		}
		for header, want := range map[string][]string{
			"en-AU, id;q=0.1": {`<html lang="en">`, "<h1>PAID</h1>", `<p lang="id">LUNAS</p>`, "Tell the cashier this code:", `href="?lang=id"`},
			"id":              {`<html lang="id">`, "<h1>LUNAS</h1>", `<p lang="en">PAID</p>`, "Sebutkan kode ini ke kasir:", `href="?lang=en"`},
		} {
			r := from("198.51.100.7:99", receiptPath+p.Token(p.key))
			r.Header.Set("Accept-Language", header)
			rec := p.handle(r)
			for _, say := range want {
				if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), say) {
					t.Errorf("%s: HTTP %d, no %q in\n%s", header, rec.Code, say, rec.Body)
				}
			}
			if got := rec.Header().Get("Vary"); got != "Accept-Language" {
				t.Errorf("Vary: %q", got)
			}
		}
	})
}
