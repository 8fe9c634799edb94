package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"kasir/display/desk"
)

// Limits of the web panel's server. Event streams have deadlines of their own.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	idleTimeout   = time.Minute
	headerBytes   = 16 << 10
	webGoodbye    = 500 * time.Millisecond
)

// openWeb serves a panel, with its keys when they are wanted, on an address.
func openWeb(t *till, panels *crew, where string) (*face, error) {
	f := &face{}
	w, err := t.serveWeb(panels, where, &f.shown)
	if err != nil {
		return nil, err
	}
	f.panel, f.speaker = w, t.pageSpeaker(panels, w)
	return f, nil
}

// serveWeb serves a web panel on an address, and the view in shown beside it.
func (t *till) serveWeb(panels *crew, where string, shown *latest) (*desk.Web, error) {
	w, err := desk.NewWeb(t.format.Size)
	if err != nil {
		return nil, err
	}
	if t.keys == "web" {
		w.OnKey(func(r rune) { t.pad.Press(r) }) // a full queue has a line in the log
	}
	listener, err := net.Listen("tcp", where)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", where, err)
	}
	if at, is := listener.Addr().(*net.TCPAddr); is && !at.IP.IsLoopback() {
		t.log.Warn("whoever reaches this address can look and press keys", "panel", "web", "address", at.String())
	}
	w.Handle("GET /state", serveState(shown))
	server := &http.Server{
		Handler: w, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(t.log.Handler(), slog.LevelWarn),
	}
	panels.Go("web server", func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() {
			w.Close() // it ends the streams, which never end by themselves
			wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), webGoodbye)
			defer cancel()
			if server.Shutdown(wait) != nil {
				server.Close()
			}
		})()
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve on %s: %w", where, err)
		}
		return nil
	})
	if _, err := fmt.Fprintf(t.stdout, "kasir: http://%s/\n", listener.Addr()); err != nil {
		return nil, fmt.Errorf("say the address: %w", err)
	}
	return w, nil
}
