package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"kasir/backend"
	"kasir/backend/meter"
	"kasir/backend/midtrans"
)

// config is what the flags say. Their help is its documentation.
type config struct {
	listen        string
	db            string
	provider      *url.URL
	keyFile       string
	notifyURL     string
	payment       string
	expiry        time.Duration
	tokenFile     string
	publicURL     string
	private       string // address of the figures and the profiler
	notifyKeyFile string
	logFormat     string
	logLevel      slog.Level

	ring    *keyring     // made by serve
	meter   *meter.Meter // made by serve
	updates string       // directory of bundles; "" for none
	devices string       // address for devices with certificates; "" for none
	caFile  string       // of who signs those; "": beside the book

	journals    bool
	proxies     []netip.Prefix
	deviceRate  int
	addressRate int
	drain       time.Duration
}

func (c *config) flags(stderr io.Writer) (f *flag.FlagSet, file *string) {
	f = flag.NewFlagSet("kasir-backend serve", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&c.listen, "listen", "127.0.0.1:8081", "`address` to serve on; without certificates terminals are served on loopback only, notifications anywhere")
	f.StringVar(&c.devices, "devices", "", "`address` to serve devices with certificates on, by mutual TLS: whatever stands before it must pass TLS through; empty: there are none")
	f.StringVar(&c.caFile, "ca-file", "", "`file` of the authority that signs devices' certificates; made when there is none; the same for every process on one book; empty: DB.ca")
	f.StringVar(&c.db, "db", "", "`file` of the book, made when there is none, or postgres://user@host/name, an empty database that several backends may share (a password is best in ~/.pgpass); required")
	f.Func("midtrans", "`URL` of the provider's API, https://api.midtrans.com or https://api.sandbox.midtrans.com; required", func(s string) error {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return errors.New("not an http or https URL")
		}
		c.provider = u
		return nil
	})
	f.StringVar(&c.keyFile, "server-key-file", "", "`file` that holds the Server Key and that nobody else may read (chmod 600); required")
	f.StringVar(&c.notifyURL, "notify-url", "", "public `URL` of this backend's /v1/notifications/midtrans; empty: the one in the merchant's dashboard; those about linked wallets follow the dashboard's Pay Account Notification URL, which takes the same with /account")
	f.StringVar(&c.payment, "payment-type", midtrans.PaymentQRIS, "`type` of a charge, qris or gopay")
	f.DurationVar(&c.expiry, "expiry", midtrans.DefaultExpiry, "how long a code can be paid, 20s to 168h")
	f.StringVar(&c.tokenFile, "merchant-token-file", "", "`file` that holds the token of the merchant's programs, 16 bytes or more, and that nobody else may read; empty: they are not served")
	f.StringVar(&c.publicURL, "public-url", "", "public `URL` of this backend, where wallets send payers back to, and phones confirm a sale for a terminal without a network; empty: they do not")
	f.StringVar(&c.updates, "updates", "", "`directory` of signed bundles (make bundle), the newest of which devices of its board take; empty: none")
	f.StringVar(&c.notifyKeyFile, "notify-key-file", "", "`file` with the key that notifications are signed with, when it is not the Server Key")
	f.StringVar(&c.private, "private", "", "`address` for operators: /metrics and /debug/pprof; on loopback or a private network; empty: none")
	f.StringVar(&c.logFormat, "log-format", "text", "text or json")
	f.TextVar(&c.logLevel, "log-level", slog.LevelInfo, "least `level` of what is logged: debug, info, warn or error")
	f.Func("proxies", "addresses or networks, separated by commas, of `proxies` before this backend, for instance 10.0.0.0/24: they are believed, as those on this machine are, about where a request comes from (X-Forwarded-For) and what it is called (X-Request-Id)", func(s string) (err error) {
		c.proxies, err = readPrefixes(s)
		return err
	})
	f.BoolVar(&c.journals, "journals", true, "keep copies of devices' journals, in DB.journals or in the database: about as much as the book")
	f.IntVar(&c.deviceRate, "device-rate", backend.DeviceRate, "`requests` a second that a device with a certificate may make over a long time, twenty times that at once; -1: any")
	f.IntVar(&c.addressRate, "address-rate", backend.AddressRate, "the same of an address, of those that come without a certificate; not counted are notifications, and what is on this machine")
	f.DurationVar(&c.drain, "drain", 0, "how long /readyz refuses, when told to stop, before nothing new is taken: as long as a load balancer needs to notice, 0s to 1m")
	file = f.String("config", "", "`file` of further flags, a name and a value a line; those of the environment (KASIR_BACKEND_PUBLIC_URL is -public-url) win over it, and those on the command line over both")
	return f, file
}

