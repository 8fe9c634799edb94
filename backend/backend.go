package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kasir/backend/archive"
	"kasir/backend/auditor"
	"kasir/backend/identity"
	"kasir/backend/ledger"
	"kasir/backend/meter"
	"kasir/backend/midtrans"
	"kasir/backend/office"
	"kasir/backend/trail"
	"kasir/backend/updates"
	"kasir/backend/wallet"
)

// Provider is what the backend asks of the payment provider;
// *midtrans.Client is one. The outcome of a call is the three-valued one of
// that package: nil, *midtrans.APIError, or midtrans.ErrUnknown.
type Provider interface {
	Charge(context.Context, midtrans.ChargeRequest) (midtrans.Transaction, error)
	ChargeLinked(ctx context.Context, r midtrans.ChargeRequest, option string) (midtrans.Transaction, error)
	Status(ctx context.Context, id string) (midtrans.Transaction, error)
	Cancel(ctx context.Context, id string) (midtrans.Transaction, error)
	Expire(ctx context.Context, id string) (midtrans.Transaction, error)

	CreateAccount(context.Context, midtrans.AccountRequest) (midtrans.Account, error)
	Account(ctx context.Context, id string) (midtrans.Account, error)
	Unbind(ctx context.Context, id string) (midtrans.Account, error)
}

// Scanner reads the text of the code in the picture at address; it answers
// with an error that is qrimage.ErrUnusable where trying again is of no use.
// *qrimage.Reader is one.
type Scanner interface {
	Read(ctx context.Context, address string) (string, error)
}

// Options say what a backend is made of. Book, Provider and NotifyKey are
// required.
type Options struct {
	Book     ledger.Book   // stays the caller's to close, after Run has returned
	Shared   ledger.Shared // the book's, when other backends use it at the same time; nil: this is the only one
	Wallets  wallet.Book   // nil: Book, when it keeps wallets too; else none can be linked
	Provider Provider
	Scanner  Scanner  // nil: charges without a code's text are denied
	Images   *url.URL // the provider's API: pictures are there when it does not say where, and pages for people may be; nil: nowhere

	NotifyKey   string        // what notifications are signed with, the Server Key; see TrustKeys
	PaymentType string        // "qris" (default) or "gopay"
	Expiry      time.Duration // of a code, 20 s to 7 days; 0: 15 minutes

	// Local says that whoever reaches this backend's terminal paths by a
	// loopback address is a terminal. Set it only when nothing else listens.
	Local bool
	// Devices knows the terminals with certificates, which come over TLS; nil:
	// there are none.
	Devices *identity.Registry
	// ConfirmSecret is what each device's ConfirmKey is made from, at least 32
	// random bytes, the same in every life of the book; nil: no receipts. It
	// needs Merchant.PublicURL.
	ConfirmSecret []byte
	Merchant      Merchant       // what the merchant's own programs are served with
	Journals      archive.Store  // where copies of devices' journals are kept; nil: nowhere; stays the caller's to close
	Updates       *updates.Shelf // new systems for devices; nil: there are none
	Sandbox       bool           // the provider is not the real one: terminals say so
	// Proxies are believed, as those on this machine are, when they say for whom
	// they ask (X-Forwarded-For) and what a request is called (X-Request-Id).
	Proxies []netip.Prefix
	// DeviceRate and AddressRate are how much one may ask in a second over a long
	// time, twenty times that at once; 0: as the constants say; negative: any.
	DeviceRate, AddressRate int
	Logger                  *slog.Logger // nil: none
	Meter                   *meter.Meter // nil: nothing is counted
}

// Backend is the merchant's backend. Run does its work; Handler is its face.
type Backend struct {
	o         Options
	log       *slog.Logger
	clerk     *clerk
	registrar *registrar
	auditor   *auditor.Auditor // nil: no accounts are kept
	archive   *archive.Keeper  // nil: no journals are kept
	office    *office.Office   // nil: there is no owner's page
	paces     paces
	linking   limiter
	receipts  limiter       // by order
	guessing  limiter       // of codes for enrolment
	refusals  seldom        // lines about terminals that were turned away
	reading   chan struct{} // a place per receipt being read
	bells     *bells
	trusted   atomic.Pointer[[]string] // keys that notifications may be signed with
	lobby     *lobby                   // nil: the book is shared with nobody
	mux       http.Handler

	alive    context.Context // until Close, or until Run returns
	kill     context.CancelCauseFunc
	ran      atomic.Bool
	draining atomic.Bool
	mailbox  chan struct{} // a place per notification being handled
	seldom   seldom

	visitors chan struct{} // a place per payer who is being told

	renewing sync.Mutex
	renewed  time.Time // when a device last made the book change its epoch
}

// Reasons to refuse work as a whole.
var (
	errClosed = errors.New("the backend is closed")
	errTwice  = errors.New("the backend runs once")
)

