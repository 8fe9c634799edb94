// Package near says whether a request comes from this very machine, and otherwise
// from which address. What is served to whoever sits at it must not be served
// through a proxy, nor to a web page that has its own name point here. It knows nothing of what is served; next room:
// package backend, whose doors ask it.
package near

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
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

// maxHops is how many proxies in a row are believed.
const maxHops = 8

// Client is the address that a request comes from: that of the connection, or
// where proxies on this machine and those in trusted say that they had it from,
// as far as one of them is asked by another. ok is false when nobody knows: for
// a request that was made on this machine or handed in by this very process, and
// for one of a proxy that does not say (X-Forwarded-For).
func Client(r *http.Request, trusted []netip.Prefix) (client netip.Addr, ok bool) {
	at, ok := address(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for n := 0; ok && Trusted(at, trusted); n++ {
		if n >= min(len(hops), maxHops) {
			return netip.Addr{}, false
		}
		at, ok = address(strings.TrimSpace(hops[len(hops)-1-n]))
	}
	return at, ok
}

// Trusted reports whether at is this machine, or one of those named.
func Trusted(at netip.Addr, trusted []netip.Prefix) bool {
	return at.IsLoopback() || slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(at) })
}

// Peer is who holds the other end of the connection.
func Peer(r *http.Request) (netip.Addr, bool) { return address(r.RemoteAddr) }

func address(hostport string) (netip.Addr, bool) {
	if whole, err := netip.ParseAddrPort(hostport); err == nil {
		return whole.Addr().Unmap().WithZone(""), true
	}
	at, err := netip.ParseAddr(hostport)
	return at.Unmap().WithZone(""), err == nil
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
