// Package near says whether a request comes from this very machine. What is served
// to whoever sits at it must not be served through a proxy, nor to a web page that
// has its own name point here. It knows nothing of what is served; next room:
// package backend, whose doors ask it.
package near

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxied reports whether a proxy says that it passed the request on.
func Proxied(r *http.Request) bool {
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return true
		}
	}
	return false
}

// Here reports whether the request was made on this machine, to it and by its
// own address, or handed in by this very process.
func Here(r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil || local.Network() == "pipe" {
		return true
	}
	return Loopback(local.String()) && Loopback(r.RemoteAddr) && Loopback(r.Host)
}

// Loopback reports whether a host, with or without a port, is this machine.
func Loopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}
