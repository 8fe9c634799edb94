package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"kasir/backend"
	"kasir/backend/archive"
	"kasir/backend/identity"
	"kasir/backend/meter"
	"kasir/backend/midtrans"
	"kasir/backend/qrimage"
	"kasir/backend/updates"
	"kasir/backend/wire"
)

// Limits of the server. Reading and writing must outlast a long poll: the
// deadline for reading also ends the request that was read.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = wire.MaxWait + 10*time.Second
	writeTimeout  = wire.MaxWait + 15*time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 16 << 10
	maxConns      = 12_288          // a chain of nine thousand tills, and what else asks
	farewell      = 4 * time.Second // for requests; calls to the provider get five more
)

// serve runs the backend until ctx ends, then for as long as -drain says, and then
// for at most ten seconds.
func (c config) serve(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	c.ring, c.meter = &keyring{server: c.keyFile, notify: c.notifyKeyFile}, meter.New(versionText())
	key, err := c.ring.keys()
	if err != nil {
		return err
	}
	c.warn(key.server, log)
	kept, err := c.openStorage(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.close()) }()
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.listen, err)
	}
	defer listener.Close()
	papers, programs, err := c.merchant(ctx, key.server, kept, log)
	if err != nil {
		return err
	}
	if papers != nil {
		defer func() { err = errors.Join(err, papers.Close()) }()
	}
	secret, err := c.confirmSecret(ctx, kept, log)
	if err != nil {
		return err
	}
	shelf, err := c.shelf()
	if err != nil {
		return err
	}
	tills, err := c.devicePort(papers, log)
	if err != nil {
		return err
	}
	if tills != nil {
		defer tills.listener.Close()
	}
	journals, err := c.openJournals(ctx, kept)
	if err != nil {
		return err
	}
	if journals != nil {
		defer func() { err = errors.Join(err, journals.Close()) }()
	}
	b, err := c.backend(key, others{programs, secret, shelf, tills.known(), journals}, kept, listener.Addr(), log)
	if err != nil {
		return err
	}
	inside, err := c.openPrivate(log)
	if err != nil {
		return err
	}
	defer inside.Close()
	server := &http.Server{
		Handler: b.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(b.EndPolls)

	// The backend outlives the server a little: requests that are being
	// answered need it.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	working, serving := make(chan error, 1), make(chan error, 2)
	go func() { working <- b.Run(work) }()
	go c.ring.follow(work, b, key, log)
	go func() { serving <- server.Serve(limit(listener, maxConns)) }()
	if tills != nil {
		go func() { serving <- server.Serve(tills.listener) }()
	}
	fmt.Fprintf(stdout, "kasir-backend: http://%s/\n", listener.Addr())
	select {
	case err = <-working:
		err = fmt.Errorf("work: %w", errors.Join(err, errors.New("stopped by itself")))
		server.Close()
		return err
	case err = <-serving:
		err = fmt.Errorf("serve on %s: %w", c.listen, err)
	case <-ctx.Done():
		log.Info("stopping")
		b.Drain()
		quiet(c.drain, working)
		wait, cancel := context.WithTimeout(work, farewell)
		defer cancel()
		if server.Shutdown(wait) != nil {
			server.Close()
		}
	}
	stop()
	return errors.Join(err, <-working)
}

// quiet waits for d, or for work that ends by itself.
func quiet(d time.Duration, working chan error) {
	select {
	case err := <-working:
		working <- err // whoever waits for it gets it
	case <-time.After(d):
	}
}

// others is what is served besides terminals.
type others struct {
	programs backend.Merchant
	secret   []byte // of receipts
	shelf    *updates.Shelf
	devices  *identity.Registry
	journals archive.Store // nil: none are kept
}

// openJournals opens where copies of devices' journals are kept; nil for nowhere.
func (c config) openJournals(ctx context.Context, kept *storage) (archive.Store, error) {
	if !c.journals {
		return nil, nil
	}
	return kept.copies(ctx)
}

func (c config) backend(with keys, also others, kept *storage, on net.Addr, log *slog.Logger) (*backend.Backend, error) {
	client, err := c.client(with.server, log)
	if err != nil {
		return nil, err
	}
	local := false
	if tcp, ok := on.(*net.TCPAddr); ok {
		local = tcp.IP.IsLoopback()
	}
	if !local {
		log.Warn("not on loopback: terminals are served by -devices only; notifications are served", "listen", on.String())
	}
	return backend.New(backend.Options{
		Book: kept.book, Shared: kept.shared, Provider: client, Scanner: qrimage.New(c.provider, nil), Images: c.provider,
		NotifyKey: with.notify, PaymentType: c.payment, Expiry: c.expiry,
		Local: local, Merchant: also.programs, ConfirmSecret: also.secret, Updates: also.shelf, Devices: also.devices, Journals: also.journals, Sandbox: !c.production(), Logger: log, Meter: c.meter,
		Proxies: c.proxies, DeviceRate: c.deviceRate, AddressRate: c.addressRate,
	})
}

// shelf is where devices' new systems are; nil when nobody said where.
func (c config) shelf() (*updates.Shelf, error) {
	if c.updates == "" {
		return nil, nil
	}
	return updates.New(c.updates)
}

// client asks the provider.
func (c config) client(key string, log *slog.Logger) (*midtrans.Client, error) {
	var notify []string
	if c.notifyURL != "" {
		notify = append(notify, c.notifyURL)
	}
	client, err := midtrans.New(c.provider, key, midtrans.Options{NotifyURLs: notify, Logger: log})
	if err == nil {
		c.ring.add(client)
	}
	return client, err
}

// production reports whether the provider is the one that moves real money.
func (c config) production() bool {
	switch strings.ToLower(c.provider.Hostname()) {
	case "api.midtrans.com", "api.veritrans.co.id":
		return true
	}
	return false
}

// warn says what is probably a mistake, before it costs a day.
func (c config) warn(key string, log *slog.Logger) {
	if test := strings.HasPrefix(key, "SB-"); test && c.production() || !test && strings.Contains(c.provider.Host, "sandbox.midtrans.com") {
		log.Warn("the server key looks like one for the other environment; the provider would answer 401", "midtrans", c.provider.Host)
	}
	ip := net.ParseIP(c.provider.Hostname())
	if c.provider.Scheme == "http" && c.provider.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		log.Warn("the server key travels in the clear: the provider's URL is not https", "midtrans", c.provider.Host)
	}
	if c.notifyURL != "" && !strings.HasSuffix(c.notifyURL, "/v1/notifications/midtrans") {
		log.Warn("notifications are taken at the path /v1/notifications/midtrans only", "notify-url", c.notifyURL)
	}
}

// limited is a listener with a bound on what is open at one time.
type limited struct {
	net.Listener
	places chan struct{}
}

func limit(l net.Listener, n int) net.Listener { return &limited{l, make(chan struct{}, n)} }

// Accept waits for a place as long as it must; the kernel queues meanwhile.
// Closing the listener ends connections and with them the wait.
func (l *limited) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &placed{Conn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

type placed struct {
	net.Conn
	leave func()
}

func (p *placed) Close() error {
	p.leave()
	return p.Conn.Close()
}
