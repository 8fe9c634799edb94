package badge

import (
	"context"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"kasir/backend/wire"
)

// The pace of renewal. There are thirty days for it, so what fails is tried again
// without haste.
const (
	lookEvery = time.Hour
	retryLook = time.Minute
	renewTime = 20 * time.Second
	renewLeft = 30 * 24 * time.Hour
)

// Keep keeps the certificate good until ctx ends: it asks how the backend sees
// this device, and renews what ends soon, with a new key where that is wanted.
func (b *Badge) Keep(ctx context.Context) error {
	for {
		wait := lookEvery
		if err := b.Look(ctx); err != nil && ctx.Err() == nil {
			b.Log.Warn("certificate not looked after", "err", err)
			wait = retryLook
		}
		// Up to a fifth is taken off, so that tills do not come in step.
		wait -= mathrand.N(wait / 5)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// Look looks after the certificate once.
func (b *Badge) Look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, renewTime)
	defer cancel()
	var s wire.Standing
	if err := b.post(ctx, b, "identity", nil, &s); err != nil {
		return fmt.Errorf("look after certificate: %w", err)
	}
	if s.Quarantined != "" {
		b.Log.Error("alarm: this device is quarantined", "why", s.Quarantined)
	}
	p := b.worn()
	if !s.NewKey && !s.Renew && p.cert.NotAfter.Sub(b.now(p)) > renewLeft {
		return nil
	}
	if err := b.renew(ctx, p, s.NewKey); err != nil {
		return fmt.Errorf("renew certificate: %w", err)
	}
	b.Log.Info("certificate renewed", "new key", s.NewKey, "until", b.worn().cert.NotAfter.UTC().Format(time.RFC3339))
	return nil
}

// renew gets another certificate, by the one that is worn.
func (b *Badge) renew(ctx context.Context, p *papers, newKey bool) (err error) {
	key := p.key
	if newKey {
		if key, err = b.waiting(); err != nil {
			return err
		}
	}
	var id wire.Identity
	in := wire.Renewal{Overlap: true}
	if in.Request, err = request(key, b.Device); err != nil {
		return err
	}
	if err := b.post(ctx, b, "renew", in, &id); err != nil {
		return err
	}
	if err := b.take(key, id); err != nil {
		return err
	}
	if newKey {
		return b.settled()
	}
	return nil
}
