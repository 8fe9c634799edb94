package merchant

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// saltBytes is twice what guessing could ever reach.
const saltBytes = 32

// Provider is what the desk asks of the payment provider; *midtrans.Client is
// one. The outcome of a call is the three-valued one of that package.
type Provider interface {
	Status(ctx context.Context, id string) (midtrans.Transaction, error)
	Refund(context.Context, midtrans.RefundRequest) (midtrans.Refunded, error)

	Snap(context.Context, midtrans.SnapRequest) (midtrans.SnapToken, error)
	SnapUser(context.Context, midtrans.UserID) (midtrans.SnapUser, error)
	SnapUnlink(context.Context, midtrans.UserID) (midtrans.SnapUser, error)

	Account(ctx context.Context, id string) (midtrans.Account, error)
	SubscribeLinked(ctx context.Context, r midtrans.SubscriptionRequest, option string) (midtrans.Subscription, error)
	Subscription(ctx context.Context, id string) (midtrans.Subscription, error)
	UpdateSubscription(ctx context.Context, id string, r midtrans.SubscriptionRequest) error
	EnableSubscription(ctx context.Context, id string) error
	DisableSubscription(ctx context.Context, id string) error
	CancelSubscription(ctx context.Context, id string) error
	ReadBack(context.Context, midtrans.Recurring) (midtrans.RecurringFact, error)
}

// Options say what a desk is made of. Shelf and Provider are required.
type Options struct {
	Shelf    Shelf // stays the caller's to close
	Provider Provider
	Turns    Turns        // nil: nobody else uses the shelf
	Logger   *slog.Logger // nil: none
}

// Turns keep two processes on one shelf from working on one thing. A name is
// asked for by one caller of a process at a time.
type Turns interface {
	// Lock waits until nobody has name; unlock ends it.
	Lock(ctx context.Context, kind, name string) (unlock func(), err error)
}

// turnsKind is what the names of this room are, among those of others.
const turnsKind = "merchant"

// Desk takes a merchant's requests. It is safe for use by several goroutines.
type Desk struct {
	shelf    Shelf
	provider Provider
	log      *slog.Logger
	salt     []byte
	locks    locks
	wake     chan struct{} // tells the sweep that there is an open paper
	rereads  chan struct{} // a place per unsigned notification that is read back
}

// New makes a desk, and the salt of its user ids when the shelf is new.
func New(ctx context.Context, o Options) (*Desk, error) {
	if o.Shelf == nil || o.Provider == nil {
		return nil, errors.New("make merchant's desk: a shelf and a provider are needed")
	}
	wake := make(chan struct{}, 1)
	d := &Desk{shelf: poking{o.Shelf, wake}, wake: wake, provider: o.Provider, log: o.Logger, rereads: make(chan struct{}, maxRereads)}
	d.locks.far = o.Turns
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if err := d.season(ctx); err != nil {
		return nil, fmt.Errorf("make merchant's desk: %w", err)
	}
	return d, nil
}

// season finds the salt. It lives on the shelf, so that a backup of the shelf
// can still find the wallets that were linked with it.
func (d *Desk) season(ctx context.Context) error {
	const id = "salt"
	type secret struct {
		Salt []byte `json:"salt"`
	}
	s, err := read[secret](ctx, d.shelf, KindSecret, id)
	if err != nil {
		return err
	}
	if !s.there() {
		s.Is.Salt = make([]byte, saltBytes)
		rand.Read(s.Is.Salt) // it never fails; the process ends instead
		err := write(ctx, d.shelf, filing{kind: KindSecret, id: id}, &s)
		if errors.Is(err, ErrStale) { // another process was quicker
			s, err = read[secret](ctx, d.shelf, KindSecret, id)
		}
		if err != nil {
			return err
		}
	}
	if len(s.Is.Salt) != saltBytes {
		return fmt.Errorf("the salt has %d bytes, want %d", len(s.Is.Salt), saltBytes)
	}
	d.salt = s.Is.Salt
	return nil
}

// maxLocks bounds the requests that are worked on or wait for their turn.
const maxLocks = 256

// locks let one request at a time work on one thing.
type locks struct {
	mu   sync.Mutex
	held map[string]*turn
	n    int
	far  Turns // nil: all are here
}

type turn struct {
	gate chan struct{} // holds a token while somebody has the turn
	n    int           // who has it or waits for it
}

// take waits for the turn on name. Call the function it gives to end it.
func (l *locks) take(ctx context.Context, name string) (func(), error) {
	l.mu.Lock()
	if l.n >= maxLocks {
		l.mu.Unlock()
		return nil, &wire.Error{Code: wire.Busy, Message: "too many requests at one time"}
	}
	if l.held == nil {
		l.held = make(map[string]*turn)
	}
	t := l.held[name]
	if t == nil {
		t = &turn{gate: make(chan struct{}, 1)}
		l.held[name] = t
	}
	t.n++
	l.n++
	l.mu.Unlock()
	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.n--
		if t.n--; t.n == 0 {
			delete(l.held, name)
		}
	}
	select {
	case t.gate <- struct{}{}:
		unlock := func() {}
		if l.far != nil {
			var err error
			if unlock, err = l.far.Lock(ctx, turnsKind, name); err != nil {
				<-t.gate
				leave()
				return nil, unshelved(err)
			}
		}
		return func() { unlock(); <-t.gate; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
