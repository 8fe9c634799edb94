package uplink

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// flood answers everything with a body that has no end, and counts what is
// read of it.
type flood struct{ read int }

func (f *flood) RoundTrip(*http.Request) (*http.Response, error) {
	h := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: http.StatusOK, Header: h, Body: io.NopCloser(f)}, nil
}

func (f *flood) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	f.read += len(b)
	return len(b), nil
}

func TestNoMoreIsReadThanAnAnswerMayHave(t *testing.T) {
	f := new(flood)
	bubble(t, newBackend(), Options{HTTP: &http.Client{Transport: f}}, func(l *line) {
		l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(1), Amount: 1})
		if got := troubleIn(l.next()); got != terminal.TroubleNonsense {
			t.Errorf("trouble %q, want nonsense", got)
		}
	})
	if most := wire.MaxBody + 1; f.read > most {
		t.Errorf("%d bytes were read, want at most %d", f.read, most)
	}
}

// No route and no answer are told apart even when both take all the patience
// there is.
func TestADialThatHangsIsTheNetwork(t *testing.T) {
	hang := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}}
	bubble(t, newBackend(), Options{HTTP: hang}, func(l *line) {
		began := time.Now()
		l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(1), Amount: 1})
		if got := troubleIn(l.next()); got != terminal.TroubleNetwork {
			t.Errorf("trouble %q, want the network's", got)
		}
		if got, want := time.Since(began), 8*time.Second; got != want {
			t.Errorf("gave up after %s, want %s", got, want)
		}
	})
}

// A network that swallows everything without a word (a router that forgot the
// connection) costs one call, not one for each connection that was warm.
func TestNoWarmConnectionOutlivesATimeout(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		for n := range int64(inFlight) {
			l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(n + 1), Amount: 1})
		}
		for range inFlight {
			l.next()
		}
		l.net.swallow()
		for i, want := range []terminal.Trouble{terminal.TroubleTimeout, terminal.NoTrouble, terminal.NoTrouble} {
			l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(1), Amount: 1})
			if got := troubleIn(l.next()); got != want {
				t.Errorf("call %d: trouble %q, want %q", i, got, want)
			}
		}
	})
}
