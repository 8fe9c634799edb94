package backend

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// How long things take between backends.
const (
	passTime   = 600 * time.Millisecond // for an answer of whoever has the order; then he may be gone, and it is ours to claim
	passPause  = 50 * time.Millisecond  // before another attempt
	passTries  = 16
	followTime = openWait + 5*time.Second // for what becomes of it to be told on: longer than anybody waits
	maxFollows = 2048
	maxQuests  = 512 // notes of others that are being looked at
)

// guest is an order or a wallet that is on another's desk, and waited for here.
type guest struct {
	page  *page
	slip  *slip
	until time.Time
}

// desk of others: what was asked of them, and what they said.
type lobby struct {
	*fellows
	next atomic.Int64
	busy chan struct{} // a place per note of others

	mu      sync.Mutex
	asked   map[int64]chan doneWords
	orders  map[string]*guest
	wallets map[string]*guest
	follows map[string]time.Time // whom, and about what, until when
}

func newLobby(f *fellows) *lobby {
	return &lobby{fellows: f, busy: make(chan struct{}, maxQuests), asked: make(map[int64]chan doneWords),
		orders: make(map[string]*guest), wallets: make(map[string]*guest), follows: make(map[string]time.Time)}
}

// ask says m and waits for its answer; false when nobody answered in time.
func (l *lobby) ask(ctx context.Context, m message) (doneWords, bool) {
	m.ID = l.next.Add(1)
	back := make(chan doneWords, 1)
	l.mu.Lock()
	l.asked[m.ID] = back
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.asked, m.ID)
		l.mu.Unlock()
	}()
	l.say(m)
	timer := time.NewTimer(passTime)
	defer timer.Stop()
	select {
	case d := <-back:
		return d, true
	case <-timer.C:
	case <-ctx.Done():
	}
	return doneWords{}, false
}

func (l *lobby) answered(m message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if back := l.asked[m.ID]; back != nil {
		select {
		case back <- *m.Done:
		default:
		}
	}
}

// guestOf is the place for what others tell of a name.
func (l *lobby) guestOf(all map[string]*guest, name string) *guest {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for old, g := range all {
		if now.After(g.until) {
			delete(all, old)
		}
	}
	g := all[name]
	if g == nil {
		g = &guest{page: &page{}, slip: &slip{}}
		all[name] = g
	}
	g.until = now.Add(followTime)
	return g
}

// follow says whether somebody is to be told what becomes of a name, from now
// on; false when he is being told already.
func (l *lobby) follow(who, name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := who + " " + name
	_, already := l.follows[key]
	if already || len(l.follows) < maxFollows {
		l.follows[key] = time.Now().Add(followTime)
	}
	return !already && len(l.follows) <= maxFollows
}

// followed is how long somebody is to be told yet; zero ends it.
func (l *lobby) followed(who, name string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := time.Until(l.follows[who+" "+name])
	if left <= 0 {
		delete(l.follows, who+" "+name)
	}
	return left
}

// attempt hands something to our own clerk, and where another backend has it, to
// that one; whoever it is, it is done by one of them, or nobody.
func attempt[T any](ctx context.Context, l *lobby, here func() (T, error), there func() (T, error)) (T, error) {
	for range passTries {
		got, err := here()
		if l == nil || !errors.Is(err, errElsewhere) {
			return got, err
		}
		if got, err = there(); !errors.Is(err, errElsewhere) {
			return got, err
		}
		select {
		case <-ctx.Done():
			return got, ctx.Err()
		case <-time.After(passPause):
		}
	}
	var none T
	return none, errors.Join(errBook, errElsewhere)
}

// passNote has another backend look at n.
func (b *Backend) passNote(ctx context.Context, n note) (*page, error) {
	words, ok := wordsOf(n)
	if !ok {
		return nil, errElsewhere
	}
	g := b.lobby.guestOf(b.lobby.orders, n.order)
	done, ok := b.lobby.ask(ctx, message{Note: words})
	if !ok {
		return nil, errElsewhere
	}
	if err := refusalBy(done.Refused); err != nil {
		return nil, err
	}
	b.lookUp(ctx, done.View)
	return g.page, nil
}

// passDeed is passNote for a wallet.
func (b *Backend) passDeed(ctx context.Context, d deed) (*slip, error) {
	words, ok := deedWordsOf(d)
	if !ok {
		return nil, errElsewhere
	}
	g := b.lobby.guestOf(b.lobby.wallets, d.customer)
	done, ok := b.lobby.ask(ctx, message{Deed: words})
	if !ok {
		return nil, errElsewhere
	}
	if err := refusalBy(done.Refused); err != nil {
		return nil, err
	}
	b.lookUp(ctx, done.View)
	return g.slip, nil
}

// viewed takes what another tells of something that may be waited for here, in
// the order in which it is told.
func (b *Backend) viewed(v *viewWords) {
	b.lobby.mu.Lock()
	order, purse := b.lobby.orders[v.Order], b.lobby.wallets[v.Customer]
	b.lobby.mu.Unlock()
	if order != nil && v.Charge != nil {
		if now, _ := order.page.read(); now.Version <= v.Charge.Facts.Version {
			c := v.Charge.Charge(b.clerk.moment())
			order.page.write(&c)
		}
	}
	if purse != nil && v.Wallet != nil {
		if now, _ := purse.slip.read(); now.Version <= v.Wallet.Facts.Version {
			w := v.Wallet.Wallet(b.registrar.moment())
			purse.slip.write(&w)
		}
	}
}

// lookUp reads what was too long to be told.
func (b *Backend) lookUp(ctx context.Context, v *viewWords) {
	if v == nil || !v.Look {
		return
	}
	if v.Order != "" {
		if f, ok, err := b.o.Book.Order(ctx, v.Order); err == nil && ok {
			v.Charge = &ledger.Glimpse{Facts: f, LeftMS: ledger.Load(f).Left(b.clerk.moment()).Milliseconds()}
		}
	}
	if v.Customer != "" {
		if f, ok, err := b.o.Wallets.Wallet(ctx, v.Customer); err == nil && ok {
			v.Wallet = &wallet.Glimpse{Facts: f, LeftMS: wallet.Load(f).Left(b.registrar.moment()).Milliseconds()}
		}
	}
	b.viewed(v)
}

// share works with the other backends until ctx ends.
func (b *Backend) share(ctx context.Context) error {
	b.o.Shared.OnNews(func(devices []string) {
		for _, d := range devices {
			b.bells.ring(d)
		}
	}, b.bells.ringAll)
	if b.office != nil {
		go b.tellPresence(ctx)
	}
	return b.lobby.run(ctx, func(m message) { b.heardOf(ctx, m) })
}

// heardOf takes what another backend says. It does not block.
func (b *Backend) heardOf(ctx context.Context, m message) {
	switch {
	case len(m.Seen) > 0:
		if b.office != nil {
			b.office.Learn(m.Seen)
		}
	case m.Done != nil:
		if m.Done.View != nil {
			b.viewed(m.Done.View)
		}
		b.lobby.answered(m)
	case m.View != nil && !m.View.Look:
		b.viewed(m.View)
	case m.View != nil:
		b.aside(func() { b.lookUp(ctx, m.View) })
	case m.Note != nil:
		b.aside(func() { b.doNote(ctx, m) })
	case m.Deed != nil:
		b.aside(func() { b.doDeed(ctx, m) })
	}
}

// aside works on what another asked for; what is too much is not done, and asked
// for again.
func (b *Backend) aside(work func()) {
	select {
	case b.lobby.busy <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-b.lobby.busy }()
		work()
	}()
}
