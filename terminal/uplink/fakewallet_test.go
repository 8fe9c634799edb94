package uplink

import (
	"encoding/json"
	"net/http"
	"strings"

	"kasir/backend/wire"
)

const (
	phone = "081234567890"
	shown = "****7890"
	page  = "https://api.midtrans.com/v2/gopay/redirect/gpar_1/link"
)

// wallets is the part of a backend that is about linked wallets: one customer,
// who agrees to every link at the second question.
type wallets struct {
	links    map[string]wire.Link
	customer wire.Customer // ID is "" until a link is done
	told     []string      // method and address of each request
}

func (b *wallets) serve(w http.ResponseWriter, r *http.Request) {
	b.told = append(b.told, r.Method+" "+r.URL.RequestURI())
	if id, ok := strings.CutPrefix(r.URL.Path, "/v1/links/"); ok {
		b.serveLink(w, r, id)
		return
	}
	id := strings.TrimPrefix(r.URL.Path, "/v1/customers/")
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/v1/customers":
		var f wire.Find
		if json.NewDecoder(r.Body).Decode(&f) != nil || len(f.Phone) < 9 {
			refuse(w, wire.BadRequest)
			return
		}
		id = b.customer.ID
		if f.Phone != phone {
			id = ""
		}
	case r.Method == http.MethodDelete && id == b.customer.ID:
		b.customer.State = wire.CustomerUnlinked
	}
	if id == "" || id != b.customer.ID {
		refuse(w, wire.NotFound)
		return
	}
	answer(w, http.StatusOK, b.customer)
}

func (b *wallets) serveLink(w http.ResponseWriter, r *http.Request, id string) {
	l, known := b.links[id]
	switch {
	case r.Method == http.MethodPut && !known:
		var o wire.LinkOpen
		if json.NewDecoder(r.Body).Decode(&o) != nil || o.Journal != journal || o.Phone != phone {
			refuse(w, wire.BadRequest)
			return
		}
		l = wire.Link{LinkID: id, State: wire.LinkWaiting, Phone: shown, URL: page, ExpiresIn: 900_000}
	case !known:
		refuse(w, wire.NotFound)
		return
	default:
		l = wire.Link{LinkID: id, State: wire.LinkDone, Phone: shown, Customer: "c-7f3a"}
		b.customer = wire.Customer{ID: l.Customer, Phone: shown, State: wire.CustomerLinked}
	}
	b.links[id] = l
	answer(w, http.StatusOK, l)
}
