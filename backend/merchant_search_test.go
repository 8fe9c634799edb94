package backend

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/wire"
)

var update = flag.Bool("update", false, "write the golden files")

// everySource is a shop with orders of every source: six, the newest of them
// charges of two subscriptions, at one time.
func everySource(t *testing.T) *shop {
	s, ask := subShop(t)
	s.put("KASIR-00000009", 1_000)
	time.Sleep(time.Second)
	s.call("POST", "/v1/merchant/snap", merchant.SnapAsk{OrderID: "WEB-00000001", Amount: 2_000}, nil)
	time.Sleep(time.Second)
	s.charge("WEB-00000002", merchant.ChargeAsk{Amount: 3_000, Method: merchant.MethodQRIS})
	time.Sleep(time.Second)
	s.call("POST", "/v1/merchant/snap", merchant.SnapAsk{OrderID: "WEB-00000003", Amount: 4_000}, nil)
	s.subscribe(ask)
	ask.Name = "KOPI-2"
	s.subscribe(ask)
	time.Sleep(24*time.Hour + time.Minute)
	s.subscription("KOPI-1")
	s.subscription("KOPI-2")
	return s
}

// walk is all pages of a search, at most limit on each.
func (s *shop) walk(query string, limit int) (all []merchant.Transaction) {
	s.Helper()
	for after, pages := "", 0; ; pages++ {
		var page merchant.Transactions
		path := fmt.Sprintf("/v1/merchant/transactions?limit=%d&after=%s&%s", limit, after, query)
		if status := s.call("GET", path, nil, &page); status != 200 || len(page.Transactions) > limit || pages > 20 {
			s.Fatalf("%s: HTTP %d, %d found, page %d", path, status, len(page.Transactions), pages)
		}
		all = append(all, page.Transactions...)
		if after = page.Next; after == "" {
			return all
		}
	}
}

// TestMerchantSearchSources: one search finds every order, wherever it came
// from, once and in the order of time, however small the pages are.
func TestMerchantSearchSources(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := everySource(t)
		want := []merchant.Source{"subscription", "subscription", "snap", "merchant", "snap", "till"}
		for limit := 1; limit <= 8; limit++ {
			got := s.walk("", limit)
			if len(got) != len(want) {
				t.Fatalf("%d a page: %d found: %+v", limit, len(got), got)
			}
			for i, one := range got {
				if one.Source != want[i] || i > 0 && one.AskedAt > got[i-1].AskedAt {
					t.Errorf("%d a page: %d is %+v, want %s", limit, i, one, want[i])
				}
			}
		}
		all := s.walk("", 50)
		cut := fmt.Sprint(all[1].AskedAt)
		for query, want := range map[string]int{
			"device=WEB": 3, "device=KASIR": 1, "state=settled": 2, "state=denied": 0,
			"from=" + cut: 2, "to=" + cut: 4, "order=WEB-00000001": 1, "order=" + all[0].OrderID: 1,
			"order=WEB-00000001&to=1": 0, "order=KOPI-1" + fmt.Sprintf("%032d", 0): 0, "order=TEH-1" + fmt.Sprintf("%032d", 0): 0,
		} {
			for _, limit := range []int{1, 3, 50} {
				if got := s.walk(query, limit); len(got) != want {
					t.Errorf("%s, %d a page: %d found, want %d", query, limit, len(got), want)
				}
			}
		}
		for _, query := range []string{"order=KOPI" + fmt.Sprintf("%031d", 0), "after=1.KOPI-1"} {
			s.refused(wire.BadRequest, "GET", "/v1/merchant/transactions?"+query, nil)
		}
		sameAnswer(t, all)
	})
}

// sameAnswer holds what was found against the golden file: the answer as
// programs read it.
func sameAnswer(t *testing.T, all []merchant.Transaction) {
	t.Helper()
	for i := range all { // what the provider makes up
		all[i].TransactionID, all[i].Issuer = "", ""
		if all[i].Source == merchant.SourceSubscription {
			all[i].OrderID = all[i].OrderID[:len("KOPI-1")]
		}
	}
	got, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/transactions.golden"
	if got = append(got, '\n'); *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
