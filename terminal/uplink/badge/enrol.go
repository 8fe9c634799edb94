package badge

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kasir/backend/wire"
)

const (
	enrolTime = 20 * time.Second // for one try, a slow device's reckoning included
	dialTime  = 4 * time.Second
)

// Enrol gets the device a certificate by a code (digits alone, see wire.ReadCode).
// It may be called again after any error, a power cut included: the key stays the
// same until the certificate is on the card. A refusal is a *wire.Error; a backend
// that does not know the code itself is ErrStranger, whatever it handed out.
func (b *Badge) Enrol(ctx context.Context, code string) error {
	if err := b.enrol(ctx, code); err != nil {
		return fmt.Errorf("enrol at %s: %w", b.Base.Redacted(), err)
	}
	return nil
}

func (b *Badge) enrol(ctx context.Context, code string) error {
	key, err := b.waiting()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, enrolTime)
	defer cancel()
	secret, err := wire.CodeKey(code, b.Device)
	if err != nil {
		return fmt.Errorf("read code: %w", err)
	}
	// Deriving took a while on a small machine; nobody may be waiting any more.
	if err := ctx.Err(); err != nil {
		return err
	}
	conn, err := b.unknown(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	state := conn.ConnectionState()
	binding, err := state.ExportKeyingMaterial(wire.BindingLabel, nil, wire.BindingLen)
	if err != nil {
		return fmt.Errorf("name connection: %w", err)
	}
	e := wire.Enrol{Device: b.Device, Overlap: true}
	if e.Request, err = request(key, b.Device); err != nil {
		return err
	}
	e.Proof = wire.EnrolProof(secret, binding, e.Request)
	var id wire.Identity
	once := &http.Transport{DisableKeepAlives: true, DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	if err := b.post(ctx, once, "enrol", e, &id); err != nil {
		return err
	}
	if !hmac.Equal(id.Proof, wire.AnswerProof(secret, binding, id.Certificate, id.Authority)) {
		return fmt.Errorf("%w: it does not know the code", ErrStranger)
	}
	return b.take(key, id)
}

// Settled is to be called when the code is forgotten: the key that waited is no
// longer needed. Until then the same code brings the same certificate again.
func (b *Badge) Settled() error { return b.settled() }

// unknown is a connection with whoever answers: it is proven by the code, later.
func (b *Badge) unknown(ctx context.Context) (*tls.Conn, error) {
	dial := b.dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTime}).DialContext
	}
	port := b.Base.Port()
	if port == "" {
		port = "443"
	}
	raw, err := dial(ctx, "tcp", net.JoinHostPort(b.Base.Hostname(), port))
	if err != nil {
		return nil, err
	}
	conn := tls.Client(raw, &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, ServerName: b.Base.Hostname()})
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrStranger, err), raw.Close())
	}
	return conn, nil
}

// post is one exchange with a path under /v1.
func (b *Badge) post(ctx context.Context, by http.RoundTripper, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write request: %w", err)
	}
	method := http.MethodPost
	if body == nil {
		method, text = http.MethodGet, nil
	}
	to := b.Base.JoinPath("v1", path)
	if body == nil {
		to.RawQuery = "overlap=1"
	}
	r, err := http.NewRequestWithContext(ctx, method, to.String(), bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	res, err := by.RoundTrip(r)
	if err != nil {
		return err
	}
	return readAnswer(res, into)
}

// request asks for a certificate for key, and is signed with it.
func request(key *ecdsa.PrivateKey, device string) ([]byte, error) {
	t := &x509.CertificateRequest{}
	t.Subject.CommonName = device // for people; the backend goes by who asks
	der, err := x509.CreateCertificateRequest(rand.Reader, t, key)
	if err != nil {
		return nil, fmt.Errorf("make request for a certificate: %w", err)
	}
	return der, nil
}
