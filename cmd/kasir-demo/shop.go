package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Who is who in the demo.
const (
	merchant = "Warung Bu Tini"
	city     = "BANDUNG"
	device   = "demo-1"
)

// shop is the three programs and what connects them.
type shop struct {
	settings settings
	programs programs

	provider *child
	keyFile  string // of the provider's key
	road     *cable // till to backend: this is the network that is cut
	post     *cable // provider to backend: only there to know the address

	broken chan error // says that the demo cannot go on

	mu      sync.Mutex
	till    *child // nil: without power
	backend *child // nil: without power
	lang    string // of the next power-on
	closing bool
}

// openShop starts the provider, the backend and the till, in this order.
func openShop(ctx context.Context, s settings, p programs) (*shop, error) {
	h := &shop{settings: s, programs: p, lang: s.lang, broken: make(chan error, 3)}
	if err := h.open(ctx); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *shop) open(ctx context.Context) (err error) {
	dir := h.settings.data
	key := "SB-Mid-server-demo-" + rand.Text()
	h.keyFile = filepath.Join(dir, "server.key")
	if old, err := os.ReadFile(h.keyFile); err == nil {
		key = strings.TrimSpace(string(old))
	} else if err := os.WriteFile(h.keyFile, []byte(key+"\n"), 0o600); err != nil {
		return fmt.Errorf("write server key: %w", err)
	}
	if h.road, err = newCable(); err != nil {
		return err
	}
	if h.post, err = newCable(); err != nil {
		return err
	}
	if err := unpackVoice(filepath.Join(dir, "voice")); err != nil {
		return err
	}
	h.provider, err = start(ctx, dir, h.programs.provider,
		"-listen", "127.0.0.1:0", "-server-key", key, "-state", filepath.Join(dir, "provider.json"),
		"-merchant", merchant, "-city", city, "-notify-scale", "0.05", "-expiry-lag", "2s")
	if err != nil {
		return err
	}
	go h.mourn(h.provider)
	if err := h.backendOn(ctx); err != nil {
		return err
	}
	return h.powerOn(ctx)
}

// mourn ends the demo when a program ends that nobody switched off. The till is
// not mourned: one that ended is one without power, and the page shows that.
func (h *shop) mourn(c *child) {
	<-c.gone
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closing && (c == h.provider || c == h.backend) {
		h.broken <- errors.Join(fmt.Errorf("run %s: it ended: %w", c.name, c.err),
			lastWords(filepath.Join(h.settings.data, c.name+".log")))
	}
}

// backendOn starts the backend, unless it runs. It listens somewhere else each
// time; the cables are what keeps its address.
func (h *shop) backendOn(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing || h.backend != nil {
		return nil
	}
	dir := h.settings.data
	backend, err := start(ctx, dir, h.programs.backend, "serve",
		"-listen", "127.0.0.1:0", "-db", filepath.Join(dir, "backend.db"), "-midtrans", h.provider.base,
		"-server-key-file", h.keyFile, "-notify-url", h.post.base()+"/v1/notifications/midtrans", "-payment-type", h.settings.payment)
	if err != nil {
		return err
	}
	h.backend = backend
	for _, c := range []*cable{h.road, h.post} {
		c.plug(strings.TrimPrefix(backend.base, "http://"))
	}
	go h.mourn(backend)
	return nil
}

// backendOff kills the backend: no goodbye, nothing flushed.
func (h *shop) backendOff() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.backend != nil {
		victim := h.backend
		h.backend = nil // nobody mourns it
		victim.kill()
	}
}

// backendRuns reports whether the backend has power.
func (h *shop) backendRuns() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.backend != nil
}

// powerOn starts the till, unless it runs.
func (h *shop) powerOn(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing || h.till != nil && !h.till.ended() {
		return nil
	}
	dir := h.settings.data
	till, err := start(ctx, dir, h.programs.till, "run",
		"-backend", h.road.base(), "-journal", filepath.Join(dir, "till.db"), "-device", device,
		"-panel", "web:127.0.0.1:0", "-keys", "web", "-size", h.settings.size, "-depth", h.settings.depth,
		"-lang", h.lang, "-merchant", merchant, "-qr-merchant", merchant, "-voice", filepath.Join(dir, "voice"), "-quick", "1=5000,2=10000,5=50000")
	if err != nil {
		return err
	}
	h.till = till
	return nil
}

// powerCut kills the till: no goodbye, nothing flushed.
func (h *shop) powerCut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.till != nil {
		h.till.kill()
		h.till = nil
	}
}

// tillBase is where the till's panel is; "" while it has no power.
func (h *shop) tillBase() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.till == nil || h.till.ended() {
		return ""
	}
	return h.till.base
}

// speak notes the language for the till's next power-on.
func (h *shop) speak(lang string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lang = lang
}

// spoken is the language of the till, or that of its next power-on.
func (h *shop) spoken() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lang
}

// close ends everything that was started; the till first, so that it does not
// see the others go.
func (h *shop) close() {
	h.mu.Lock()
	h.closing = true
	till, backend := h.till, h.backend
	h.mu.Unlock()
	for _, c := range []*child{till, backend, h.provider} {
		if c != nil {
			c.stop()
		}
	}
	for _, c := range []*cable{h.road, h.post} {
		if c != nil {
			c.close()
		}
	}
}

// ask is how long the demo waits for one of its programs.
const ask = 5 * time.Second
