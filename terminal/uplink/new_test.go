package uplink

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/terminal"
)

func TestNewRefuses(t *testing.T) {
	good := func() Options {
		return Options{
			Base: &url.URL{Scheme: "http", Host: "h"}, Device: device, Journal: journal,
			Events: make(chan terminal.Event),
		}
	}
	if _, err := New(good()); err != nil {
		t.Fatalf("good options: %v", err)
	}
	tests := map[string]func(*Options){
		"no address":   func(o *Options) { o.Base = nil },
		"scheme":       func(o *Options) { o.Base.Scheme = "ftp" },
		"no host":      func(o *Options) { o.Base.Host = "" },
		"a user":       func(o *Options) { o.Base.User = url.UserPassword("u", "sesame") },
		"a query":      func(o *Options) { o.Base.RawQuery = "a=b" },
		"device":       func(o *Options) { o.Device = "../etc" },
		"journal":      func(o *Options) { o.Journal = "" },
		"cursor":       func(o *Options) { o.Cursor = -1 },
		"no listeners": func(o *Options) { o.Events = nil },
	}
	for name, spoil := range tests {
		o := good()
		spoil(&o)
		switch _, err := New(o); {
		case err == nil:
			t.Errorf("%s: got a link, want an error", name)
		case strings.Contains(err.Error(), "sesame"):
			t.Errorf("%s: a password is in the error: %v", name, err)
		}
	}
}

func TestRunOnce(t *testing.T) {
	l, err := New(Options{Base: &url.URL{Scheme: "http", Host: "h"}, Device: device, Journal: journal, Events: make(chan terminal.Event)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("first run: %v", err)
	}
	if err := l.Run(ctx); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("second run: %v, want a refusal", err)
	}
}

// Nobody takes the answers: what cannot be kept is dropped with a line in the
// log, and the end of the context still ends everything. The bubble fails the
// test when a goroutine is left.
func TestNobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		l, err := New(Options{
			Base: &url.URL{Scheme: "http", Host: "h"}, Device: device, Journal: journal,
			HTTP:   &http.Client{Transport: bomb{}},
			Events: make(chan terminal.Event),
			Log:    slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError})),
		})
		if err != nil {
			t.Fatal(err)
		}
		for range queued + mostTurns + 2 {
			l.Call(terminal.Call{Verb: terminal.Hello})
		}
		if got, want := strings.Count(log.String(), "call dropped"), 2; got != want {
			t.Errorf("%d lines about dropped calls, want %d", got, want)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- l.Run(ctx) }()
		time.Sleep(time.Minute)
		cancel()
		if err := <-ran; !errors.Is(err, context.Canceled) {
			t.Errorf("run ended with %v", err)
		}
	})
}

func TestNoSuchVerb(t *testing.T) {
	bubble(t, newBackend(), Options{}, func(l *line) {
		l.link.Call(terminal.Call{Order: order(1)})
		if got := troubleIn(l.next()); got != terminal.TroubleNonsense {
			t.Errorf("trouble %q, want nonsense", got)
		}
	})
}
