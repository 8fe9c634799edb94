package sdktest

import (
	"strings"
	"testing"
	"time"

	sdk "github.com/midtrans/midtrans-go"
	"github.com/midtrans/midtrans-go/coreapi"

	"kasir/backend/midtrans/sandbox"
)

func subscription(a *coreapi.PaymentAccountResponse, start time.Time) *coreapi.SubscriptionReq {
	return &coreapi.SubscriptionReq{
		Name: "MONTHLY_2019", Amount: 14000, Currency: "IDR", PaymentType: coreapi.PaymentTypeGopay,
		Token:           a.Metadata.PaymentOptions[0].Token,
		Schedule:        coreapi.ScheduleDetails{Interval: 1, IntervalUnit: "month", MaxInterval: 12, StartTime: start.Format("2006-01-02 15:04:05 -0700")},
		Metadata:        map[string]any{"description": "soto every month"},
		CustomerDetails: &sdk.CustomerDetails{FName: "Budi"},
		Gopay:           &coreapi.GopaySubscriptionDetails{AccountId: a.AccountId},
	}
}

func TestSubscription(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	a := st.link("8215023424")
	made := must[*coreapi.CreateSubscriptionResponse](st)(st.core.CreateSubscription(subscription(a, time.Now().Add(24*time.Hour))))
	if made.ID == "" || made.Status != "active" || made.Name != "MONTHLY_2019" || made.Amount != "14000" || made.Schedule.Interval != 1 || made.Schedule.IntervalUnit != "month" {
		t.Errorf("made: got %+v", made)
	}
	got := must[*coreapi.StatusSubscriptionResponse](st)(st.core.GetSubscription(made.ID))
	if got.ID != made.ID || got.Status != "active" || got.PaymentType != "gopay" || got.CustomerDetails.FName != "Budi" {
		t.Errorf("got %+v", got)
	}
	update := subscription(a, time.Now().Add(48*time.Hour))
	update.Amount = 15000
	for _, change := range []struct {
		what   string
		do     func() (*coreapi.UpdateSubscriptionResponse, *sdk.Error)
		status string
		amount string
	}{
		{"disable", func() (*coreapi.UpdateSubscriptionResponse, *sdk.Error) { return st.core.DisableSubscription(made.ID) }, "inactive", "14000"},
		{"enable", func() (*coreapi.UpdateSubscriptionResponse, *sdk.Error) { return st.core.EnableSubscription(made.ID) }, "active", "14000"},
		{"update", func() (*coreapi.UpdateSubscriptionResponse, *sdk.Error) {
			return st.core.UpdateSubscription(made.ID, update)
		}, "active", "15000"},
	} {
		done := must[*coreapi.UpdateSubscriptionResponse](st)(change.do())
		got := must[*coreapi.StatusSubscriptionResponse](st)(st.core.GetSubscription(made.ID))
		if done.StatusMessage != "Subscription is updated." || got.Status != change.status || got.Amount != change.amount {
			t.Errorf("%s: got %+v, then %+v", change.what, done, got)
		}
	}
}

func TestSubscriptionCharge(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	made := must[*coreapi.CreateSubscriptionResponse](st)(st.core.CreateSubscription(subscription(st.link("8215023424"), time.Now().Add(2*time.Second))))
	note := st.hears("event_name", "subscription.charge")
	charge, _ := note["transaction"].(map[string]any)
	about, _ := note["subscription"].(map[string]any)
	if about["id"] != made.ID || charge["transaction_status"] != "settlement" || note["signature_key"] != nil {
		t.Fatalf("told %v", note)
	}
	got := must[*coreapi.TransactionStatusResponse](st)(st.core.CheckTransaction(charge["transaction_id"].(string)))
	if got.TransactionStatus != "settlement" || got.GrossAmount != "14000.00" || !strings.Contains(got.OrderID, "MONTHLY_2019") {
		t.Errorf("status: got %+v", got)
	}
	now := must[*coreapi.StatusSubscriptionResponse](st)(st.core.GetSubscription(made.ID))
	if now.Status != "active" || now.Schedule.CurrentInterval != 1 {
		t.Errorf("subscription: got %+v", now)
	}
}

func TestSubscriptionRefused(t *testing.T) {
	st := newStage(t, sandbox.Options{})
	a := st.link("8215023424")
	for name, spoil := range map[string]func(*coreapi.SubscriptionReq){
		"no name":    func(r *coreapi.SubscriptionReq) { r.Name = "" },
		"nothing":    func(r *coreapi.SubscriptionReq) { r.Amount = 0 },
		"no token":   func(r *coreapi.SubscriptionReq) { r.Token = "" },
		"no account": func(r *coreapi.SubscriptionReq) { r.Gopay = nil },
		"in years":   func(r *coreapi.SubscriptionReq) { r.Schedule.IntervalUnit = "year" },
		"in the past": func(r *coreapi.SubscriptionReq) {
			r.Schedule.StartTime = time.Now().Add(-time.Hour).Format("2006-01-02 15:04:05 -0700")
		},
	} {
		r := subscription(a, time.Now().Add(time.Hour))
		spoil(r)
		_, err := st.core.CreateSubscription(r)
		st.refused(name, err, 400)
	}
	_, err := st.core.GetSubscription("00000000-0000-0000-0000-000000000000")
	st.refused("nobody's", err, 404)
	_, err = st.core.DisableSubscription("00000000-0000-0000-0000-000000000000")
	st.refused("disable of nobody's", err, 404)
}
