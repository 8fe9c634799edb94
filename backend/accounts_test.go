package backend

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/auditor"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// A day of a shop: two sales, one of them given back in part, one cancelled; the
// provider's file agrees on the first, and the others are cases until a person
// has said why.
func TestAccounts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.reprovide(sandbox.Options{Refunds: true})
		for _, order := range []string{"KASIR-00000001", "KASIR-00000002"} {
			s.put(order, 25_000)
			s.pay(order)
		}
		s.put("KASIR-00000003", 9_000)
		time.Sleep(30 * time.Second)
		s.refund(10_000, "r-1")
		today := time.Now().In(time.FixedZone("WIB", 7*3600)).Format(time.DateOnly)
		file := "order_id,gross_amount,mdr,settlement_time\nKASIR-00000001,25000,75," + today + "\nKASIR-00000003,9000,27," + today + "\n"
		var report auditor.Report
		if status := s.call("POST", "/v1/merchant/settlements", file, &report); status != http.StatusOK || report.Matched != 1 || report.Mismatched != 2 {
			t.Fatalf("HTTP %d, %+v", status, report)
		}
		var open list[auditor.Case]
		s.call("GET", "/v1/merchant/cases", nil, &open)
		if len(open.Items) != 2 || open.Items[0].ID != "KASIR-00000002:missing_there" || open.Items[1].Kind != reconcile.UnpaidHere || open.Items[0].Till != "KASIR" {
			t.Fatalf("cases %+v", open)
		}
		why := closing{Who: "Bu Sri", Reason: "in tomorrow's file"}
		var closed auditor.Case
		if status := s.call("POST", "/v1/merchant/cases/KASIR-00000002:missing_there", why, &closed); status != http.StatusOK || closed.State != reconcile.Closed {
			t.Errorf("close: HTTP %d %+v", status, closed)
		}
		s.refused(wire.BadRequest, "POST", "/v1/merchant/cases/KASIR-00000002:missing_there", why)
		s.refused(wire.NotFound, "POST", "/v1/merchant/cases/nobody", why)
		s.refused(wire.BadRequest, "POST", "/v1/merchant/cases/KASIR-00000003:unpaid_here", closing{Who: "x", Reason: "ok"})
		var all list[auditor.Case]
		s.call("GET", "/v1/merchant/cases?all=1", nil, &all)
		var files list[auditor.Report]
		s.call("GET", "/v1/merchant/settlements", nil, &files)
		if len(all.Items) != 2 || len(files.Items) != 1 {
			t.Errorf("%d cases in all, %d files", len(all.Items), len(files.Items))
		}
		checkExport(s, today)
	})
}

// checkExport wants each movement of money in one row, with the fee of the file.
func checkExport(s *shop, today string) {
	s.Helper()
	status, head, text := s.as("Bearer "+merchantToken, "GET", "/v1/merchant/export?from="+today+"&to="+today, nil)
	rows := strings.Split(strings.TrimSpace(string(text)), "\r\n")
	if status != http.StatusOK || !strings.HasPrefix(head.Get("Content-Type"), "text/csv") || len(rows) != 4 {
		s.Fatalf("HTTP %d %s\n%s", status, head, text)
	}
	for _, want := range []string{",25000,75,24925,", ",25000,,,", ",refund,", ",-10000,,,"} {
		if !strings.Contains(string(text), want) {
			s.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestAccountsRefuse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.refused(wire.BadRequest, "POST", "/v1/merchant/settlements", "order_id,amount\na,lots\n")
		s.refused(wire.BadRequest, "POST", "/v1/merchant/settlements", "order_id,amount\na,5\n") // which days?
		s.refused(wire.BadRequest, "POST", "/v1/merchant/settlements", "")
		s.refused(wire.BadRequest, "POST", "/v1/merchant/settlements?day=1", "")
		// Handed in, as so much takes its time through a pipe.
		large := here(from("127.0.0.1:99", "/v1/merchant/settlements"))
		large.Method, large.Host, large.Body = "POST", "127.0.0.1", body(make([]byte, reconcile.MaxBytes+1))
		large.Header.Set("Authorization", "Bearer "+merchantToken)
		if got := s.handle(large); got.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("a file that is too large: HTTP %d", got.Code)
		}
		for _, q := range []string{"", "?from=2026-11-20", "?from=2026-11-21&to=2026-11-20", "?from=2025-01-01&to=2026-11-20", "?from=x&to=y",
			"?from=2026-11-20&to=2026-11-20&zone=utc", "?from=2026-11-20&from=2026-11-20&to=2026-11-20"} {
			s.refused(wire.BadRequest, "GET", "/v1/merchant/export"+q, nil)
		}
		if status, _, _ := s.as("", "GET", "/v1/merchant/cases", nil); status != http.StatusUnauthorized {
			t.Errorf("without a token: HTTP %d", status)
		}
	})
	bubble(t, func(t *testing.T) {
		s := openShop(t, func(o *Options) { o.Merchant.Papers = nil })
		s.refused(wire.NotFound, "GET", "/v1/merchant/cases", nil)
	})
}
