package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Limits of what is kept.
const (
	maxTransactions = 50_000 // the oldest finished ones are forgotten beyond it
	maxLetters      = 10_000 // notifications waiting or being retried
	maxSenders      = 16     // notifications on the wire at once
)

// Options describe the merchant and how the provider keeps time. The zero
// value of every field but ServerKey works.
type Options struct {
	ServerKey    string // what Basic authentication must name and what signs notifications
	MerchantName string // tag 59 of the codes, at most 25 characters of ASCII
	City         string // tag 60, at most 15
	NMID         string // tag 51-02: the national merchant id, 15 characters
	MCC          string // tag 52: the merchant's category, 4 digits
	QRLength     int    // characters of a code, as near as its fields allow; 0: as the fields fall
	Seed         uint64 // non-zero: ids and retry jitter are the same in every run

	BaseURL   string // scheme and host of the URLs in answers; "": as the request was addressed
	NotifyURL string // where notifications go when a charge does not say, as in the merchant's dashboard
	// AccountNotifyURL is told of pay accounts that were linked and unlinked;
	// "": NotifyURL.
	AccountNotifyURL string
	// RecurringNotifyURL is told of subscriptions and their charges; "": NotifyURL.
	RecurringNotifyURL string

	// RetryScale stretches the retry schedule: 1 (and 0) is the documented one,
	// 0.01 a hundred times faster.
	RetryScale float64
	// ExpiryLag is how long after expiry_time the expiry batch comes by. 0 is
	// 30 s, shortened with RetryScale; negative is none.
	ExpiryLag time.Duration

	// LinkLife is how long the links to link a wallet can be used; 0: 15
	// minutes, as the documents name no figure.
	LinkLife time.Duration
	// KnownPhonesOnly is the provider's sandbox of 2024: a number that is not
	// among Wallets belongs to nobody. The one of 2019, which its SDKs are
	// tested with, takes any.
	KnownPhonesOnly bool
	// Refunds lets the merchant give money back; without it, as for terminals
	// by default, the answer is status code 402.
	Refunds   bool
	NoLinking bool // the merchant may not link wallets: status code 402

	NoMagic bool // amounts of Magic are nothing but amounts

	HTTP   *http.Client // sends notifications; nil: a client of our own
	Logger *slog.Logger // nil: none
}

// Sandbox is the provider. It is an http.Handler.
type Sandbox struct {
	opts     Options
	merchant merchant
	mux      *http.ServeMux
	http     *http.Client
	log      *slog.Logger
	faults   Faults

	ctx     context.Context
	stop    context.CancelFunc
	work    sync.WaitGroup
	wake    chan struct{} // tells the expiry batch to look at the clock again
	senders chan struct{} // a place per notification on the wire

	mu            sync.Mutex
	closed        bool
	life          int // how often the state file was opened
	ids           ids
	book          book
	accounts      accounts
	snaps         snaps
	subscriptions subscriptions
	purses        map[string]purse // by telephone number: where money has moved
	replays       replays
	post          post
	journal       *journal // nil: in memory only
}

// New is a provider that remembers nothing beyond its own life. Close ends it.
func New(o Options) *Sandbox {
	s := build(o)
	s.start()
	return s
}

// Open is a provider that keeps its books in file: everything it ever answered
// was durable first, so a kill loses no order, no payment and no notification
// that was still owed. The file is created when it does not exist.
func Open(o Options, file string) (*Sandbox, error) {
	s := build(o)
	j, entries, err := openJournal(file)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		s.apply(e)
	}
	s.life++
	s.ids.skip(s.life)
	if err := j.rewrite(s.snapshot()); err != nil {
		return nil, errors.Join(err, j.close())
	}
	s.journal = j
	s.start()
	return s, nil
}

