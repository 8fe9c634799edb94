package cabinet

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/identity"
	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	papers "kasir/backend/merchant/shelf/postgres"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
	"kasir/backend/wire"
)

var binding = make([]byte, wire.BindingLen)

// office is a registry on a real file.
type office struct {
	*testing.T
	shelf merchant.Shelf
	ca    *identity.Authority
	*identity.Registry

	mu      sync.Mutex
	derived map[string][]byte // keys, by name and code
}

func open(t *testing.T) *office {
	t.Helper()
	s, err := shelf.Open(t.Context(), filepath.Join(t.TempDir(), "shelf.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return on(t, s)
}

func TestMain(m *testing.M) { pgtest.Main(m) }

// onBoth has a test done on either engine.
func onBoth(t *testing.T, test func(*office)) {
	t.Run("file", func(t *testing.T) { test(open(t)) })
	t.Run("database", func(t *testing.T) {
		db, err := pgdb.Open(context.Background(), pgtest.Database(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := papers.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close(); db.Close() })
		test(on(t, s))
	})
}

// on is an office on a shelf.
func on(t *testing.T, s merchant.Shelf) *office {
	t.Helper()
	text, err := identity.NewAuthority(time.Now().Add(-3 * identity.Grace))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := identity.ParseAuthority(text)
	if err != nil {
		t.Fatal(err)
	}
	return &office{T: t, shelf: s, ca: ca, Registry: identity.New(On(s), ca, nil), derived: map[string][]byte{}}
}

func (o *office) key() *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		o.Fatal(err)
	}
	return k
}

func (o *office) request(k *ecdsa.PrivateKey) []byte {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k)
	if err != nil {
		o.Fatal(err)
	}
	return der
}

func (o *office) enrol(name, code string, k *ecdsa.PrivateKey) (*x509.Certificate, error) {
	key := o.derive(name, code)
	e := wire.Enrol{Device: name, Request: o.request(k)}
	e.Proof = wire.EnrolProof(key, binding, e.Request)
	got, err := o.Enrol(o.Context(), e, binding)
	if err != nil {
		return nil, err
	}
	if want := wire.AnswerProof(key, binding, got.Certificate, got.Authority); string(got.Proof) != string(want) {
		o.Error("the backend did not prove that it knows the code")
	}
	return o.parse(got.Certificate), nil
}

// derive is the key of a code: what the card has, since deriving it once more is
// slow, and under the race detector very. Of another code it is any other.
func (o *office) derive(name, code string) []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	if key := o.derived[name+code]; key != nil {
		return key
	}
	return make([]byte, wire.ProofLen)
}

func (o *office) parse(der []byte) *x509.Certificate {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		o.Fatal(err)
	}
	return c
}

