package badge

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/identity"
	"kasir/backend/wire"
)

func bubble(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }

// TestEnrol: a code is a certificate; the file is for its owner's eyes and the
// next start reads it.
func TestEnrol(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.badge()
		if b.Enrolled() || b.Look(t.Context()) == nil {
			t.Error("it is somebody before it was enrolled")
		}
		if err := b.Enrol(t.Context(), o.invite()); err != nil {
			t.Fatal(err)
		}
		if !b.Enrolled() || b.Look(t.Context()) != nil {
			t.Error("it is nobody after it was enrolled")
		}
		for _, path := range []string{o.path, o.path + ".key"} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", path, info, err)
			}
		}
		if err := b.Settled(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(o.path + ".key"); err == nil {
			t.Error("the key that waited is still there")
		}
		next := o.badge()
		if err := next.Look(t.Context()); err != nil {
			t.Errorf("after a start: %v", err)
		}
		if s := slices.Compact(o.sessions[1:]); len(s) < 2 || s[len(s)-1] == s[len(s)-2] {
			t.Errorf("two lives are heard as %q", s)
		}
	})
}

// TestAnswerLost: whenever the power or the line goes, the same code goes on.
func TestAnswerLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		code := o.invite()
		o.mute = 2
		for range 2 {
			if err := o.badge().Enrol(t.Context(), code); err == nil {
				t.Fatal("enrolled without an answer")
			}
		}
		b := o.badge()
		if err := b.Enrol(t.Context(), code); err != nil {
			t.Fatal(err)
		}
		// Cut off before the code was forgotten: it is enrolled with again.
		again := o.badge()
		if err := again.Enrol(t.Context(), code); err != nil || again.Look(t.Context()) != nil {
			t.Errorf("again: %v", err)
		}
	})
}

// TestRefusals: each is told apart, and leaves what there was.
func TestRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.enrolled()
		before, err := os.ReadFile(o.path)
		if err != nil {
			t.Fatal(err)
		}
		code := o.invite()
		if got := b.Enrol(t.Context(), "000000000000"); codeOf(got) != wire.CodeRefused {
			t.Errorf("a wrong code: %v", got)
		}
		o.lie = true
		if got := b.Enrol(t.Context(), code); !errors.Is(got, ErrStranger) {
			t.Errorf("somebody who does not know the code: %v", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got := b.Enrol(ctx, code); got == nil || errors.Is(got, ErrStranger) {
			t.Errorf("no network: %v", got)
		}
		if after, err := os.ReadFile(o.path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("the badge has changed, %v", err)
		}
	})
}

// TestStrangeBackend: one of another authority is told nothing, whatever address
// led there.
func TestStrangeBackend(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.enrolled()
		text, err := identity.NewAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		other, err := identity.ParseAuthority(text)
		if err != nil {
			t.Fatal(err)
		}
		heard := len(o.sessions)
		b.CloseIdleConnections()
		o.serve(other)
		var bad *tls.CertificateVerificationError
		if err := b.Look(t.Context()); !errors.As(err, &bad) {
			t.Errorf("got %v", err)
		}
		if len(o.sessions) != heard {
			t.Error("a request was made")
		}
	})
}

// TestRenewal: at thirty days left, by the device's clock or the backend's; and
// after months in a drawer, by the same key.
func TestRenewal(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		want  bool
	}{
		"too early":             {59 * 24 * time.Hour, false},
		"thirty days are left":  {60*24*time.Hour + time.Minute, true},
		"it ran out":            {100 * 24 * time.Hour, true},
		"nearly a year too old": {(90 + 364) * 24 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				o := openOffice(t)
				o.enrolled()
				time.Sleep(c.after)
				b := o.badge()
				before := b.worn().cert
				if got := b.RanOut(); got != time.Now().After(before.NotAfter) {
					t.Errorf("ran out: %v", got)
				}
				if err := b.Look(t.Context()); err != nil {
					t.Fatal(err)
				}
				after := b.worn()
				if got := !after.cert.Equal(before); got != c.want {
					t.Errorf("renewed %v, want %v", got, c.want)
				}
				if !after.key.PublicKey.Equal(before.PublicKey) {
					t.Error("with another key")
				}
			})
		})
	}
}

