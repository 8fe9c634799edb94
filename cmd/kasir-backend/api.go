package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kasir/backend/wire"
)

const (
	askTimeout = 60 * time.Second // the backend answers within its own, shorter times
	maxAnswer  = 4 << 20          // bytes
)

// api is a running backend's merchant API.
type api struct {
	base  string
	token string
	http  *http.Client
}

// newAPI is the API at address. The token goes nowhere in the clear but to this
// very machine, and through no proxy.
func newAPI(address, tokenFile string) (*api, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("read flags: -backend %.80q is not a plain http or https URL", address)
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, errors.New("read flags: -backend is not on this machine; reach it through a tunnel, so that the token is not sent in the clear")
	}
	if tokenFile == "" {
		return nil, errors.New("read flags: -token-file is required: the file that the backend was given as -merchant-token-file")
	}
	token, err := readSecret("merchant token", tokenFile)
	if err != nil {
		return nil, err
	}
	return &api{base: strings.TrimRight(u.String(), "/"), token: token, http: &http.Client{
		Timeout:       askTimeout,
		Transport:     &http.Transport{DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// ask is one exchange in JSON; into may be nil. A refusal is a *wire.Error.
func (a *api) ask(ctx context.Context, method, path string, body, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return fmt.Errorf("write request: %w", err)
		}
	}
	got, err := a.exchange(ctx, method, path, content{"application/json", text, maxAnswer})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(got, into); err != nil {
		return fmt.Errorf("read answer of backend: %w", err)
	}
	return nil
}

// content is what a request carries, and how much may come back.
type content struct {
	kind string
	text []byte
	most int64 // bytes
}

// exchange sends a request and gives the answer's body.
func (a *api) exchange(ctx context.Context, method, path string, c content) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.base+"/v1/merchant/"+path, bytes.NewReader(c.text))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	req.Header.Set("Content-Type", c.kind)
	res, err := a.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask backend: %w", err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, c.most+1))
	if err != nil || int64(len(got)) > c.most {
		return nil, fmt.Errorf("read answer of backend: %w", errors.Join(err, errors.New("cut, or too long")))
	}
	if res.StatusCode != http.StatusOK {
		var e wire.Error
		if json.Unmarshal(got, &e) != nil || e.Code == "" {
			return nil, fmt.Errorf("ask backend: HTTP %d, and not as a backend of ours answers; is -backend right?", res.StatusCode)
		}
		return nil, &e
	}
	return got, nil
}
