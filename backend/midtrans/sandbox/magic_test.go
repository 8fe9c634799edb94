package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestMagicTable: every fault has an amount, no amount means two things, and
// all of them are armed rightly.
func TestMagicTable(t *testing.T) {
	seen := make(map[int64]bool)
	var kinds []Kind
	for _, m := range Magic {
		if seen[m.Amount] || m.Amount < 1000 || m.Amount > 9999 || m.Amount%10 != 7 || m.Says == "" {
			t.Errorf("%d is not a magic amount of its own", m.Amount)
		}
		if err := m.Fault.check(); err != nil {
			t.Errorf("%d: %v", m.Amount, err)
		}
		seen[m.Amount] = true
		kinds = append(kinds, m.Fault.Kind)
	}
	for _, kind := range allKinds {
		if !slices.Contains(kinds, kind) {
			t.Errorf("%s has no magic amount", kind)
		}
	}
	bubble(t, Options{}, func(st *stage) {
		a, err := st.try("GET", "/sandbox/magic", "")
		st.must(err)
		if n := strings.Count(string(a.body), `"says"`); n != len(Magic) {
			t.Errorf("got %d of %d", n, len(Magic))
		}
	})
}

// TestMagicCharge: what a charge of each amount is answered, and whether there
// is a transaction afterwards.
func TestMagicCharge(t *testing.T) {
	for amount, want := range map[int64]string{
		1007: "201 pending", 2017: "202 deny", 9007: "202 deny", 2027: "HTTP 202 pending",
		4027: "402 none", 4037: "HTTP 403 none", 4067: "406 none", 4107: "410 none", 4137: "413 none", 4297: "429 none",
		5007: "500 pending", 5027: "HTTP 502 pending", 5037: "503 none", 5057: "nothing pending", 5067: "201 pending", 5077: "201 pending", 5087: "201 pending",
	} {
		bubble(t, Options{}, func(st *stage) {
			begin := time.Now()
			a, err := st.try("POST", "/v2/charge", details("a", fmt.Sprint(amount), ""))
			got := "nothing"
			switch _, after, found := strings.Cut(string(a.body), `"status_code":"`); {
			case err != nil:
			case found:
				got = after[:3]
			default:
				got = fmt.Sprint("HTTP ", a.status)
			}
			state := "none"
			if orders := st.Orders(); len(orders) == 1 {
				state = orders[0].Status
			}
			if got += " " + state; got != want && !strings.HasPrefix(want, got) {
				t.Errorf("%d: got %s, want %s", amount, got, want)
			}
			if took := time.Since(begin); (took >= 20*time.Second) != (amount == 5067 || amount == 5077) {
				t.Errorf("%d took %v", amount, took)
			}
		})
	}
	bubble(t, Options{NoMagic: true}, func(st *stage) {
		if doc := st.charge("a", 4027); doc["status_code"] != "201" {
			t.Errorf("without magic: got %v", doc)
		}
	})
}

// TestMagicAfter: what happens to a charge later on.
func TestMagicAfter(t *testing.T) {
	told := func(st *stage) string {
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		return states(st.shop.took())
	}
	for amount, want := range map[int64]string{
		1207: "a pending", 1217: "a pending, a pending, a settlement, a settlement", 1237: "a pending, a settlement",
	} {
		bubble(t, Options{}, func(st *stage) {
			st.charge("a", amount)
			synctest.Wait()
			st.must(st.Pay("a"))
			if got := told(st); got != want {
				t.Errorf("%d: told %s, want %s", amount, got, want)
			}
		})
	}
	bubble(t, Options{Refunds: true}, func(st *stage) {
		for path, want := range map[string]string{"1017/status": "201", "4047/status": "404", "1107/status": "200", "4127/cancel": "412"} {
			amount, op, _ := strings.Cut(path, "/")
			var n int64
			fmt.Sscan(amount, &n)
			st.charge(amount, n)
			method := map[string]string{"status": "GET", "cancel": "POST"}[op]
			if _, doc := st.call(method, "/v2/"+path, ""); doc["status_code"] != want {
				t.Errorf("%s: got %v", path, doc)
			}
		}
		for amount, want := range map[int64]string{1117: "1617.00", 1127: "1.00"} {
			order := fmt.Sprint("paid-", amount)
			st.charge(order, amount)
			st.must(st.Pay(order))
			if _, doc := st.call("GET", "/v2/"+order+"/status", ""); doc["gross_amount"] != want {
				t.Errorf("%d: got %v", amount, doc)
			}
		}
		for amount, want := range map[int64]string{1017: "54011", 1027: "5909Toko Lain"} {
			if doc := st.charge(fmt.Sprint("qr-", amount), amount); !strings.Contains(fmt.Sprint(doc["qr_string"]), want) {
				t.Errorf("%d: got %v", amount, doc["qr_string"])
			}
		}
		st.charge("refund", 1137)
		st.must(st.Pay("refund"))
		if _, doc := st.call("POST", "/v2/refund/refund", ""); doc["status_code"] != "414" {
			t.Errorf("refund: got %v", doc)
		}
	})
}
