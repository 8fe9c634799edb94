package identity

import (
	"context"
	"errors"
	"time"

	"kasir/backend/wire"
)

// Renew makes a visitor another certificate.
func (r *Registry) Renew(ctx context.Context, v Visitor, request []byte) (wire.Identity, error) {
	pub, key, err := readRequest(request)
	if err != nil {
		return wire.Identity{}, errors.Join(ErrRequest, err)
	}
	now := time.Now()
	by := r.ca.signer(v.Overlap, now)
	der, ends, err := by.Device(v.Name, pub, now)
	if err != nil {
		return wire.Identity{}, err
	}
	_, err = r.change(ctx, v.Name, func(c *Card, there bool) (bool, error) {
		if !there || c.Key != v.key {
			return false, ErrKey // it was let in, and the card has changed since
		}
		if err := c.Renew(key); err != nil {
			return false, err
		}
		c.Ends, c.Authority = ends.UnixMilli(), by.Mark()
		return true, nil
	})
	if err != nil {
		return wire.Identity{}, err
	}
	r.log.Info("device renewed", "device", v.Name, "new key", key != v.key)
	return wire.Identity{Certificate: der, Authority: by.Certificate()}, nil
}

// Greet notes how long a device's journal is, and says whether it is held.
func (r *Registry) Greet(ctx context.Context, v Visitor, journal string, rows int64) (held string, err error) {
	c, err := r.change(ctx, v.Name, func(c *Card, there bool) (bool, error) {
		return there && c.Greet(journal, rows), nil
	})
	return c.Held, err
}

// Hold quarantines a device that is there; one that is held already stays as it is.
func (r *Registry) Hold(ctx context.Context, name, why string) error {
	_, err := r.change(ctx, name, func(c *Card, there bool) (bool, error) {
		if !there || c.Held != "" {
			return false, nil
		}
		c.Held = why
		return true, nil
	})
	return err
}

// Lift ends a device's quarantine.
func (r *Registry) Lift(ctx context.Context, name string) (Card, error) {
	return r.order(ctx, name, "device lifted out of quarantine", (*Card).Lift)
}

// Revoke shuts a device out, from its next request on.
func (r *Registry) Revoke(ctx context.Context, name string) (Card, error) {
	return r.order(ctx, name, "device revoked", (*Card).Revoke)
}

// Rotate has a device make a new key; the old one is good until the new one is
// used. It is no help against a thief, who could be quicker: revoke.
func (r *Registry) Rotate(ctx context.Context, name string) (Card, error) {
	return r.order(ctx, name, "device is to make a new key", func(c *Card) { c.Rotate = c.Key != "" })
}

// order is a person's order about a device that there is.
func (r *Registry) order(ctx context.Context, name, say string, do func(*Card)) (Card, error) {
	c, err := r.change(ctx, name, func(c *Card, there bool) (bool, error) {
		if !there {
			return false, ErrNone
		}
		do(c)
		return true, nil
	})
	if err == nil {
		r.log.Info(say, "device", name)
	}
	return c, err
}

// Cards is up to limit cards by name, after the given one.
func (r *Registry) Cards(ctx context.Context, after string, limit int) ([]Card, error) {
	return r.store.Cards(ctx, after, limit)
}
