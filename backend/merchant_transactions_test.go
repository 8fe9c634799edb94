package backend

import (
	"fmt"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/wire"
)

func TestMerchantSearch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		began := time.Now()
		s.put("KASIR-00000001", 1_000)
		time.Sleep(time.Second)
		s.charge("WEB-00000001", merchant.ChargeAsk{Amount: 2_000, Method: merchant.MethodQRIS})
		time.Sleep(time.Second)
		for i := range 5 {
			s.put(fmt.Sprintf("KASIR-%08d", i+2), int64(3_000+i))
		}
		s.pay("KASIR-00000003")
		s.del("KASIR-00000004", 3_002)
		time.Sleep(30 * time.Second)
		from := began.Add(time.Second).UTC().Format(time.RFC3339)
		for query, want := range map[string]int{
			"": 7, "device=WEB": 1, "state=settled": 1, "state=cancelled&device=KASIR": 1, "state=mismatched": 0,
			"order=KASIR-00000003": 1, "order=KASIR-00000099": 0, "from=" + from: 6, "to=" + from: 1, "limit=200": 7, "state=pending&device=KASIR": 4,
		} {
			var page merchant.Transactions
			if status := s.call("GET", "/v1/merchant/transactions?"+query, nil, &page); status != 200 || len(page.Transactions) != want || page.Next != "" {
				t.Errorf("%q: HTTP %d, %d found, next %q; want %d", query, status, len(page.Transactions), page.Next, want)
			}
			for _, one := range page.Transactions {
				if one.QR != "" || one.AskedAt == 0 || one.Device == "" || (one.Source == merchant.SourceTill) != (one.Device == "KASIR") {
					t.Errorf("%q: %+v", query, one)
				}
			}
		}
		seen := map[string]bool{}
		for after := ""; ; {
			var page merchant.Transactions
			s.call("GET", "/v1/merchant/transactions?limit=2&after="+after, nil, &page)
			for _, one := range page.Transactions {
				seen[one.OrderID] = true
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if len(seen) != 7 {
			t.Errorf("all pages hold %d", len(seen))
		}
		for _, query := range []string{
			"limit=0", "limit=201", "limit=x", "state=paid", "order=x", "device=-x", "from=yesterday", "to=-1", "after=x",
			"after=1.x", "colour=red", "limit=1&limit=2", "order=%zz", "from=1.5",
		} {
			s.refused(wire.BadRequest, "GET", "/v1/merchant/transactions?"+query, nil)
		}
	})
}
