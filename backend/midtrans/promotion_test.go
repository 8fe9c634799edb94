package midtrans

import (
	"strings"
	"testing"
	"time"
)

const promotions = `{"status_code":"200","account_id":"` + accountID + `","recommended_promotion_id":"CASHBACK|a|b||2021-02-22|2021-02-23","promotions":[
	{"id":"CASHBACK|a|b||2021-02-22|2021-02-23","code":"C1","type":"CASHBACK","actual_payable_amount":"9000.00","promotion_amount":"1000.00","minimum_applicable_amount":5000,
	 "currency":"IDR","description":"d","short_description":"s","title":"t","valid_from":"2021-02-22T00:00:00Z","valid_till":"2021-02-23 06:59:59","tnc_url":"https://x.example/t",
	 "limit_per_user":3,"source":"GOPAY","promotion_value":{"money":{"type":"FIXED","value":"1000"}}}]}`

func TestPromotions(t *testing.T) {
	p := serve(t, say(promotions))
	c := client(t, p.URL, Options{})
	got, err := c.Promotions(t.Context(), accountID, 10000)
	if err != nil || len(got.Promotions) != 1 || got.Recommended != got.Promotions[0].ID {
		t.Fatalf("got %+v, %v", got, err)
	}
	want := Promotion{ID: "CASHBACK|a|b||2021-02-22|2021-02-23", Code: "C1", Type: "CASHBACK", Title: "t", Short: "s", Description: "d", Payable: 9000, Off: 1000,
		Minimum: 5000, Currency: "IDR", ValidFrom: time.Date(2021, 2, 22, 7, 0, 0, 0, Zone), ValidTill: time.Date(2021, 2, 23, 6, 59, 59, 0, Zone),
		TermsURL: "https://x.example/t", PerUser: 3, Source: "GOPAY"}
	if got.Promotions[0] != want {
		t.Errorf("got %+v, want %+v", got.Promotions[0], want)
	}
	if r := p.took(); r.method != "GET" || r.path != "/v2/gopay/promo/"+accountID || r.query != "currency=IDR&gross_amount=10000" {
		t.Errorf("got %+v", r)
	}
	for _, bad := range []struct {
		account string
		gross   int64
	}{{"", 1}, {"..", 1}, {accountID, 0}, {accountID, MaxGoPay + 1}} {
		_, err := c.Promotions(t.Context(), bad.account, bad.gross)
		if got, _ := outcome(Transaction{}, err); got != "refused" || p.took() != nil {
			t.Errorf("%+v: got %s", bad, got)
		}
	}
}

func TestJudgePromotions(t *testing.T) {
	for _, c := range []struct {
		name   string
		http   int
		body   string
		want   string
		code   int
		reason Reason
	}{
		{"one", 200, promotions, "ok", 0, ReasonNone},
		{"none", 200, `{"status_code":"200","account_id":"` + accountID + `","promotions":[]}`, "ok", 0, ReasonNone},
		{"not linked", 400, `{"status_code":"400","status_message":"Account doesn’t exist"}`, "refused", 404, ReasonNotLinked},
		{"parameter", 400, `{"status_code":"400","status_message":"One or more parameters in the payload is invalid.","validation_messages":["gross_amount is required"]}`, "refused", 400, ReasonRequest},
		{"not enabled", 200, `{"status_code":"402"}`, "refused", 402, ReasonMerchant},
		{"doubt about an account", 500, `{"status_code":"500","status_message":"Account doesn’t exist"}`, "unknown", 0, ReasonTryLater},
		{"another account", 200, strings.Replace(promotions, accountID, "x", 1), "unknown", 0, ReasonTryLater},
		{"half a rupiah", 200, strings.Replace(promotions, "9000.00", "9000.50", 1), "unknown", 0, ReasonTryLater},
		{"limit is a word", 200, strings.Replace(promotions, `:3`, `:"many"`, 1), "unknown", 0, ReasonTryLater},
		{"no list", 200, strings.Replace(promotions, `"promotions":[`, `"promotions":{},"x":[`, 1), "unknown", 0, ReasonTryLater},
		{"HTML", 403, `<html>`, "unknown", 0, ReasonTryLater},
	} {
		_, err := judgePromotions(call{op: "promotions", id: accountID}, c.http, []byte(c.body))
		if got, code := outcome(Transaction{}, err); got != c.want || code != c.code || ReasonOf(err) != c.reason {
			t.Errorf("%s: got %s %d %q, want %s %d %q (%v)", c.name, got, code, ReasonOf(err), c.want, c.code, c.reason, err)
		}
	}
}
