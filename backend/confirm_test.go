package backend

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const receiptOrder = "KASIR-00000001"

// confirming is a town whose terminals are told how to make receipts.
func confirming(t *testing.T) *town {
	return settle(t, func(o *Options) {
		o.ConfirmSecret = bytes.Repeat([]byte{7}, MinConfirmSecret)
		o.Merchant.PublicURL = "https://toko.example/"
	})
}

// phone is a receipt in a customer's hands.
type phone struct {
	*town
	wire.Receipt
	key []byte
}

// scan makes the receipt as the terminal does, from what its hello said.
func (t *town) scan(amount int64) phone {
	t.Helper()
	var h wire.Hello
	if t.request("GET", "/v1/devices/KASIR?journal="+journal, nil, &h); h.ConfirmURL != "https://toko.example" {
		t.Fatalf("hello: %q", h.ConfirmURL)
	}
	key, err := hex.DecodeString(h.ConfirmKey)
	if err != nil || len(h.ConfirmKey) != wire.ConfirmKeyLen {
		t.Fatalf("key of %d digits, %v", len(h.ConfirmKey), err)
	}
	return phone{t, wire.Receipt{Device: "KASIR", Order: receiptOrder, Amount: amount, Count: 1}, key}
}

// page opens an address, or presses the button on it.
func (t *town) page(method, token string) (int, string) {
	t.Helper()
	return t.pageAt(method, "/r/", token)
}

// pageAt opens a page that people reach by an address from a glass.
func (t *town) pageAt(method, path, token string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://backend.test"+path+token, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: t.net.transport()}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := readAPI(t.T).conforms(method, path+"token", res, text); err != nil {
		t.Errorf("not as openapi.json says: %v", err)
	}
	policy := res.Header.Get("Content-Security-Policy")
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" || !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("headers %v", res.Header)
	}
	return res.StatusCode, string(text)
}

// want opens the receipt and wants what it says, and no other code than one of v.
func (p phone) want(method, say string, v wire.Verdict) {
	p.Helper()
	status, text := p.page(method, p.Token(p.key))
	if status != http.StatusOK || !strings.Contains(text, say) {
		p.Errorf("%s: HTTP %d, want %q in\n%s", method, status, say, text)
	}
	for _, of := range []wire.Verdict{wire.VerdictPaid, wire.VerdictUnpaid} {
		code := p.Code(p.key, of)
		if got := strings.Contains(text, code[:4]+"\u00a0"+code[4:]); got != (of == v) {
			p.Errorf("%s: the code for %s is there: %v, want it for %q in\n%s", method, of, got, v, text)
		}
	}
}

func TestReceiptPaid(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		p.want("GET", "belum kami terima", "")
		p.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		p.pay(receiptOrder)
		time.Sleep(11 * time.Second) // since the provider was asked last
		p.want("GET", "LUNAS", wire.VerdictPaid)
		p.want("POST", "LUNAS", wire.VerdictPaid) // too late to cancel
		if p.calls.cancel.Load() != 0 {
			t.Error("a paid charge was cancelled")
		}
		if log := p.logged(); strings.Contains(log, p.Token(p.key)) || strings.Contains(log, hex.EncodeToString(p.key)) {
			t.Error("a receipt's address or key is in the log")
		}
	})
}

func TestReceiptCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		p.want("POST", "BELUM DIBAYAR – dibatalkan", wire.VerdictUnpaid)
		if p.calls.cancel.Load() != 1 || p.calls.status.Load() == 0 {
			t.Errorf("%d cancels, %d readings", p.calls.cancel.Load(), p.calls.status.Load())
		}
		p.want("GET", "NOT PAID", wire.VerdictUnpaid)
		if f := p.facts(receiptOrder); f.State != ledger.Cancelled {
			t.Errorf("the book says %s", f.State)
		}
		other := p
		other.Count = 2
		other.want("GET", "NOT PAID", wire.VerdictUnpaid) // its own code, not the first one's
	})
}

// The payer was quicker than the button.
func TestReceiptPaidWhileCancelling(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		p.fault(sandbox.Fault{Kind: sandbox.DropNotification})
		p.pay(receiptOrder)
		p.want("POST", "LUNAS", wire.VerdictPaid)
	})
}

// A cancel that nobody has read back is no code, in either direction.
func TestReceiptUncertain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		time.Sleep(11 * time.Second)
		p.fault(sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpStatus, Count: 1000})
		p.want("GET", "belum kami terima", "")
		p.want("POST", "Sedang dibatalkan", "") // done, and not read back
		if p.calls.cancel.Load() == 0 {
			t.Error("it was not cancelled")
		}
		p.want("GET", "Sedang dibatalkan", "")
	})
}

func TestReceiptStrangers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		p.put("KASIR-00000002", 25_000)
		own := p.Token(p.key)
		_, proof, _ := strings.Cut(own, ".1.")
		less, next, missing := p.Receipt, p.Receipt, p.Receipt
		less.Amount--
		next.Order, missing.Order = "KASIR-00000002", "KASIR-00000009"
		_, want := p.page("GET", "x")
		for name, token := range map[string]string{
			"empty proof": receiptOrder + ".1.", "other order": "KASIR-00000002.1." + proof, "other count": receiptOrder + ".2." + proof,
			"other amount": less.Token(p.key), "other key": p.Token(p.key[1:]), "no such order": missing.Token(p.key),
			"not an order": "KASIR-1.1." + proof, "markup": "%3Cscript%3E.1.x", "long": strings.Repeat("a", 4000) + ".1.x",
		} {
			for _, method := range []string{"GET", "POST"} {
				if status, text := p.page(method, token); status != http.StatusNotFound || text != want {
					t.Errorf("%s %s: HTTP %d\n%s", method, name, status, text)
				}
			}
		}
		if status, _ := p.page("GET", next.Token(p.key)); status != http.StatusOK {
			t.Errorf("its own receipt of another sale: HTTP %d", status)
		}
		if p.calls.cancel.Load() != 0 || p.facts(receiptOrder).CancelWanted {
			t.Error("a stranger cancelled a sale")
		}
		p.options.ConfirmSecret = nil
		p.kill()
		p.start()
		if status, text := p.page("GET", own); status != http.StatusNotFound || text != want {
			t.Errorf("without a secret: HTTP %d\n%s", status, text)
		}
	})
}

func TestReceiptIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		for n := range perMinute + 3 {
			want := http.StatusOK
			if n >= perMinute {
				want = http.StatusTooManyRequests
			}
			if status, _ := p.page("GET", p.Token(p.key)); status != want {
				t.Errorf("look %d: HTTP %d, want %d", n+1, status, want)
			}
		}
		if n := p.calls.status.Load(); n > 2 {
			t.Errorf("the provider was asked %d times", n)
		}
		time.Sleep(time.Minute)
		for range maxReading {
			p.backend.reading <- struct{}{}
		}
		if status, _ := p.page("GET", p.Token(p.key)); status != http.StatusServiceUnavailable {
			t.Errorf("with every place taken: HTTP %d", status)
		}
		for range maxReading {
			<-p.backend.reading
		}
		p.book.Close()
		if status, _ := p.page("GET", p.Token(p.key)); status != http.StatusServiceUnavailable {
			t.Errorf("without a book: HTTP %d", status)
		}
	})
}
