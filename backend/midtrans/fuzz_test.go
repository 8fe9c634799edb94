package midtrans

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzProviderReply: whatever status and bytes come back to a question about
// one order, the outcome is one of three: a transaction that is that order's,
// a refusal, or that nothing is known.
func FuzzProviderReply(f *testing.F) {
	const order = "KASIR-00000042"
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(200, body)
	}
	ours := []byte(`{"status_code":"200","transaction_status":"settlement","order_id":"` + order + `","gross_amount":"25000.00","transaction_id":"t"}`)
	for _, status := range []int{200, 201, 202, 400, 404, 406, 409, 429, 500, 503} {
		f.Add(status, ours)
		f.Add(status, bytes.Replace(ours, []byte(`"200"`), []byte(`"500"`), 1))
		f.Add(status, []byte(`<html>`))
		f.Add(status, []byte{})
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, op := range []string{"charge", "status", "cancel", "expire"} {
			got, err := judge(call{op: op, id: order}, status, body)
			var refused *APIError
			var doubt *UnknownError
			switch {
			case err == nil && got.OrderID != order && got.TransactionID != order && got.Status != StatusDeny:
				t.Errorf("%s: an answer about %q was taken", op, got.OrderID)
			case err == nil && (got.Status == "" || got.GrossAmount < 0 || got.RefundAmount < 0 || got.OriginalAmount() > got.GrossAmount):
				t.Errorf("%s: %+v was taken", op, got)
			case err == nil && got.Paid() && !bytes.Contains(body, []byte("200")):
				t.Errorf("%s: paid by %q", op, body)
			case err != nil && !errors.As(err, &refused) && !errors.As(err, &doubt):
				t.Errorf("%s: %v is neither a refusal nor a doubt", op, err)
			}
		}
	})
}

// FuzzParseAccountNotification: nothing about a wallet is believed without a
// signature, and none of a stranger's verifies.
func FuzzParseAccountNotification(f *testing.F) {
	body, err := os.ReadFile("testdata/seeds/000-notify-link.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := ParseAccountNotification(body)
		if err == nil && n.Verify("a key that nobody has") == nil {
			t.Errorf("verified %q", body)
		}
	})
}
