package meter

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func scrape(t *testing.T, m *Meter) string {
	t.Helper()
	server := httptest.NewServer(m.Handler())
	defer server.Close()
	res, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("HTTP %d, %v", res.StatusCode, err)
	}
	return string(text)
}

func use(m *Meter) {
	m.Served("/v1/charges/{order}", "PUT", "200", 30*time.Millisecond)
	m.Refused("busy")
	m.Called("charge", "201", 200*time.Millisecond)
	m.Fact("asked")
	m.Fact("asked")
	m.Code(300 * time.Millisecond)
	m.Confirmed(-time.Second) // the provider's clock is ahead
	m.Alarm("late")
	m.Moved("", "asked")
	m.Moved("asked", "pending")
	m.Moved("pending", "pending")
	m.Moved("", "pending")
	m.Moved("pending", "")
	m.Waiting(2)
	m.Waiting(1)
}

func TestMeter(t *testing.T) {
	m := New("v1")
	use(m)
	text := scrape(t, m)
	for _, want := range []string{
		`kasir_request_seconds_count{method="PUT",path="/v1/charges/{order}",status="200"} 1`,
		`kasir_refused_total{code="busy"} 1`,
		`kasir_provider_seconds_bucket{call="charge",code="201",le="0.25"} 1`,
		`kasir_charge_facts_total{kind="asked"} 2`,
		`kasir_time_to_qr_seconds_sum 0.3`,
		`kasir_confirm_seconds_sum 0`,
		`kasir_alarms_total{alarm="late"} 1`,
		`kasir_open_charges{state="asked"} 0`,
		`kasir_open_charges{state="pending"} 1`,
		`kasir_waiting_devices 1`,
		`kasir_build_info{version="v1"} 1`,
		`go_goroutines `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}

// A program without a meter asks nobody whether there is one.
func TestNil(t *testing.T) {
	use(nil)
}
