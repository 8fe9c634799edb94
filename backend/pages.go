package backend

import (
	"net/url"
	"strings"

	"kasir/backend/wire"
)

// pages knows on which pages a customer may be asked for a wallet's PIN: those
// of the provider and of the wallet, over TLS. Terminals make codes of them,
// and people believe a code that they scan in a shop.
type pages struct {
	base  *url.URL // the provider's API; nil: only the known hosts
	plain bool     // it is not the real one, and may be without TLS
}

// pageHosts are the provider's and the wallet's domains.
var pageHosts = []string{"midtrans.com", "veritrans.co.id", "gopay.co.id", "gojek.com"}

// fit reports whether address is such a page and can be shown as a code.
func (p pages) fit(address string) bool {
	if address == "" || len(address) > wire.MaxURL {
		return false
	}
	for _, c := range []byte(address) {
		if c <= ' ' || c > '~' || strings.IndexByte("\"'\\<>`", c) >= 0 {
			return false
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	at := p.base != nil && strings.EqualFold(u.Host, p.base.Host)
	if u.Scheme != "https" {
		return u.Scheme == "http" && p.plain && at && p.base.Scheme == "http"
	}
	if u.Port() != "" && !at {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, known := range pageHosts {
		at = at || host == known || strings.HasSuffix(host, "."+known)
	}
	return at
}
