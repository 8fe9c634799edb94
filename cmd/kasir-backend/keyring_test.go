package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

// believer remembers what keys it was told to trust.
type believer struct {
	mu   sync.Mutex
	keys string
}

func (b *believer) TrustKeys(keys ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys = strings.Join(keys, " ")
}

func (b *believer) trusts() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.keys
}

// A key is changed by writing its file: the next call has the new one, and the old
// one's notifications are believed for a day. What cannot be read changes nothing.
func TestKeyring(t *testing.T) {
	server, notify := write(t, "server", "SB-one", 0o600), write(t, "notify", "n-one", 0o600)
	put := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var b believer
		used := ""
		client, err := midtrans.New(&url.URL{Scheme: "http", Host: "psp.test"}, "SB-one", midtrans.Options{HTTP: &http.Client{Transport: trip(func(r *http.Request) {
			used, _, _ = r.BasicAuth()
		})}})
		if err != nil {
			t.Fatal(err)
		}
		k := &keyring{server: server, notify: notify}
		k.add(client)
		first, err := k.keys()
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go k.follow(ctx, &b, first, slog.New(slog.NewTextHandler(&log, nil)))
		check := func(what, key, trusted string) {
			t.Helper()
			time.Sleep(keyEvery + time.Second)
			synctest.Wait()
			client.Status(ctx, "x")
			if used != key || b.trusts() != trusted {
				t.Errorf("%s: calls with %q, trusts %q; want %q and %q", what, used, b.trusts(), key, trusted)
			}
		}
		check("at first", "SB-one", "n-one")
		put(server, "SB-two\n")
		put(notify, "n-two\n")
		check("changed", "SB-two", "n-two n-one")
		put(server, "two keys:in one")
		check("not a key", "SB-two", "n-two n-one")
		if err := os.Chmod(server, 0o644); err != nil {
			t.Fatal(err)
		}
		check("others may read it", "SB-two", "n-two n-one")
		if err := os.Chmod(server, 0o600); err != nil {
			t.Fatal(err)
		}
		put(server, "SB-two")
		put(notify, "n-three")
		check("changed again", "SB-two", "n-three n-one n-two")
		time.Sleep(keyGrace)
		check("a day later", "SB-two", "n-three")
		if text := log.String(); strings.Contains(text, "SB-") || strings.Contains(text, "n-one") || strings.Count(text, "not changed") != 2 {
			t.Errorf("the log:\n%s", text)
		}
	})
}

// trip answers every request with a 404 of the provider's.
type trip func(*http.Request)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) {
	f(r)
	return &http.Response{StatusCode: 404, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"status_code":"404"}`)), Request: r}, nil
}
