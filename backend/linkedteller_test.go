package backend

import (
	"context"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

func linkedCall() ledger.Call {
	return ledger.Call{Verb: ledger.Send, Order: "KASIR-00000001", Amount: 250_000, Mark: strings.Repeat("m", 36),
		PaymentType: "gopay", Account: "A1", Lifetime: midtrans.VerificationLife}
}

func TestTellerLinkedCharge(t *testing.T) {
	p := &fakeProvider{}
	newTeller(Options{Provider: p}).ask(t.Context(), linkedCall())
	r := p.charge
	if r.GoPay == nil || r.GoPay.AccountID != "A1" || r.PaymentType != "gopay" || p.option != midtrans.OptionWallet ||
		r.IdempotencyKey != linkedCall().Mark || r.CustomExpiry == nil || r.CustomExpiry.Duration != 5 || r.CustomExpiry.Unit != "minute" {
		t.Errorf("sent %+v, option %q", r, p.option)
	}
}

func TestTellerLinkedRefusals(t *testing.T) {
	for _, test := range []struct {
		err     error
		outcome ledger.Outcome
		reason  string
		retry   bool
	}{
		{&midtrans.APIError{Code: 412, Reason: midtrans.ReasonNotLinked}, ledger.Locked, wire.ReasonNotLinked, false},
		{&midtrans.APIError{Code: 503, Reason: midtrans.ReasonTryLater}, ledger.Refused, wire.ReasonBusy, true},
		{&midtrans.APIError{Code: 410}, ledger.Refused, wire.ReasonBlocked, false},
		{&midtrans.APIError{Code: 402, ChannelCode: "112"}, ledger.Refused, wire.ReasonBlocked, false},
		{&midtrans.APIError{Code: 404, ChannelCode: "101"}, ledger.Absent, wire.ReasonNoWallet, false},
		{&midtrans.APIError{Code: 404, Message: "GoPay Wallet doesn't exist."}, ledger.Absent, wire.ReasonNoWallet, false},
		{&midtrans.APIError{Code: 404, Message: "Transaction doesn't exist."}, ledger.Absent, wire.ReasonRejected, false},
		{&midtrans.APIError{Code: 412, Reason: midtrans.ReasonNotRegistered}, ledger.Locked, wire.ReasonNoWallet, false},
		{&midtrans.APIError{Code: 402}, ledger.Refused, wire.ReasonChannelOff, false},
		{&midtrans.APIError{Code: 401, Reason: midtrans.ReasonMerchant}, ledger.Refused, wire.ReasonKey, false},
		{&midtrans.APIError{Code: 429}, ledger.Refused, wire.ReasonLimit, true},
		{&midtrans.APIError{Code: 400, Validation: []string{"GoPay token is invalid for the payment"}}, ledger.Refused, wire.ReasonBusy, true},
		{&midtrans.APIError{Code: 406}, ledger.Duplicate, wire.ReasonDuplicate, true},
		{&midtrans.UnknownError{Op: "charge", Err: context.DeadlineExceeded}, ledger.Unknown, "", false},
	} {
		got := newTeller(Options{Provider: &fakeProvider{err: test.err}}).ask(t.Context(), linkedCall())
		if got.Outcome != test.outcome || got.Reason.Code != test.reason || got.Reason.Retry != test.retry {
			t.Errorf("%v: %+v, want %s %s", test.err, got, test.outcome, test.reason)
		}
	}
}

// oneWallet is a book of wallets with one in it.
type oneWallet struct {
	wallet.Book
	is  wallet.Facts
	err error
}

func (b oneWallet) Wallet(_ context.Context, customer string) (wallet.Facts, bool, error) {
	return b.is, customer == b.is.Customer, b.err
}

// TestTellerConsent: a wallet whose link was undone after the terminal asked is not
// charged, nor one of which that cannot be found out.
func TestTellerConsent(t *testing.T) {
	linked := wallet.Facts{Customer: "c-1", State: wallet.Linked, Account: "A1"}
	again, undone, leaving := linked, linked, linked
	again.Account, undone.State, leaving.State = "A2", wallet.Unlinked, wallet.Unlinking
	for name, test := range map[string]struct {
		book   oneWallet
		sent   bool
		reason string
	}{
		"still linked":           {oneWallet{is: linked}, true, ""},
		"linked anew":            {oneWallet{is: again}, false, wire.ReasonNotLinked},
		"undone":                 {oneWallet{is: undone}, false, wire.ReasonNotLinked},
		"its end was asked for":  {oneWallet{is: leaving}, false, wire.ReasonNotLinked},
		"the book has no answer": {oneWallet{is: linked, err: context.DeadlineExceeded}, false, wire.ReasonBusy},
	} {
		p := &fakeProvider{}
		k := linkedCall()
		k.Customer = "c-1"
		got := newTeller(Options{Provider: p, Wallets: test.book}).ask(t.Context(), k)
		if sent := p.charge.OrderID != ""; sent != test.sent || !sent && (got.Outcome != ledger.Refused || got.Reason.Code != test.reason) {
			t.Errorf("%s: sent %v, %+v; want %v, %s", name, sent, got, test.sent, test.reason)
		}
	}
}

// TestTellerPages: a page that is not the provider's does not come through.
func TestTellerPages(t *testing.T) {
	for address, want := range map[string]ledger.Tx{
		"https://api.midtrans.com/v2/gopay/redirect/gppr_1/charge": {VerifyURL: "https://api.midtrans.com/v2/gopay/redirect/gppr_1/charge"},
		"https://evil.example/pin":                                 {BadLink: true},
		"":                                                         {},
	} {
		p := &fakeProvider{tx: midtrans.Transaction{TransactionID: "T1", OrderID: "KASIR-00000001", Status: "pending",
			Actions: []midtrans.Action{{Name: midtrans.ActionVerifyURL, URL: address}}}}
		got := newTeller(Options{Provider: p}).ask(t.Context(), linkedCall())
		if got.Outcome != ledger.Done || got.Tx.VerifyURL != want.VerifyURL || got.Tx.BadLink != want.BadLink {
			t.Errorf("%q: %+v", address, got.Tx)
		}
	}
	if d := newTeller(Options{Provider: &fakeProvider{}}).told(midtrans.Transaction{Status: "deny", FraudStatus: "accept", ChannelResponseCode: "201"}); d.Reason.Code != wire.ReasonBalance || time.Duration(0) != d.Lifetime {
		t.Errorf("%+v", d)
	}
}
