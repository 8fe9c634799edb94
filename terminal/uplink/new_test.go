package uplink

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

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
