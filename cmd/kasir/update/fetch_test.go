package update

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"kasir/backend/wire"
)

// counter is a backend as devices see it: it hands out one bundle, and of the next
// pieces only as many bytes as cuts says, before the connection breaks.
type counter struct {
	text  []byte
	offer wire.Update
	cuts  []int
	sent  atomic.Int64                     // bytes of the bundle
	spoil func(w http.ResponseWriter) bool // answers in its place
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/shop/v1/updates/pi3":
		json.NewEncoder(w).Encode(c.offer)
	case "/shop/v1/updates/pi3/" + c.offer.SHA256:
		if c.spoil != nil && c.spoil(w) {
			return
		}
		var from, to int
		if n, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &from, &to); n != 2 || err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		body := c.text[from : to+1]
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, len(c.text)))
		w.WriteHeader(http.StatusPartialContent)
		if len(c.cuts) > 0 {
			body, c.cuts = body[:min(c.cuts[0], len(body))], c.cuts[1:]
			n, _ := w.Write(body)
			c.sent.Add(int64(n))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
		n, _ := w.Write(body)
		c.sent.Add(int64(n))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// visit is a till at that counter.
func visit(t *testing.T, size int) (*counter, *Fetcher) {
	t.Helper()
	text := make([]byte, size)
	rand.NewChaCha8([32]byte{7}).Read(text)
	sum := sha256.Sum256(text)
	c := &counter{text: text, offer: wire.Update{Board: "pi3", Version: "20261122T000000Z", Size: int64(size), SHA256: hex.EncodeToString(sum[:])}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL + "/shop")
	if err != nil {
		t.Fatal(err)
	}
	return c, &Fetcher{Base: base, HTTP: server.Client(), Board: "pi3", Dir: t.TempDir(), Free: func() (int64, error) { return 1 << 40, nil }}
}

func (f *Fetcher) files(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestFetch: a bundle comes whole over a line that breaks, and no byte twice.
func TestFetch(t *testing.T) {
	c, f := visit(t, 3*piece+4711)
	if err := os.WriteFile(filepath.Join(f.Dir, "an older one.raucb"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.cuts = []int{0, 100_000, piece - 1, 1}
	offer, err := f.Offer(t.Context())
	if err != nil || offer != c.offer {
		t.Fatalf("got %+v, %v, want %+v", offer, err, c.offer)
	}
	var name string
	tries := 0
	for ; tries < 20; tries++ {
		again := *f // a till that was switched off in between
		if name, err = again.Fetch(t.Context(), offer); err == nil {
			break
		}
		if want := offer.SHA256 + partSuffix; !slices.Contains(f.files(t), want) {
			t.Fatalf("after %v there is %q, want %s", err, f.files(t), want)
		}
	}
	got, err := os.ReadFile(filepath.Join(f.Dir, name))
	if err != nil || !bytes.Equal(got, c.text) {
		t.Fatalf("got %d bytes, %v, want %d", len(got), err, len(c.text))
	}
	if tries != 4 || c.sent.Load() > offer.Size || len(f.files(t)) != 1 {
		t.Errorf("%d tries, %d bytes sent of %d, files %q", tries, c.sent.Load(), offer.Size, f.files(t))
	}
	if again, err := f.Fetch(t.Context(), offer); err != nil || again != name || c.sent.Load() > offer.Size {
		t.Errorf("what is there is fetched again: %q, %v, %d bytes", again, err, c.sent.Load())
	}
	if err := f.Forget(); err != nil || len(f.files(t)) != 0 {
		t.Errorf("forgotten: %q, %v", f.files(t), err)
	}
}

func TestFetchRefuses(t *testing.T) {
	answer := func(status int, part string) func(http.ResponseWriter) bool {
		return func(w http.ResponseWriter) bool {
			w.Header().Set("Content-Range", part)
			w.WriteHeader(status)
			w.Write(bytes.Repeat([]byte("x"), 100))
			return true
		}
	}
	for _, c := range []struct {
		name   string
		change func(*counter, *Fetcher)
		want   string
		left   bool // of the part
	}{
		{"a byte that fell over", func(c *counter, _ *Fetcher) { c.text[42]++ }, "its sha256 is", false},
		{"no room", func(_ *counter, f *Fetcher) { f.Free = func() (int64, error) { return spare, nil } }, "are needed", true},
		{"no card", func(_ *counter, f *Fetcher) { f.Free = func() (int64, error) { return 0, errors.New("gone") } }, "gone", true},
		{"all of it instead of a part", func(c *counter, _ *Fetcher) { c.spoil = answer(http.StatusOK, "") }, "HTTP 200", true},
		{"another part", func(c *counter, _ *Fetcher) { c.spoil = answer(http.StatusPartialContent, "bytes 1-99/1000") }, "want \"bytes 0-", true},
		{"withdrawn", func(c *counter, _ *Fetcher) { c.spoil = answer(http.StatusNotFound, "") }, "HTTP 404", true},
		{"switched off", func(_ *counter, f *Fetcher) { f.Pause = func(context.Context) error { return context.Canceled } }, "canceled", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			counter, f := visit(t, 1000)
			c.change(counter, f)
			name, err := f.Fetch(t.Context(), counter.offer)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, %v, want %q", name, err, c.want)
			}
			if got := f.files(t); (len(got) > 0) != c.left || slices.Contains(got, counter.offer.SHA256+bundleSuffix) {
				t.Errorf("left over: %q", got)
			}
		})
	}
}

func TestOffer(t *testing.T) {
	_, f := visit(t, 10)
	f.Board = "pi4"
	if u, err := f.Offer(t.Context()); !errors.Is(err, ErrNothing) {
		t.Errorf("got %+v, %v, want %v", u, err, ErrNothing)
	}
	f.Base, _ = url.Parse("http://127.0.0.1:1")
	if u, err := f.Offer(t.Context()); err == nil || errors.Is(err, ErrNothing) {
		t.Errorf("nobody there: got %+v, %v", u, err)
	}
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>log in") }))
	defer page.Close()
	f.Base, _ = url.Parse(page.URL)
	if u, err := f.Offer(t.Context()); err == nil || u != (wire.Update{}) {
		t.Errorf("a captive portal: got %+v, %v", u, err)
	}
}
