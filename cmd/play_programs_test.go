package cmd_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"kasir/backend"
	"kasir/backend/ledger"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/midtrans"
	"kasir/backend/qrimage"
	"kasir/backend/wallet"
	"kasir/store"
	"kasir/terminal"
	"kasir/terminal/keypad"
	"kasir/terminal/uplink"
)

func httpClient(p *plug) *http.Client { return &http.Client{Transport: p} }

func must(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}

// backendLife is the merchant's backend between two power cuts.
type backendLife struct {
	life
	*backend.Backend
	book  *sqlite.Book
	desk  io.Closer // the merchant's papers; nil without a desk
	stops []func()  // the listeners
	done  chan struct{}
}

func (s *stage) bootBackend() error {
	l := newLife()
	book, err := sqlite.Open(l, s.bookDB)
	if err != nil {
		return err
	}
	trunk := s.trunk.plug(l)
	client, err := midtrans.New(must(providerURL), serverKey, midtrans.Options{
		HTTP: httpClient(trunk), NotifyURLs: []string{notifyURL}, Logger: s.story.log("backend"),
	})
	if err != nil {
		return err
	}
	b := &backendLife{life: l, book: book, done: make(chan struct{})}
	programs, err := s.merchantOf(b, client)
	if err != nil {
		return err
	}
	b.Backend, err = backend.New(backend.Options{
		Book: trippedBook{book, s, b}, Provider: client, Scanner: qrimage.New(must(providerURL), trunk), Images: must(providerURL),
		NotifyKey: serverKey, PaymentType: s.settings.payment, Expiry: s.settings.expiry,
		Local: true, Sandbox: true, Merchant: programs, ConfirmSecret: s.receiptSecret(), Logger: s.story.log("backend"),
	})
	if err != nil {
		return err
	}
	go func() {
		defer close(b.done)
		if err := b.Run(l); err != nil {
			s.story.say("backend", "stops: %v", err)
		}
	}()
	b.stops = []func(){s.shopNet.serve(b.Handler()), s.postNet.serve(b.Handler())}
	s.backend = b
	return nil
}

// end is death, not shutting down: nothing is waited for but goroutines.
func (b *backendLife) end(s *stage) {
	for _, stop := range b.stops {
		stop() // first of all: the dead do not answer
	}
	b.cancel()
	b.Close()
	<-b.done
	if err := b.book.Close(); err != nil {
		s.t.Errorf("close book: %v", err)
	}
	if b.desk == nil {
		return
	}
	if err := b.desk.Close(); err != nil {
		s.t.Errorf("close papers: %v", err)
	}
}

func (s *stage) cutBackend() error {
	if s.backend == nil {
		return errors.New("the backend is off already")
	}
	var err error
	if s.bookDB, err = s.salvage(s.bookDB, bookFile); err != nil {
		return err
	}
	if s.papersDB, err = s.salvage(s.papersDB, papersFile); err != nil {
		return err
	}
	s.story.say("backend", "POWER CUT")
	s.backend.end(s)
	s.backend = nil
	return nil
}

// trippedBook is the backend's book with a trap in it.
type trippedBook struct {
	*sqlite.Book
	stage *stage
	life  *backendLife
}

func (b trippedBook) Commit(ctx context.Context, entries []ledger.Entry) error {
	var kinds []string
	for _, e := range entries {
		for _, r := range e.Records {
			kinds = append(kinds, string(r.Kind))
		}
	}
	return b.trip(kinds, func() error { return b.Book.Commit(ctx, entries) })
}

func (b trippedBook) CommitWallet(ctx context.Context, e wallet.Entry) error {
	var kinds []string
	for _, r := range e.Records {
		kinds = append(kinds, "wallet-"+string(r.Kind))
	}
	return b.trip(kinds, func() error { return b.Book.CommitWallet(ctx, e) })
}

func (b trippedBook) trip(kinds []string, commit func() error) error {
	if b.life.Err() != nil {
		return errPower
	}
	now, before := b.stage.atCommit.springs(kinds...)
	if !now || !before {
		if err := commit(); err != nil || !now {
			return err
		}
	}
	return b.stage.snap(b.life, b.stage.cutBackend)
}

// tillLife is the till between two power cuts.
type tillLife struct {
	life
	journal *store.Journal
	pad     *keypad.Queue
	rooms   sync.WaitGroup
}

