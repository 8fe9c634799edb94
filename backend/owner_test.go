package backend

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/office"
	"kasir/backend/wire"
)

// TestOwners: accounts of the owner's page are made where the token is, and the
// page is served beside everything else.
func TestOwners(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		var in office.Invitation
		if status := s.call("POST", "/v1/merchant/owners", map[string]string{"name": "sri", "role": "owner"}, &in); status != http.StatusOK {
			t.Fatalf("HTTP %d", status)
		}
		path, public := strings.CutPrefix(in.Link, publicURL)
		if !public || !strings.HasPrefix(path, office.Prefix+"invite/") {
			t.Fatalf("link %q", in.Link)
		}
		var all office.Listed
		s.call("GET", "/v1/merchant/owners", nil, &all)
		if len(all.Accounts) != 1 || all.Accounts[0] != (office.Shown{Name: "sri", Role: office.Owner, State: "invited"}) {
			t.Errorf("%+v", all)
		}
		s.refused(wire.BadRequest, "POST", "/v1/merchant/owners", map[string]string{"name": "Sri!", "role": "owner"})
		s.refused(wire.BadRequest, "POST", "/v1/merchant/owners", map[string]string{"name": "sri", "role": "king"})
		s.refused(wire.NotFound, "DELETE", "/v1/merchant/owners/nobody", nil)
		var gone office.Gone
		if status := s.call("DELETE", "/v1/merchant/owners/sri", nil, &gone); status != http.StatusOK || gone.Name != "sri" {
			t.Errorf("removed: HTTP %d %+v", status, gone)
		}
		req, err := http.NewRequestWithContext(context.Background(), "GET", "http://backend.test"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&http.Client{Transport: s.net.transport()}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("the link of somebody who was removed: HTTP %d", res.StatusCode)
		}
	})
}

// TestStorefront: what the page asks of the backend is what the merchant's
// programs are told, an amount among it.
func TestStorefront(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.put("KASIR-00000001", 25_000)
		s.put("KASIR-00000002", 30_000)
		s.pay("KASIR-00000001")
		time.Sleep(11 * time.Second) // since the provider was asked last
		front := storefront{s.backend}
		if err := front.Ask(t.Context(), "KASIR-00000001"); err != nil {
			t.Fatal(err)
		}
		found, err := front.Search(t.Context(), ledger.Query{Amount: 25_000, Limit: 10}, "")
		if err != nil || len(found.Transactions) != 1 || found.Transactions[0].State != wire.Settled {
			t.Errorf("%+v, %v", found, err)
		}
		if found, err := front.Search(t.Context(), ledger.Query{Order: "no order", Limit: 1}, ""); err != nil || len(found.Transactions) != 0 {
			t.Errorf("%+v, %v", found, err)
		}
		if got := front.Receipt(s.facts("KASIR-00000001")); got != "" {
			t.Errorf("a receipt without a secret: %q", got)
		}
		if sum, more, err := front.Online(t.Context(), 0, 1<<50); sum.Count != 0 || more || err != nil {
			t.Errorf("online: %+v, %v, %v", sum, more, err)
		}
	})
}
