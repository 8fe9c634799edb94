package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"kasir/backend"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/display"
	"kasir/display/frame"
	"kasir/store"
	"kasir/terminal"
	"kasir/terminal/uplink"
)

// confirmGoal is what a person takes for "at once", less a panel's own time.
const confirmGoal = 50 * time.Millisecond

// confirm measures the road of the money: from the moment the provider's
// notification reaches the backend until LUNAS is drawn, over real loopback
// sockets and real disks, with the status read back in between.
func confirm(ctx context.Context) (rows []row, err error) {
	const sales = 25
	err = inTemp(func(dir string) error {
		s, err := openShop(ctx, dir, plainShop())
		if err != nil {
			return err
		}
		defer s.close()
		var times []time.Duration
		for range sales {
			d, err := s.sale(ctx)
			if err != nil {
				return err
			}
			times = append(times, d.lunas)
		}
		d := median(times)
		rows = append(rows, row{"notification received -> LUNAS drawn / what feels immediate", short(d), short(confirmGoal), over(d, confirmGoal), 1, false})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("measure confirmation: %w", err)
	}
	return rows, nil
}

// shop is a provider, a backend and a till in one process.
type shop struct {
	provider *sandbox.Sandbox
	events   chan terminal.Event
	shown    chan shownView
	heard    chan time.Time // when the tones of LUNAS were asked for
	notified chan time.Time
	stop     context.CancelFunc
	closers  []func() error
	rooms    sync.WaitGroup
}

type shownView struct {
	terminal.View
	at time.Time
}

// memory is a panel that takes no time.
type memory struct{ size image.Point }

func (m memory) Bounds() image.Rectangle { return image.Rectangle{Max: m.size} }
func (memory) String() string            { return "memory" }
func (memory) Close() error              { return nil }
func (memory) Show(context.Context, *frame.Frame, frame.Refresh, image.Rectangle) error {
	return nil
}

// fitting is what a shop is built with.
type fitting struct {
	panel    frame.Panel
	format   frame.Format
	provider func(http.Handler) http.Handler // what stands before the provider
}

// plainShop has a panel and a provider that take no time.
func plainShop() fitting {
	format := frame.Format{Size: image.Pt(400, 300)}
	return fitting{memory{format.Size}, format, func(h http.Handler) http.Handler { return h }}
}

func openShop(ctx context.Context, dir string, fit fitting) (*shop, error) {
	ctx, stop := context.WithCancel(ctx)
	s := &shop{events: make(chan terminal.Event, 8), shown: make(chan shownView, 64), heard: make(chan time.Time, 64), notified: make(chan time.Time, 64), stop: stop}
	const key = "SB-Mid-server-bench"
	s.provider = sandbox.New(sandbox.Options{ServerKey: key, RetryScale: 1})
	s.closers = append(s.closers, s.provider.Close)
	providerURL, err := s.serve(fit.provider(s.provider))
	if err != nil {
		return s, err
	}
	// The backend's address has to be known before there is a backend.
	late := &lateHandler{notified: s.notified}
	backendURL, err := s.serve(late)
	if err != nil {
		return s, err
	}
	client, err := midtrans.New(providerURL, key, midtrans.Options{NotifyURLs: []string{backendURL.JoinPath("v1/notifications/midtrans").String()}})
	if err != nil {
		return s, err
	}
	book, err := sqlite.Open(ctx, filepath.Join(dir, "backend.db"))
	if err != nil {
		return s, err
	}
	s.closers = append(s.closers, book.Close)
	b, err := backend.New(backend.Options{Book: book, Provider: client, NotifyKey: key, Local: true, Sandbox: true})
	if err != nil {
		return s, err
	}
	s.rooms.Go(func() { _ = b.Run(ctx) })
	late.set(b.Handler())
	return s, s.till(ctx, filepath.Join(dir, "journal.db"), backendURL, fit)
}

func (s *shop) till(ctx context.Context, path string, backendURL *url.URL, fit fitting) error {
	j, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, j.Close)
	link, err := uplink.New(uplink.Options{Base: backendURL, Device: "bench", Journal: j.ID(), Events: s.events})
	if err != nil {
		return err
	}
	glass, err := display.NewGlass(fit.panel, fit.format, display.GlassOptions{Shown: func(v terminal.View) {
		s.shown <- shownView{v, time.Now()}
	}})
	if err != nil {
		return err
	}
	s.rooms.Go(func() { _ = link.Run(ctx) })
	s.rooms.Go(func() { _ = glass.Run(ctx) })
	s.rooms.Go(func() {
		_ = terminal.Run(ctx, terminal.Config{Device: "bench", Merchant: "Warung"}, terminal.Book{Next: 1}, terminal.Rooms{
			Events: s.events, Journal: benchDiary{j}, Uplink: link, Glass: glass, Speaker: tones{s.heard}, Log: slog.New(slog.DiscardHandler),
		})
	})
	return nil
}

