package badge

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kasir/backend/identity"
	"kasir/backend/wire"
)

// drawer is a store of cards in memory.
type drawer struct {
	mu       sync.Mutex
	cards    map[string]identity.Card
	versions map[string]int64
}

func (d *drawer) Card(_ context.Context, name string) (identity.Card, int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cards[name], d.versions[name], nil
}

func (d *drawer) Put(_ context.Context, c identity.Card, version int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if version != d.versions[c.Name]+1 {
		return identity.ErrStale
	}
	d.cards[c.Name], d.versions[c.Name] = c, version
	return nil
}

func (d *drawer) Cards(context.Context, string, int) ([]identity.Card, error) { return nil, nil }

// office is the other side: the real registry behind the paths of wire, on pipes.
type office struct {
	*testing.T
	*identity.Registry
	store *drawer
	conns chan net.Conn
	path  string // of the badge
	text  []byte // of the authority

	mu       sync.Mutex
	mute     int               // answers that get lost
	lie      bool              // the answer comes from somebody who does not know the code
	sessions []string          // that were heard
	keys     map[string]string // path: fingerprint of the last certificate
}

func openOffice(t *testing.T) *office {
	t.Cleanup(func() { time.Sleep(10 * time.Second) }) // a farewell of TLS waits that long for somebody who has gone
	text, err := identity.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ca, err := identity.ParseAuthority(text)
	if err != nil {
		t.Fatal(err)
	}
	store := &drawer{cards: map[string]identity.Card{}, versions: map[string]int64{}}
	o := &office{T: t, Registry: identity.New(store, ca, nil), store: store,
		path: filepath.Join(t.TempDir(), "id"), keys: map[string]string{}}
	o.text = text
	o.serve(ca)
	return o
}

// serve answers with what an authority signs.
func (o *office) serve(ca *identity.Authority) {
	conf, err := ca.TLS()
	if err != nil {
		o.Fatal(err)
	}
	p := &pipes{conns: make(chan net.Conn), shut: make(chan struct{})}
	o.conns = p.conns
	s := &http.Server{Handler: http.HandlerFunc(o.answer), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go s.Serve(tls.NewListener(p, conf))
	o.Cleanup(func() { s.Close() })
}

// pipes is a listener without sockets.
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

func (o *office) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case o.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (o *office) answer(w http.ResponseWriter, r *http.Request) {
	out, err := o.think(r)
	o.mu.Lock()
	mute := o.mute > 0
	if mute {
		o.mute--
	}
	o.sessions = append(o.sessions, r.Header.Get(wire.SessionHeader))
	o.mu.Unlock()
	if mute {
		panic(http.ErrAbortHandler)
	}
	status := http.StatusOK
	if err != nil {
		code := wire.Unauthorized
		for is, c := range map[error]string{identity.ErrCode: wire.CodeRefused, identity.ErrUsed: wire.CodeUsed, identity.ErrRevoked: wire.Revoked} {
			if errors.Is(err, is) {
				code = c
			}
		}
		out, status = wire.Error{Code: code, Message: err.Error()}, wire.Status(code)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(out)
}

func (o *office) think(r *http.Request) (any, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if r.URL.Path == "/v1/enrol" {
		var e wire.Enrol
		if err := json.Unmarshal(body, &e); err != nil {
			return nil, err
		}
		binding, err := r.TLS.ExportKeyingMaterial(wire.BindingLabel, nil, wire.BindingLen)
		if err != nil {
			return nil, err
		}
		id, err := o.Enrol(r.Context(), e, binding)
		if o.lie {
			id.Proof = make([]byte, wire.ProofLen)
		}
		return id, err
	}
	if len(r.TLS.PeerCertificates) == 0 {
		return nil, identity.ErrKey
	}
	cert := r.TLS.PeerCertificates[0]
	v, err := o.Admit(r.Context(), cert, r.Header.Get(wire.SessionHeader))
	if err != nil && !errors.Is(err, identity.ErrExpired) {
		return nil, err
	}
	o.mu.Lock()
	o.keys[r.URL.Path] = string(cert.RawSubjectPublicKeyInfo)
	o.mu.Unlock()
	if r.URL.Path == "/v1/identity" {
		return wire.Standing{Device: v.Name, Renew: v.Renew || v.Moves && r.URL.Query().Get("overlap") == "1", NewKey: v.Rotate, Quarantined: v.Held}, nil
	}
	var in wire.Renewal
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	v.Overlap = in.Overlap
	return o.Renew(r.Context(), v, in.Request)
}

// badge opens the device's badge, as after a start.
func (o *office) badge() *Badge {
	o.Helper()
	base, _ := url.Parse("https://shop.example:8443")
	b, err := Open(Options{Path: o.path, Device: "toko-1", Base: base, dial: o.dial})
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(b.CloseIdleConnections)
	return b
}

func (o *office) invite() string {
	o.Helper()
	code, _, err := o.Invite(o.Context(), "toko-1", time.Hour)
	if err != nil {
		o.Fatal(err)
	}
	return code
}

// enrolled is a badge with a certificate, as if by a code: deriving keys from
// those is slow, and done by the tests that are about it.
func (o *office) enrolled() *Badge {
	o.Helper()
	b := o.badge()
	key, err := b.waiting()
	if err != nil {
		o.Fatal(err)
	}
	print, err := identity.Fingerprint(&key.PublicKey)
	if err != nil {
		o.Fatal(err)
	}
	der, _, err := o.Authority().Device(b.Device, &key.PublicKey, time.Now())
	if err != nil {
		o.Fatal(err)
	}
	if err := o.store.Put(o.Context(), identity.Card{Name: b.Device, Key: print}, 1); err != nil {
		o.Fatal(err)
	}
	if err := b.take(key, wire.Identity{Certificate: der, Authority: o.Authority().Certificate()}); err != nil {
		o.Fatal(err)
	}
	if err := b.Settled(); err != nil {
		o.Fatal(err)
	}
	return b
}

func codeOf(err error) string {
	var no *wire.Error
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}
