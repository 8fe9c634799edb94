package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// FuzzAttest: a code that may be drawn says rupiah, the amount that was keyed,
// and a merchant. Its checksum is made right, or nothing would come that far.
func FuzzAttest(f *testing.F) {
	body := strings.TrimSuffix(official, "6304A623")
	for _, seed := range []string{body, "", strings.Replace(body, "5409789000.00", "5406789000", 1), strings.Replace(body, "5303360", "5303840", 1)} {
		f.Add(seed, int64(789_000), "Test")
		f.Add(seed, int64(0), "")
	}
	f.Fuzz(func(t *testing.T, body string, amount int64, merchant string) {
		text := seal(body)
		if (Expect{Merchant: merchant}).Attest(text, Rupiah(amount)) != NoMismatch {
			return
		}
		q, err := ParseQRIS(text)
		if err != nil || q.Amount != Rupiah(amount) || amount < 0 || q.Currency != "360" || q.Merchant == "" {
			t.Errorf("%q for %d: %+v, %v", text, amount, q, err)
		}
		if merchant != "" && !strings.EqualFold(merchant, q.Merchant) {
			t.Errorf("%q is not of %q", text, merchant)
		}
		if !strings.Contains(text, "5303360") || amount > 0 && !strings.Contains(text, fmt.Sprint(amount)) {
			t.Errorf("%q does not say %d rupiah", text, amount)
		}
	})
}

// FuzzDecodeRecord: a record that can be read is written as it was understood.
func FuzzDecodeRecord(f *testing.F) {
	for _, r := range []Record{
		{Kind: KindJoined, Next: 43, Cursor: 97},
		{Kind: KindOpened, Order: id(1), Amount: 25_000, At: 1_760_000_000_000},
		{Kind: KindSettled, Order: id(1), Amount: 25_000, Issuer: "gopay", Transaction: "tx", Late: true},
		{Kind: KindLinked, Order: id(2), Customer: "c-1", Masked: "****7890"},
	} {
		body, err := r.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"kind":"from the future"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := DecodeRecord(body)
		if err != nil {
			return
		}
		once, err := r.Encode()
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		again, err := DecodeRecord(once)
		if err != nil {
			t.Fatalf("%q became %q: %v", body, once, err)
		}
		if twice, err := again.Encode(); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%q became %q, %v", once, twice, err)
		}
	})
}
