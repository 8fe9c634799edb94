package backend

import (
	"context"
	"sync"
	"time"

	"kasir/backend/ledger"
)

// page is what handlers see of a charge: the last committed state of it.
type page struct {
	mu      sync.Mutex
	charge  *ledger.Charge // nil: as nobody has asked for it; never changed
	changed chan struct{}
}

// read is the charge, and a channel that is closed when there is a newer one.
func (p *page) read() (ledger.Charge, <-chan struct{}) {
	return p.until(func(ledger.Charge) bool { return false })
}

// until is what read gives, without a channel when the charge is enough.
func (p *page) until(enough func(ledger.Charge) bool) (c ledger.Charge, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.charge != nil {
		c = *p.charge
	}
	if enough(c) {
		return c, nil
	}
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return c, p.changed
}

// write shows c, which nobody changes any more.
func (p *page) write(c *ledger.Charge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.charge = c
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// wait reads the page until enough says so, or limit is over, or ctx.
func (p *page) wait(ctx context.Context, limit time.Duration, enough func(ledger.Charge) bool) ledger.Charge {
	c, changed := p.until(enough)
	if changed == nil {
		return c
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for changed != nil {
		select {
		case <-changed:
			c, changed = p.until(enough)
		case <-timer.C:
			return c
		case <-ctx.Done():
			return c
		}
	}
	return c
}
