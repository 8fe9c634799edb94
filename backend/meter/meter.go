// Package meter counts what a backend does, for Prometheus: how long terminals
// wait for a code and for their customers' money, what the provider answers, how
// many charges are open and in which state, and what alarms there were.
//
// A label is a word of a small fixed set: never an order, a device, an address or
// anything else that grows with the shop or that a stranger could choose. The
// package knows no other of this program; package backend tells it plain words.
// All methods work on a nil Meter, which counts nothing.
package meter

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Meter is used by many goroutines.
type Meter struct {
	registry *prometheus.Registry

	requests *prometheus.HistogramVec
	calls    *prometheus.HistogramVec
	code     prometheus.Histogram
	confirm  prometheus.Histogram
	facts    *prometheus.CounterVec
	alarms   *prometheus.CounterVec
	desk     *prometheus.GaugeVec
	polls    prometheus.Gauge
	refused  *prometheus.CounterVec
}

// waits are the steps of times that people wait for, in seconds.
var waits = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// confirms are the steps from a payment to our knowing it, in seconds: a push
// takes one or two, a poll of ten seconds as much more.
var confirms = []float64{.25, .5, 1, 2, 5, 10, 15, 20, 30, 60, 300, 3600, 86400}

// New makes a meter that has counted nothing; version is the program's.
func New(version string) *Meter {
	m := &Meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kasir_request_seconds",
			Help: "Requests by path, method and HTTP status; long polls are left out. 403 at a path of notifications is a forged one.", Buckets: waits}, []string{"path", "method", "status"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kasir_provider_seconds",
			Help: "Calls to the provider by what was asked and the status code it answered; unknown: none that proves anything.", Buckets: waits}, []string{"call", "code"}),
		code: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "kasir_time_to_qr_seconds",
			Help: "From a terminal's asking for a charge to its code being durable.", Buckets: waits}),
		confirm: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "kasir_confirm_seconds",
			Help: "From the provider's time of a settlement, which it gives in whole seconds, to its being durable here.", Buckets: confirms}),
		facts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kasir_charge_facts_total",
			Help: "Facts of charges by kind: asked, created, settled, cancelled, expired, denied ..."}, []string{"kind"}),
		alarms: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kasir_alarms_total",
			Help: "What a person should look into: late money, another amount, a foreign transaction ..."}, []string{"alarm"}),
		desk: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "kasir_open_charges",
			Help: "Charges being worked on, by state; asked: the provider's answer is not known."}, []string{"state"}),
		polls: prometheus.NewGauge(prometheus.GaugeOpts{Name: "kasir_waiting_devices",
			Help: "Devices that wait for news."}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kasir_refused_total",
			Help: "Requests turned away by their code, such as forbidden, busy, too_many."}, []string{"code"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "kasir_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.calls, m.code, m.confirm, m.facts, m.alarms, m.desk, m.polls, m.refused, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves what was counted, as Prometheus reads it. Keep it off the
// public listener.
func (m *Meter) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// Served counts a request. path is the route's pattern, never what was asked for.
func (m *Meter) Served(path, method, status string, took time.Duration) {
	if m != nil {
		m.requests.WithLabelValues(path, method, status).Observe(took.Seconds())
	}
}

// Refused counts a request that was turned away, by its code.
func (m *Meter) Refused(code string) {
	if m != nil {
		m.refused.WithLabelValues(code).Inc()
	}
}

// Called counts a call to the provider.
func (m *Meter) Called(call, code string, took time.Duration) {
	if m != nil {
		m.calls.WithLabelValues(call, code).Observe(took.Seconds())
	}
}

// Fact counts a fact of a charge.
func (m *Meter) Fact(kind string) {
	if m != nil {
		m.facts.WithLabelValues(kind).Inc()
	}
}

// Code says how long a terminal waited for its code.
func (m *Meter) Code(wait time.Duration) {
	if m != nil {
		m.code.Observe(max(0, wait.Seconds()))
	}
}

// Confirmed says how long a settlement took to get here.
func (m *Meter) Confirmed(wait time.Duration) {
	if m != nil {
		m.confirm.Observe(max(0, wait.Seconds()))
	}
}

// Alarm counts something that a person should look into.
func (m *Meter) Alarm(alarm string) {
	if m != nil {
		m.alarms.WithLabelValues(alarm).Inc()
	}
}

// Moved says that a charge on the desk is in another state; "" is not on it.
func (m *Meter) Moved(before, after string) {
	if m == nil || before == after {
		return
	}
	if before != "" {
		m.desk.WithLabelValues(before).Dec()
	}
	if after != "" {
		m.desk.WithLabelValues(after).Inc()
	}
}

// Waiting says how many devices wait for news.
func (m *Meter) Waiting(devices int) {
	if m != nil {
		m.polls.Set(float64(devices))
	}
}
