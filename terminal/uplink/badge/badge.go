// Package badge is a device's identity at its backend: a key that was made here
// and never leaves, the certificate that the backend gave it, and the authority
// by which the device knows the backend. It enrols by a code, renews, and makes
// connections that both ends can trust.
//
// The clock of a device may be years behind after a power cut, so certificates
// are judged by the latest time that is certain: the clock, what the caller knows
// (Floor), and the day on which the device's own certificate was made.
//
// The room knows no sale and draws nothing; where codes come from and what people
// are told meanwhile is cmd/kasir's. Next rooms to visit: backend/wire, which has
// the words, and backend/identity, the other side.
package badge

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"kasir/backend/wire"
	"kasir/terminal/uplink"
)

// Options are what a badge is made of.
type Options struct {
	Path   string   // of its file; a key that waits for its certificate stands beside it, with .key at its end
	Device string   // whose it is
	Base   *url.URL // of the backend, https
	// Floor is a time before which it cannot be; nil: none is known.
	Floor func() time.Time
	// Silent says that this program is not the till: it is no session.
	Silent bool
	Log    *slog.Logger // nil: none

	dial func(context.Context, string, string) (net.Conn, error) // nil: the network; tests have another
}

// Badge is a device's identity. It is safe for use by several goroutines.
type Badge struct {
	Options
	session string

	mu     sync.Mutex
	papers *papers         // nil: not enrolled
	lane   *http.Transport // with these papers
}

// papers are a key and what it was given.
type papers struct {
	key             *ecdsa.PrivateKey
	cert, authority *x509.Certificate
}

// Open reads the badge at o.Path; there may be none yet.
func Open(o Options) (*Badge, error) {
	if o.Base == nil || o.Base.Scheme != "https" {
		return nil, errors.New("open badge: the backend's address is not https")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b := &Badge{Options: o}
	if !o.Silent {
		var life [wire.SessionLen / 2]byte
		rand.Read(life[:]) // never fails
		b.session = hex.EncodeToString(life[:])
	}
	p, err := load(o.Path, o.Device)
	if err != nil {
		return nil, fmt.Errorf("open badge %s: %w", o.Path, err)
	}
	b.wear(p)
	return b, nil
}

// Enrolled reports whether there is a certificate. It may have run out.
func (b *Badge) Enrolled() bool { return b.worn() != nil }

// RanOut reports whether the certificate can only be renewed.
func (b *Badge) RanOut() bool {
	p := b.worn()
	return p != nil && b.now(p).After(p.cert.NotAfter)
}

func (b *Badge) worn() *papers {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.papers
}

// wear takes papers into use, for connections made from now on. Those that are
// open were made with the old ones and end with what they carry.
func (b *Badge) wear(p *papers) {
	b.mu.Lock()
	old := b.lane
	b.papers, b.lane = p, uplink.Transport(b.secure(p))
	if b.dial != nil {
		b.lane.DialContext = b.dial
	}
	b.mu.Unlock()
	if old != nil {
		old.CloseIdleConnections()
	}
}

// now is the latest time that is certain.
func (b *Badge) now(p *papers) time.Time {
	now := time.Now()
	if b.Floor != nil {
		if f := b.Floor(); f.After(now) {
			now = f
		}
	}
	if p.cert.NotBefore.After(now) {
		now = p.cert.NotBefore
	}
	return now
}

// secure is TLS with a backend of the authority's: the name in its certificate is
// the same at every address, and the address is whatever leads there. Without
// papers no backend is trusted.
func (b *Badge) secure(p *papers) *tls.Config {
	conf := &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true} // VerifyConnection does it
	if p == nil {
		conf.VerifyConnection = func(tls.ConnectionState) error { return errors.New("not enrolled") }
		return conf
	}
	// Not to be spoken, but to be met with a certificate of this authority's.
	conf.NextProtos = []string{"http/1.1", wire.AuthorityMark(p.authority.Raw)}
	roots := x509.NewCertPool()
	roots.AddCert(p.authority)
	conf.VerifyConnection = func(s tls.ConnectionState) error {
		_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, CurrentTime: b.now(p), DNSName: wire.ServerName})
		if err != nil {
			return &tls.CertificateVerificationError{UnverifiedCertificates: s.PeerCertificates, Err: err}
		}
		return nil
	}
	own := &tls.Certificate{Certificate: [][]byte{p.cert.Raw}, PrivateKey: p.key, Leaf: p.cert}
	// Also when the backend names other authorities: it has the last word.
	conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own, nil }
	return conf
}

// Client makes requests as the device.
func (b *Badge) Client() *http.Client { return &http.Client{Transport: b} }

// RoundTrip implements http.RoundTripper.
func (b *Badge) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	lane := b.lane
	b.mu.Unlock()
	if b.session != "" {
		r = r.Clone(r.Context())
		r.Header.Set(wire.SessionHeader, b.session)
	}
	return lane.RoundTrip(r)
}

// CloseIdleConnections is for whoever finds that the network has changed.
func (b *Badge) CloseIdleConnections() {
	b.mu.Lock()
	lane := b.lane
	b.mu.Unlock()
	lane.CloseIdleConnections()
}

// readAnswer is an answer's body, or the refusal in it as a *wire.Error.
func readAnswer(res *http.Response, into any) error {
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, wire.MaxBody+1))
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return decode(res.StatusCode, text, into)
}
