package backend

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/qrimage"
	"kasir/backend/wire"
)

// fakeProvider answers every call with the same.
type fakeProvider struct {
	tx     midtrans.Transaction
	err    error
	charge midtrans.ChargeRequest
	id     string
	option string

	account midtrans.Account
}

func (p *fakeProvider) Charge(_ context.Context, r midtrans.ChargeRequest) (midtrans.Transaction, error) {
	p.charge = r
	return p.tx, p.err
}

func (p *fakeProvider) ChargeLinked(_ context.Context, r midtrans.ChargeRequest, option string) (midtrans.Transaction, error) {
	p.charge, p.option = r, option
	return p.tx, p.err
}

func (p *fakeProvider) Status(_ context.Context, id string) (midtrans.Transaction, error) {
	p.id = id
	return p.tx, p.err
}

func (p *fakeProvider) Cancel(ctx context.Context, id string) (midtrans.Transaction, error) {
	return p.Status(ctx, id)
}

func (p *fakeProvider) Expire(ctx context.Context, id string) (midtrans.Transaction, error) {
	return p.Status(ctx, id)
}

func (p *fakeProvider) CreateAccount(context.Context, midtrans.AccountRequest) (midtrans.Account, error) {
	return p.account, p.err
}

func (p *fakeProvider) Account(context.Context, string) (midtrans.Account, error) {
	return p.account, p.err
}

func (p *fakeProvider) Unbind(context.Context, string) (midtrans.Account, error) {
	return p.account, p.err
}

type fakeScanner struct {
	address *string
	text    string
	err     error
}

func (s fakeScanner) Read(_ context.Context, address string) (string, error) {
	*s.address = address
	return s.text, s.err
}

func TestTellerErrors(t *testing.T) {
	api := func(code int) error { return &midtrans.APIError{Code: code, HTTP: 200, Message: "no"} }
	for _, test := range []struct {
		err     error
		outcome ledger.Outcome
		reason  string
		retry   bool
	}{
		{api(400), ledger.Refused, wire.ReasonInvalid, false},
		{api(401), ledger.Refused, wire.ReasonKey, false},
		{api(402), ledger.Refused, wire.ReasonChannelOff, false},
		{api(403), ledger.Refused, wire.ReasonRejected, false},
		{api(404), ledger.Absent, wire.ReasonRejected, false},
		{api(406), ledger.Duplicate, wire.ReasonRejected, false},
		{api(410), ledger.Refused, wire.ReasonRejected, false},
		{api(412), ledger.Locked, wire.ReasonRejected, false},
		{api(413), ledger.Refused, wire.ReasonInvalid, false},
		{api(429), ledger.Refused, wire.ReasonLimit, true},
		{&midtrans.UnknownError{Op: "charge", Err: context.DeadlineExceeded}, ledger.Unknown, "", false},
		{errors.New("something new"), ledger.Unknown, "", false},
	} {
		tell := newTeller(Options{Provider: &fakeProvider{err: test.err}})
		for _, verb := range []ledger.Verb{ledger.Send, ledger.Status, ledger.Stop, ledger.Expire} {
			got := tell.ask(t.Context(), ledger.Call{Verb: verb, Order: "KASIR-00000001", ID: "T1"})
			if got.Verb != verb || got.Outcome != test.outcome || got.Reason.Code != test.reason || got.Reason.Retry != test.retry {
				t.Errorf("%s, %v: %+v, want %s %s", verb, test.err, got, test.outcome, test.reason)
			}
		}
	}
}

func TestTellerCharge(t *testing.T) {
	p := &fakeProvider{}
	call := ledger.Call{Verb: ledger.Send, Order: "KASIR-00000001", Amount: 25_000, Mark: strings.Repeat("m", 36), PaymentType: "qris", Lifetime: 15 * time.Minute}
	newTeller(Options{Provider: p}).ask(t.Context(), call)
	if r := p.charge; r.OrderID != call.Order || r.GrossAmount != 25_000 || r.IdempotencyKey != call.Mark || r.CustomExpiry != nil || r.Metadata["kasir"] != call.Mark {
		t.Errorf("sent %+v", r)
	}
	call.Lifetime = 90 * time.Second
	newTeller(Options{Provider: p}).ask(t.Context(), call)
	if e := p.charge.CustomExpiry; e == nil || e.Duration != 90 || e.Unit != "second" {
		t.Errorf("expiry %+v", e)
	}
}

