package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"kasir/backend/wire"
)

// How long things are good for.
const (
	DeviceLife = 90 * 24 * time.Hour
	renewAt    = DeviceLife / 3       // left: then devices are told to renew
	Grace      = 365 * 24 * time.Hour // after that, in which a certificate can still be renewed
	backdated  = 24 * time.Hour       // clocks differ
	lifetime   = 30 * 365 * 24 * time.Hour

	// Settling is how long an authority is known before it signs: in that time its
	// file is to be copied to every process.
	Settling = time.Hour
	// MaxAuthorities bounds those of one file.
	MaxAuthorities = 3
)

// Authority signs certificates. It is safe for use by several goroutines.
//
// While one is changed for another there are two or three of them, the newest with
// those before it: what any of them signed is good, and each device moves to the
// newest when it renews (see wire.AuthorityMark).
type Authority struct {
	key   *ecdsa.PrivateKey
	cert  *x509.Certificate
	older *Authority // nil: there is no other
}

// NewAuthority makes a key and its certificate, as the PEM that ParseAuthority
// reads. It is a secret.
func NewAuthority(now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "kasir"},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(lifetime),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	text, err := write(key, cert)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	return text, nil
}

func write(key *ecdsa.PrivateKey, cert []byte) ([]byte, error) {
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})...), nil
}

// Text is this one authority as NewAuthority made it. It is a secret.
func (a *Authority) Text() ([]byte, error) { return write(a.key, a.cert.Raw) }

// ParseAuthority reads what NewAuthority made, once or more often in a row. Its
// error quotes nothing of it.
func ParseAuthority(text []byte) (*Authority, error) {
	var all []*Authority
	for {
		one, rest, err := parseOne(text)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		if text = bytes.TrimSpace(rest); len(text) == 0 {
			break
		}
	}
	if len(all) > MaxAuthorities {
		return nil, fmt.Errorf("read authority: there are %d of them, at most %d", len(all), MaxAuthorities)
	}
	slices.SortStableFunc(all, func(a, b *Authority) int { return a.cert.NotBefore.Compare(b.cert.NotBefore) })
	for i, one := range all[1:] {
		one.older = all[i]
	}
	return all[len(all)-1], nil
}

func parseOne(text []byte) (one *Authority, rest []byte, err error) {
	first, rest := pem.Decode(text)
	if first == nil {
		return nil, nil, errors.New("read authority: there is no key")
	}
	second, rest := pem.Decode(rest)
	if second == nil {
		return nil, nil, errors.New("read authority: there is no certificate")
	}
	key, err := x509.ParsePKCS8PrivateKey(first.Bytes)
	if err != nil {
		return nil, nil, errors.New("read authority: the key cannot be read")
	}
	cert, err := x509.ParseCertificate(second.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("read authority: %w", err)
	}
	pair, ok := key.(*ecdsa.PrivateKey)
	if !ok || !cert.IsCA || !pair.PublicKey.Equal(cert.PublicKey) {
		return nil, nil, errors.New("read authority: the certificate is not an authority's, or not that of the key")
	}
	return &Authority{key: pair, cert: cert}, rest, nil
}

// Mark names the authority; see wire.AuthorityMark.
func (a *Authority) Mark() string { return wire.AuthorityMark(a.cert.Raw) }

// All is the authority and those before it, the newest first.
func (a *Authority) All() (all []*Authority) {
	for ; a != nil; a = a.older {
		all = append(all, a)
	}
	return all
}

// Signs is when the authority begins to sign, where there is one before it.
func (a *Authority) Signs() time.Time { return a.cert.NotBefore.Add(backdated + Settling) }

// signer is who signs for a device: the newest for one that names its authority,
// and the oldest for one that does not.
func (a *Authority) signer(overlap bool, now time.Time) *Authority {
	for a.older != nil && (!overlap || now.Before(a.Signs())) {
		a = a.older
	}
	return a
}

// pool is everybody whose word is good.
func (a *Authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, one := range a.All() {
		pool.AddCert(one.cert)
	}
	return pool
}

// Certificate is the authority's own, DER.
func (a *Authority) Certificate() []byte { return a.cert.Raw }

// Device makes a certificate for a device's key, good for DeviceLife.
func (a *Authority) Device(name string, key *ecdsa.PublicKey, now time.Time) (der []byte, ends time.Time, err error) {
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(DeviceLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err = x509.CreateCertificate(rand.Reader, t, a.cert, key, a.key)
	if err != nil {
		return nil, ends, fmt.Errorf("sign certificate of %s: %w", name, err)
	}
	return der, t.NotAfter, nil
}

// Server makes a key and certificate for this process. It is good from when the
// authority was made: a device without a clock may believe that it is that day.
func (a *Authority) Server() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make server certificate: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: wire.ServerName}, DNSNames: []string{wire.ServerName},
		NotBefore: a.cert.NotBefore, NotAfter: a.cert.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make server certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// TLS is how devices are served: with a server certificate of the authority that a
// device names, the oldest where it names none; and any certificate of theirs, which
// is judged request by request (Registry.Admit), as one that ran out may still be
// renewed and a connection outlives a revocation.
func (a *Authority) TLS() (*tls.Config, error) {
	all := a.All()
	own, marks := make([]tls.Certificate, len(all)), make([]string, len(all))
	for i, one := range all {
		marks[i] = one.Mark()
		var err error
		if own[i], err = one.Server(); err != nil {
			return nil, err
		}
	}
	last := &own[len(own)-1]
	return &tls.Config{MinVersion: tls.VersionTLS13, ClientAuth: tls.RequestClientCert, ClientCAs: a.pool(),
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			for i, mark := range marks {
				if slices.Contains(hello.SupportedProtos, mark) {
					return &own[i], nil
				}
			}
			return last, nil
		}}, nil
}

// Vouch says whose a certificate is, with its key's fingerprint, and how long it
// is still good: negative when it ran out. The error is for one that is not of this
// authority's making, or not for a device.
func (a *Authority) Vouch(c *x509.Certificate, now time.Time) (name, key string, left time.Duration, err error) {
	at := now
	if at.After(c.NotAfter) {
		at = c.NotAfter
	}
	if _, err := c.Verify(x509.VerifyOptions{Roots: a.pool(), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		return "", "", 0, fmt.Errorf("verify certificate: %w", err)
	}
	pub, ok := c.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return "", "", 0, errors.New("verify certificate: its key is of another kind")
	}
	print, err := Fingerprint(pub)
	return c.Subject.CommonName, print, c.NotAfter.Sub(now), err
}

// Fingerprint names a public key.
func Fingerprint(key *ecdsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", fmt.Errorf("name key: %w", err)
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:]), nil
}

// readRequest is the public key of a request that is signed with it.
func readRequest(der []byte) (*ecdsa.PublicKey, string, error) {
	r, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, "", fmt.Errorf("read request: %w", err)
	}
	key, ok := r.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, "", errors.New("read request: its key is not ECDSA P-256")
	}
	if err := r.CheckSignature(); err != nil {
		return nil, "", fmt.Errorf("read request: %w", err)
	}
	print, err := Fingerprint(key)
	return key, print, err
}

func serial() *big.Int {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b[:])
}
