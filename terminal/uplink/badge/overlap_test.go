package badge

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"kasir/backend/identity"
	"kasir/backend/wire"
)

// again starts the office anew with authorities from these files.
func (o *office) again(texts ...[]byte) *identity.Authority {
	o.Helper()
	ca, err := identity.ParseAuthority(bytes.Join(texts, []byte("\n")))
	if err != nil {
		o.Fatal(err)
	}
	o.Registry = identity.New(o.store, ca, nil)
	o.serve(ca)
	return ca
}

// plain is the device with a program that has never heard of a second authority:
// it greets without a mark. It is who answers, "" for nobody whom it trusts.
func (o *office) plain(cert, authority *x509.Certificate, key *ecdsa.PrivateKey) string {
	o.Helper()
	raw, err := o.dial(o.Context(), "", "")
	if err != nil {
		o.Fatal(err)
	}
	defer raw.Close()
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	conn := tls.Client(raw, &tls.Config{RootCAs: roots, ServerName: wire.ServerName,
		Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}})
	ctx, cancel := context.WithTimeout(o.Context(), time.Minute)
	defer cancel()
	if conn.HandshakeContext(ctx) != nil {
		return ""
	}
	return wire.AuthorityMark(authority.Raw)
}

// TestAuthorityChanges: an authority is succeeded by another while tills sell. Each
// moves to it by itself, one with an older program stays with the old one, and both
// are served until that is dropped.
func TestAuthorityChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.enrolled()
		first := b.worn()
		next, err := identity.NewAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		two := o.again(o.text, next)
		look := func(when string, want *identity.Authority) {
			t.Helper()
			if err := b.Look(t.Context()); err != nil {
				t.Errorf("%s: %v", when, err)
			}
			if got := wire.AuthorityMark(b.worn().authority.Raw); got != want.Mark() {
				t.Errorf("%s it trusts %s, want %s", when, got, want.Mark())
			}
		}
		old := two.All()[1]
		look("while the new one settles", old)
		time.Sleep(identity.Settling)
		look("after that", two)
		b.CloseIdleConnections()
		look("met by the new one", two)
		if _, err := b.worn().cert.Verify(x509.VerifyOptions{Roots: poolOf(b.worn().authority), CurrentTime: time.Now(),
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
			t.Error(err)
		}
		if got := o.plain(first.cert, first.authority, first.key); got != old.Mark() {
			t.Errorf("an older program is met by %q, want %s", got, old.Mark())
		}
		c, _, err := o.store.Card(t.Context(), "toko-1")
		if s := o.Show(c); err != nil || s.Old || c.Authority != two.Mark() {
			t.Errorf("the card says %q, old %v, %v", c.Authority, s.Old, err)
		}
		c.Authority = ""
		if s := o.Show(c); !s.Old {
			t.Error("a card of before there were marks does not count as one of the old authority's")
		}

		o.again(next) // the old one is dropped
		look("without the old one", two)
		if got := o.plain(first.cert, first.authority, first.key); got != "" {
			t.Errorf("an older program trusts %q", got)
		}
		if _, err := o.Admit(t.Context(), first.cert, ""); err == nil {
			t.Error("a certificate of an authority that was dropped is good")
		}
	})
}

func poolOf(c *x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c)
	return p
}

// TestRenewalOfAnOlderProgram: it gets what it can use.
func TestRenewalOfAnOlderProgram(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.enrolled()
		time.Sleep(time.Second) // since the first one was made
		next, err := identity.NewAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		two := o.again(next, o.text) // in whatever order
		time.Sleep(identity.Settling)
		v, err := o.Admit(t.Context(), b.worn().cert, "")
		if err != nil || !v.Moves {
			t.Fatalf("%+v, %v", v, err)
		}
		for overlap, want := range map[bool]*identity.Authority{false: two.All()[1], true: two} {
			v.Overlap = overlap
			in, err := request(b.worn().key, "toko-1")
			if err != nil {
				t.Fatal(err)
			}
			id, err := o.Renew(t.Context(), v, in)
			if got := wire.AuthorityMark(id.Authority); err != nil || got != want.Mark() {
				t.Errorf("overlap %v: signed by %s, want %s, %v", overlap, got, want.Mark(), err)
			}
		}
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := two.Device("x", &key.PublicKey, time.Now()); err != nil {
			t.Error(err)
		}
	})
}