// parse reads the command line, then the file it names.
func parse(args []string, stderr io.Writer) (config, error) {
	var c config
	f, file := c.flags(stderr)
	if err := f.Parse(args); err != nil {
		return config{}, err
	}
	if f.NArg() > 0 {
		return config{}, fmt.Errorf("read flags: %q is not a flag", f.Arg(0))
	}
	if err := fromEnvironment(f); err != nil {
		return config{}, err
	}
	if *file != "" {
		if err := readConfig(f, *file); err != nil {
			return config{}, fmt.Errorf("read %s: %w", *file, err)
		}
	}
	if c.deviceRate == 0 || c.addressRate == 0 {
		return config{}, errors.New("read flags: a rate of 0 would let nobody in; -1 is any")
	}
	if c.drain < 0 || c.drain > maxDrain {
		return config{}, fmt.Errorf("read flags: -drain %s is not in 0s..%s", c.drain, maxDrain)
	}
	if c.logFormat != "text" && c.logFormat != "json" {
		return config{}, fmt.Errorf("read flags: -log-format %.20q is not text or json", c.logFormat)
	}
	for name, missing := range map[string]bool{"db": c.db == "", "midtrans": c.provider == nil, "server-key-file": c.keyFile == ""} {
		if missing {
			return config{}, fmt.Errorf("read flags: -%s is required", name)
		}
	}
	return c, nil
}

// maxDrain is the longest that a stop waits for a load balancer.
const maxDrain = time.Minute

// readPrefixes reads addresses and networks; an address is the network of itself.
func readPrefixes(text string) (all []netip.Prefix, err error) {
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		p, wrong := netip.ParsePrefix(one)
		if at, err := netip.ParseAddr(one); wrong != nil && err == nil {
			p, wrong = netip.PrefixFrom(at, at.BitLen()), nil
		}
		if wrong != nil {
			return nil, fmt.Errorf("%.50q is neither an address nor a network", one)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// envPrefix begins the environment's variables: KASIR_BACKEND_PUBLIC_URL is
// -public-url.
const envPrefix = "KASIR_BACKEND_"

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment sets the flags that the command line did not and the
// environment does.
func fromEnvironment(f *flag.FlagSet) (err error) {
	given := map[string]bool{}
	f.Visit(func(one *flag.Flag) { given[one.Name] = true })
	f.VisitAll(func(one *flag.Flag) {
		value, there := os.LookupEnv(envName(one.Name))
		if !there || given[one.Name] || err != nil {
			return
		}
		if wrong := f.Set(one.Name, value); wrong != nil {
			err = fmt.Errorf("read %s: %w", envName(one.Name), wrong)
		}
	})
	return err
}

// logger is where the program's log goes.
func (c config) logger(stderr io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.logLevel}
	if c.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(stderr, o))
	}
	return slog.New(slog.NewTextHandler(stderr, o))
}

// readConfig sets the flags in a file that the command line did not.
func readConfig(f *flag.FlagSet, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	given := map[string]bool{"config": true}
	f.Visit(func(one *flag.Flag) { given[one.Name] = true })
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		name, value = strings.TrimPrefix(name, "-"), strings.TrimSpace(value)
		switch {
		case name == "" || strings.HasPrefix(name, "#"):
			continue
		case f.Lookup(name) == nil || name == "config":
			return fmt.Errorf("line %d: there is no flag %q", n, name)
		case given[name]:
			continue
		}
		if err := f.Set(name, value); err != nil {
			return fmt.Errorf("line %d: %s: %w", n, name, err)
		}
	}
	return lines.Err()
}

const maxKey = 4096 // bytes of a key file

// readKey reads the Server Key.
func readKey(path string) (string, error) { return readSecret("server key", path) }

// readSecret reads a secret. Whoever has it can refund the merchant's money, so
// a file that others may read is refused, not warned about.
func readSecret(what, path string) (string, error) {
	info, err := os.Stat(path) // before opening it: a pipe would hold us
	if err != nil {
		return "", fmt.Errorf("read %s: %w", what, err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("read %s: %s is not a regular file", what, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", what, err)
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return "", fmt.Errorf("read %s: %w", what, err)
	}
	if mode := info.Mode().Perm(); mode&0o177 != 0 {
		return "", fmt.Errorf("read %s: %s has mode %04o, so others than its owner can get at it; run: chmod 600 %s", what, path, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKey+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", what, err)
	}
	key := strings.TrimRight(string(text), "\r\n")
	if key == "" || len(text) > maxKey {
		return "", fmt.Errorf("read %s: %s is empty, or too long for a key", what, path)
	}
	return key, nil
}
