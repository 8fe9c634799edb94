package desk

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// policy lets the page use its own files and nothing else in the world. Pages
// on this machine may show it in a frame, as the demo does.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self' http://localhost:* http://127.0.0.1:* http://[::1]:*"

// ServeHTTP implements http.Handler.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	h := rw.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-site")
	h.Set("Cache-Control", "no-store")
	if !w.knows(r.Host) {
		http.Error(rw, "this device does not answer to that name", http.StatusMisdirectedRequest)
		return
	}
	if err := w.origin.Check(r); err != nil {
		http.Error(rw, "keys are taken from the device's own page only", http.StatusForbidden)
		return
	}
	w.mux.ServeHTTP(rw, r)
}

// knows reports whether a host is one that a stranger's web site cannot point
// at us under its own name: without this, such a site would count as our own.
func (w *Web) knows(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || w.hosts[name] || w.hosts[host]
}

const keys = "0123456789zbc\nm+lrv①②③④⑤⑥⑦⑧⑨"

func (w *Web) serveKey(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxKeyBody))
	if err != nil {
		status := http.StatusBadRequest
		if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(rw, "one character, please", status)
		return
	}
	key, size := utf8.DecodeRune(body)
	if size == 0 || size != len(body) || !strings.ContainsRune(keys, key) {
		http.Error(rw, "one character of 0-9 z b c newline m + l r v ①-⑨, please", http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	press := w.press
	w.mu.Unlock()
	press(key)
	rw.WriteHeader(http.StatusNoContent)
}
