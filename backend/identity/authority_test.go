package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
)

func authority(t *testing.T, now time.Time) *Authority {
	t.Helper()
	text, err := NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ParseAuthority(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func request(t *testing.T, k *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func parsed(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestVouch(t *testing.T) {
	a, key := authority(t, day), newKey(t)
	der, ends, err := a.Device("toko-1", &key.PublicKey, day)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Fingerprint(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		now  time.Time
		left time.Duration
		good bool
	}{
		{day.Add(-23 * time.Hour), DeviceLife + 23*time.Hour, true}, // a clock that is behind
		{day.Add(-25 * time.Hour), 0, false},
		{ends, 0, true},
		{ends.Add(40 * 24 * time.Hour), -40 * 24 * time.Hour, true},
	} {
		name, got, left, err := a.Vouch(parsed(t, der), at.now)
		if (err == nil) != at.good || at.good && (name != "toko-1" || got != want || left != at.left) {
			t.Errorf("at %s: %q %q %s, %v", at.now.Sub(day), name, got, left, err)
		}
	}
}

// TestVouchRefuses what is not a device's certificate of this very authority.
func TestVouchRefuses(t *testing.T) {
	a, other, key := authority(t, day), authority(t, day), newKey(t)
	foreign, _, err := other.Device("toko-1", &key.PublicKey, day)
	if err != nil {
		t.Fatal(err)
	}
	server, err := a.Server()
	if err != nil {
		t.Fatal(err)
	}
	self := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "toko-1"}, NotBefore: day, NotAfter: day.Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	own, err := x509.CreateCertificate(rand.Reader, self, self, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	// A device that tries its hand as an authority.
	mine, _, err := a.Device("toko-1", &key.PublicKey, day)
	if err != nil {
		t.Fatal(err)
	}
	child, err := x509.CreateCertificate(rand.Reader, self, parsed(t, mine), key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	for name, der := range map[string][]byte{"another authority's": foreign, "the server's": server.Certificate[0], "its own": own, "a device's child": child} {
		if whose, _, _, err := a.Vouch(parsed(t, der), day); err == nil {
			t.Errorf("%s passes for %s", name, whose)
		}
	}
}

// TestServerIsGoodFromTheFirstDay: a device without a clock may believe that it
// is the day on which it was enrolled.
func TestServerIsGoodFromTheFirstDay(t *testing.T) {
	a := authority(t, day)
	s, err := a.Server()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed(t, a.Certificate()))
	for _, now := range []time.Time{day, day.Add(20 * 365 * 24 * time.Hour)} {
		if _, err := parsed(t, s.Certificate[0]).Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, DNSName: wire.ServerName}); err != nil {
			t.Error(err)
		}
	}
}

func TestParseAuthority(t *testing.T) {
	one, err := NewAuthority(day)
	if err != nil {
		t.Fatal(err)
	}
	two, err := NewAuthority(day)
	if err != nil {
		t.Fatal(err)
	}
	key, _, _ := strings.Cut(string(one), "-----BEGIN CERT")
	_, cert, _ := strings.Cut(string(two), "-----END PRIVATE KEY-----\n")
	for name, text := range map[string]string{"empty": "", "a key alone": key, "a certificate alone": cert, "of two": key + cert, "no key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + cert} {
		if _, err := ParseAuthority([]byte(text)); err == nil || strings.Contains(err.Error(), "AAAA") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRequests(t *testing.T) {
	good := request(t, newKey(t))
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	bent := append([]byte(nil), good...)
	bent[len(bent)-1] ^= 1 // of the signature
	for name, c := range map[string]struct {
		der  []byte
		want bool
	}{"good": {good, true}, "another curve": {request(t, p384), false}, "a signature that is not the key's": {bent, false}, "empty": {nil, false}, "noise": {[]byte("kasir"), false}} {
		if _, _, err := readRequest(c.der); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
