package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// TestRun is the program as it is: it says where it is, although the address
// was taken, keeps what it should keep, and leaves no process behind.
func TestRun(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := filepath.Join(t.TempDir(), "data")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, errs buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"-listen", taken.Addr().String(), "-data", data, "-lang", "en"}, &out, &errs)
	}()
	for !strings.Contains(out.String(), "\n") {
		select {
		case got := <-code:
			t.Fatalf("it ended with exit code %d: %s", got, errs.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	base := strings.TrimSpace(strings.TrimPrefix(out.String(), "kasir-demo: "))
	res, err := http.Get(base)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("page: got %s, %v", res.Status, res.Header)
	}
	stop()
	if got := <-code; got != ok {
		t.Errorf("exit code %d, want %d: %s", got, ok, errs.String())
	}
	for _, file := range []string{"till.db", "backend.db", "provider.json", "server.key"} {
		if _, err := os.Stat(filepath.Join(data, file)); err != nil {
			t.Errorf("kept data: %v", err)
		}
	}
	if _, err := os.Stat(filepath.Join(data, "till.db-wal")); err == nil {
		t.Error("the till was not asked to end")
	}
}

func TestMisuse(t *testing.T) {
	for _, args := range [][]string{{"-lang", "su"}, {"-color"}, {"now"}} {
		var out, errs bytes.Buffer
		if got := run(t.Context(), args, &out, &errs); got != misuse || errs.Len() == 0 {
			t.Errorf("%v: exit code %d, want %d: %s", args, got, misuse, errs.String())
		}
	}
	var out, errs bytes.Buffer
	if got := run(t.Context(), []string{"-h"}, &out, &errs); got != ok || !strings.Contains(out.String(), "-listen") {
		t.Errorf("help: exit code %d, %s", got, out.String())
	}
	if got := run(t.Context(), []string{"-listen", "nowhere.invalid:1"}, &out, &errs); got != failed {
		t.Errorf("an address that cannot be: exit code %d, want %d", got, failed)
	}
}
