package uplink

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// Health is what a probe found of the way to the backend.
type Health struct {
	Took    time.Duration // from the question to the end of the answer
	Skew    time.Duration // the backend's clock less ours, give or take half of Took
	Sandbox bool          // the money there is not real
}

// Probe greets a backend once, the way a till does, and changes nothing there.
// The error is the till's trouble in words for a technician; TroubleOf names
// it. base and device are as in Options; with may be nil.
func Probe(ctx context.Context, base *url.URL, device string, with *http.Client) (Health, error) {
	l := Link{Options: Options{Base: base, Device: device}, client: client(with)}
	defer l.client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, patience(terminal.Hello))
	defer cancel()
	q, err := l.question(terminal.Call{Verb: terminal.Hello})
	if err != nil {
		return Health{}, err
	}
	began := time.Now()
	r, err := l.exchange(ctx, q)
	took := time.Since(began)
	if err != nil {
		return Health{}, fmt.Errorf("greet backend %s: %w", redacted(base), err)
	}
	if _, err := l.greeting(r); err != nil {
		return Health{}, fmt.Errorf("greet backend %s: %w", redacted(base), err)
	}
	var h wire.Hello
	if err := r.decode(&h); err != nil {
		return Health{}, err
	}
	middle := began.Add(took / 2)
	return Health{Took: took, Skew: time.UnixMilli(h.Time).Sub(middle).Round(time.Millisecond), Sandbox: h.Sandbox}, nil
}

// TroubleOf is the trouble behind an error of Probe's.
func TroubleOf(err error) terminal.Trouble { return troubleOf(err) }
