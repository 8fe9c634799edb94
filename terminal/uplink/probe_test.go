package uplink

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

func TestProbe(t *testing.T) {
	ahead := 90 * time.Second
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/devices/till-1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(wire.Hello{Device: "till-1", Next: 1, Sandbox: true, Time: time.Now().Add(ahead).UnixMilli()})
	})
	mux.HandleFunc("GET /v1/devices/stranger", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		json.NewEncoder(w).Encode(wire.Error{Code: wire.Forbidden, Message: "who is that?"})
	})
	mux.HandleFunc("GET /v1/devices/portal", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("<html>please sign in"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	h, err := Probe(t.Context(), base, "till-1", nil)
	if err != nil || !h.Sandbox || h.Took <= 0 || (h.Skew-ahead).Abs() > time.Second {
		t.Errorf("got %+v, %v", h, err)
	}
	for device, want := range map[string]terminal.Trouble{
		"stranger": terminal.TroubleRefused, "portal": terminal.TroubleNonsense, "nobody": terminal.TroubleNonsense,
	} {
		if _, err := Probe(t.Context(), base, device, nil); TroubleOf(err) != want {
			t.Errorf("%s: got %v, want trouble %s", device, err, want)
		}
	}
	server.Close()
	if _, err := Probe(t.Context(), base, "till-1", nil); TroubleOf(err) != terminal.TroubleNetwork {
		t.Errorf("closed server: got %v, want trouble network", err)
	}
}
