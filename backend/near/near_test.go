package near

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
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

func TestClient(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("2001:db8::/64")}
	for _, tt := range []struct {
		remote, forwarded string
		want              string // "": nobody knows
	}{
		{"192.0.2.7:5000", "", "192.0.2.7"},
		{"192.0.2.7:5000", "198.51.100.1", "192.0.2.7"}, // a stranger may say what it likes
		{"[::ffff:192.0.2.7]:5000", "", "192.0.2.7"},
		{"127.0.0.1:5000", "", ""},
		{"127.0.0.1:5000", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:5000", "6.6.6.6, 198.51.100.1", "198.51.100.1"}, // the proxy added the last one
		{"127.0.0.1:5000", "198.51.100.1, 10.0.0.3", "198.51.100.1"},
		{"127.0.0.1:5000", "198.51.100.1, 10.0.1.3", "10.0.1.3"},
		{"10.0.0.9:5000", "2001:db8:1::5", "2001:db8:1::5"},
		{"[2001:db8::1]:5000", "[2001:db8:2::5]:443", "2001:db8:2::5"},
		{"10.0.0.9:5000", "", ""},
		{"10.0.0.9:5000", "unknown", ""},
		{"10.0.0.9:5000", "1.1.1.1" + strings.Repeat(", 10.0.0.3", 20), ""},
		{"pipe", "198.51.100.1", ""},
	} {
		r := request("127.0.0.1:80", tt.remote, "shop.example")
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		got, ok := Client(r, trusted)
		if ok != (tt.want != "") || ok && got.String() != tt.want {
			t.Errorf("%s for %q: got %v %v, want %q", tt.remote, tt.forwarded, got, ok, tt.want)
		}
	}
}
