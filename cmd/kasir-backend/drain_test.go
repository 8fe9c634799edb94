package main

import (
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// While a load balancer takes its time to notice that we stop, whoever comes is
// still answered.
func TestDrain(t *testing.T) {
	t.Parallel() // it mostly waits
	_, url := provider(t)
	base, log, stop := start(t, "-listen", "127.0.0.1:0", "-db", filepath.Join(t.TempDir(), "b.db"), "-midtrans", url,
		"-server-key-file", write(t, "key", key, 0o600), "-drain", "1s")
	status := func(path string) int {
		res, err := http.Get(base + path)
		if err != nil {
			return 0
		}
		defer res.Body.Close()
		io.Copy(io.Discard, res.Body)
		return res.StatusCode
	}
	if got := status("/readyz"); got != http.StatusOK {
		t.Errorf("running: HTTP %d", got)
	}
	began, code := time.Now(), make(chan int, 1)
	go func() { code <- stop() }()
	for status("/readyz") == http.StatusOK && time.Since(began) < 900*time.Millisecond {
		time.Sleep(10 * time.Millisecond)
	}
	if ready, health := status("/readyz"), status("/healthz"); ready != http.StatusServiceUnavailable || health != http.StatusOK {
		t.Errorf("told to stop: ready HTTP %d, healthy HTTP %d", ready, health)
	}
	if got := <-code; got != ok {
		t.Errorf("exit code %d\n%s", got, log)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("it stopped after %s, want 1s at least", took)
	}
	if got := status("/healthz"); got != 0 {
		t.Errorf("stopped, and it answers HTTP %d", got)
	}
}
