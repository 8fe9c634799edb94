package uplink

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kasir/terminal"
)

// pipes is a listener whose connections are net.Pipes: a network inside a
// synctest bubble. When cut, nobody answers a dial.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}

	mu   sync.Mutex
	down bool
	open []*cable
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	down := p.down
	p.mu.Unlock()
	if down {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("network is unreachable")}
	}
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		c := &cable{Conn: near}
		p.mu.Lock()
		p.open = append(p.open, c)
		p.mu.Unlock()
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// cut takes the network away, or gives it back.
func (p *pipes) cut(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	if down {
		for _, c := range p.open {
			c.Close()
		}
		p.open = nil
	}
}

// swallow makes the connections there are lead nowhere, without a word.
func (p *pipes) swallow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		c.lost.Store(true)
	}
}

// cable is the near end of a connection. A lost one takes what is written to
// it, and nobody hears.
type cable struct {
	net.Conn
	lost atomic.Bool
	deaf atomic.Bool
}

func (c *cable) Write(b []byte) (int, error) {
	if c.lost.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// line is a link at work on a fake backend, in a bubble.
type line struct {
	*testing.T
	link   *Link
	net    *pipes
	events chan terminal.Event
	log    *strings.Builder
}

// bubble runs play on a line and checks at the end that nothing is left of it.
func bubble(t *testing.T, h http.Handler, o Options, play func(*line)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &line{T: t, net: newPipes(), events: make(chan terminal.Event, 256), log: new(strings.Builder)}
		var serving sync.WaitGroup
		server := &http.Server{Handler: counted(h, &serving), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
		served := make(chan error, 1)
		go func() { served <- server.Serve(l.net) }()
		o.Base = &url.URL{Scheme: "http", Host: "backend.test"}
		o.Device, o.Journal, o.Events = device, journal, l.events
		if o.HTTP == nil {
			o.HTTP = &http.Client{Transport: &http.Transport{DialContext: l.net.dial}}
		}
		o.Log = slog.New(slog.NewTextHandler(&locked{w: l.log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
		var err error
		if l.link, err = New(o); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- l.link.Run(ctx) }()
		play(l)
		cancel()
		if err := <-ran; !errors.Is(err, context.Canceled) {
			t.Errorf("run ended with %v, want the context's cause", err)
		}
		server.Close()
		<-served
		synctest.Wait() // no request can come any more
		serving.Wait()
		// The bubble itself fails the test when a goroutine is left.
	})
}

// counted reads each request whole, so that the server notices when the
// client goes, and counts the handlers at work.
func counted(h http.Handler, at *sync.WaitGroup) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at.Add(1)
		defer at.Done()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client went
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.ServeHTTP(w, r)
	})
}

type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// next is the next event, within a minute.
func (l *line) next() terminal.Event {
	l.Helper()
	select {
	case e := <-l.events:
		return e
	case <-time.After(time.Minute):
		l.Fatal("no event within a minute")
		return nil
	}
}

// quiet checks that nothing is said for d.
func (l *line) quiet(d time.Duration) {
	l.Helper()
	select {
	case e := <-l.events:
		l.Errorf("got %#v, want nothing for %s", e, d)
	case <-time.After(d):
	}
}

// hello greets, so that the news begin.
func (l *line) hello() {
	l.Helper()
	l.link.Call(terminal.Call{Verb: terminal.Hello})
	if g, ok := l.next().(terminal.Greeted); !ok || g.Trouble != "" {
		l.Fatalf("greeting %#v", g)
	}
	synctest.Wait()
}
