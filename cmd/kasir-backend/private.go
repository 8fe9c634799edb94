package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"
)

// openPrivate serves operators: the figures, and the profiler of a running
// process, which can stop the world and shows memory. Both are for people who may
// log into this machine, so an address that anybody could reach is refused.
func (c config) openPrivate(log *slog.Logger) (io.Closer, error) {
	if c.private == "" {
		return io.NopCloser(nil), nil
	}
	listener, err := net.Listen("tcp", c.private)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", c.private, err)
	}
	ip := listener.Addr().(*net.TCPAddr).IP
	if !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() {
		listener.Close()
		return nil, fmt.Errorf("listen on %s: -private is for operators only: give it a loopback or private address", c.private)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", c.meter.Handler())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout, WriteTimeout: 2 * time.Minute, IdleTimeout: idleTimeout,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	go server.Serve(limit(listener, 16))
	log.Info("figures for operators", "at", "http://"+listener.Addr().String()+"/metrics")
	return server, nil
}