// New makes a backend and starts nothing.
func New(o Options) (*Backend, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Logger = trail.Logger(o.Logger)
	if o.PaymentType == "" {
		o.PaymentType = midtrans.PaymentQRIS
	}
	if o.Expiry == 0 {
		o.Expiry = midtrans.DefaultExpiry
	}
	if both, ok := o.Book.(wallet.Book); ok && o.Wallets == nil {
		o.Wallets = both
	}
	switch {
	case o.Book == nil, o.Provider == nil, o.NotifyKey == "":
		return nil, errors.New("make backend: a book, a provider and a notification key are needed")
	case o.PaymentType != midtrans.PaymentQRIS && o.PaymentType != midtrans.PaymentGoPay:
		return nil, fmt.Errorf("make backend: payment type %q is not qris or gopay", o.PaymentType)
	case o.Expiry < midtrans.MinExpiry || o.Expiry > midtrans.MaxExpiry || o.Expiry%time.Second != 0:
		return nil, fmt.Errorf("make backend: expiry %s is not whole seconds in %s..%s", o.Expiry, midtrans.MinExpiry, midtrans.MaxExpiry)
	}
	if err := o.Merchant.check(); err != nil {
		return nil, fmt.Errorf("make backend: %w", err)
	}
	if n := len(o.ConfirmSecret); n > 0 && n < MinConfirmSecret {
		return nil, fmt.Errorf("make backend: a secret for receipts of %d bytes, at least %d", n, MinConfirmSecret)
	}
	b := &Backend{o: o, log: o.Logger, bells: newBells(o.Meter), mailbox: make(chan struct{}, maxNotifying),
		visitors: make(chan struct{}, maxNotifying), reading: make(chan struct{}, maxReading)}
	b.paces.limit(o.DeviceRate, o.AddressRate)
	b.TrustKeys(o.NotifyKey)
	b.alive, b.kill = context.WithCancelCause(context.Background())
	if o.Meter != nil {
		o.Provider = timed{o.Provider, o.Meter}
	}
	if o.Merchant.Desk != nil {
		o.Provider = scribe{o.Provider, o.Merchant.Desk, b}
	}
	b.openArchive()
	if o.Merchant.Desk != nil && o.Merchant.Papers != nil {
		b.auditor = auditor.New(o.Merchant.Papers, sold{o.Book, o.Merchant.Desk, b.archive}, o.Logger)
	}
	b.registrar = newRegistrar(o, b.alive)
	b.clerk = newClerk(o, b.bells, b.registrar.doubt, b.alive)
	if o.Shared != nil {
		b.lobby = newLobby(newFellows(o.Shared, o.Logger))
	}
	if err := b.openOffice(); err != nil {
		return nil, fmt.Errorf("make backend: %w", err)
	}
	b.mux = b.routes()
	return b, nil
}

// Handler serves terminals and notifications. It answers busy until Run runs.
func (b *Backend) Handler() http.Handler { return b.mux }

// Run takes up every charge that is not at its end and works until ctx ends.
// Calls to the provider that are in the air then get a few seconds to come
// back; what does not is asked about after the next start. It runs once.
func (b *Backend) Run(ctx context.Context) error {
	if b.ran.Swap(true) {
		return errTwice
	}
	defer b.kill(errClosed)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(b.alive, stop)()
	sharing := make(chan error, 1)
	go func() {
		if b.lobby == nil {
			sharing <- nil
			return
		}
		defer stop()
		sharing <- b.share(ctx)
	}()
	registering := make(chan error, 1)
	go func() {
		defer stop() // neither works without the other
		registering <- b.registrar.run(ctx)
	}()
	tending := make(chan error, 1)
	go func() {
		if b.o.Merchant.Desk == nil {
			tending <- nil
			return
		}
		tending <- b.o.Merchant.Desk.Run(ctx)
	}()
	err := b.clerk.run(ctx)
	stop()
	<-tending
	return errors.Join(err, <-registering, <-sharing)
}

// Close makes Run return, and answers whoever still waits.
func (b *Backend) Close() error {
	b.kill(errClosed)
	return nil
}

// EndPolls answers the long polls that wait, now: a server cannot shut down
// gracefully before they end. New ones are still taken.
func (b *Backend) EndPolls() { b.bells.dismiss() }

// TrustKeys has notifications be believed that are signed with any of these keys,
// and with no other: while a key is being changed, the new one and the old.
func (b *Backend) TrustKeys(keys ...string) {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "" })
	b.trusted.Store(&keys)
}

// signed reports whether verify takes one of the trusted keys; else why not.
func (b *Backend) signed(verify func(key string) error) error {
	err := errors.New("no key is trusted")
	for _, k := range *b.trusted.Load() {
		if err = verify(k); err == nil {
			return nil
		}
	}
	return err
}
