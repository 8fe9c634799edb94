package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

func TestRefund(t *testing.T) {
	bubble(t, Options{Refunds: true}, func(st *stage) {
		st.charge("a", 10_000)
		st.must(st.Pay("a"))
		synctest.Wait()
		st.shop.took()
		for i, c := range []struct{ path, body, want string }{
			{"refund", `{"refund_key":"r1","amount":4000,"reason":"cold soup"}`, "200 partial_refund 4000.00 r1 <nil>"},
			{"refund", `{"refund_key":"r1","amount":4000}`, "406 <nil> <nil> <nil> <nil>"},
			{"refund", `{"refund_key":"r2","amount":6001}`, "414 <nil> <nil> <nil> <nil>"},
			{"refund", `{"refund_key":"r2","amount":0}`, "414 <nil> <nil> <nil> <nil>"},
			{"refund", `{"refund_key":"r 2"}`, "400 <nil> <nil> <nil> [refund_key contains invalid characters]"},
			{"refund/online/direct", `{"refund_key":"r2"}`, "200 refund 6000.00 r2 <nil>"},
			{"refund", `{"refund_key":"r3"}`, "412 <nil> <nil> <nil> <nil>"},
		} {
			_, doc := st.call("POST", "/v2/a/"+c.path, c.body)
			if got := fmt.Sprint(doc["status_code"], " ", doc["transaction_status"], " ", doc["refund_amount"], " ", doc["refund_key"], " ", doc["validation_messages"]); got != c.want {
				t.Errorf("%d: got %s, want %s", i, got, c.want)
			}
		}
		time.Sleep(bankLag)
		synctest.Wait()
		var told []string
		for _, n := range st.shop.took() {
			confirmed := 0
			for _, r := range n.Refunds {
				if !r.ConfirmedAt.IsZero() {
					confirmed++
				}
			}
			told = append(told, fmt.Sprint(n.Status, " ", n.RefundAmount, " ", len(n.Refunds), " ", confirmed, " ", n.Verify(testKey) == nil))
		}
		// The direct one is confirmed when it is told; the first waits for the bank.
		want := "partial_refund 4000.00 1 0 true, partial_refund 4000.00 1 1 true, refund 10000.00 2 1 true"
		if got := strings.Join(told, ", "); got != want {
			t.Errorf("told %s, want %s", got, want)
		}
		tx, err := st.api(midtrans.Options{}).Status(st.Context(), "a")
		if err != nil || tx.Status != "refund" || len(tx.Refunds) != 2 || tx.Refunds[0].ChargebackID < 1e17 || tx.Refunds[0].Reason != "cold soup" || tx.Refunds[0].ConfirmedAt.IsZero() {
			t.Errorf("status: got %+v, %v", tx, err)
		}
	})
}

// TestRefundStates: who has no refunds, and when those who have get none.
func TestRefundStates(t *testing.T) {
	code := func(st *stage, path string) any {
		_, doc := st.call("POST", path, "")
		return doc["status_code"]
	}
	bubble(t, Options{}, func(st *stage) {
		st.charge("a", 10_000)
		if got := code(st, "/v2/a/refund"); got != "412" {
			t.Errorf("not paid, not enabled: got %v", got)
		}
		st.must(st.Pay("a"))
		if got := code(st, "/v2/a/refund"); got != "402" {
			t.Errorf("not enabled: got %v", got)
		}
		_, err := st.api(midtrans.Options{}).Refund(st.Context(), midtrans.RefundRequest{ID: "a", Key: "r"})
		if !midtrans.IsNotEnabled(err) {
			t.Errorf("not enabled: got %v", err)
		}
	})
	bubble(t, Options{Refunds: true}, func(st *stage) {
		for order, age := range map[string]time.Duration{"young": 44 * day, "old": 46 * day} {
			st.charge(order, 10_000)
			st.must(st.Pay(order))
			time.Sleep(age)
			if got := code(st, "/v2/"+order+"/refund"); (got == "412") != (order == "old") {
				t.Errorf("%s: got %v", order, got)
			}
		}
		st.charge("elsewhere", 10_000)
		st.call("POST", "/sandbox/elsewhere/pay?issuer=dana", "")
		time.Sleep(8 * day)
		if got := code(st, "/v2/elsewhere/refund"); got != "412" {
			t.Errorf("another wallet: got %v", got)
		}
		if got := code(st, "/v2/nobody/refund"); got != "404" {
			t.Errorf("nobody: got %v", got)
		}
		st.charge("denied", 10_000)
		st.must(st.Pay("denied"))
		st.must(st.Faults().Set(Fault{Kind: RefundDenied, Count: 2}))
		_, doc := st.call("POST", "/v2/denied/refund/online/direct", `{"refund_key":"r"}`)
		if doc["status_code"] != "202" || doc["status_message"] != "Refund denied by the bank" || doc["transaction_status"] != "settlement" || doc["refund_amount"] != "0.00" {
			t.Errorf("denied: got %v", doc)
		}
		if got := code(st, "/v2/denied/refund"); got != "414" {
			t.Errorf("denied: got %v", got)
		}
		if got := code(st, "/v2/denied/refund"); got != "200" {
			t.Errorf("at last: got %v", got)
		}
	})
}

// TestRefundLinked: money that is given back is in the wallet again, and what
// was reserved is taken once.
func TestRefundLinked(t *testing.T) {
	bubble(t, Options{Refunds: true}, func(st *stage) {
		id := st.link("8215023424")
		token, _ := st.token(id)
		_, doc := st.bill("a", 50_000, id, token, `,"pre_auth":true`)
		for i, c := range []struct{ body, want string }{
			{`{"transaction_id":"nobody"}`, "404"}, {`{}`, "400"},
			{`{"transaction_id":"a","gross_amount":40000}`, "400"},
			{fmt.Sprintf(`{"transaction_id":%q,"gross_amount":50000}`, doc["transaction_id"]), "200"},
			{`{"transaction_id":"a"}`, "412"},
		} {
			if _, doc := st.call("POST", "/v2/capture", c.body); doc["status_code"] != c.want {
				t.Errorf("capture %d: got %v", i, doc)
			}
		}
		if _, balance := st.token(id); balance != "7950000.00" {
			t.Errorf("captured: got %s", balance)
		}
		st.call("POST", "/v2/a/refund", `{"amount":20000}`)
		if _, balance := st.token(id); balance != "7970000.00" {
			t.Errorf("refunded: got %s", balance)
		}
	})
}

func TestVerdict(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.charge("a", 1)
		for path, want := range map[string]string{"a/deny": "412", "a/approve": "412", "b/deny": "404", "b/approve": "404"} {
			if status, doc := st.call("POST", "/v2/"+path, ""); status != 200 || doc["status_code"] != want {
				t.Errorf("%s: got HTTP %d, %v", path, status, doc)
			}
		}
	})
}
