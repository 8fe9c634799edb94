package sdktest

import (
	"strings"
	"testing"

	sdk "github.com/midtrans/midtrans-go"
	"github.com/midtrans/midtrans-go/coreapi"
	"github.com/midtrans/midtrans-go/snap"

	"kasir/backend/midtrans/sandbox"
)

func TestSnap(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	req := &snap.Request{
		TransactionDetails: sdk.TransactionDetails{OrderID: "order-1", GrossAmt: 25000},
		Items:              &[]sdk.ItemDetails{{ID: "1", Name: "soto", Price: 12500, Qty: 2}},
		CustomerDetail:     &sdk.CustomerDetails{FName: "Budi", Email: "budi@example.com", Phone: "081223323423"},
		EnabledPayments:    []snap.SnapPaymentType{snap.PaymentTypeGopay},
	}
	page := must[*snap.Response](st)(st.snap.CreateTransaction(req))
	if len(page.Token) != 36 || !strings.Contains(page.RedirectURL, page.Token) || len(page.ErrorMessages) != 0 {
		t.Errorf("got %+v", page)
	}
	_, err := st.core.CheckTransaction("order-1")
	st.refused("status before the buyer has picked", err, 404)
	id, problem := st.box.PickQR(page.Token)
	if problem != nil {
		t.Fatal(problem)
	}
	if err := st.box.Pay(id); err != nil {
		t.Fatal(err)
	}
	note := st.hears("transaction_status", "settlement")
	got := must[*coreapi.TransactionStatusResponse](st)(st.core.CheckTransaction(note["transaction_id"].(string)))
	if got.OrderID != "order-1" || got.TransactionStatus != "settlement" || got.GrossAmount != "25000.00" {
		t.Errorf("status: got %+v", got)
	}
	_, err = st.snap.CreateTransaction(req)
	st.refused("a page for what was paid", err, 400)
	if !strings.Contains(string(err.RawApiResponse.RawBody), "has been paid and utilized") {
		t.Errorf("got %s", err.RawApiResponse.RawBody)
	}
}

func TestSnapRefused(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	sum := &snap.Request{
		TransactionDetails: sdk.TransactionDetails{OrderID: "order-1", GrossAmt: 1},
		Items:              &[]sdk.ItemDetails{{ID: "1", Name: "soto", Price: 2, Qty: 1}},
	}
	_, err := st.snap.CreateTransactionToken(sum)
	st.refused("sum", err, 400)
	if !strings.Contains(string(err.RawApiResponse.RawBody), "transaction_details.gross_amount is not equal to the sum of item_details") {
		t.Errorf("got %s", err.RawApiResponse.RawBody)
	}
	sum.Items = nil
	if token := must[string](st)(st.snap.CreateTransactionToken(sum)); len(token) != 36 {
		t.Errorf("got %q", token)
	}
	st.snap.ServerKey = "SB-Mid-server-of-somebody-else"
	_, err = st.snap.CreateTransactionUrl(sum)
	st.refused("key", err, 401)
}

// TestSnapLink links on the way, and takes the account from the first
// settlement. The SDK's own request has no tokenization, its map has.
func TestSnapLink(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	page := must[snap.ResponseWithMap](st)(st.snap.CreateTransactionWithMap(&snap.RequestParamWithMap{
		"transaction_details": map[string]any{"order_id": "order-1", "gross_amount": 10_000},
		"enabled_payments":    []string{"gopay"},
		"gopay":               map[string]any{"tokenization": true, "phone_number": "8215023424", "country_code": "62"},
		"user_id":             "testuser01",
	}))
	token, _ := page["token"].(string)
	if err := st.box.LinkOnPage(token, "", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := st.box.PayOnPage(token); err != nil {
		t.Fatal(err)
	}
	note := st.hears("transaction_status", "settlement")
	metadata, _ := note["metadata"].(map[string]any)
	extra, _ := metadata["extra_info"].(map[string]any)
	if extra["user_id"] != "testuser01" {
		t.Fatalf("told %v", note)
	}
	got := must[*coreapi.PaymentAccountResponse](st)(st.core.GetPaymentAccount(extra["account_id"].(string)))
	if got.AccountStatus != "ENABLED" || got.Metadata.PaymentOptions[0].Token == "" {
		t.Errorf("account: got %+v", got)
	}
}