// tones notes when LUNAS was to be heard.
type tones struct{ heard chan<- time.Time }

func (t tones) Play(s terminal.Sound, _ terminal.Lang) {
	if s.Tone == terminal.TonePaid {
		t.heard <- time.Now()
	}
}

// times are how long the parts of a sale took.
type times struct {
	code  time.Duration // from OK to the code on the glass
	lunas time.Duration // from the notification that settled it to LUNAS on the glass
	sound time.Duration // the same, to the tones
}

type benchDiary struct{ *store.Journal }

func (d benchDiary) Append(ctx context.Context, records []terminal.Record) error {
	var entries []store.Entry
	for _, r := range records {
		body, err := r.Encode()
		if err != nil {
			return err
		}
		entries = append(entries, store.Entry{Kind: string(r.Kind), Order: string(r.Order), Amount: int64(r.Amount), Day: today, At: r.Time(), Body: body})
	}
	_, err := d.Journal.Append(ctx, entries...)
	return err
}

// sale is one whole sale.
func (s *shop) sale(ctx context.Context) (t times, err error) {
	for _, k := range "25000" {
		s.events <- terminal.Key(k)
	}
	begun := time.Now()
	s.events <- terminal.KeyOK
	offered, err := s.see(ctx, "offering")
	if err != nil {
		return t, err
	}
	t.code = offered.at.Sub(begun)
	for len(s.notified) > 0 {
		<-s.notified // of the charge being made
	}
	if err := s.provider.Pay(string(offered.Screen.(terminal.Offering).Order)); err != nil {
		return t, err
	}
	paid, err := s.see(ctx, "thanks")
	if err != nil {
		return t, err
	}
	var at time.Time
	for len(s.notified) > 0 {
		at = <-s.notified
	}
	if at.IsZero() {
		return t, errors.New("LUNAS came without a notification")
	}
	t.lunas, t.sound = paid.at.Sub(at), (<-s.heard).Sub(at)
	time.Sleep(400 * time.Millisecond) // a key too soon after LUNAS is not taken
	s.events <- terminal.KeyOK
	_, err = s.see(ctx, "idle")
	return t, err
}

func (s *shop) see(ctx context.Context, screen string) (shownView, error) {
	limit := time.After(15 * time.Second)
	for {
		select {
		case v := <-s.shown:
			if v.Screen.Name() == screen {
				return v, nil
			}
		case <-limit:
			return shownView{}, fmt.Errorf("wait for screen %s: 15 s are over", screen)
		case <-ctx.Done():
			return shownView{}, ctx.Err()
		}
	}
}

func (s *shop) serve(h http.Handler) (*url.URL, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(l)
	s.closers = append(s.closers, server.Close)
	return &url.URL{Scheme: "http", Host: l.Addr().String()}, nil
}

func (s *shop) close() {
	s.stop()
	for _, c := range s.closers[1:3] { // the listeners first
		_ = c()
	}
	s.rooms.Wait()
	for _, c := range s.closers {
		if err := c(); err != nil && !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "kasir-bench: close:", err)
		}
	}
}

// lateHandler is the backend's place until there is one; it notes when
// notifications come in.
type lateHandler struct {
	mu       sync.Mutex
	h        http.Handler
	notified chan time.Time
}

func (l *lateHandler) set(h http.Handler) { l.mu.Lock(); l.h = h; l.mu.Unlock() }

func (l *lateHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		select {
		case l.notified <- time.Now():
		default:
		}
	}
	l.mu.Lock()
	h := l.h
	l.mu.Unlock()
	if h == nil {
		http.Error(w, "not yet", http.StatusServiceUnavailable)
		return
	}
	h.ServeHTTP(w, r)
}