// TestKeep renews by itself, in the background of a till that runs for months.
func TestKeep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.enrolled()
		first := b.worn().cert
		time.Sleep(59 * 24 * time.Hour)
		ctx, stop := context.WithTimeout(t.Context(), 2*24*time.Hour)
		defer stop()
		if err := b.Keep(ctx); err != nil {
			t.Fatal(err)
		}
		if b.worn().cert.Equal(first) {
			t.Error("the certificate is still the first")
		}
	})
}

// TestRotation: the backend wants a new key; an answer that is lost costs nothing.
func TestRotation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.enrolled()
		old := b.worn().key
		if _, err := o.Rotate(t.Context(), "toko-1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		o.mute = 2
		for range 2 {
			b.Look(t.Context()) // its answer, or the renewal's, is lost
		}
		b = o.badge() // and the power goes
		for range 2 {
			if err := b.Look(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		if b.worn().key.Equal(old) {
			t.Error("the key is the old one")
		}
		if c, err := o.Registry.Revoke(t.Context(), "toko-1"); err != nil || c.Rotate {
			t.Errorf("%+v, %v", c, err)
		}
		if err := b.Look(t.Context()); codeOf(err) != wire.Revoked {
			t.Errorf("revoked: %v", err)
		}
	})
}

// TestFloor: a clock of 1970 is no reason to distrust the backend.
func TestFloor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		b := o.enrolled()
		p := b.worn()
		if got := b.now(p); got.Before(time.Now()) {
			t.Errorf("it is %s", got)
		}
		later := time.Now().Add(80 * 24 * time.Hour)
		b.Floor = func() time.Time { return later }
		if got := b.now(p); !got.Equal(later) {
			t.Errorf("with a floor it is %s, want %s", got, later)
		}
		if err := b.Look(t.Context()); err != nil || b.worn().cert.Equal(p.cert) {
			t.Errorf("by that time it is to renew: %v", err)
		}
		made := p.cert.NotBefore
		p.cert.NotBefore = time.Now().Add(24 * time.Hour) // as seen with a clock that is far behind
		b.Floor = nil
		if got := b.now(p); !got.Equal(p.cert.NotBefore) {
			t.Errorf("before its own certificate: %s", got)
		}
		p.cert.NotBefore = made
	})
}

// TestDamagedFiles are errors that quote no key.
func TestDamagedFiles(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := openOffice(t)
		o.enrolled()
		good, err := os.ReadFile(o.path)
		if err != nil {
			t.Fatal(err)
		}
		key, _ := pem.Decode(good)
		base, _ := url.Parse("https://shop.example")
		open := func(device string, text []byte) error {
			if err := os.WriteFile(o.path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(Options{Path: o.path, Device: device, Base: base})
			return err
		}
		if err := open("toko-1", good); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			device string
			text   []byte
		}{
			"cut off":            {"toko-1", good[:len(good)/2]},
			"empty":              {"toko-1", nil},
			"another's":          {"toko-2", good},
			"too large":          {"toko-1", bytes.Repeat([]byte("x"), maxFile+1)},
			"a key that is none": {"toko-1", bytes.Replace(good, []byte("PRIVATE KEY-----\n"), []byte("PRIVATE KEY-----\nAAAA"), 1)},
		} {
			if err := open(c.device, c.text); err == nil || strings.Contains(err.Error(), string(pem.EncodeToMemory(key))[40:60]) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	plain, _ := url.Parse("http://127.0.0.1:8081")
	if _, err := Open(Options{Path: "x", Device: "d", Base: plain}); err == nil {
		t.Error("in the clear: it is a badge")
	}
}
