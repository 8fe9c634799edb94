package sdktest

import (
	"testing"

	"github.com/midtrans/midtrans-go/coreapi"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
)

func account(phone string) *coreapi.PaymentAccountReq {
	return &coreapi.PaymentAccountReq{PaymentType: coreapi.PaymentTypeGopay, GopayPartner: &coreapi.GopayPartnerDetails{
		PhoneNumber: phone, CountryCode: "62", RedirectURL: "https://www.gojek.com",
	}}
}

// link makes an account whose owner has let the merchant charge it.
func (st *stage) link(phone string) *coreapi.PaymentAccountResponse {
	st.Helper()
	made := must[*coreapi.PaymentAccountResponse](st)(st.core.LinkPaymentAccount(account(phone)))
	if made.StatusCode != "201" || made.AccountStatus != "PENDING" || len(made.Actions) < 2 {
		st.Fatalf("link: got %+v", made)
	}
	if err := st.box.Activate(made.AccountId); err != nil {
		st.Fatal(err)
	}
	got := must[*coreapi.PaymentAccountResponse](st)(st.core.GetPaymentAccount(made.AccountId))
	if got.StatusCode != "200" || got.AccountStatus != "ENABLED" || len(got.Metadata.PaymentOptions) == 0 || got.Metadata.PaymentOptions[0].Balance.Currency != "IDR" {
		st.Fatalf("linked: got %+v", got)
	}
	return got
}

func TestAccount(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	made := must[*coreapi.PaymentAccountResponse](st)(st.core.LinkPaymentAccount(account("81212345678")))
	pending := must[*coreapi.PaymentAccountResponse](st)(st.core.GetPaymentAccount(made.AccountId))
	if pending.StatusCode != "201" || pending.AccountStatus != "PENDING" || len(pending.Metadata.PaymentOptions) != 0 {
		t.Errorf("pending: got %+v", pending)
	}
	_, err := st.core.UnlinkPaymentAccount(made.AccountId)
	st.refused("unlink of a pending one", err, 412)

	got := st.link("8215023424")
	note := st.hears("account_status", "ENABLED")
	if note["account_id"] != got.AccountId || note["signature_key"] != midtrans.AccountSignature(got.AccountId, "ENABLED", "200", serverKey) {
		t.Errorf("told %v", note)
	}
	gone := must[*coreapi.PaymentAccountResponse](st)(st.core.UnlinkPaymentAccount(got.AccountId))
	if gone.StatusCode != "204" || gone.AccountStatus != "DISABLED" || gone.ChannelResponseCode != "0" {
		t.Errorf("unlink: got %+v", gone)
	}
	if note := st.hears("account_status", "DISABLED"); note["status_code"] != "204" {
		t.Errorf("told %v", note)
	}
	after := must[*coreapi.PaymentAccountResponse](st)(st.core.GetPaymentAccount(got.AccountId))
	if after.StatusCode != "204" || after.AccountStatus != "DISABLED" {
		t.Errorf("after: got %+v", after)
	}
	_, err = st.core.GetPaymentAccount("00000000-0000-0000-0000-000000000000")
	st.refused("no such account", err, 404)
}

func TestAccountRefused(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	nobody := must[*coreapi.PaymentAccountResponse](st)(st.core.LinkPaymentAccount(account("123450001")))
	if nobody.StatusCode != "202" || nobody.ChannelResponseCode != "105" || nobody.ChannelResponseMessage != "User Not Found" {
		t.Errorf("not registered: got %+v", nobody)
	}
	blocked := must[*coreapi.PaymentAccountResponse](st)(st.core.LinkPaymentAccount(account("123450002")))
	if blocked.StatusCode != "202" || blocked.AccountId != "" || blocked.ChannelResponseCode == "" {
		t.Errorf("blocked: got %+v", blocked)
	}
	_, err := st.core.LinkPaymentAccount(account("8271939753"))
	st.refused("blocked, of the newer sandbox", err, 410)
}

// linkedCharge charges the first purse of a linked wallet.
func linkedCharge(a *coreapi.PaymentAccountResponse, order string, amount int64) *coreapi.ChargeReq {
	req := charge(coreapi.PaymentTypeGopay, order, amount)
	req.Gopay = &coreapi.GopayDetails{AccountID: a.AccountId, PaymentOptionToken: a.Metadata.PaymentOptions[0].Token}
	return req
}

func TestLinkedCharge(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	rich := st.link("8215023424")
	small := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(linkedCharge(rich, "order-1", 99_999)))
	if small.StatusCode != "200" || small.TransactionStatus != "settlement" {
		t.Errorf("small: got %+v", small)
	}
	rich = must[*coreapi.PaymentAccountResponse](st)(st.core.GetPaymentAccount(rich.AccountId))
	large := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(linkedCharge(rich, "order-2", 100_000)))
	if large.StatusCode != "201" || large.TransactionStatus != "pending" || len(large.Actions) != 2 || large.Actions[0].Name != "verification-link-url" {
		t.Errorf("large: got %+v", large)
	}
	if err := st.box.EnterPIN("order-2", "112233"); err != nil {
		t.Fatal(err)
	}
	paid := must[*coreapi.TransactionStatusResponse](st)(st.core.CheckTransaction(large.TransactionID))
	if paid.TransactionStatus != "settlement" || paid.StatusCode != "200" {
		t.Errorf("after the PIN: got %+v", paid)
	}
	poor := st.link("8242014881")
	denied := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(linkedCharge(poor, "order-3", 1)))
	if denied.StatusCode != "202" || denied.TransactionStatus != "deny" || denied.ChannelResponseCode != "201" {
		t.Errorf("no money: got %+v", denied)
	}
	poor.Metadata.PaymentOptions[0].Token = "another"
	_, err := st.core.ChargeTransaction(linkedCharge(poor, "order-4", 1))
	st.refused("token", err, 400)
}