func (s *stage) bootTill() error {
	s.sick.Store(false)
	l := newLife()
	j, err := store.Open(l, s.tillDB, store.Options{})
	if err != nil {
		return err
	}
	if err := j.Verify(l); err != nil {
		return errors.Join(err, j.Close())
	}
	book, err := terminal.Fold(records(l, j))
	if err != nil {
		return errors.Join(err, j.Close())
	}
	t := &tillLife{life: l, journal: j, pad: keypad.NewQueue(s.story.log("keypad"))}
	events := make(chan terminal.Event)
	link, err := uplink.New(uplink.Options{
		Base: must(backendURL), Device: shop, Journal: j.ID(), Joined: book.Joined, Cursor: book.Cursor,
		Confirm: s.receiptKey.load(j.ID()), Keep: s.receiptKey.keeper(j.ID()),
		HTTP: httpClient(s.shopNet.plug(l)), Events: events, Log: s.story.log("till"),
	})
	if err != nil {
		return errors.Join(err, j.Close())
	}
	config := terminal.Config{
		Device: shop, Merchant: merchant, Lang: s.settings.lang, Version: "play", Confirm: s.receiptKey.load(j.ID()),
		Expect: terminal.Expect{Merchant: s.settings.expect, NMID: nmid},
	}
	if err := s.glass.on(l, s.settings, j, &t.rooms); err != nil {
		return errors.Join(err, j.Close())
	}
	t.rooms.Go(func() { link.Run(l) })
	t.rooms.Go(func() {
		t.pad.Run(l, func(k terminal.Key) {
			select {
			case events <- k:
			case <-l.Done():
			}
		})
	})
	t.rooms.Go(func() {
		terminal.Run(l, config, book, terminal.Rooms{
			Events: events, Journal: tripped{j, s, t}, Uplink: link, Glass: &s.glass, Speaker: &s.ears, Log: s.story.log("till"),
		})
	})
	s.till = t
	return nil
}

func (t *tillLife) end(s *stage) {
	t.cancel()
	t.rooms.Wait()
	s.glass.off()
	if err := t.journal.Close(); err != nil {
		s.t.Errorf("close journal: %v", err)
	}
}

func (s *stage) cutTill() error {
	if s.till == nil {
		return errors.New("the till is off already")
	}
	var err error
	if s.tillDB, err = s.salvage(s.tillDB, tillFile); err != nil {
		return err
	}
	s.story.say("till", "POWER CUT")
	s.till.end(s)
	s.till = nil
	return nil
}

// records reads a journal as the till's own facts.
func records(ctx context.Context, j *store.Journal) func(func(terminal.Record, error) bool) {
	return func(yield func(terminal.Record, error) bool) {
		for row, err := range j.Rows(ctx, 1) {
			var r terminal.Record
			if err == nil {
				r, err = terminal.DecodeRecord(row.Body)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// tripped is the till's journal with a trap in it.
type tripped struct {
	*store.Journal
	stage *stage
	life  *tillLife
}

func (j tripped) Append(ctx context.Context, all []terminal.Record) error {
	if j.stage.sick.Load() {
		return errors.New("write /dev/mmcblk0p2: input/output error")
	}
	entries, kinds := make([]store.Entry, 0, len(all)), make([]string, 0, len(all))
	for _, r := range all {
		body, err := r.Encode()
		if err != nil {
			return err
		}
		entries = append(entries, store.Entry{
			Kind: string(r.Kind), Order: string(r.Order), Amount: int64(r.Amount), Day: day(r.Time()), At: r.Time(), Body: body,
		})
		kinds = append(kinds, string(r.Kind))
	}
	now, before := j.stage.atRecord.springs(kinds...)
	if !now || !before {
		if _, err := j.Journal.Append(ctx, entries...); err != nil || !now {
			return err
		}
	}
	return j.stage.snap(j.life, j.stage.cutTill)
}

// day is the business day of a time, as a shop in Jakarta reckons it.
func day(t time.Time) int32 {
	t = t.In(time.FixedZone("WIB", 7*60*60))
	return int32(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

// requests counts what the provider was asked.
type requests struct {
	mu   sync.Mutex
	seen []request
}

type request struct {
	at   time.Time
	verb string // charge, status, cancel, expire
	id   string // as it was asked: order id or transaction id; "" for charge
}

// requested hears of every answer of the provider, before the backend does.
func (s *stage) requested(life context.Context, path string) {
	words := strings.Split(strings.Trim(path, "/"), "/")
	n := request{at: time.Now(), verb: words[len(words)-1]}
	if len(words) == 3 {
		n.id = words[1]
	}
	s.requests.mu.Lock()
	s.requests.seen = append(s.requests.seen, n)
	s.requests.mu.Unlock()
	if len(words) == 4 && words[2] == "account" && s.stale.Add(-1) >= 0 {
		s.readAccount(path)
	}
	if now, _ := s.atCharge.springs(n.verb); now {
		s.snap(life, s.cutBackend)
	}
}
