package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"

	"kasir/backend/wire"
)

// Invite makes a code for a device, which may be a new one. It is the only time
// that the code can be read.
func (r *Registry) Invite(ctx context.Context, name string, life time.Duration) (code string, ends time.Time, err error) {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000_000))
	if err != nil {
		return "", ends, fmt.Errorf("make code: %w", err)
	}
	code = fmt.Sprintf("%0*d", wire.EnrolDigits-1, n)
	code += string(wire.CheckDigit(code))
	key, err := wire.CodeKey(code, name)
	if err != nil {
		return "", ends, fmt.Errorf("make code: %w", err)
	}
	ends = time.Now().Add(life)
	_, err = r.change(ctx, name, func(c *Card, _ bool) (bool, error) {
		c.Invite(key, ends)
		return true, nil
	})
	if err != nil {
		return "", ends, fmt.Errorf("make code for %s: %w", name, err)
	}
	r.log.Info("device invited", "device", name, "ends", ends.UTC().Format(time.RFC3339))
	return code, ends, nil
}

// Enrol gives whoever proves a code a certificate. binding is what this end
// exported from the connection. ErrCode also for a name that nobody invited.
func (r *Registry) Enrol(ctx context.Context, e wire.Enrol, binding []byte) (wire.Identity, error) {
	pub, print, err := readRequest(e.Request)
	if err != nil {
		return wire.Identity{}, errors.Join(ErrRequest, err)
	}
	now := time.Now()
	by := r.ca.signer(e.Overlap, now)
	der, ends, err := by.Device(e.Device, pub, now)
	if err != nil {
		return wire.Identity{}, err
	}
	var key []byte
	again := false
	_, err = r.change(ctx, e.Device, func(c *Card, there bool) (bool, error) {
		if !there {
			return false, ErrCode
		}
		again, err = c.Enrol(print, func(code []byte) bool {
			key = code
			return hmac.Equal(wire.EnrolProof(code, binding, e.Request), e.Proof)
		}, now)
		c.Ends, c.Authority = ends.UnixMilli(), by.Mark()
		return err == nil, err
	})
	if err != nil {
		return wire.Identity{}, err
	}
	r.log.Info("device enrolled", "device", e.Device, "again", again, "key", print[:16])
	ca := by.Certificate()
	return wire.Identity{Certificate: der, Authority: ca, Proof: wire.AnswerProof(key, binding, der, ca)}, nil
}

// Admit says which device a connection's certificate is, and notes that session
// ("": not told) speaks. With ErrExpired the visitor may renew, and nothing else.
func (r *Registry) Admit(ctx context.Context, cert *x509.Certificate, session string) (Visitor, error) {
	now := time.Now()
	name, key, left, err := r.ca.Vouch(cert, now)
	if err != nil {
		return Visitor{}, errors.Join(ErrKey, err)
	}
	if left < -Grace {
		return Visitor{Name: name}, ErrKey
	}
	c, fresh := r.recent(name)
	if !fresh || c.Key != key || session != "" && c.Session != session {
		if c, err = r.change(ctx, name, func(c *Card, there bool) (bool, error) { return c.enter(there, key, session, now) }); err != nil {
			return Visitor{Name: name}, err
		}
	}
	moves := r.ca.older != nil && cert.CheckSignatureFrom(r.ca.signer(true, now).cert) != nil
	v := Visitor{Name: name, Held: c.Held, Rotate: c.Rotate, Renew: left < renewAt, Moves: moves, key: key}
	if left < 0 {
		return v, ErrExpired
	}
	return v, nil
}

// enter is a request by key in a session.
func (c *Card) enter(there bool, key, session string, now time.Time) (changed bool, err error) {
	if !there {
		return false, ErrKey
	}
	if changed, err = c.Admit(key); err != nil {
		return false, err
	}
	return session != "" && c.Speak(session, now) || changed, nil
}
