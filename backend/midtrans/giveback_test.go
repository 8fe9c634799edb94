package midtrans

import (
	"strings"
	"testing"
)

const refunded = `{"status_code":"200","status_message":"Success, refund request is approved","transaction_id":"t-1","order_id":"a-1",
	"gross_amount":"10000.00","payment_type":"gopay","transaction_time":"2015-06-15 13:36:24","transaction_status":"partial_refund",
	"refund_chargeback_id":202502070943231234,"refund_chargeback_uuid":"u-1","refund_amount":"5000.00","refund_key":"a-1-ref1"}`

func TestRefund(t *testing.T) {
	p := serve(t, say(refunded))
	c := client(t, p.URL, Options{NotifyURLs: []string{"https://shop.example/n"}})
	for _, way := range []struct {
		req        RefundRequest
		path, body string
	}{
		{RefundRequest{ID: "a-1", Key: "a-1-ref1", Amount: 5000, Reason: "wrong size"}, "/v2/a-1/refund", `{"refund_key":"a-1-ref1","amount":5000,"reason":"wrong size"}`},
		{RefundRequest{ID: "t-1", Key: "a-1-ref1", Direct: true}, "/v2/t-1/refund/online/direct", `{"refund_key":"a-1-ref1"}`},
	} {
		got, err := c.Refund(t.Context(), way.req)
		if err != nil || got.Key != "a-1-ref1" || got.ChargebackID != 202502070943231234 || got.ChargebackUUID != "u-1" || got.RefundAmount != 5000 || got.Status != StatusPartialRefund {
			t.Errorf("got %+v, %v", got, err)
		}
		r := p.took()
		equalJSON(t, way.path, []byte(r.body), []byte(way.body))
		if r.method != "POST" || r.path != way.path {
			t.Errorf("got %s %s, want %s", r.method, r.path, way.path)
		}
	}
	for name, bad := range map[string]RefundRequest{
		"no id":       {Key: "k"},
		"no key":      {ID: "a-1"},
		"key":         {ID: "a-1", Key: "a.b"},
		"long key":    {ID: "a-1", Key: strings.Repeat("k", 51)},
		"negative":    {ID: "a-1", Key: "k", Amount: -1},
		"too much":    {ID: "a-1", Key: "k", Amount: MaxGoPay + 1},
		"long reason": {ID: "a-1", Key: "k", Reason: strings.Repeat("x", 256)},
	} {
		got, err := c.Refund(t.Context(), bad)
		if word, _ := outcome(got.Transaction, err); word != "refused" || p.took() != nil {
			t.Errorf("%s: got %s", name, word)
		}
	}
}

func TestJudgeRefund(t *testing.T) {
	for _, c := range []struct {
		name   string
		http   int
		body   string
		want   string
		code   int
		reason Reason
	}{
		{"part", 200, refunded, "ok", 200, ReasonNone},
		{"all", 200, strings.Replace(refunded, "partial_refund", "refund", 1), "ok", 200, ReasonNone},
		{"no key in the answer", 200, strings.Replace(refunded, `"refund_key":"a-1-ref1"`, `"x":1`, 1), "ok", 200, ReasonNone},
		{"another refund", 200, strings.Replace(refunded, "a-1-ref1", "a-1-ref2", 1), "unknown", 0, ReasonTryLater},
		{"another order", 200, strings.Replace(refunded, `"a-1"`, `"b-1"`, 1), "unknown", 0, ReasonTryLater},
		{"still settled", 200, strings.Replace(refunded, "partial_refund", "settlement", 1), "unknown", 0, ReasonTryLater},
		{"id beyond int64", 200, strings.Replace(refunded, "202502070943231234", "99999999999999999999", 1), "unknown", 0, ReasonTryLater},
		{"parts of a rupiah", 200, strings.Replace(refunded, "5000.00", "5000.50", 1), "unknown", 0, ReasonTryLater},
		{"not enabled", 200, `{"status_code":"402","status_message":"Merchant doesn't have access for this payment type"}`, "refused", 402, ReasonMerchant},
		{"wallet says no", 200, `{"status_code":"202","status_message":"Refund denied by the bank","transaction_status":"settlement","order_id":"a-1","refund_amount":"0.00"}`, "refused", 202, ReasonRefund},
		{"passing trouble", 200, `{"status_code":"202","channel_response_code":"900"}`, "unknown", 0, ReasonTryLater},
		{"still running", 202, `{"status_code":"202"}`, "unknown", 0, ReasonTryLater},
		{"not settled", 200, `{"status_code":"412","status_message":"Merchant cannot modify the status of the transaction"}`, "refused", 412, ReasonState},
		{"amount", 200, `{"status_code":"414","status_message":"Refund request is rejected due to invalid amount"}`, "refused", 414, ReasonRefund},
		{"key used", 200, `{"status_code":"406","status_message":"Duplicate refund ID"}`, "refused", 406, ReasonDuplicate},
		{"unknown", 200, `{"status_code":"404","status_message":"Transaction doesn't exist."}`, "refused", 404, ReasonNotFound},
		{"500 in 200", 200, `{"status_code":"500"}`, "unknown", 0, ReasonTryLater},
	} {
		got, err := judgeRefund(call{op: "refund", id: "a-1"}, "a-1-ref1", c.http, []byte(c.body))
		word, code := outcome(got.Transaction, err)
		if word != c.want || code != c.code || ReasonOf(err) != c.reason {
			t.Errorf("%s: got %s %d %q, want %s %d %q (%v)", c.name, word, code, ReasonOf(err), c.want, c.code, c.reason, err)
		}
		if got, want := IsNotEnabled(err), c.code == 402; got != want {
			t.Errorf("%s: not enabled: got %v", c.name, got)
		}
	}
}
