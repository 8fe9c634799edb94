package backend

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kasir/backend/identity"
	"kasir/backend/ledger"
	"kasir/backend/trail"
)

// from is a request that reached a port of ours from somewhere.
func from(remote, path string, header ...string) *http.Request {
	r := httptest.NewRequest("GET", "http://shop.example"+path, nil)
	r.RemoteAddr = remote
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	local := net.Addr(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80})
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
}

func (t *town) handle(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	t.backend.Handler().ServeHTTP(rec, r)
	return rec
}

// Every request has a name: one of its own, or that of a proxy that is trusted;
// it is in the answer and in the log.
func TestRequestNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, func(o *Options) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
		for _, tt := range []struct {
			remote, given string
			kept          bool
		}{
			{"10.1.2.3:99", "from-the-proxy.1", true},
			{"127.0.0.1:99", "on-this-machine", true},
			{"192.0.2.9:99", "from-a-stranger", false},
			{"10.1.2.3:99", "two words", false},
			{"10.1.2.3:99", strings.Repeat("x", 65), false},
		} {
			rec := w.handle(from(tt.remote, "/v1/charges/KASIR-00000001", trail.Header, tt.given, "X-Forwarded-For", "198.51.100.1"))
			got := rec.Header().Get(trail.Header)
			if (got == tt.given) != tt.kept || !trail.Valid(got) {
				t.Errorf("%s said %q, and the name is %q", tt.remote, tt.given, got)
			}
			if !strings.Contains(w.logged(), "request="+got+"\n") {
				t.Errorf("%s is not in the log", got)
			}
			time.Sleep(time.Second)
		}
		first, second := w.handle(from("192.0.2.9:99", "/")), w.handle(from("192.0.2.9:99", "/"))
		if a, b := first.Header().Get(trail.Header), second.Header().Get(trail.Header); a == b {
			t.Errorf("two requests are called %s", a)
		}
	})
}

// A stranger who never stops is slowed down, by a refusal that says how long;
// others, the provider and this machine are not.
func TestAddressPaced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, func(o *Options) { o.AddressRate = 2 })
		codes := map[int]int{}
		var wait int
		for range 100 {
			rec := w.handle(from("192.0.2.9:99", "/v1/openapi.json"))
			codes[rec.Code]++
			if rec.Code == http.StatusTooManyRequests {
				wait, _ = strconv.Atoi(rec.Header().Get("Retry-After"))
			}
		}
		if codes[200] != 2*bursts || codes[429] != 100-2*bursts || wait != 1 {
			t.Errorf("answers %v, come again after %d s", codes, wait)
		}
		page := w.handle(from("192.0.2.9:99", receiptPath+"x"))
		if page.Code != 429 || !strings.Contains(page.Body.String(), "Terlalu sering") {
			t.Errorf("a person got HTTP %d: %.200s", page.Code, page.Body)
		}
		for what, r := range map[string]*http.Request{
			"another address":    from("192.0.2.10:99", "/v1/openapi.json"),
			"behind our proxy":   from("127.0.0.1:99", "/v1/openapi.json", "X-Forwarded-For", "192.0.2.9, 198.51.100.7"),
			"a notification":     from("192.0.2.9:99", notifyPath),
			"nobody knows where": from("127.0.0.1:99", "/v1/openapi.json"),
		} {
			if got := w.handle(r); got.Code == http.StatusTooManyRequests {
				t.Errorf("%s: HTTP %d", what, got.Code)
			}
		}
		if got := strings.Count(w.logged(), "somebody asks too often"); got != 1 {
			t.Errorf("%d lines in the log in one second, want 1", got)
		}
		time.Sleep(time.Duration(wait) * time.Second)
		if got := w.handle(from("192.0.2.9:99", "/v1/openapi.json")); got.Code != 200 {
			t.Errorf("after the wait: HTTP %d", got.Code)
		}
	})
}