func build(o Options) *Sandbox {
	if o.RetryScale <= 0 {
		o.RetryScale = 1
	}
	switch {
	case o.ExpiryLag == 0:
		o.ExpiryLag = time.Duration(float64(30*time.Second) * min(o.RetryScale, 1))
	case o.ExpiryLag < 0:
		o.ExpiryLag = 0
	}
	if o.LinkLife <= 0 {
		o.LinkLife = defaultLinks
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Sandbox{
		opts: o, merchant: newMerchant(o), http: sender(o.HTTP), log: o.Logger,
		wake: make(chan struct{}, 1), senders: make(chan struct{}, maxSenders),
		ids: newIDs(o.Seed), book: newBook(), accounts: newAccounts(), snaps: snaps{byToken: make(map[string]*snapPage)},
		subscriptions: subscriptions{byID: make(map[string]*subscription)},
		purses:        make(map[string]purse), replays: newReplays(), post: newPost(),
	}
	s.faults.plain = o.NoMagic
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mux = s.routes()
	return s
}

// start sets going what the books say is owed: the expiry batch and the
// notifications of an earlier life.
func (s *Sandbox) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work.Go(s.expiryBatch)
	for _, l := range s.post.waiting() {
		s.work.Go(func() { s.carry(l) })
	}
}

// Close stops the clockwork, breaks off notifications on the wire (an Open
// sandbox sends them again in its next life) and closes the file. Requests
// that come after it are answered with HTTP 503.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.work.Wait()
	return s.journal.close()
}

// Faults are the knobs that make it lie.
func (s *Sandbox) Faults() *Faults { return &s.faults }

var errClosed = errors.New("sandbox is closed")

// entry is one change of the books: all of it or nothing.
type entry struct {
	Life         int           `json:"life,omitempty"`
	Transaction  *transaction  `json:"transaction,omitempty"`
	Account      *account      `json:"account,omitempty"`
	Purse        *purse        `json:"purse,omitempty"`
	Snap         *snapPage     `json:"snap,omitempty"`
	Subscription *subscription `json:"subscription,omitempty"`
	Replay       *replay       `json:"replay,omitempty"`
	Letters      []*letter     `json:"letters,omitempty"`
}

// empty reports an entry that changes nothing.
func (e entry) empty() bool {
	return e.Transaction == nil && e.Account == nil && e.Purse == nil && e.Snap == nil && e.Subscription == nil && e.Replay == nil && len(e.Letters) == 0
}

// commit makes e durable and then true, in this order. s.mu is held.
func (s *Sandbox) commit(e entry) error {
	if s.closed {
		return errClosed
	}
	if err := s.journal.append(e, durable); err != nil {
		return err
	}
	s.apply(e)
	for _, l := range e.Letters {
		s.work.Go(func() { s.carry(l) })
	}
	if e.Transaction != nil || e.Account != nil || e.Subscription != nil {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
	if s.journal.bloated() {
		if err := s.journal.rewrite(s.snapshot()); err != nil {
			s.log.Error("keep state file short", "error", err) // e is durable all the same
		}
	}
	return nil
}

// apply is the only thing that changes the books, live and when they are read.
func (s *Sandbox) apply(e entry) {
	s.life = max(s.life, e.Life)
	if e.Transaction != nil {
		s.book.put(*e.Transaction)
	}
	if e.Account != nil {
		s.accounts.put(*e.Account)
	}
	if e.Snap != nil {
		s.snaps.put(*e.Snap)
	}
	if e.Subscription != nil {
		s.subscriptions.put(*e.Subscription)
	}
	if e.Purse != nil && (len(s.purses) < maxAccounts || s.purses[e.Purse.Phone] != (purse{})) {
		s.purses[e.Purse.Phone] = *e.Purse
	}
	if e.Replay != nil {
		s.replays.put(*e.Replay)
	}
	for _, l := range e.Letters {
		s.post.put(l)
	}
}

// snapshot is the shortest list of entries that says all of it.
func (s *Sandbox) snapshot() []entry {
	out := []entry{{Life: s.life}}
	for _, t := range s.book.all {
		out = append(out, entry{Transaction: t})
	}
	for _, a := range s.accounts.all {
		out = append(out, entry{Account: a})
	}
	for _, p := range s.snaps.all {
		out = append(out, entry{Snap: p})
	}
	for _, b := range s.subscriptions.all {
		out = append(out, entry{Subscription: b})
	}
	for _, p := range s.purses {
		out = append(out, entry{Purse: &p})
	}
	for _, r := range s.replays.fresh(time.Now()) {
		out = append(out, entry{Replay: &r})
	}
	for _, l := range s.post.waiting() {
		out = append(out, entry{Letters: []*letter{l}})
	}
	return out
}
