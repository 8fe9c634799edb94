package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kasir/backend/wallet"
)

// Bounds of the registrar's desk.
const (
	maxWallets  = 1000 // on the desk: attempts that are open, and ends that are wanted
	maxDeeds    = 256  // waiting to be looked at
	maxLinking  = 16   // calls in the air that somebody waits for
	maxChecking = 4    // and others
)

// What the registrar answers when it does not look at a deed.
var (
	errNoCustomer = errors.New("no such customer")
	errNoLink     = errors.New("no such link")
	errNoWallets  = errors.New("this backend's book keeps no wallets")
)

// deed is an event for a customer, and whom to answer.
type deed struct {
	customer string
	event    wallet.Event
	reply    chan<- verdict
	visiting bool // as a note's
}

// verdict is what came of a deed: committed, or not happened at all.
type verdict struct {
	slip *slip
	err  error
}

// dossier is one customer on the registrar's desk.
type dossier struct {
	wallet   wallet.Wallet
	slip     *slip
	due      time.Duration // Moment.Up of its next tick
	unloaded bool          // not stepped with Resume yet
}

// registrar owns every wallet, as the clerk owns every charge; there are few of
// them, so it decides and commits one deed at a time. All fields belong to the
// goroutine of run, but for deeds.
type registrar struct {
	book   wallet.Book // nil: none are kept
	linker linker
	log    *slog.Logger
	began  time.Time
	deeds  chan deed
	desk   map[string]*dossier
	purses purses

	calls   context.Context
	hasty   chan struct{}
	patient chan struct{}
	workers sync.WaitGroup
}

func newRegistrar(o Options, calls context.Context) *registrar {
	return &registrar{
		book: o.Wallets, linker: linker{o.Provider, pages{base: o.Images, plain: o.Sandbox}}, log: o.Logger,
		began: time.Now(), deeds: make(chan deed, maxDeeds), desk: make(map[string]*dossier),
		purses: newPurses(o.Shared),
		calls:  calls, hasty: make(chan struct{}, maxLinking), patient: make(chan struct{}, maxChecking),
	}
}

func (r *registrar) moment() wallet.Moment {
	now := time.Now()
	return wallet.Moment{Up: now.Sub(r.began), Wall: now}
}

// run takes up what is open and works until ctx ends. Calls in the air are then
// given up: the next start reads what they came to.
func (r *registrar) run(ctx context.Context) error {
	calls, hangUp := context.WithCancel(r.calls)
	r.calls = calls
	defer r.workers.Wait()
	defer hangUp()
	if err := r.takeUp(ctx); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(r.rest())
		select {
		case <-ctx.Done():
			return nil
		case d := <-r.deeds:
			r.work(d)
		case <-timer.C:
			r.timely(ctx)
		}
	}
}

// takeUp resumes every wallet that is still to be asked about.
func (r *registrar) takeUp(ctx context.Context) error {
	if r.shared() {
		if err := r.seek(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		return nil
	}
	for after := ""; r.book != nil; {
		found, err := r.book.WatchedWallets(ctx, after, maxBatch)
		if ctx.Err() != nil || err == nil && len(found) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("take up wallets: %w", err)
		}
		for _, f := range found {
			after = f.Customer
			r.work(deed{customer: f.Customer, event: wallet.Tick{}})
		}
	}
	return nil
}

// next is how long it is to the first tick.
func (r *registrar) next() time.Duration {
	now, wait := r.moment().Up, never
	for _, d := range r.desk {
		wait = min(wait, max(0, d.due-now))
	}
	return wait
}

func (r *registrar) ticks() {
	now := r.moment().Up
	for customer, d := range r.desk {
		if d.due <= now {
			r.work(deed{customer: customer, event: wallet.Tick{}})
		}
	}
}

// work decides a deed, commits it, and only then calls and answers.
func (r *registrar) work(d deed) {
	slip, err := r.decide(d)
	if d.reply != nil {
		d.reply <- verdict{slip, err}
	}
}

func (r *registrar) decide(d deed) (*slip, error) {
	if err := r.own(d); err != nil {
		return nil, err
	}
	on, err := r.fetch(d.customer)
	if err != nil {
		return nil, err
	}
	if err := r.admit(d, on.wallet); err != nil {
		r.shelve(d.customer, on)
		return nil, err
	}
	after, owed := on.step(r.moment(), d.event)
	if len(owed.Records) > 0 {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.calls), bookTime)
		defer cancel()
		if err := r.book.CommitWallet(ctx, wallet.Entry{Facts: after.Facts, Records: owed.Records}); err != nil {
			r.log.Error("book cannot be written", "customer", d.customer, "error", err)
			delete(r.desk, d.customer) // it has not happened: read again, as after a restart
			if on.wallet.Watched() {
				r.desk[d.customer] = &dossier{due: r.moment().Up + retryAfter, slip: on.slip}
			}
			return nil, fmt.Errorf("%w: %w", errBook, err)
		}
	}
	r.report(d.customer, owed.Records)
	on.wallet, on.unloaded = after, false
	on.slip.write(&after)
	for _, k := range owed.Calls {
		r.call(d.customer, k)
	}
	r.shelve(d.customer, on)
	return on.slip, nil
}

// step steps the wallet, after Resume when it was loaded just now.
func (on *dossier) step(now wallet.Moment, e wallet.Event) (wallet.Wallet, wallet.Effects) {
	if !on.unloaded {
		return wallet.Step(on.wallet, now, e)
	}
	w, first := wallet.Step(on.wallet, now, wallet.Resume{})
	w, then := wallet.Step(w, now, e)
	return w, wallet.Effects{Records: append(first.Records, then.Records...), Calls: append(first.Calls, then.Calls...)}
}

// shelve sets when a wallet is due; one that needs nothing is taken off the desk.
func (r *registrar) shelve(customer string, on *dossier) {
	at, ok := on.wallet.Next()
	switch {
	case ok:
		on.due = at
	case on.wallet.InFlight() != "":
		on.due = r.moment().Up + never
	default:
		delete(r.desk, customer)
	}
}

// fetch is the customer's wallet, from the desk or from the book.
func (r *registrar) fetch(customer string) (*dossier, error) {
	if r.book == nil {
		return nil, errNoWallets
	}
	on := r.desk[customer]
	if on != nil && on.wallet.Customer != "" {
		return on, nil
	}
	f, _, err := r.book.Wallet(context.WithoutCancel(r.calls), customer)
	if err != nil {
		r.log.Error("book cannot be read", "customer", customer, "error", err)
		if on != nil {
			on.due = r.moment().Up + retryAfter
		}
		return nil, errors.Join(errBook, err)
	}
	if on == nil {
		on = &dossier{slip: &slip{}}
	}
	on.wallet, on.unloaded = wallet.Load(f), true
	r.desk[customer] = on
	return on, nil
}
