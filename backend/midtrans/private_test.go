package midtrans

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// TestPeopleAreNotQuoted: whatever the provider says of a number it was asked
// about, and however a call about a customer fails, neither is in the log or in
// an error.
func TestPeopleAreNotQuoted(t *testing.T) {
	const number = "81212345678"
	id := user(t, "customer 17")
	for name, answer := range map[string]http.HandlerFunc{
		"a message":        answerWith(200, `{"status_code":"404","status_message":"no wallet for 62`+number+`"}`),
		"a validation":     answerWith(400, `{"status_code":"400","status_message":"bad","validation_messages":["phone_number 0812-1234-5678 (+62 `+number+`) is bad"]}`),
		"the wallet":       answerWith(200, `{"status_code":"202","channel_response_code":"105","channel_response_message":"`+number+` not found"}`),
		"a doubt":          answerWith(200, `{"status_code":"500","status_message":"`+number+` is being looked for"}`),
		"a wallet's doubt": answerWith(200, `{"status_code":"202","channel_response_message":"`+number+` is being looked for"}`),
		"Snap":             answerWith(400, `{"error_messages":["gopay.phone_number `+number+` is bad"]}`),
		"no answer":        func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			p := serve(t, answer)
			c := client(t, p.URL, Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			_, created := c.CreateAccount(t.Context(), AccountRequest{Phone: Phone{"62", number}})
			_, paged := c.Snap(t.Context(), SnapRequest{OrderID: "ORDER-101", GrossAmount: 1, GoPay: Lock(Phone{"62", number}), UserID: id})
			_, looked := c.SnapUser(t.Context(), id)
			fmt.Fprintf(&log, "%v %v %v %+v", created, paged, looked, created)
			text := log.String()
			for _, secret := range []string{number, "0812-1234", id.String()[:64]} {
				if strings.Contains(text, secret) {
					t.Errorf("%s was told:\n%s", secret, text)
				}
			}
			if got := strings.Count(text, "op="); got != 3 {
				t.Errorf("got %d lines, want 3:\n%s", got, text)
			}
		})
	}
}

// TestMaskNumbers: codes and sums stay readable.
func TestMaskNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"GoPay code 2903, HTTP 400":          "GoPay code 2903, HTTP 400",
		"gross_amount 25000.00 is not a sum": "gross_amount 25000.00 is not a sum",
		"phone 0812 1234 5678 is not one":    "phone **** is not one",
		"(+62) 812-1234-5678":                "(****",
		"6281212345678":                      "****",
	} {
		if got := maskNumbers(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
