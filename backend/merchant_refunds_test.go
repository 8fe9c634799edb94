package backend

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const refundPath = "/v1/merchant/transactions/KASIR-00000001/refunds"

// refundShop is a shop whose provider gives refunds, with a paid sale.
func refundShop(t *testing.T) *shop {
	s := openShop(t, nil)
	s.reprovide(sandbox.Options{Refunds: true})
	s.put("KASIR-00000001", 25_000)
	s.pay("KASIR-00000001")
	time.Sleep(30 * time.Second)
	return s
}

func (s *shop) refund(amount int64, key string) (r merchant.Refund) {
	s.Helper()
	if status := s.call("POST", refundPath, merchant.RefundAsk{Amount: amount, Reason: "barang rusak", Key: key}, &r); status != 200 {
		s.Errorf("refund %s: HTTP %d", key, status)
	}
	return r
}

// given is what the provider has given back of the sale.
func (s *shop) given() int64 {
	s.Helper()
	tx, err := s.client.Status(context.Background(), "KASIR-00000001")
	if err != nil {
		s.Fatal(err)
	}
	return int64(tx.RefundAmount)
}

func TestMerchantRefund(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := refundShop(t)
		first := s.refund(10_000, "r-1")
		if first.State != merchant.RefundApproved && first.State != merchant.RefundConfirmed || first.Amount != 10_000 || first.OrderID != "KASIR-00000001" {
			t.Errorf("%+v", first)
		}
		var all sync.WaitGroup // the same key, many times, is one refund
		for range 8 {
			all.Go(func() { s.refund(10_000, "r-1") })
		}
		all.Wait()
		if got := s.given(); got != 10_000 {
			t.Errorf("given back %d", got)
		}
		s.refund(15_000, "r-2")
		if got := s.given(); got != 25_000 {
			t.Errorf("given back %d", got)
		}
		s.refused(wire.RefundTooMuch, "POST", refundPath, merchant.RefundAsk{Amount: 1, Key: "r-3"})
		time.Sleep(time.Hour)
		var list merchant.Refunds
		s.call("GET", refundPath, nil, &list)
		if len(list.Refunds) != 2 || list.Refunds[0].State != merchant.RefundConfirmed || list.Refunds[0].ConfirmedAt == 0 || list.Refunds[1].State != merchant.RefundConfirmed {
			t.Errorf("%+v", list)
		}
	})
}

// TestMerchantRefundRace: many keys at one time never give back more than was
// paid.
func TestMerchantRefundRace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := refundShop(t)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				s.call("POST", refundPath, merchant.RefundAsk{Amount: 10_000, Key: "r-" + pad(i+1)}, nil)
			})
		}
		all.Wait()
		if got := s.given(); got != 20_000 {
			t.Errorf("given back %d, want 20000", got)
		}
	})
}

func TestMerchantRefundRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := refundShop(t)
		s.put("KASIR-00000002", 5_000)
		s.refund(10_000, "r-1")
		for _, test := range []struct {
			path string
			body any
			code string
		}{
			{"KASIR-00000001", merchant.RefundAsk{Amount: 25_001, Key: "r-9"}, wire.RefundTooMuch},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 15_001, Key: "r-9"}, wire.RefundTooMuch},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 0, Key: "r-9"}, wire.AmountRefused},
			{"KASIR-00000001", merchant.RefundAsk{Amount: -1, Key: "r-9"}, wire.AmountRefused},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 1}, wire.BadRequest},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 1, Key: "r.9"}, wire.BadRequest},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 1, Key: strings.Repeat("r", 51)}, wire.BadRequest},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 1, Key: "r-9", Reason: "two\nlines"}, wire.BadRequest},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 1, Key: "r-9", Reason: strings.Repeat("x", 256)}, wire.BadRequest},
			{"KASIR-00000001", merchant.RefundAsk{Amount: 9_999, Key: "r-1"}, wire.OrderConflict},
			{"KASIR-00000001", `{"amount":"1","key":"r-9"}`, wire.BadRequest},
			{"KASIR-00000002", merchant.RefundAsk{Amount: 1, Key: "r-9"}, wire.NotSettled},
			{"KASIR-00000002", merchant.RefundAsk{Amount: 10_000, Key: "r-1"}, wire.NotSettled},
			{"KASIR-00000003", merchant.RefundAsk{Amount: 1, Key: "r-9"}, wire.NotFound},
			{"x", merchant.RefundAsk{Amount: 1, Key: "r-9"}, wire.NotFound},
			{"x%2Fy", merchant.RefundAsk{Amount: 1, Key: "r-9"}, wire.BadRequest},
			{"KOPI-100000000000000000000000000000001", merchant.RefundAsk{Amount: 1, Key: "r-9"}, wire.NotFound},
		} {
			s.refused(test.code, "POST", "/v1/merchant/transactions/"+test.path+"/refunds", test.body)
		}
		if got := s.given(); got != 10_000 {
			t.Errorf("given back %d", got)
		}
	})
}

