// Command kasir-demo is a shop on one page: a till, the merchant's backend and
// the provider's sandbox, the real programs as processes of their own, and a
// customer's phone beside the till that reads what the till really shows. It
// is for a desk, never for a device.
//
// The till's connection to the backend, and the provider's to it, go through
// cables of this program (cable.go), so that the network can be cut; the
// till's power is cut with kill -9. The page talks to this program only, which
// passes on what is for the till and what is for the provider (page.go).
// Next rooms to visit: cmd/kasir, cmd/kasir-backend, cmd/midtrans-sandbox.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	ok     = 0
	failed = 1
	misuse = 2
)

// settings are what the flags say.
type settings struct {
	listen  string
	data    string // directory; "": a new one that goes away
	lang    string
	size    string
	depth   string
	payment string
}

const usage = `kasir-demo [flags]

A till, a backend and a provider on this machine, with one page to try them.
Ctrl-C ends all of it.`

func readSettings(args []string, stdout io.Writer) (settings, error) {
	f := flag.NewFlagSet("kasir-demo", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	var s settings
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "`address` of the page; a free port when this one is taken")
	f.StringVar(&s.data, "data", "", "`directory` to keep books and logs in; empty: a new one that goes away at the end")
	f.StringVar(&s.lang, "lang", "id", "`language` at the start: id or en")
	f.StringVar(&s.size, "size", "400x300", "`pixels` of the till's glass")
	f.StringVar(&s.depth, "depth", "1", "`bits` a pixel of it: 1 or 16")
	f.StringVar(&s.payment, "payment-type", "qris", "`type` of a charge: qris or gopay")
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, usage)
		f.SetOutput(stdout)
		f.PrintDefaults()
		return s, err
	case err != nil:
		return s, fmt.Errorf("read flags: %w", err)
	case f.NArg() > 0:
		return s, fmt.Errorf("read flags: %q is not a flag", f.Arg(0))
	case s.lang != "id" && s.lang != "en":
		return s, fmt.Errorf("read flags: -lang %s: there are id and en", s.lang)
	}
	return s, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := readSettings(args, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ok
	case err != nil:
		fmt.Fprintf(stderr, "kasir-demo: %v\n", err)
		return misuse
	}
	if err := open(ctx, s, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "kasir-demo: %v\n", err)
		return failed
	}
	return ok
}

// open has the shop open until ctx ends.
func open(ctx context.Context, s settings, stdout, stderr io.Writer) (err error) {
	if s.data == "" {
		if s.data, err = os.MkdirTemp("", "kasir-demo-"); err != nil {
			return fmt.Errorf("make directory: %w", err)
		}
		defer os.RemoveAll(s.data)
	} else if err := os.MkdirAll(s.data, 0o700); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	listener, err := listen(s.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	programs, err := findPrograms(ctx, s.data, stderr)
	if err != nil {
		return err
	}
	shop, err := openShop(ctx, s, programs)
	if err != nil {
		return err
	}
	defer shop.close()
	server := &http.Server{
		Handler: newPage(shop), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
	}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve(listener) }()
	defer server.Close()
	fmt.Fprintf(stdout, "kasir-demo: http://%s/\n", listener.Addr())
	fmt.Fprintln(stderr, "open it in a browser; Ctrl-C ends everything")
	select {
	case <-ctx.Done():
		return nil
	case err := <-serving:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case err := <-shop.broken:
		return err
	}
}

// listen takes the address, or a free port beside it when somebody else has it.
func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		host, _, cut := net.SplitHostPort(address)
		if cut == nil {
			l, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(0)))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}
