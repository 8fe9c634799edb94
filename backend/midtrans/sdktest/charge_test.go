package sdktest

import (
	"net/http"
	"strings"
	"testing"

	sdk "github.com/midtrans/midtrans-go"
	"github.com/midtrans/midtrans-go/coreapi"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
)

func TestQRIS(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	req := charge(coreapi.PaymentTypeQris, "order-1", 25000)
	req.Qris = &coreapi.QrisDetails{Acquirer: "gopay"}
	req.Items = &[]sdk.ItemDetails{{ID: "1", Name: "soto", Price: 12500, Qty: 2}}
	req.CustomerDetails = &sdk.CustomerDetails{FName: "Budi", LName: "Utomo", Email: "budi@example.com", Phone: "081223323423"}
	req.CustomExpiry = &coreapi.CustomExpiry{ExpiryDuration: 20, Unit: "minute"}
	made := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(req))
	if made.StatusCode != "201" || made.TransactionStatus != "pending" || made.GrossAmount != "25000.00" || made.QRString == "" || made.Acquirer != "gopay" || len(made.Actions) == 0 {
		t.Errorf("charge: got %+v", made)
	}
	note := st.hears("transaction_status", "pending")
	if note["order_id"] != "order-1" || note["transaction_id"] != made.TransactionID {
		t.Errorf("told %v", note)
	}
	if err := st.box.Pay("order-1"); err != nil {
		t.Fatal(err)
	}
	// As the SDK's examples do: the notification names an order, and
	// CheckTransaction says what became of it.
	note = st.hears("transaction_status", "settlement")
	got := must[*coreapi.TransactionStatusResponse](st)(st.core.CheckTransaction(note["order_id"].(string)))
	if got.StatusCode != "200" || got.TransactionStatus != "settlement" || got.FraudStatus != "accept" || got.TransactionID != made.TransactionID || got.SettlementTime == "" || got.Issuer == "" {
		t.Errorf("status: got %+v", got)
	}
	if want := midtrans.Signature(got.OrderID, "200", got.GrossAmount, serverKey); note["signature_key"] != want {
		t.Errorf("signature: got %v, want %s", note["signature_key"], want)
	}
	_, err := st.core.CancelTransaction("order-1")
	st.refused("cancel of a paid one", err, 412)
	_, err = st.core.ExpireTransaction("order-1")
	st.refused("expire of a paid one", err, 412)
	_, err = st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-1", 25000))
	st.refused("the order again", err, 406)
}

func TestGoPay(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	req := charge(coreapi.PaymentTypeGopay, "order-2", 10000)
	req.Gopay = &coreapi.GopayDetails{EnableCallback: true, CallbackUrl: "someapps://callback"}
	made := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(req))
	var names []string
	for _, a := range made.Actions {
		names = append(names, a.Name)
		if a.Name == "generate-qr-code" {
			image, err := http.Get(a.URL)
			if err != nil {
				t.Fatal(err)
			}
			image.Body.Close()
			if got := image.Header.Get("Content-Type"); got != "image/png" {
				t.Errorf("image: got %s", got)
			}
		}
	}
	if got := strings.Join(names, " "); made.StatusCode != "201" || made.QRString != "" || !strings.Contains(got, "deeplink-redirect get-status cancel") {
		t.Errorf("charge: got %s, %+v", got, made)
	}
	gone := must[*coreapi.CancelResponse](st)(st.core.CancelTransaction(made.TransactionID))
	if gone.StatusCode != "200" || gone.TransactionStatus != "cancel" {
		t.Errorf("cancel: got %+v", gone)
	}
	if note := st.hears("transaction_status", "cancel"); note["status_code"] != "202" {
		t.Errorf("told %v", note)
	}
	// The order id can be used again, and 407 is a success.
	must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-2", 20000)))
	late := must[*coreapi.ExpireResponse](st)(st.core.ExpireTransaction("order-2"))
	if late.StatusCode != "407" || late.TransactionStatus != "expire" {
		t.Errorf("expire: got %+v", late)
	}
	state := must[*coreapi.TransactionStatusResponse](st)(st.core.CheckTransaction("order-2"))
	if state.StatusCode != "407" || state.TransactionStatus != "expire" {
		t.Errorf("status: got %+v", state)
	}
}

func TestChargeRefused(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	_, err := st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-3", 0))
	st.refused("nothing", err, 400)
	sum := charge(coreapi.PaymentTypeQris, "order-3", 100)
	sum.Items = &[]sdk.ItemDetails{{ID: "1", Name: "soto", Price: 12500, Qty: 2}}
	_, err = st.core.ChargeTransaction(sum)
	st.refused("sum", err, 400)
	_, err = st.core.CheckTransaction("order-3")
	st.refused("status of nothing", err, 404)
	_, err = st.core.CancelTransaction("order-3")
	st.refused("cancel of nothing", err, 404)
	_, err = st.core.ExpireTransaction("order-3")
	st.refused("expire of nothing", err, 404)
	st.core.ServerKey = "SB-Mid-server-of-somebody-else"
	_, err = st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-3", 1))
	st.refused("key", err, 401)
}

func TestDenied(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	if err := st.box.Faults().Add(sandbox.Fault{Kind: "deny", Count: 1}); err != nil {
		t.Fatal(err)
	}
	got := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(charge(coreapi.PaymentTypeGopay, "order-4", 1)))
	if got.StatusCode != "202" || got.TransactionStatus != "deny" || got.ChannelResponseCode != "900" {
		t.Errorf("got %+v", got)
	}
	again := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(charge(coreapi.PaymentTypeGopay, "order-5", 1)))
	if again.TransactionStatus != "pending" {
		t.Errorf("again: got %+v", again)
	}
	_, err := st.core.DenyTransaction("order-5")
	st.refused("deny of what no fraud detection challenged", err, 412)
	_, err = st.core.ApproveTransaction("order-5")
	st.refused("approve of the same", err, 412)
	_, err = st.core.DenyTransaction("order-404")
	st.refused("deny of nothing", err, 404)
}

func TestIdempotency(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	st.core.Options.SetPaymentIdempotencyKey("3e9c8f4e-6d5c-4b8a-9d53-1a2b3c4d5e6f")
	first := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-6", 1)))
	second := must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-6", 1)))
	if first.TransactionID == "" || first.TransactionID != second.TransactionID {
		t.Errorf("got %s and %s", first.TransactionID, second.TransactionID)
	}
}
