package uplink

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

const (
	device  = "toko-1"
	journal = "0123456789abcdef0123456789abcdef"
)

func order(n int64) terminal.OrderID { return terminal.MakeOrderID(device, n) }

// backend keeps the words of backend/wire: charges, news and a long poll that
// ends with the first news.
type backend struct {
	mu      sync.Mutex
	charges map[string]wire.Charge
	events  []wire.Event
	latest  int64
	epoch   string        // of the book; "" as backends before there were epochs
	since   string        // the epoch in the last poll
	rung    chan struct{} // closed with the next news; nil when nobody waits
	polls   int
	spoil   http.HandlerFunc
	wallets wallets
	payers  map[string]string // whose wallet an order charges
}

func newBackend() *backend {
	return &backend{charges: make(map[string]wire.Charge), payers: make(map[string]string),
		wallets: wallets{links: make(map[string]wire.Link)}}
}

// say makes the charge what c says, and news of it.
func (b *backend) say(c wire.Charge) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.note(c)
}

func (b *backend) note(c wire.Charge) {
	b.charges[c.OrderID] = c
	b.latest++
	b.events = append(b.events, wire.Event{Seq: b.latest, Charge: c})
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}

// spoiled answers everything with h from now on; nil ends that.
func (b *backend) spoiled(h http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spoil = h
}

// polled is how many polls there were.
func (b *backend) polled() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.polls
}

// restore goes back to a copy of the books that knows the news up to latest.
func (b *backend) restore(latest int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = slices.DeleteFunc(b.events, func(e wire.Event) bool { return e.Seq > latest })
	b.latest = latest
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	spoil, poll := b.spoil, strings.HasSuffix(r.URL.Path, "/events")
	if poll {
		b.polls++
		b.since = r.URL.Query().Get("epoch")
	}
	b.mu.Unlock()
	switch {
	case spoil != nil:
		spoil(w, r)
	case poll:
		b.serveNews(w, r)
	case strings.HasPrefix(r.URL.Path, "/v1/devices/"+device):
		b.mu.Lock()
		defer b.mu.Unlock()
		answer(w, http.StatusOK, wire.Hello{Device: device, Next: 1, Latest: b.latest, Epoch: b.epoch})
	case strings.HasPrefix(r.URL.Path, "/v1/links/"), strings.HasPrefix(r.URL.Path, "/v1/customers"):
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wallets.serve(w, r)
	default:
		b.serveCharge(w, r)
	}
}

func (b *backend) serveCharge(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := strings.TrimPrefix(r.URL.Path, "/v1/charges/")
	c, known := b.charges[id]
	switch r.Method {
	case http.MethodPut:
		var o wire.Open
		if json.NewDecoder(r.Body).Decode(&o) != nil || o.Journal != journal {
			refuse(w, wire.BadRequest)
			return
		}
		if known && (c.Amount != o.Amount || b.payers[id] != o.Customer) {
			refuse(w, wire.OrderConflict)
			return
		}
		if !known {
			c = wire.Charge{OrderID: id, Amount: o.Amount, State: wire.Pending, QR: "QR", ExpiresIn: 900_000}
			if b.payers[id] = o.Customer; o.Customer != "" {
				c.QR, c.VerifyURL, c.ExpiresIn = "", page, 300_000
			}
		}
	case http.MethodDelete:
		q := r.URL.Query()
		amount, err := strconv.ParseInt(q.Get("amount"), 10, 64)
		if err != nil || q.Get("journal") != journal {
			refuse(w, wire.BadRequest)
			return
		}
		if !known || c.State == wire.Pending {
			c = wire.Charge{OrderID: id, Amount: amount, State: wire.Cancelled}
		}
	default:
		if !known {
			refuse(w, wire.NotFound)
			return
		}
	}
	b.charges[id] = c
	answer(w, http.StatusOK, c)
}

func (b *backend) serveNews(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	wait, _ := strconv.Atoi(r.URL.Query().Get("wait"))
	end := time.After(time.Duration(wait) * time.Second)
	for waiting := true; ; {
		b.mu.Lock()
		if b.rung == nil {
			b.rung = make(chan struct{}) // here, inside the bubble of the request
		}
		page, rung := wire.Events{Latest: b.latest, Epoch: b.epoch}, b.rung
		for _, e := range b.events {
			if e.Seq > since && len(page.Events) < wire.MaxEvents {
				page.Events = append(page.Events, e)
			}
		}
		b.mu.Unlock()
		if !waiting || len(page.Events) > 0 || page.Latest < since {
			answer(w, http.StatusOK, page)
			return
		}
		select {
		case <-rung:
		case <-end:
			waiting = false
		case <-r.Context().Done():
			return
		}
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}

func refuse(w http.ResponseWriter, code string) {
	answer(w, wire.Status(code), wire.Error{Code: code, Message: "as the test wants"})
}