// Nine thousand tills behind one address ask every ten seconds, all at once: no
// request of theirs is refused. One of them that never stops is.
func TestChainBehindOneAddress(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		for range 3 {
			for till := range 9000 {
				if err := w.backend.paceDevice(fmt.Sprint("toko-", till)); err != nil {
					t.Fatalf("till %d: %v", till, err)
				}
			}
			time.Sleep(10 * time.Second)
		}
		refused := 0
		for range 1000 {
			if w.backend.paceDevice("toko-7") != nil {
				refused++
			}
		}
		if refused != 1000-bursts*DeviceRate {
			t.Errorf("%d of 1000 at once were refused", refused)
		}
	})
}

// A device with a certificate is counted by its name at the door, and what it is
// told is the protocol's own refusal.
func TestDevicePaced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		c.backend.paces.limit(1, 0)
		got := map[string]map[int]int{}
		for _, name := range []string{"toko-1", "toko-2"} {
			d := c.enrolled(name)
			cert, err := x509.ParseCertificate(d.cert)
			if err != nil {
				t.Fatal(err)
			}
			got[name] = map[int]int{}
			for range bursts + 5 {
				r := from("192.0.2.9:99", "/v1/devices/"+name)
				r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}}
				got[name][c.handle(r).Code]++
			}
		}
		for name, codes := range got {
			if codes[200] != bursts || codes[429] != 5 {
				t.Errorf("%s: answers %v", name, codes)
			}
		}
	})
}

// Whoever comes with a certificate that is none is counted by address after all.
func TestStrangersCertificatePaced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		c.backend.paces.limit(0, 1)
		text, err := identity.NewAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		other, err := identity.ParseAuthority(text)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(other.Certificate())
		if err != nil {
			t.Fatal(err)
		}
		codes := map[int]int{}
		for range bursts + 5 {
			r := from("192.0.2.9:99", "/v1/devices/toko-1")
			r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}}
			codes[c.handle(r).Code]++
		}
		if codes[401] != bursts || codes[429] != 5 {
			t.Errorf("answers %v", codes)
		}
	})
}

// hungBook does not answer what it is asked while it hangs, nor hear that nobody
// waits any longer.
type hungBook struct {
	ledger.Book
	hangs *atomic.Pointer[chan struct{}] // closed when it answers again
}

func (b hungBook) Order(ctx context.Context, id string) (ledger.Facts, bool, error) {
	if hangs := b.hangs.Load(); hangs != nil {
		<-*hangs
	}
	return b.Book.Order(ctx, id)
}

// A book that cannot be written is no reason to start the process anew, and one
// not to send it requests; so is that it was told to stop. A clerk who does not
// come back from the book is a reason for both.
func TestHealthAndReadiness(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var broken atomic.Bool
		var hangs atomic.Pointer[chan struct{}]
		w := settle(t, nil)
		o := w.options
		o.Book = hungBook{brokenBook{w.book, broken.Load}, &hangs}
		idle, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		w.backend.Close()
		<-w.done
		look := func(what string, health, ready int) {
			t.Helper()
			for path, want := range map[string]int{"/healthz": health, "/readyz": ready} {
				rec := httptest.NewRecorder()
				idle.Handler().ServeHTTP(rec, from("127.0.0.1:99", path))
				if rec.Code != want {
					t.Errorf("%s: %s says HTTP %d, want %d", what, path, rec.Code, want)
				}
			}
		}
		look("before it runs", 503, 503)
		go func() { w.done <- idle.Run(t.Context()) }()
		time.Sleep(time.Second)
		look("running", 200, 200)
		broken.Store(true)
		look("without a book", 200, 503)
		broken.Store(false)
		look("with it again", 200, 200)
		answers := make(chan struct{})
		hangs.Store(&answers)
		look("a clerk who waits for the book", 200, 503)
		time.Sleep(stuckAfter)
		look("a clerk who waits for it for ever", 503, 503)
		hangs.Store(nil)
		close(answers)
		time.Sleep(time.Second)
		look("a clerk who was answered at last", 200, 200)
		idle.Drain()
		look("told to stop", 200, 503)
		w.backend = idle
	})
}

// here is a request of this very machine.
func here(r *http.Request) *http.Request {
	local := net.Addr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80})
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
}

func body(text []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(text)) }
