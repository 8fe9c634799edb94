package backend

import (
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	sandbox := pages{base: mustURL("http://127.0.0.1:8090"), plain: true}
	real := pages{base: mustURL("https://api.midtrans.com")}
	for _, test := range []struct {
		name    string
		p       pages
		address string
		want    bool
	}{
		{"the provider's", real, "https://api.midtrans.com/v2/gopay/redirect/gppr_1/charge", true},
		{"another host of the provider's", real, "https://merchants-app.midtrans.com/x?y=z#w", true},
		{"its older domain", real, "https://api.veritrans.co.id/x", true},
		{"the wallet's", real, "https://app.gopay.co.id/x", true},
		{"in capitals", real, "https://API.Midtrans.COM/x", true},
		{"not secret", real, "http://api.midtrans.com/x", false},
		{"not secret, in a sandbox", sandbox, "http://api.midtrans.com/x", false},
		{"our sandbox", sandbox, "http://127.0.0.1:8090/v2/gopay/redirect/1", true},
		{"our sandbox at another door", sandbox, "http://127.0.0.1:80/v2", false},
		{"our sandbox, when it must be real", pages{base: sandbox.base}, "http://127.0.0.1:8090/v2", false},
		{"nobody's base", pages{}, "https://api.midtrans.com/x", true},
		{"somebody's", real, "https://evil.example/x", false},
		{"somebody's like ours", real, "https://evilmidtrans.com/x", false},
		{"ours as a name of theirs", real, "https://api.midtrans.com.evil.example/x", false},
		{"ours as a user of theirs", real, "https://api.midtrans.com@evil.example/x", false},
		{"with a user", real, "https://me@api.midtrans.com/x", false},
		{"with a port", real, "https://api.midtrans.com:8443/x", false},
		{"an app's", real, "gojek://gopay/x", false},
		{"a script", real, "javascript:alert(1)", false},
		{"with a space", real, "https://api.midtrans.com/a b", false},
		{"with a line", real, "https://api.midtrans.com/a\nb", false},
		{"with a quote", real, "https://api.midtrans.com/\"", false},
		{"with a backslash", real, "https://api.midtrans.com\\@evil.example/", false},
		{"not ASCII", real, "https://api.midtrans.com/é", false},
		{"too long", real, "https://api.midtrans.com/" + strings.Repeat("x", 300), false},
		{"nothing", real, "", false},
		{"no host", real, "https:///x", false},
	} {
		if got := test.p.fit(test.address); got != test.want {
			t.Errorf("%s: %s: %v, want %v", test.name, test.address, got, test.want)
		}
	}
}
