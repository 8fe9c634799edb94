package backend

import (
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kasir/backend/meter"
)

// A sale, a forged notification and a path that is not there: what was counted is
// what happened, and no order, device or address is in it.
func TestMeters(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := meter.New("test")
		s := settle(t, func(o *Options) { o.Meter = m })
		s.put("KASIR-00000001", 25_000)
		s.pay("KASIR-00000001")
		time.Sleep(30 * time.Second)
		s.put("KASIR-00000002", 9_000)
		s.request("GET", "/v1/charges/KASIR-00000009", nil, nil)
		time.Sleep(5 * time.Second)
		rec := httptest.NewRecorder()
		m.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
		text := rec.Body.String()
		for _, want := range []string{
			`kasir_charge_facts_total{kind="asked"} 2`, `kasir_charge_facts_total{kind="settled"} 1`,
			`kasir_time_to_qr_seconds_count 2`, `kasir_confirm_seconds_count 1`,
			`kasir_open_charges{state="pending"} 1`, `kasir_provider_seconds_count{call="charge",code="200"} 2`,
			`kasir_request_seconds_count{method="PUT",path="/v1/charges/{order}",status="200"} 2`, `kasir_refused_total{code="not_found"} 1`,
		} {
			if !strings.Contains(text, want+"\n") {
				t.Errorf("no %s", want)
			}
		}
		if found := regexp.MustCompile(`KASIR|qris|00020101`).FindString(text); found != "" {
			t.Errorf("%q is in a label", found)
		}
		if n := value(t, text, "kasir_confirm_seconds_sum"); n < 0 || n > 20 {
			t.Errorf("a settlement took %v s to be known", n)
		}
	})
}

func value(t *testing.T, text, name string) float64 {
	t.Helper()
	_, after, _ := strings.Cut(text, "\n"+name+" ")
	number, _, _ := strings.Cut(after, "\n")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}
