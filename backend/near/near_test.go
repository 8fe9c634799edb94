package near

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// request is one that came to local from remote, for host.
func request(local, remote, host string) *http.Request {
	r := httptest.NewRequest("GET", "http://"+host+"/", nil)
	r.RemoteAddr = remote
	if local == "" {
		return r
	}
	addr, _ := net.ResolveTCPAddr("tcp", local)
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(addr)))
}

func TestHere(t *testing.T) {
	for _, tt := range []struct {
		local, remote, host string
		want                bool
	}{
		{"127.0.0.1:80", "127.0.0.1:5000", "127.0.0.1:80", true},
		{"[::1]:80", "[::1]:5000", "LOCALHOST:80", true},
		{"[::ffff:127.0.0.1]:80", "127.0.0.1:5000", "localhost", true},
		{"", "192.0.2.1:1234", "shop.example", true}, // handed in by this process
		{"127.0.0.1:80", "127.0.0.1:5000", "evil.example", false},
		{"127.0.0.1:80", "192.0.2.1:5000", "127.0.0.1", false},
		{"192.0.2.2:80", "127.0.0.1:5000", "127.0.0.1", false},
	} {
		if got := Here(request(tt.local, tt.remote, tt.host)); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

func TestProxied(t *testing.T) {
	r := request("127.0.0.1:80", "127.0.0.1:5000", "127.0.0.1")
	if Proxied(r) {
		t.Error("a plain request")
	}
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"} {
		r := request("127.0.0.1:80", "127.0.0.1:5000", "127.0.0.1")
		r.Header.Set(h, "x")
		if !Proxied(r) {
			t.Errorf("%s was not seen", h)
		}
	}
}
