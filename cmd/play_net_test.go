package cmd_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"kasir/backend/wire"
)

// road is the network between two programs: real HTTP over net.Pipe, with
// weather. All its ends have loopback addresses, as on a desk.
type road struct {
	name  string
	story *story
	// passed is told of every answer before the asker gets it.
	passed func(life context.Context, path string)
	// fails says whether the next dial comes to nothing; every request then
	// has a connection of its own. nil: dials do what the weather does.
	fails  func() bool
	steady bool // they do no more

	mu      sync.Mutex
	weather weather
	gate    *gate // nil: nobody listens at the far end
	cables  map[*cable]bool
}

// weather is what goes wrong on a road. The zero value is a fine day.
type weather struct {
	down    bool          // no way at all, and said so at once
	silent  bool          // what is sent vanishes, without a word
	slow    time.Duration // every request takes so much longer
	twice   bool          // every request arrives twice
	swallow int           // so many answers about charges and wallets are lost on their way back; <0: all
	news    bool          // and answers about anything else as well
}

func newRoad(name string, s *story) *road {
	return &road{name: name, story: s, cables: make(map[*cable]bool)}
}

// set changes the weather. Connections do not survive the network going down.
func (r *road) set(w weather) {
	r.mu.Lock()
	r.weather = w
	cables := r.cables
	if w.down {
		r.cables = make(map[*cable]bool)
	}
	r.mu.Unlock()
	if w.down {
		for c := range cables {
			c.Close()
		}
	}
}

func (r *road) now() weather {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.weather
}

// swallows reports whether the answer that just came is lost.
func (r *road) swallows(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := &r.weather
	if !w.news && !w.silent && !matter(path) {
		return false
	}
	if w.swallow > 0 {
		w.swallow--
		return true
	}
	return w.swallow < 0 || w.silent
}

// matter reports a path about charges or wallets, and not about the device.
func matter(path string) bool {
	return slices.ContainsFunc([]string{"/v1/charges/", "/v1/links/", "/v1/customers"}, func(p string) bool {
		return strings.HasPrefix(path, p)
	})
}

// serve answers at the far end until stop.
func (r *road) serve(h http.Handler) (stop func()) {
	g := &gate{in: make(chan net.Conn), shut: make(chan struct{})}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	r.mu.Lock()
	r.gate = g
	r.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		srv.Serve(g)
	}()
	return func() {
		r.mu.Lock()
		if r.gate == g {
			r.gate = nil
		}
		r.mu.Unlock()
		srv.Close()
		<-done
	}
}

// plug is one program's end of a road. When the program dies, so do its
// connections, and nothing it still tries gets out.
type plug struct {
	road *road
	base *http.Transport
	life context.Context
}

func (r *road) plug(life context.Context) *plug {
	p := &plug{road: r, life: life}
	p.base = &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: 8, DisableKeepAlives: r.fails != nil}
	context.AfterFunc(life, p.base.CloseIdleConnections)
	return p
}

// CloseIdleConnections is what http.Client looks for.
func (p *plug) CloseIdleConnections() { p.base.CloseIdleConnections() }

// RoundTrip is one request through the weather.
func (p *plug) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := p.drive(req)
	switch {
	case p.life.Err() != nil:
	case err != nil:
		p.road.story.say(p.road.name, "%s %s: %v", req.Method, req.URL.Path, err)
	default:
		p.road.story.say(p.road.name, "%s %s: %d", req.Method, req.URL.Path, res.StatusCode)
	}
	return res, err
}

func (p *plug) drive(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	w := p.road.now()
	if w.silent {
		return nil, p.vanish(ctx)
	}
	if w.slow > 0 {
		if err := p.pause(ctx, w.slow); err != nil {
			return nil, err
		}
	}
	if w.twice {
		if err := p.echo(req); err != nil {
			return nil, err
		}
	}
	res, err := p.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if p.road.swallows(req.URL.Path) {
		res.Body.Close()
		return nil, p.vanish(ctx)
	}
	if p.road.passed != nil {
		p.road.passed(p.life, req.URL.Path)
	}
	if err := p.life.Err(); err != nil {
		res.Body.Close()
		return nil, err
	}
	if res.Header.Get("Content-Type") == wire.StreamType {
		res.Body = &brook{res.Body, p, ctx, req.URL.Path}
	}
	return res, nil
}

// brook is an answer that goes on, through whatever weather there is by then.
// Once any of it is lost no more comes, as on a connection that leads nowhere.
type brook struct {
	io.ReadCloser
	plug *plug
	ctx  context.Context
	path string
}

func (b *brook) Read(to []byte) (int, error) {
	n, err := b.ReadCloser.Read(to)
	if err == nil && b.plug.road.swallows(b.path) {
		return 0, b.plug.vanish(b.ctx)
	}
	return n, err
}

// vanish is waiting for what will not come.
func (p *plug) vanish(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-p.life.Done():
		return p.life.Err()
	}
}

func (p *plug) pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-p.life.Done():
		return p.life.Err()
	}
}

// echo sends the request once more, first; nobody reads that answer.
func (p *plug) echo(req *http.Request) error {
	again := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return err
		}
		again.Body = body
	}
	res, err := p.base.RoundTrip(again)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)) // for the connection's sake
	return res.Body.Close()
}

func (p *plug) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.road.mu.Lock()
	down, g := p.road.weather.down, p.road.gate
	p.road.mu.Unlock()
	switch {
	case p.life.Err() != nil:
		return nil, p.life.Err()
	case down:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ENETUNREACH}
	case g == nil:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case p.road.fails != nil && p.road.fails():
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.EHOSTUNREACH}
	}
	near, far := net.Pipe()
	c := &cable{Conn: near, road: p.road}
	p.road.mu.Lock()
	c.survive = context.AfterFunc(p.life, func() { c.Close() })
	p.road.cables[c] = true
	p.road.mu.Unlock()
	select {
	case g.in <- &cable{Conn: far}:
		return c, nil
	case <-g.shut:
		c.Close()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		c.Close()
		return nil, ctx.Err()
	}
}

// cable is one end of a connection.
type cable struct {
	net.Conn
	road    *road       // nil at the far end
	survive func() bool // the program's death is nothing to it any more
}

var loopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40000}

func (c *cable) LocalAddr() net.Addr  { return loopback }
func (c *cable) RemoteAddr() net.Addr { return loopback }

func (c *cable) Close() error {
	if c.road != nil {
		c.road.mu.Lock()
		delete(c.road.cables, c)
		c.road.mu.Unlock()
		c.survive()
	}
	return c.Conn.Close()
}

// gate is a net.Listener for cables.
type gate struct {
	in   chan net.Conn
	once sync.Once
	shut chan struct{}
}

func (g *gate) Accept() (net.Conn, error) {
	select {
	case c := <-g.in:
		return c, nil
	case <-g.shut:
		return nil, net.ErrClosed
	}
}

func (g *gate) Close() error {
	g.once.Do(func() { close(g.shut) })
	return nil
}

func (g *gate) Addr() net.Addr { return loopback }
