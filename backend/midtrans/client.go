package midtrans

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// Limits of a call.
const (
	defaultTimeout = 15 * time.Second
	maxNotifyURLs  = 2         // pages disagree whether it is 2 or 3
	maxRequest     = 16_000    // bytes of a request body the provider takes
	maxResponse    = 256 << 10 // bytes of a response body we take
)

// Options are what a Client may be told; the zero value works.
type Options struct {
	// App is where Snap lives, for instance https://app.sandbox.midtrans.com.
	// nil: the sibling of base when that is one of the provider's own hosts,
	// else base itself.
	App *url.URL
	// HTTP sends the requests; redirects are not followed whatever it says.
	// nil: a client of our own, TLS 1.2 or newer, with timeouts for dialling,
	// the handshake and the response's header.
	HTTP *http.Client
	// Timeout ends a call, body included, however slowly it drips. 0: 15 s.
	Timeout time.Duration
	// NotifyURLs are told about every charge made here instead of the URL in
	// the merchant's dashboard. At most 2.
	NotifyURLs []string
	// Logger gets a line per call, never a key or a payload. nil: none.
	Logger *slog.Logger
}

// Client calls the provider with one merchant's Server Key. It is safe for use
// by several goroutines.
type Client struct {
	base    string // without a slash at its end, like app
	app     string
	auth    atomic.Pointer[string] // value of the Authorization header
	http    *http.Client
	timeout time.Duration
	notify  string // value of X-Override-Notification, or ""
	log     *slog.Logger
}

// New makes a client for the API at base, for instance
// https://api.sandbox.midtrans.com. It does not call it. The key travels with
// every call: a base with plain http is for loopback and tests.
func New(base *url.URL, serverKey string, o Options) (*Client, error) {
	app := o.App
	if app == nil {
		app = sibling(base)
	}
	for _, u := range []*url.URL{base, app} {
		if u == nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, errors.New("make provider client: base is not an http or https URL with a host")
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return nil, errors.New("make provider client: base has a user, a query or a fragment")
		}
	}
	notify, err := notifyHeader(o.NotifyURLs)
	if err != nil {
		return nil, fmt.Errorf("make provider client: %w", err)
	}
	c := &Client{
		base:    strings.TrimRight(base.String(), "/"),
		app:     strings.TrimRight(app.String(), "/"),
		timeout: o.Timeout, notify: notify, log: o.Logger,
	}
	if err := c.SetKey(serverKey); err != nil {
		return nil, fmt.Errorf("make provider client: %w", err)
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	if o.HTTP != nil {
		given := *o.HTTP
		c.http = &given
	} else {
		c.http = ownHTTP(c.timeout)
	}
	// A redirected POST would become a GET, and a redirect is never the API's.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// SetKey has every call from now on travel with another Server Key; a call in the
// air keeps the one it has.
func (c *Client) SetKey(serverKey string) error {
	if serverKey == "" || !printable(serverKey) || strings.Contains(serverKey, ":") {
		return errors.New("the server key is empty or has characters that no key has")
	}
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte(serverKey+":"))
	c.auth.Store(&auth)
	return nil
}

// sibling is where Snap is found beside base.
func sibling(base *url.URL) *url.URL {
	apps := map[string]string{
		"api.midtrans.com":         "app.midtrans.com",
		"api.sandbox.midtrans.com": "app.sandbox.midtrans.com",
	}
	if base == nil || apps[base.Host] == "" {
		return base
	}
	app := *base
	app.Host = apps[base.Host]
	return &app
}

// notifyHeader joins the URLs; a comma within one would make two of it.
func notifyHeader(urls []string) (string, error) {
	if len(urls) > maxNotifyURLs {
		return "", fmt.Errorf("%d notification URLs, at most %d", len(urls), maxNotifyURLs)
	}
	for _, text := range urls {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Contains(text, ",") || !printable(text) {
			return "", fmt.Errorf("notification URL %.80q is not a plain http or https URL", text)
		}
	}
	return strings.Join(urls, ","), nil
}

// keptOpen is how many connections to the provider are kept for the next call: as
// many as a backend calls at one time. To open one costs a handshake across the sea.
const keptOpen = 48

func ownHTTP(timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    keptOpen,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
	}}
}

// Status asks what became of a transaction, by order id or transaction id.
// After an order id was used again the order id is ambiguous: prefer the
// transaction id once it is known.
func (c *Client) Status(ctx context.Context, id string) (Transaction, error) {
	return c.about(ctx, "status", http.MethodGet, id)
}

// Cancel ends a pending transaction. A 412 (IsNotModifiable) means that it was
// not pending any more: it may just have been paid.
func (c *Client) Cancel(ctx context.Context, id string) (Transaction, error) {
	return c.about(ctx, "cancel", http.MethodPost, id)
}

// Expire ends a pending transaction as unpaid in time; the order id can then be
// used again. The provider's "407 expired" is the success of this call.
func (c *Client) Expire(ctx context.Context, id string) (Transaction, error) {
	return c.about(ctx, "expire", http.MethodPost, id)
}

func (c *Client) about(ctx context.Context, op, method, id string) (Transaction, error) {
	if err := checkID(op, id); err != nil {
		return Transaction{}, err
	}
	return c.do(ctx, call{op: op, method: method, path: "/v2/" + url.PathEscape(id) + "/" + op, id: id})
}

// checkID refuses what cannot be a segment of a path.
func checkID(op, id string) error {
	if id == "" || len(id) > 255 || dots(id) {
		return unsent(op, fmt.Sprintf("%.60q is not an id", id))
	}
	return nil
}

// unsent is the refusal of a request that was not sent.
func unsent(op string, problems ...string) error {
	return &APIError{Code: http.StatusBadRequest, Message: op + " was not sent", Validation: problems}
}

// encode makes the body of op, bounded as the provider wants it.
func encode(op string, v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, unsent(op, err.Error())
	}
	if len(body) > maxRequest {
		return nil, &APIError{Code: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("%s was not sent: %d bytes, at most %d", op, len(body), maxRequest)}
	}
	return body, nil
}
