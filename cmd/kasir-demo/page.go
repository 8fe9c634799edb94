package main

import (
	"embed"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"sync"
)

//go:embed web
var webFiles embed.FS

// policy lets the page use its own files, and show the till and the provider's
// pay page, which are passed on under the same origin.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// page is the demo in a browser.
//
//	GET  /                          the page
//	     /till/...                  the till's own web panel
//	     /sandbox/...               the provider's payer paths
//	GET  /demo/state                what is going on, for the page and for tests
//	POST /demo/scan                 the phone reads the code on the glass
//	POST /demo/switch/{which}/{to}  network on|off, power on|off, backend on|off,
//	                                notifications now|late|never, lang id|en
//	POST /demo/expire               the provider lets the newest open order run out
type page struct {
	shop    *shop
	handler http.Handler
	asks    *http.Client

	mu    sync.Mutex
	notes string // how notifications travel
}

// newPage is the page over a shop that is open.
func newPage(s *shop) *page {
	p := &page{shop: s, asks: &http.Client{Timeout: ask}, notes: notesNow}
	static, err := fs.Sub(webFiles, "web")
	if err != nil {
		panic(err) // it is part of the program
	}
	mux := http.NewServeMux()
	mux.Handle("/", sealed(http.FileServerFS(static)))
	mux.Handle("/till/", http.StripPrefix("/till", passTo(s.tillBase)))
	mux.Handle("/sandbox/", passTo(func() string { return s.provider.base }))
	mux.HandleFunc("GET /demo/state", p.state)
	mux.HandleFunc("POST /demo/scan", p.scan)
	mux.HandleFunc("POST /demo/switch/{which}/{to}", p.turn)
	mux.HandleFunc("POST /demo/expire", p.expire)
	p.handler = http.NewCrossOriginProtection().Handler(mux)
	return p
}

// ServeHTTP implements http.Handler. A name that is not this machine's own is
// refused: a web site could point its name at us and would count as our own.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !local(r.Host) {
		http.Error(w, "open the demo by its address, for instance 127.0.0.1", http.StatusMisdirectedRequest)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	p.handler.ServeHTTP(w, r)
}

func local(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	_, err := netip.ParseAddr(name)
	return err == nil || strings.EqualFold(name, "localhost")
}

// sealed puts the policy on the demo's own files.
func sealed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		h.ServeHTTP(w, r)
	})
}

// passTo passes requests on to a program of the shop, as long as it runs.
func passTo(base func() string) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			at, err := url.Parse(base())
			if err != nil || at.Host == "" {
				at = &url.URL{Scheme: "http", Host: "127.0.0.1:0"} // it went this moment
			}
			r.SetURL(at)
			r.Out.Host = r.In.Host // or the page would be a stranger to the panel
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { away(w) },
		ErrorLog:     log.New(io.Discard, "", 0), // a power cut is no news here
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if base() == "" {
			away(w)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

func away(w http.ResponseWriter) {
	http.Error(w, "Alat mati. / The device is off.", http.StatusServiceUnavailable)
}
