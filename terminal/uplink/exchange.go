package uplink

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"kasir/terminal"
)

// question is a request to the backend.
type question struct {
	method string
	url    *url.URL
	body   []byte // JSON; nil for none
	limit  int64  // bytes of the answer, at most
	packed bool   // the body is compressed
}

// reply is what came back: no more than the limit, and not believed yet.
type reply struct {
	status int
	json   bool // it says that it is JSON
	body   []byte
}

// trace is how far a request came; the transport writes it from goroutines of
// its own.
type trace struct {
	connected atomic.Bool // something took the connection
	spoke     atomic.Bool // and sent a first byte
}

// client is the base client with our rules: no redirects, no cookies, and the
// context's deadline as the only one.
func client(base *http.Client) *http.Client {
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if base != nil {
		c.Transport = base.Transport
		return &c
	}
	c.Transport = Transport(nil)
	return &c
}

// Transport is how a link makes its connections, with TLS as secure says (nil:
// as everybody's). It keeps connections warm between sales: a TLS handshake over a
// mobile network would double the wait for a code. HTTP/1.1 only, because a
// handful of connections that fail one by one suits a shop's network better
// than one that takes all requests down with it.
func Transport(secure *tls.Config) *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	dialer := net.Dialer{
		Timeout:         4 * time.Second, // less than any patience: no route is told from no answer
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3},
	}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        secure,
		TLSHandshakeTimeout:    4 * time.Second,
		Protocols:              &protocols,
		MaxIdleConnsPerHost:    inFlight + 1,
		MaxConnsPerHost:        2 * (inFlight + 1),
		IdleConnTimeout:        10 * time.Minute,
		MaxResponseHeaderBytes: 16 << 10,
		DisableCompression:     true, // a bound on bytes is then a bound on memory
	}
}

// exchange sends q and reads the answer whole. The error, if any, is a
// failure: it says which trouble the till is in.
func (l *Link) exchange(ctx context.Context, q question) (reply, error) {
	if err := ctx.Err(); err != nil {
		return reply{}, &failure{terminal.TroubleTimeout, fmt.Errorf("wait for a turn: %w", err)}
	}
	var t trace
	r, err := l.send(httptrace.WithClientTrace(ctx, t.hooks()), q)
	if err == nil {
		return r, nil
	}
	f := t.failure(err)
	if f.trouble == terminal.TroubleNetwork || f.trouble == terminal.TroubleTimeout {
		// Connections made before this may lead to a network that is gone.
		l.client.CloseIdleConnections()
	}
	return reply{}, f
}

func (l *Link) send(ctx context.Context, q question) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, q.method, q.url.String(), bytes.NewReader(q.body))
	if err != nil {
		return reply{}, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "kasir")
	// Every question may be repeated without harm, so the transport may send it
	// again when a warm connection turns out to be dead. An empty list says
	// that and is not sent itself (see http.Transport).
	req.Header["Idempotency-Key"] = []string{}
	if q.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if q.packed {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, q.limit+1))
	if err != nil {
		return reply{}, fmt.Errorf("read answer: %w", err)
	}
	if int64(len(body)) > q.limit {
		return reply{}, nonsense("answer is over %d bytes", q.limit)
	}
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return reply{status: resp.StatusCode, json: err == nil && media == "application/json", body: body}, nil
}

func (t *trace) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				t.connected.Store(true)
			}
		},
		GotConn:              func(httptrace.GotConnInfo) { t.connected.Store(true) },
		GotFirstResponseByte: func() { t.spoke.Store(true) },
	}
}
