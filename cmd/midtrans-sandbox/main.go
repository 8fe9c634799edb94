// Command midtrans-sandbox is the payment provider on a port, for trying kasir
// without money: package backend/midtrans/sandbox behind one listener, with a
// page to pay from. It holds flags and a server and nothing else; what it does
// is described in that package.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"kasir/backend/midtrans/sandbox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit codes.
const (
	ok     = 0
	failed = 1
	misuse = 2
)

// run serves until ctx ends. The first line on stdout is the address.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ok
	case err != nil:
		fmt.Fprintf(stderr, "midtrans-sandbox: %v\n", err)
		return misuse
	}
	c.options.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	if err := c.serve(ctx, stdout); err != nil {
		fmt.Fprintf(stderr, "midtrans-sandbox: %v\n", err)
		return failed
	}
	return ok
}

// config is what the flags say.
type config struct {
	listen  string
	state   string
	options sandbox.Options
}

func parse(args []string, stderr io.Writer) (config, error) {
	var c config
	f := flag.NewFlagSet("midtrans-sandbox", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&c.listen, "listen", "127.0.0.1:8090", "`address` to serve on; whoever reaches it can pay")
	f.StringVar(&c.options.ServerKey, "server-key", "", "Server `key` that callers must present; required")
	f.StringVar(&c.state, "state", "", "`file` that keeps orders over restarts; empty: in memory only")
	f.StringVar(&c.options.MerchantName, "merchant", "", "merchant `name` in the codes, at most 25 characters")
	f.StringVar(&c.options.City, "city", "", "merchant's `city` in the codes, at most 15 characters")
	f.StringVar(&c.options.NMID, "nmid", "", "national merchant `id` in the codes, 15 characters")
	f.IntVar(&c.options.QRLength, "qr-length", 0, "`characters` of a code, about 150 to 512; 0: as it falls")
	f.Float64Var(&c.options.RetryScale, "notify-scale", 1, "`factor` on the notification retry schedule; 0.01 is 100 times faster")
	f.DurationVar(&c.options.ExpiryLag, "expiry-lag", 0, "how late the expiry batch comes; 0: 30s, times notify-scale")
	f.StringVar(&c.options.NotifyURL, "notify-url", "", "`URL` for notifications of charges that name none")
	f.StringVar(&c.options.AccountNotifyURL, "account-notify-url", "", "`URL` for notifications of linked and unlinked wallets; empty: notify-url")
	f.StringVar(&c.options.RecurringNotifyURL, "recurring-notify-url", "", "`URL` for notifications of subscriptions; empty: notify-url")
	f.DurationVar(&c.options.LinkLife, "link-life", 0, "how long activation links of a wallet can be used; 0: 15m")
	f.BoolVar(&c.options.KnownPhonesOnly, "known-phones-only", false, "numbers that are not listed below have no wallet")
	f.BoolVar(&c.options.NoLinking, "no-linking", false, "this merchant may not link wallets: status code 402")
	f.BoolVar(&c.options.Refunds, "refunds", false, "this merchant may give money back; otherwise status code 402")
	f.BoolVar(&c.options.NoMagic, "no-magic", false, "the amounts listed below are nothing but amounts")
	f.Usage = func() { usage(f, stderr) }
	f.StringVar(&c.options.BaseURL, "public-url", "", "scheme and host of returned `URL`s; empty: as requests are addressed")
	f.Uint64Var(&c.options.Seed, "seed", 0, "non-zero: the same ids in every run")
	if err := f.Parse(args); err != nil {
		return config{}, err
	}
	switch {
	case f.NArg() > 0:
		return config{}, fmt.Errorf("read flags: %q is not a flag", f.Arg(0))
	case c.options.ServerKey == "":
		return config{}, errors.New("read flags: -server-key is required, any text will do, for instance SB-Mid-server-demo")
	case c.options.LinkLife < 0:
		return config{}, errors.New("read flags: -link-life must not be negative")
	case c.options.RetryScale <= 0:
		return config{}, errors.New("read flags: -notify-scale must be more than 0")
	}
	return c, nil
}

// Limits of the server. Writing is slow on purpose in one fault: a byte a second.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = time.Hour
	idleTimeout   = 2 * time.Minute
	headerBytes   = 32 << 10
	farewell      = 3 * time.Second
)

func (c config) provider() (*sandbox.Sandbox, error) {
	if c.state == "" {
		return sandbox.New(c.options), nil
	}
	return sandbox.Open(c.options, c.state)
}

func (c config) serve(ctx context.Context, stdout io.Writer) error {
	s, err := c.provider()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen on %s: %w", c.listen, err), s.Close())
	}
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(c.options.Logger.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "midtrans-sandbox: http://%s/\n", listener.Addr())
	select {
	case err = <-done:
		return errors.Join(fmt.Errorf("serve on %s: %w", c.listen, err), s.Close())
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if server.Shutdown(wait) != nil {
		server.Close() // a hanging caller does not keep us
	}
	return s.Close()
}