func TestTold(t *testing.T) {
	told := newTeller(Options{Provider: &fakeProvider{}}).told
	read := func(text string) midtrans.Transaction {
		var tx midtrans.Transaction
		if err := json.Unmarshal([]byte(text), &tx); err != nil {
			t.Fatal(err)
		}
		return tx
	}
	fee := read(`{"transaction_id":"T1","order_id":"KASIR-00000001","status_code":"200","transaction_status":"settlement",
		"gross_amount":"10071.00","fraud_status":"accept","issuer":"gopay","settlement_time":"2026-01-01 10:00:00",
		"metadata":{"kasir":"the mark","extra_info":{"gross_amount_info":{"original_amount":"10000","gross_amount":"10071","customer_imposed_payment_fee":"71"}}}}`)
	if got := told(fee); !got.Paid || got.Amount != 10_000 || got.Mark != "the mark" || got.Issuer != "gopay" || got.SettledAt.IsZero() {
		t.Errorf("with a fee: %+v", got)
	}
	made := read(`{"transaction_id":"T1","order_id":"KASIR-00000001","status_code":"201","transaction_status":"pending","gross_amount":"10000.00",
		"transaction_time":"2026-01-01 10:00:00","expiry_time":"2026-01-01 10:15:00","metadata":"kasir",
		"actions":[{"name":"generate-qr-code-v2","url":"https://b"},{"name":"generate-qr-code","url":"https://a"}]}`)
	if got := told(made); got.Lifetime != 15*time.Minute || got.Image != "https://a" || got.Mark != "" || got.Paid {
		t.Errorf("made: %+v", got)
	}
	for text, want := range map[string]ledger.Reason{
		`"channel_response_code":"900"`:  {Code: wire.ReasonBusy, Retry: true},
		`"channel_response_code":"4060"`: {Code: wire.ReasonFraud},
		`"fraud_status":"deny"`:          {Code: wire.ReasonFraud},
		`"channel_response_code":"201"`:  {Code: wire.ReasonBalance},
		`"channel_response_code":"112"`:  {Code: wire.ReasonBlocked},
		`"channel_response_code":"119"`:  {Code: wire.ReasonUnproved, Retry: true},
		`"channel_response_code":"777"`:  {Code: wire.ReasonRejected},
		`"fraud_status":"accept"`:        {Code: wire.ReasonRejected},
	} {
		got := told(read(`{"transaction_status":"deny","status_code":"202",` + text + `}`)).Reason
		if got.Message = ""; got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
	huge := read(`{"transaction_status":"pending","qr_string":"` + strings.Repeat("0", 5000) + `"}`)
	if got := told(huge); got.QR != "" {
		t.Errorf("a code of %d bytes was taken", len(got.QR))
	}
	p := &fakeProvider{tx: midtrans.Transaction{TransactionID: strings.Repeat("x", 65), Status: "settlement"}}
	if got := newTeller(Options{Provider: p}).ask(t.Context(), ledger.Call{Verb: ledger.Status, ID: "T1"}); got.Outcome != ledger.Unknown {
		t.Errorf("an id of 65 bytes: %+v", got)
	}
}

func TestTellerScan(t *testing.T) {
	call := ledger.Call{Verb: ledger.Scan, ID: "T/1", PaymentType: "gopay"}
	for _, test := range []struct {
		image   string
		scanner fakeScanner
		outcome ledger.Outcome
		address string
	}{
		{"https://x/qr", fakeScanner{text: "QR"}, ledger.Done, "https://x/qr"},
		{"", fakeScanner{text: "QR"}, ledger.Done, "http://provider.test/v2/gopay/T%2F1/qr-code"},
		{"https://x/qr", fakeScanner{err: qrimage.ErrUnusable}, ledger.Refused, "https://x/qr"},
		{"https://x/qr", fakeScanner{err: context.DeadlineExceeded}, ledger.Unknown, "https://x/qr"},
	} {
		var address string
		test.scanner.address = &address
		call.Image = test.image
		got := newTeller(Options{Provider: &fakeProvider{}, Scanner: test.scanner, Images: mustURL("http://provider.test")}).ask(t.Context(), call)
		if got.Outcome != test.outcome || address != test.address {
			t.Errorf("%q: %+v from %s, want %s from %s", test.image, got, address, test.outcome, test.address)
		}
	}
}
