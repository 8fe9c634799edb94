package backend

import (
	"strings"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/wire"
)

// TestMerchantLink: link, charge, charge with a PIN, unlink, not charged any
// more; the number is in no answer and in no log.
func TestMerchantLink(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		ask := merchant.LinkAsk{LinkID: "WEB-00000001", Phone: richPhone}
		var l wire.Link
		if s.call("POST", "/v1/merchant/links", ask, &l); l.State != wire.LinkWaiting || l.URL == "" || l.ExpiresIn <= 0 {
			t.Fatalf("asked %+v", l)
		}
		first := l.URL
		if s.call("POST", "/v1/merchant/links", ask, &l); l.URL != first {
			t.Errorf("asked again %+v", l)
		}
		s.activate(0)
		time.Sleep(time.Second)
		if s.call("GET", "/v1/merchant/links/WEB-00000001", nil, &l); l.State != wire.LinkDone || l.Customer == "" {
			t.Fatalf("linked %+v", l)
		}
		var c wire.Customer
		if s.call("POST", "/v1/merchant/customers", wire.Find{Phone: "+62 8215-023-424"}, &c); c.ID != l.Customer || c.State != wire.CustomerLinked {
			t.Errorf("found %+v", c)
		}
		linked := func(order string, amount int64) merchant.Charge {
			return s.charge(order, merchant.ChargeAsk{Amount: amount, Method: merchant.MethodLinked, Customer: l.Customer})
		}
		if got := linked("WEB-00000002", 25_000); got.State != wire.Settled || got.Paid != 25_000 || got.Method != merchant.MethodLinked {
			t.Errorf("charged %+v", got)
		}
		if got := linked("WEB-00000003", 250_000); got.State != wire.Pending || got.VerifyURL == "" || got.QR != "" {
			t.Errorf("with a PIN %+v", got)
		}
		s.refused(wire.OrderConflict, "PUT", "/v1/merchant/charges/WEB-00000002", merchant.ChargeAsk{Amount: 25_000, Method: merchant.MethodQRIS})
		s.refused(wire.OrderConflict, "POST", "/v1/merchant/links", merchant.LinkAsk{LinkID: "WEB-00000002", Phone: richPhone})
		if s.call("DELETE", "/v1/merchant/customers/"+l.Customer, nil, &c); c.State != wire.CustomerUnlinked {
			t.Errorf("unlinked %+v", c)
		}
		if got := linked("WEB-00000004", 25_000); got.State != wire.Denied || got.Reason.Code != wire.ReasonNotLinked {
			t.Errorf("after unlinking %+v", got)
		}
		if strings.Contains(s.logged(), "8215023424") {
			t.Error("the number is in the log")
		}
	})
}

func TestMerchantLinkRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		var l wire.Link
		if s.call("POST", "/v1/merchant/links", merchant.LinkAsk{LinkID: "WEB-00000001", Phone: noPhone}, &l); l.State != wire.LinkFailed || l.Reason.Code != wire.ReasonNoWallet {
			t.Errorf("nobody's %+v", l)
		}
		for _, test := range []struct {
			method, path string
			body         any
			code         string
		}{
			{"POST", "links", merchant.LinkAsk{LinkID: "WEB-2", Phone: richPhone}, wire.BadRequest},
			{"POST", "links", merchant.LinkAsk{LinkID: "WEB-00000002", Phone: "call me"}, wire.BadRequest},
			{"POST", "links", merchant.LinkAsk{LinkID: "WEB-00000002", Phone: strings.Repeat("1", 21)}, wire.BadRequest},
			{"POST", "links", `{"link_id":"WEB-00000002","phone":8215023424}`, wire.BadRequest},
			{"POST", "links", `{"link_id":"WEB-00000002","phone":"` + strings.Repeat(" ", wire.MaxBody) + `"}`, wire.TooLarge},
			{"GET", "links/WEB-00000002", nil, wire.NotFound},
			{"POST", "customers", wire.Find{Phone: richPhone}, wire.NotFound},
			{"GET", "customers/Budi", nil, wire.NotFound},
			{"GET", "customers/Pak.Budi", nil, wire.BadRequest},
			{"DELETE", "customers/c-0123456789abcdef0123456789abcdef", nil, wire.NotFound},
		} {
			s.refused(test.code, test.method, "/v1/merchant/"+test.path, test.body)
		}
	})
}
