package identity

import (
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
)

// Authority signs certificates. It is safe for use by several goroutines.
type Authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
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
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})...), nil
}

// ParseAuthority reads what NewAuthority made. Its error quotes nothing of it.
func ParseAuthority(text []byte) (*Authority, error) {
	first, rest := pem.Decode(text)
	if first == nil {
		return nil, errors.New("read authority: there is no key")
	}
	second, _ := pem.Decode(rest)
	if second == nil {
		return nil, errors.New("read authority: there is no certificate")
	}
	key, err := x509.ParsePKCS8PrivateKey(first.Bytes)
	if err != nil {
		return nil, errors.New("read authority: the key cannot be read")
	}
	cert, err := x509.ParseCertificate(second.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read authority: %w", err)
	}
	pair, ok := key.(*ecdsa.PrivateKey)
	if !ok || !cert.IsCA || !pair.PublicKey.Equal(cert.PublicKey) {
		return nil, errors.New("read authority: the certificate is not an authority's, or not that of the key")
	}
	return &Authority{key: pair, cert: cert}, nil
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

// TLS is how devices are served: a new server certificate, and any certificate of
// theirs, which is judged request by request (Registry.Admit), as one that ran out
// may still be renewed and a connection outlives a revocation.
func (a *Authority) TLS() (*tls.Config, error) {
	own, err := a.Server()
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, ClientAuth: tls.RequestClientCert, ClientCAs: pool}, nil
}

// Vouch says whose a certificate is, with its key's fingerprint, and how long it
// is still good: negative when it ran out. The error is for one that is not of this
// authority's making, or not for a device.
func (a *Authority) Vouch(c *x509.Certificate, now time.Time) (name, key string, left time.Duration, err error) {
	at := now
	if at.After(c.NotAfter) {
		at = c.NotAfter
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	if _, err := c.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
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
