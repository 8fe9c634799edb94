package sdktest

import (
	"testing"

	"github.com/midtrans/midtrans-go/coreapi"

	"kasir/backend/midtrans/sandbox"
)

func TestRefund(t *testing.T) {
	st := newStage(t, sandbox.Options{Refunds: true})
	must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-1", 10000)))
	_, err := st.core.RefundTransaction("order-1", &coreapi.RefundReq{RefundKey: "r-0", Amount: 4000, Reason: "cold"})
	st.refused("refund of a pending one", err, 412)
	if err := st.box.Pay("order-1"); err != nil {
		t.Fatal(err)
	}
	part := must[*coreapi.RefundResponse](st)(st.core.RefundTransaction("order-1", &coreapi.RefundReq{RefundKey: "r-1", Amount: 4000, Reason: "cold"}))
	if part.StatusCode != "200" || part.TransactionStatus != "partial_refund" || part.RefundAmount != "4000.00" || part.RefundKey != "r-1" || part.RefundChargebackID == 0 {
		t.Errorf("part: got %+v", part)
	}
	st.hears("transaction_status", "partial_refund")
	rest := must[*coreapi.RefundResponse](st)(st.core.DirectRefundTransaction("order-1", &coreapi.RefundReq{RefundKey: "r-2", Amount: 6000, Reason: "cold"}))
	if rest.StatusCode != "200" || rest.TransactionStatus != "refund" {
		t.Errorf("rest: got %+v", rest)
	}
	got := must[*coreapi.TransactionStatusResponse](st)(st.core.CheckTransaction("order-1"))
	if got.TransactionStatus != "refund" || got.RefundAmount != "10000.00" || len(got.Refunds) != 2 || got.Refunds[0].RefundKey != "r-1" {
		t.Errorf("status: got %+v", got)
	}
}

// TestRefundNotEnabled: terminals have no refunds by default.
func TestRefundNotEnabled(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	must[*coreapi.ChargeResponse](st)(st.core.ChargeTransaction(charge(coreapi.PaymentTypeQris, "order-1", 10000)))
	if err := st.box.Pay("order-1"); err != nil {
		t.Fatal(err)
	}
	_, err := st.core.RefundTransaction("order-1", &coreapi.RefundReq{RefundKey: "r-1", Amount: 10000})
	st.refused("refund", err, 402)
}

// TestCapture takes what was reserved. The SDK's own request has no pre_auth,
// its map has.
func TestCapture(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	a := st.link("8215023424")
	reserved := must[coreapi.ResponseWithMap](st)(st.core.ChargeTransactionWithMap(&coreapi.ChargeReqWithMap{
		"payment_type":        "gopay",
		"transaction_details": map[string]any{"order_id": "order-1", "gross_amount": 50_000},
		"gopay":               map[string]any{"account_id": a.AccountId, "payment_option_token": a.Metadata.PaymentOptions[0].Token, "pre_auth": true},
	}))
	id, _ := reserved["transaction_id"].(string)
	if reserved["transaction_status"] != "authorize" || id == "" {
		t.Fatalf("reserved: got %v", reserved)
	}
	taken := must[*coreapi.CaptureResponse](st)(st.core.CaptureTransaction(&coreapi.CaptureReq{TransactionID: id, GrossAmt: 50_000}))
	if taken.StatusCode != "200" || taken.OrderID != "order-1" {
		t.Errorf("captured: got %+v", taken)
	}
	_, err := st.core.CaptureTransaction(&coreapi.CaptureReq{TransactionID: id, GrossAmt: 50_000})
	st.refused("again", err, 412)
}
