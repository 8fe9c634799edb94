package office

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"kasir/backend/archive"
	"kasir/backend/auditor"
	"kasir/backend/identity"
	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// Prefix is the path under which everything is.
const Prefix = "/owner/"

// Shop is what the page asks of the backend about orders.
type Shop interface {
	// Search is a page of all orders, newest first: those of the book, of
	// checkout pages and of subscriptions. want is "" for every state.
	Search(ctx context.Context, q ledger.Query, want wire.State) (merchant.Transactions, error)
	// Online is what checkout pages and subscriptions took from fromMS on and
	// before toMS; more says that there were too many to count them all.
	Online(ctx context.Context, fromMS, toMS int64) (s ledger.Sum, more bool, err error)
	// Ask has the provider asked about an order, and waits a little for it.
	Ask(ctx context.Context, order string) error
	// Refund gives money back, once for every key.
	Refund(ctx context.Context, order string, ask merchant.RefundAsk) (merchant.Refund, error)
	// Refunds is what became of all refunds of an order.
	Refunds(ctx context.Context, order string) (merchant.Refunds, error)
	// Receipt is the address of an order's receipt for its customer, "" when
	// there are none.
	Receipt(f ledger.Facts) string
}

// Journals is what the page asks about copies of devices' journals;
// *archive.Keeper is one.
type Journals interface {
	// Copies are the newest copy of up to limit devices, by name, after the given one.
	Copies(ctx context.Context, after string, limit int) ([]archive.Copy, error)
	// Waiting is what waits for a person: up to limit copies that are not what they were,
	// and up to limit sales that devices have as paid, and the book has not.
	Waiting(ctx context.Context, limit int) (stopped []archive.Copy, doubts []archive.Doubt, more bool, err error)
	// Look notes that a person has looked into one that waits; archive.ErrNone for others.
	Look(ctx context.Context, device, journal, why string) error
}

// Options say what an office is made of. Papers, Book and Shop are required.
type Options struct {
	Papers  merchant.Shelf // accounts and sessions are kept on it; stays the caller's to close
	Book    ledger.Book    // a ledger.Reporter
	Shop    Shop
	Auditor *auditor.Auditor  // nil: no accounts are kept
	Columns reconcile.Columns // of settlement files
	Devices *identity.Registry
	// Journals are copies of devices' journals; nil: none are kept.
	Journals Journals
	Public   *url.URL       // where the backend is on the Internet; pages are served there only if it is https
	Proxies  []netip.Prefix // believed, besides those on this machine, when they say where somebody is
	Sandbox  bool           // the money is not real: every page says so
	Logger   *slog.Logger   // nil: none
}

// Office is the owner's page. It is used by many goroutines.
type Office struct {
	o       Options
	papers  merchant.Shelf
	book    ledger.Reporter
	log     *slog.Logger
	rounds  int // of passwords
	places  chan struct{}
	wrong   throttle
	lines   seldom // about who was turned away
	roll    roll
	mux     *http.ServeMux
	foreign *http.CrossOriginProtection

	looking sync.Mutex
	concern concern // what waits for a person, as it was a moment ago
}

// New makes an office; nothing runs by itself.
func New(o Options) (*Office, error) {
	book, ok := o.Book.(ledger.Reporter)
	if !ok || o.Papers == nil || o.Shop == nil {
		return nil, errors.New("make office: a book with reports, a shelf and a shop are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	f := &Office{o: o, papers: o.Papers, book: book, log: o.Logger, rounds: fullRounds, places: make(chan struct{}, stretching),
		mux: http.NewServeMux(), foreign: http.NewCrossOriginProtection()}
	f.roll.shelf, f.roll.log = o.Papers, o.Logger
	for _, p := range f.table() {
		f.mux.Handle(p.method+" "+p.path, f.serve(p))
	}
	f.mux.Handle(Prefix, f.serve(place{path: Prefix, door: anybody, do: func(v *visit) error { return errNotFound }}))
	return f, nil
}

// Handler serves everything under Prefix.
func (o *Office) Handler() http.Handler { return o.mux }

// door is who may come in.
type door int

const (
	anybody door = iota
	someone      // with a session
	ownersOnly
)

// place is a path and what is done there.
type place struct {
	method, path string
	door         door
	do           func(*visit) error
	most         int64 // bytes of a body; 0: maxForm
}

// Bounds of requests.
const (
	maxForm   = 16 << 10
	maxUpload = reconcile.MaxBytes + 64<<10
	pageTime  = 20 * time.Second // for one page
	moneyTime = 60 * time.Second // for one that the provider, or a large file, is waited for
)

// table is every place there is.
func (o *Office) table() []place {
	const get, post = http.MethodGet, http.MethodPost
	return []place{
		{get, Prefix + "style.css", anybody, o.style, 0},
		{get, Prefix + "login", anybody, o.askLogin, 0},
		{post, Prefix + "login", anybody, o.login, 0},
		{get, Prefix + "invite/{link}", anybody, o.askInvited, 0},
		{post, Prefix + "invite/{link}", anybody, o.acceptInvite, 0},
		{post, Prefix + "logout", someone, o.logout, 0},
		{get, Prefix + "{$}", someone, o.today, 0},
		{get, Prefix + "sales", someone, o.sales, 0},
		{get, Prefix + "sale/{order}", someone, o.sale, 0},
		{post, Prefix + "sale/{order}/ask", ownersOnly, o.askProvider, 0},
		{post, Prefix + "sale/{order}/refund", ownersOnly, o.refund, 0},
		{post, Prefix + "sale/{order}/seen", ownersOnly, o.seen, 0},
		{get, Prefix + "attention", someone, o.attention, 0},
		{post, Prefix + "attention", ownersOnly, o.closeCase, 0},
		{get, Prefix + "devices", someone, o.devices, 0},
		{post, Prefix + "devices", ownersOnly, o.orderDevice, 0},
		{get, Prefix + "payouts", someone, o.payouts, 0},
		{post, Prefix + "payouts", ownersOnly, o.takePayout, maxUpload},
		{get, Prefix + "export", ownersOnly, o.askExport, 0},
		{get, Prefix + "export.csv", ownersOnly, o.export, 0},
		{get, Prefix + "people", someone, o.people, 0},
		{post, Prefix + "people", ownersOnly, o.changePeople, 0},
		{post, Prefix + "people/me", someone, o.changeMe, 0},
		{post, Prefix + "people/password", someone, o.changePassword, 0},
	}
}

// seldom lets one line a second through for each reason, of which there are few:
// whoever is turned away must not be able to fill the disk.
type seldom struct {
	mu  sync.Mutex
	why map[string]pause
}

type pause struct {
	ends   time.Time
	missed int
}

// now reports whether a line may be written, and how many were not before it.
func (s *seldom) now(why string) (missed int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	p := s.why[why]
	if now.Before(p.ends) {
		p.missed++
		s.why[why] = p
		return 0, false
	}
	if s.why == nil {
		s.why = make(map[string]pause)
	}
	s.why[why] = pause{ends: now.Add(time.Second)}
	return p.missed, true
}
