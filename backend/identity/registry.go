package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Store keeps cards, each change a version. It may be used by many goroutines.
type Store interface {
	// Card is the device's card and its version; version 0 when there is none.
	Card(ctx context.Context, name string) (c Card, version int64, err error)
	// Put makes version of a card durable; ErrStale unless it is one more than
	// what is stored.
	Put(ctx context.Context, c Card, version int64) error
	// Cards is up to limit cards by name, after the given one.
	Cards(ctx context.Context, after string, limit int) ([]Card, error)
}

// ErrStale is Put's answer for a card that somebody else changed meanwhile.
var ErrStale = errors.New("the card has changed meanwhile")

// Errors of a registry, besides those of a card.
var (
	ErrNone    = errors.New("there is no device of this name")
	ErrExpired = errors.New("the certificate ran out")
	ErrRequest = errors.New("the request for a certificate cannot be used")
)

const (
	freshFor = 5 * time.Second // how long a card in memory is believed; others may change it
	tries    = 8               // at a card that others change at the same time
	maxCards = 20_000          // in memory
)

// CodeLife is how long a code lasts unless somebody says otherwise, and the
// longest that it may.
const (
	CodeLife    = 24 * time.Hour
	MaxCodeLife = 30 * 24 * time.Hour
)

// Registry knows the devices. It is safe for use by several goroutines.
type Registry struct {
	store Store
	ca    *Authority
	log   *slog.Logger

	mu   sync.Mutex
	memo map[string]memo
}

// memo is a card as it was a moment ago, and when its device last spoke here.
type memo struct {
	card Card
	at   time.Time
	seen time.Time
}

// Visitor is a device that was let in.
type Visitor struct {
	Name   string
	Held   string // why it may make no new charges
	Rotate bool   // a new key is wanted
	Renew  bool   // its certificate ends soon
	Moves  bool   // its certificate is of an authority that another has succeeded
	// Overlap: it names its authority, as its request says; set it before Renew.
	Overlap bool
	key     string
}

// New makes a registry; log may be nil.
func New(store Store, ca *Authority, log *slog.Logger) *Registry {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Registry{store: store, ca: ca, log: log, memo: make(map[string]memo)}
}

// Authority is who signs for the registry.
func (r *Registry) Authority() *Authority { return r.ca }

// change makes one change to a card, again when somebody else was quicker. do
// reports whether there is anything to store.
func (r *Registry) change(ctx context.Context, name string, do func(c *Card, there bool) (bool, error)) (Card, error) {
	for range tries {
		c, version, err := r.store.Card(ctx, name)
		if err != nil {
			return Card{}, err
		}
		c.Name = name
		held := c.Held
		put, err := do(&c, version > 0)
		if err != nil {
			return c, err
		}
		if put {
			// What is decided is written even when whoever asked has gone.
			if err = r.store.Put(context.WithoutCancel(ctx), c, version+1); errors.Is(err, ErrStale) {
				continue
			}
			if err != nil {
				return c, err
			}
		}
		r.remember(c)
		if c.Held != "" && held == "" {
			r.log.Warn("alarm: device quarantined", "device", name, "why", c.Held)
		}
		return c, nil
	}
	return Card{}, fmt.Errorf("change card of %s: %w", name, ErrStale)
}

func (r *Registry) remember(c Card) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.memo) >= maxCards {
		clear(r.memo)
	}
	r.memo[c.Name] = memo{card: c, at: time.Now(), seen: r.memo[c.Name].seen}
}

// recent is a card that was read a moment ago, and notes that its device speaks.
func (r *Registry) recent(name string) (Card, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.memo[name]
	if !ok {
		return Card{}, false
	}
	m.seen = time.Now()
	r.memo[name] = m
	return m.card, m.seen.Sub(m.at) < freshFor
}

// Seen is when a device last spoke to this process; zero: it has not.
func (r *Registry) Seen(name string) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.memo[name].seen
}