// TestMerchantRefundOff: the provider's default for terminals.
func TestMerchantRefundOff(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.put("KASIR-00000001", 25_000)
		s.pay("KASIR-00000001")
		time.Sleep(30 * time.Second)
		ask := merchant.RefundAsk{Amount: 1_000, Key: "r-1"}
		s.refused(wire.RefundOff, "POST", refundPath, ask)
		s.refused(wire.RefundOff, "POST", refundPath, ask)
		var list merchant.Refunds
		if s.call("GET", refundPath, nil, &list); len(list.Refunds) != 1 || list.Refunds[0].State != merchant.RefundRefused || list.Refunds[0].Why.Code != wire.RefundOff {
			t.Errorf("%+v", list)
		}
		s.fault(sandbox.Fault{Kind: sandbox.Code412, Op: sandbox.OpRefund}) // the other way to say so
		s.refused(wire.RefundOff, "POST", refundPath, merchant.RefundAsk{Amount: 1_000, Key: "r-2"})
	})
}

// TestMerchantRefundUnknown: a call without an answer is looked at before
// anything is said, done again with the same key, and never twice.
func TestMerchantRefundUnknown(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault sandbox.Fault
		state merchant.RefundState // at once
	}{
		{"done, unanswered", sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpRefund, After: true, Count: 1}, merchant.RefundApproved},
		{"not done, unanswered", sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpRefund, Count: 1}, merchant.RefundAsked},
		{"cut, done", sandbox.Fault{Kind: sandbox.Cut, Op: sandbox.OpRefund, After: true, Count: 1}, merchant.RefundApproved},
		{"a gateway's page", sandbox.Fault{Kind: sandbox.HTML502, Op: sandbox.OpRefund, Count: 3}, merchant.RefundAsked},
		{"too many", sandbox.Fault{Kind: sandbox.Code429, Op: sandbox.OpRefund, Count: 1}, merchant.RefundAsked},
	} {
		bubble(t, func(t *testing.T) {
			s := refundShop(t)
			s.fault(test.fault)
			got := s.refund(10_000, "r-1")
			if got.State != test.state {
				t.Errorf("%s: %s, want %s", test.name, got.State, test.state)
			}
			// What is asked for counts as given until it is known.
			s.refused(wire.RefundTooMuch, "POST", refundPath, merchant.RefundAsk{Amount: 15_001, Key: "r-2"})
			time.Sleep(2 * time.Hour)
			var list merchant.Refunds
			if s.call("GET", refundPath, nil, &list); len(list.Refunds) != 1 || list.Refunds[0].State != merchant.RefundConfirmed {
				t.Errorf("%s: at last %+v", test.name, list)
			}
			if got := s.given(); got != 10_000 {
				t.Errorf("%s: given back %d", test.name, got)
			}
		})
	}
}

// TestMerchantRefundUnread: when not even the transaction can be read nothing
// is asked of the provider, and nothing is written down.
func TestMerchantRefundUnread(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := refundShop(t)
		s.fault(sandbox.Fault{Kind: sandbox.Error500, Op: sandbox.OpStatus})
		s.refused(wire.Busy, "POST", refundPath, merchant.RefundAsk{Amount: 1_000, Key: "r-1"})
		s.sandbox.Faults().Clear()
		var list merchant.Refunds
		if s.call("GET", refundPath, nil, &list); len(list.Refunds) != 0 || s.given() != 0 {
			t.Errorf("%+v", list)
		}
	})
}

// TestMerchantRefundElsewhere: what was paid on a checkout page, or by a
// subscription, is given back in the same way.
func TestMerchantRefundElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.reprovide(sandbox.Options{Refunds: true})
		p := s.snap(merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 50_000})
		ask := merchant.RefundAsk{Amount: 20_000, Reason: "barang rusak", Key: "r-1"}
		s.refused(wire.NotSettled, "POST", "/v1/merchant/transactions/WEB-00000001/refunds", ask)
		if _, err := s.sandbox.PickQR(p.Token); err != nil {
			t.Fatal(err)
		}
		s.pay("WEB-00000001")
		customer := s.linked(linkID, richPhone)
		s.subscribe(merchant.SubscriptionAsk{Name: "KOPI-1", Customer: customer, Amount: 20_000, Schedule: merchant.Cadence{Interval: 1, Unit: "day"}})
		time.Sleep(25 * time.Hour)
		charged := s.subscription("KOPI-1").Charges
		if len(charged) != 1 {
			t.Fatalf("charged %+v", charged)
		}
		for key, order := range map[string]string{"r-1": "WEB-00000001", "r-2": charged[0].OrderID} {
			ask.Key = key
			var r merchant.Refund
			if status := s.call("POST", "/v1/merchant/transactions/"+order+"/refunds", ask, &r); status != 200 || r.State != merchant.RefundApproved && r.State != merchant.RefundConfirmed {
				t.Errorf("%s: HTTP %d %+v", order, status, r)
			}
		}
	})
}
