package backend

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/qrimage"
	"kasir/backend/wire"
)

const (
	serverKey = "SB-Mid-server-abc123cde456"
	journal   = "0123456789abcdef0123456789abcdef"
	hook      = "http://backend.test/v1/notifications/midtrans"
)

// wireNet is a network of pipes: hosts by name, no sockets, so that it runs
// inside a bubble of virtual time.
type wireNet struct {
	mu    sync.Mutex
	hosts map[string]*pipes
}

// pipes is a listener.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	shut  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.shut:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.shut) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Net: "pipe", Name: "pipe"} }

func (n *wireNet) listen(host string) *pipes {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := &pipes{conns: make(chan net.Conn), shut: make(chan struct{})}
	n.hosts[host] = p
	return p
}

func (n *wireNet) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	n.mu.Lock()
	p := n.hosts[host]
	n.mu.Unlock()
	if p == nil {
		return nil, errors.New("no such host")
	}
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.shut:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// transport dials the net; it keeps no connections, so that nothing is left
// over at a bubble's end.
func (n *wireNet) transport() *http.Transport {
	return &http.Transport{DialContext: n.dial, DisableKeepAlives: true}
}

// host serves h under name until the test ends.
func (n *wireNet) host(t *testing.T, name string, h http.Handler) *http.Server {
	s := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	l := n.listen(name)
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return s
}

// town is a provider, a backend and terminals, on one net.
type town struct {
	*testing.T
	net     *wireNet
	sandbox *sandbox.Sandbox
	path    string // of the book
	options Options
	wrap    func(ledger.Book) ledger.Book // what the backend has of the book, from the next start on; nil: all
	calls   counter
	log     bytes.Buffer
	logMu   sync.Mutex

	backend *Backend
	book    *sqlite.Book
	server  *http.Server
	stop    context.CancelFunc
	done    chan error
}

// counter counts the calls that reach the provider, by verb.
type counter struct{ charge, status, cancel, expire atomic.Int64 }

func (t *town) Write(p []byte) (int, error) {
	t.logMu.Lock()
	defer t.logMu.Unlock()
	return t.log.Write(p)
}

func (t *town) logged() string {
	t.logMu.Lock()
	defer t.logMu.Unlock()
	return t.log.String()
}

// settle builds a town; change may alter what the backend is made of.
func settle(t *testing.T, change func(*Options)) *town {
	w := &town{T: t, net: &wireNet{hosts: map[string]*pipes{}}, path: filepath.Join(t.TempDir(), "book.db")}
	w.sandbox = sandbox.New(sandbox.Options{ServerKey: serverKey, Seed: 7, BaseURL: "http://provider.test",
		HTTP: &http.Client{Transport: w.net.transport()}, RetryScale: 1, AccountNotifyURL: hook + "/account"})
	t.Cleanup(func() { w.sandbox.Close() })
	w.net.host(t, "provider.test", http.HandlerFunc(w.provider))
	base, _ := url.Parse("http://provider.test")
	client, err := midtrans.New(base, serverKey, midtrans.Options{
		HTTP: &http.Client{Transport: w.net.transport()}, NotifyURLs: []string{hook}})
	if err != nil {
		t.Fatal(err)
	}
	w.options = Options{Provider: client, Scanner: qrimage.New(base, w.net.transport()), Images: base,
		NotifyKey: serverKey, Local: true, Sandbox: true,
		Logger: slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if change != nil {
		change(&w.options)
	}
	w.start()
	t.Cleanup(func() { w.kill() })
	return w
}

// provider counts what it is asked, and lets the sandbox answer.
func (t *town) provider(rw http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/v2/charge":
		t.calls.charge.Add(1)
	case len(path) > 7 && path[len(path)-7:] == "/status":
		t.calls.status.Add(1)
	case len(path) > 7 && path[len(path)-7:] == "/cancel":
		t.calls.cancel.Add(1)
	case len(path) > 7 && path[len(path)-7:] == "/expire":
		t.calls.expire.Add(1)
	}
	t.sandbox.ServeHTTP(rw, r)
}

// start opens the book and runs a backend on it.
func (t *town) start() {
	t.Helper()
	book, err := sqlite.Open(context.Background(), t.path)
	if err != nil {
		t.Fatal(err)
	}
	t.book, t.options.Book = book, book
	if t.wrap != nil {
		t.options.Book = t.wrap(book)
	}
	if t.backend, err = New(t.options); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.stop, t.done = stop, make(chan error, 1)
	go func(b *Backend) { t.done <- b.Run(ctx) }(t.backend)
	t.server = t.net.host(t.T, "backend.test", t.backend.Handler())
}

// kill ends the backend without asking it: connections, calls in the air and
// everything in memory are gone.
func (t *town) kill() {
	t.server.Close()
	t.backend.Close()
	<-t.done
	t.stop()
	t.book.Close()
}

// request is one exchange with the backend.
func (t *town) request(method, path string, body, into any) int {
	t.Helper()
	status, err := t.try(method, path, body, into)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return status
}

func (t *town) try(method, path string, body, into any) (int, error) {
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	default:
		text, _ = json.Marshal(b)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 45*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://backend.test"+path, bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	res, err := (&http.Client{Transport: t.net.transport()}).Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if err := readAPI(t.T).conforms(method, path, res, got); err != nil {
		t.Errorf("not as openapi.json says: %v", err)
	}
	if into != nil && res.StatusCode == http.StatusOK {
		err = json.Unmarshal(got, into)
	} else if e, ok := into.(*wire.Error); ok {
		err = json.Unmarshal(got, e)
	}
	return res.StatusCode, err
}

func (t *town) put(order string, amount int64) (c wire.Charge) {
	t.Helper()
	if status := t.request("PUT", "/v1/charges/"+order, wire.Open{Amount: amount, Journal: journal}, &c); status != 200 {
		t.Fatalf("PUT %s: HTTP %d", order, status)
	}
	return c
}

func (t *town) get(order string) (c wire.Charge) {
	t.Helper()
	if status := t.request("GET", "/v1/charges/"+order, nil, &c); status != 200 {
		t.Fatalf("GET %s: HTTP %d", order, status)
	}
	return c
}

func (t *town) del(order string, amount int64) (c wire.Charge) {
	t.Helper()
	path := fmt.Sprintf("/v1/charges/%s?amount=%d&journal=%s", order, amount, journal)
	if status := t.request("DELETE", path, nil, &c); status != 200 {
		t.Fatalf("DELETE %s: HTTP %d", order, status)
	}
	return c
}

func (t *town) events(device string, since int64, wait int) (e wire.Events) {
	t.Helper()
	path := fmt.Sprintf("/v1/devices/%s/events?since=%d&wait=%d", device, since, wait)
	if status := t.request("GET", path, nil, &e); status != 200 {
		t.Fatalf("GET events: HTTP %d", status)
	}
	return e
}

func (t *town) want(what string, got wire.Charge, state wire.State) {
	t.Helper()
	if got.State != state {
		t.Errorf("%s: %s, want %s", what, got.State, state)
	}
}

func (t *town) fault(f sandbox.Fault) {
	t.Helper()
	if err := t.sandbox.Faults().Add(f); err != nil {
		t.Fatal(err)
	}
}

func (t *town) pay(order string) {
	t.Helper()
	if err := t.sandbox.Pay(order); err != nil {
		t.Fatal(err)
	}
}

// asked is what the book says of an order.
func (t *town) facts(order string) ledger.Facts {
	t.Helper()
	f, _, err := t.book.Order(context.Background(), order)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// bubble runs f in virtual time.
func bubble(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}
