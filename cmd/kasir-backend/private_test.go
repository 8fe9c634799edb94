package main

import (
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// The figures are on the private address and nowhere else.
func TestPrivate(t *testing.T) {
	_, url := provider(t)
	private := freePort(t)
	base, log, stop := start(t, "-listen", "127.0.0.1:0", "-db", filepath.Join(t.TempDir(), "b.db"), "-midtrans", url,
		"-server-key-file", write(t, "key", key, 0o600), "-private", private, "-log-format", "json")
	defer stop()
	get := func(url string) (int, string) {
		t.Helper()
		res, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	if code, text := get("http://" + private + "/metrics"); code != http.StatusOK || !strings.Contains(text, "kasir_build_info{") {
		t.Errorf("HTTP %d\n%.200s", code, text)
	}
	if code, _ := get("http://" + private + "/debug/pprof/goroutine?debug=1"); code != http.StatusOK {
		t.Errorf("the profiler: HTTP %d", code)
	}
	for _, path := range []string{"/metrics", "/debug/pprof/"} {
		if code, _ := get(base + path); code != http.StatusNotFound {
			t.Errorf("%s is public: HTTP %d", path, code)
		}
	}
	if text := log.String(); !strings.HasPrefix(text, `{"time":`) {
		t.Errorf("not a log in JSON:\n%.200s", text)
	}
}

func TestPrivateIsNotPublic(t *testing.T) {
	c := config{private: "0.0.0.0:0"}
	if l, err := c.openPrivate(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "loopback or private") {
		l.Close()
		t.Errorf("served on all addresses: %v", err)
	}
}
