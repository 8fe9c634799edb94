// Package qrimage fetches the picture of a QR code from the provider and reads
// its text, for the charges whose answer brings only a picture. It prefers to
// refuse: the picture's address came over the network, so its host must be one
// of the provider's, and its size and form are checked before it is decoded.
//
// What the text says is not looked at here; the terminal attests it before it
// draws anything. The package knows nothing of charges (see package backend,
// which calls it) and never writes a code (see display).
package qrimage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Bounds of what is fetched.
const (
	maxBytes = 1 << 20
	maxSide  = 2000 // pixels
	maxHops  = 3    // redirects, all of them to allowed hosts
	timeout  = 10 * time.Second
)

// ErrUnusable is for what will not be better the next time: an address we do
// not go to, something that is no PNG, a picture without a code. Everything
// else that goes wrong is a matter of the moment.
var ErrUnusable = errors.New("unusable picture")

var magic = []byte("\x89PNG\r\n\x1a\n")

// domains are the provider's, with everything below them. Which host serves a
// picture differs from the API's host, and by year.
var domains = []string{"midtrans.com", "veritrans.co.id"}

// Reader fetches and reads pictures.
type Reader struct {
	client *http.Client
	origin *url.URL
}

// New makes a reader that goes to the provider's own hosts by https, and to
// origin, the API that was configured (a sandbox on another machine or on a
// loopback port); origin may be nil. It sends no credentials: there are none.
// A nil transport means http.DefaultTransport.
func New(origin *url.URL, transport http.RoundTripper) *Reader {
	r := &Reader{origin: origin}
	r.client = &http.Client{Transport: transport, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > maxHops {
			return fmt.Errorf("%w: redirected %d times", ErrUnusable, len(via))
		}
		return r.allow(req.URL)
	}}
	return r
}

// Read is the text of the code in the picture at address.
func (r *Reader) Read(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	data, err := r.fetch(ctx, address)
	if err != nil {
		return "", fmt.Errorf("fetch picture: %w", err)
	}
	img, err := open(data)
	if err != nil {
		return "", fmt.Errorf("open picture: %w", err)
	}
	text, err := Decode(img)
	if err != nil {
		return "", fmt.Errorf("read picture: %w", err)
	}
	return text, nil
}

func (r *Reader) allow(u *url.URL) error {
	if r.origin != nil && u.Scheme == r.origin.Scheme && u.Host == r.origin.Host && u.User == nil {
		return nil
	}
	host := strings.ToLower(u.Hostname())
	if u.Scheme == "http" && loopback(host) && r.origin != nil && loopback(r.origin.Hostname()) {
		return nil // a sandbox that gives its name another way than we do
	}
	if u.Scheme != "https" || u.User != nil || u.Port() != "" && u.Port() != "443" {
		return fmt.Errorf("%w: not a plain https address", ErrUnusable)
	}
	for _, d := range domains {
		if host == d || strings.HasSuffix(host, "."+d) {
			return nil
		}
	}
	return fmt.Errorf("%w: host %.60q is not the provider's", ErrUnusable, host)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (r *Reader) fetch(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%w: not an address", ErrUnusable)
	}
	if err := r.allow(u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnusable, err)
	}
	req.Header.Set("Accept", "image/png")
	res, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	switch kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); {
	case res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests:
		return nil, fmt.Errorf("HTTP %d", res.StatusCode)
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: HTTP %d", ErrUnusable, res.StatusCode)
	case kind != "image/png":
		return nil, fmt.Errorf("%w: content type %.40q", ErrUnusable, kind)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%w: over %d bytes", ErrUnusable, maxBytes)
	}
	return data, nil
}

// open decodes a PNG whose header promises a bearable size: a few hundred
// bytes can unpack to gigabytes.
func open(data []byte) (image.Image, error) {
	if !bytes.HasPrefix(data, magic) {
		return nil, fmt.Errorf("%w: not a PNG", ErrUnusable)
	}
	head, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnusable, err)
	}
	if head.Width > maxSide || head.Height > maxSide {
		return nil, fmt.Errorf("%w: %d by %d pixels, at most %d", ErrUnusable, head.Width, head.Height, maxSide)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnusable, err)
	}
	return img, nil
}
