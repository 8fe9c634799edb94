package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// ask makes one call over real sockets with our own transport, and checks that
// no goroutine outlives Run.
func ask(t *testing.T, base string, client *http.Client, verb terminal.Verb) terminal.Trouble {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	events := make(chan terminal.Event, 1)
	l, err := New(Options{
		Base: u, Device: device, Journal: journal, HTTP: client, Events: events,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- l.Run(ctx) }()
	l.Call(terminal.Call{Verb: verb, Order: order(1), Amount: 5000})
	e := <-events
	cancel()
	if err := <-ran; !errors.Is(err, context.Canceled) {
		t.Errorf("run ended with %v", err)
	}
	for end := time.Now().Add(2 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond) // servers close their half a moment later
	}
	if got := runtime.NumGoroutine(); got > before {
		t.Errorf("%d goroutines, %d before", got, before)
	}
	return troubleIn(e)
}

func TestRealServers(t *testing.T) {
	tests := []struct {
		name string
		h    http.HandlerFunc
		want terminal.Trouble
	}{
		{"a backend", newBackend().ServeHTTP, terminal.NoTrouble},
		{"captive portal", portal, terminal.TroubleNonsense},
		{"redirect to a portal", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:9/login", http.StatusFound)
		}, terminal.TroubleNonsense},
		{"redirect nowhere", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://[broken")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, terminal.TroubleNonsense},
		{"5 MB", big(5 << 20), terminal.TroubleNonsense},
		{"cut in the middle of a body", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "500")
			fmt.Fprint(w, `{"order_id":"toko-1-00000001",`)
		}, terminal.TroubleNetwork},
		{"cut before a word", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, terminal.TroubleNetwork},
		{"busy", func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Busy) }, terminal.TroubleBackend},
		{"who are you", func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Forbidden) }, terminal.TroubleRefused},
		{"revoked", func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Revoked) }, terminal.TroubleRefused},
		{"quarantined", func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Quarantined) }, terminal.TroubleHeld},
		{"to be renewed", func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.CertExpired) }, terminal.TroubleBackend},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(tt.h)
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
			server.Start()
			defer server.Close()
			if got := ask(t, server.URL, nil, terminal.Open); got != tt.want {
				t.Errorf("trouble %q, want %q", got, tt.want)
			}
		})
	}
}

// raw answers each connection with the same bytes, without a look at what was
// asked.
func raw(t *testing.T, say string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			// What was asked is read first: closing a socket with unread bytes
			// resets it, and the answer could be lost.
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, say)
			c.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestRawBytes(t *testing.T) {
	tests := []struct {
		name, say string
		want      terminal.Trouble
	}{
		{"nothing", "", terminal.TroubleNetwork},
		{"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", terminal.TroubleNonsense},
		{"cut in the headers", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", terminal.TroubleNetwork},
		{"endless headers", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 100) + "\r\n", terminal.TroubleNonsense},
		{"broken chunks", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", terminal.TroubleNonsense},
		{"a lie about the length", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000000000\r\n\r\n{}", terminal.TroubleNetwork},
		{"negative length", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}", terminal.TroubleNonsense},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ask(t, raw(t, tt.say), nil, terminal.Ask); got != tt.want {
				t.Errorf("trouble %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if got, want := ask(t, "http://"+l.Addr().String(), nil, terminal.LetGo), terminal.TroubleNetwork; got != want {
		t.Errorf("closed port: trouble %q, want %q", got, want)
	}
	// A name that by RFC 6761 never exists; no resolver is asked here.
	nameless := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "backend.invalid", IsNotFound: true}
	}}}
	if got, want := ask(t, "http://backend.invalid", nameless, terminal.Hello), terminal.TroubleNetwork; got != want {
		t.Errorf("unknown name: trouble %q, want %q", got, want)
	}
}

// TLS with a stranger, with a backend that wants another certificate than
// ours, and with something that does not speak it.
func TestTLS(t *testing.T) {
	quiet := slog.NewLogLogger(slog.DiscardHandler, 0)
	secret := httptest.NewUnstartedServer(newBackend())
	// Since TLS 1.3 the alert comes after the handshake and may lose the race
	// against the closing of the connection; 1.2 always says it.
	secret.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}
	secret.Config.ErrorLog = quiet
	secret.StartTLS()
	defer secret.Close()
	open := httptest.NewUnstartedServer(newBackend())
	open.Config.ErrorLog = quiet
	open.StartTLS()
	defer open.Close()
	plain := httptest.NewUnstartedServer(newBackend())
	plain.Config.ErrorLog = quiet
	plain.Start()
	defer plain.Close()

	tests := []struct {
		name, base string
		client     *http.Client
		want       terminal.Trouble
	}{
		{"trusted", open.URL, open.Client(), terminal.NoTrouble},
		{"a stranger's certificate", open.URL, nil, terminal.TroubleNonsense},
		{"our certificate refused", secret.URL, secret.Client(), terminal.TroubleRefused},
		{"plain HTTP there", "https" + strings.TrimPrefix(plain.URL, "http"), nil, terminal.TroubleNonsense},
		{"TLS there", "http" + strings.TrimPrefix(open.URL, "https"), nil, terminal.TroubleNonsense},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ask(t, tt.base, tt.client, terminal.Open); got != tt.want {
				t.Errorf("trouble %q, want %q", got, tt.want)
			}
		})
	}
}

// A backend restarts between two calls: the warm connection is dead, and the
// next call goes through all the same.
func TestWarmConnectionThatDied(t *testing.T) {
	b := newBackend()
	server := httptest.NewServer(b)
	defer server.Close()
	u, err := url.Parse(server.URL + "/kasir/")
	if err != nil {
		t.Fatal(err)
	}
	b.spoiled(func(w http.ResponseWriter, r *http.Request) {
		if got, want := r.URL.Path, "/kasir/v1/charges/toko-1-00000001"; got != want {
			t.Errorf("path %s, want %s", got, want)
		}
		answer(w, http.StatusOK, wire.Charge{OrderID: string(order(1)), Amount: 1, State: wire.Asked})
	})
	events := make(chan terminal.Event, 1)
	l, err := New(Options{Base: u, Device: device, Journal: journal, Events: events})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- l.Run(ctx) }()
	for i := range 3 {
		l.Call(terminal.Call{Verb: terminal.Open, Order: order(1), Amount: 1})
		if got := troubleIn(<-events); got != terminal.NoTrouble {
			t.Errorf("call %d: trouble %q", i, got)
		}
		server.CloseClientConnections()
	}
	cancel()
	<-ran
}