func (o *office) invite(name string) string {
	code, _, err := o.Invite(o.Context(), name, time.Hour)
	if err != nil {
		o.Fatal(err)
	}
	if _, ok := wire.ReadCode(code); !ok {
		o.Fatalf("code %q is none", code)
	}
	c, _, err := On(o.shelf).Card(o.Context(), name)
	if err != nil {
		o.Fatal(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.derived[name+code] = c.Code.Key
	return code
}

// TestLife of a device, from its code to its end.
func TestLife(t *testing.T) { onBoth(t, (*office).lifeOf) }

func (t *office) lifeOf() {
	o := t
	k := o.key()
	cert, err := o.enrol("toko-1", o.invite("toko-1"), k)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Admit(t.Context(), cert, "s1")
	if err != nil || v.Name != "toko-1" || v.Held != "" {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := o.Rotate(t.Context(), "toko-1"); err != nil {
		t.Fatal(err)
	}
	if v, err = o.Admit(t.Context(), cert, "s1"); err != nil || !v.Rotate {
		t.Fatalf("%+v, %v: want a new key", v, err)
	}
	next, err := o.Renew(t.Context(), v, o.request(o.key()))
	if err != nil {
		t.Fatal(err)
	}
	if v, err = o.Admit(t.Context(), o.parse(next.Certificate), "s1"); err != nil || v.Rotate {
		t.Fatalf("new key: %+v, %v", v, err)
	}
	if _, err := o.Admit(t.Context(), cert, "s1"); !errors.Is(err, identity.ErrKey) {
		t.Errorf("old key: %v", err)
	}
	if _, err := o.Revoke(t.Context(), "toko-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Admit(t.Context(), o.parse(next.Certificate), "s1"); !errors.Is(err, identity.ErrRevoked) {
		t.Errorf("revoked: %v", err)
	}
	if _, err := o.enrol("toko-1", o.invite("toko-1"), k); err != nil {
		t.Errorf("enrol again: %v", err)
	}
}

// TestOneCodeOneDevice: of many that use a code at the same time one enrols.
func TestOneCodeOneDevice(t *testing.T) { onBoth(t, (*office).oneCodeOneDeviceOf) }

func (t *office) oneCodeOneDeviceOf() {
	o := t
	code := o.invite("toko-1")
	var in atomic.Int32
	var all sync.WaitGroup
	for range 6 {
		k := o.key()
		all.Go(func() {
			switch _, err := o.enrol("toko-1", code, k); {
			case err == nil:
				in.Add(1)
			case !errors.Is(err, identity.ErrUsed) && !errors.Is(err, identity.ErrStale):
				o.Error(err)
			}
		})
	}
	all.Wait()
	if got := in.Load(); got != 1 {
		t.Errorf("%d enrolled with one code", got)
	}
}

// TestTwoProcesses: what one decides the other knows within seconds, and at once
// for what is refused there.
func TestTwoProcesses(t *testing.T) { synctest.Test(t, twoProcesses) }

func twoProcesses(t *testing.T) {
	o := open(t)
	two := identity.New(On(o.shelf), o.ca, nil)
	cert, err := o.enrol("toko-1", o.invite("toko-1"), o.key())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := two.Admit(t.Context(), cert, "s1"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Revoke(t.Context(), "toko-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Admit(t.Context(), cert, "s2"); !errors.Is(err, identity.ErrRevoked) {
		t.Errorf("a new session: %v", err)
	}
	time.Sleep(10 * time.Second)
	if _, err := two.Admit(t.Context(), cert, "s1"); !errors.Is(err, identity.ErrRevoked) {
		t.Errorf("after ten seconds: %v", err)
	}
}

func TestNobody(t *testing.T) { onBoth(t, (*office).nobodyOf) }

func (t *office) nobodyOf() {
	o := t
	for name, do := range map[string]func(context.Context, string) (identity.Card, error){"lift": o.Lift, "revoke": o.Revoke, "rotate": o.Rotate} {
		if _, err := do(t.Context(), "nobody"); !errors.Is(err, identity.ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.enrol("nobody", "000000000000", o.key()); !errors.Is(err, identity.ErrCode) {
		t.Errorf("enrol: %v", err)
	}
	// A certificate of a device whose card is gone: an old copy of the file.
	k := o.key()
	der, _, err := o.ca.Device("nobody", &k.PublicKey, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Admit(t.Context(), o.parse(der), ""); !errors.Is(err, identity.ErrKey) {
		t.Errorf("admit: %v", err)
	}
	if got, err := o.Cards(t.Context(), "", 10); err != nil || len(got) != 0 {
		t.Errorf("%d cards, %v", len(got), err)
	}
}

func TestCards(t *testing.T) { onBoth(t, (*office).cardsOf) }

func (t *office) cardsOf() {
	o := t
	for i := range 5 {
		if err := On(o.shelf).Put(t.Context(), identity.Card{Name: fmt.Sprintf("toko-%d", i)}, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := On(o.shelf).Put(t.Context(), identity.Card{Name: "toko-1"}, 1); !errors.Is(err, identity.ErrStale) {
		t.Errorf("a version that is there: %v", err)
	}
	got, err := o.Cards(t.Context(), "toko-1", 2)
	if err != nil || len(got) != 2 || got[0].Name != "toko-2" || got[1].Name != "toko-3" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestGraceAndBeyond: a certificate that ran out renews for a year.
func TestGraceAndBeyond(t *testing.T) {
	o := open(t)
	k := o.key()
	if _, err := o.enrol("toko-1", o.invite("toko-1"), k); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ago  time.Duration // that it was made
		want error
	}{
		{identity.DeviceLife - time.Hour, nil},
		{identity.DeviceLife + time.Hour, identity.ErrExpired},
		{identity.DeviceLife + identity.Grace - time.Hour, identity.ErrExpired},
		{identity.DeviceLife + identity.Grace + time.Hour, identity.ErrKey},
	} {
		der, _, err := o.ca.Device("toko-1", &k.PublicKey, time.Now().Add(-c.ago))
		if err != nil {
			t.Fatal(err)
		}
		v, err := o.Admit(t.Context(), o.parse(der), "")
		if !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("made %s ago: %v, want %v", c.ago, err, c.want)
		}
		if c.want == identity.ErrExpired {
			if _, err := o.Renew(t.Context(), v, o.request(k)); err != nil {
				t.Errorf("made %s ago: renew: %v", c.ago, err)
			}
		}
	}
}
