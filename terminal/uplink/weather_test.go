package uplink

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// Whatever the backend and the network do, each call has exactly one answer,
// within its patience. Twenty days of weather, one seed each.
func TestExactlyOneAnswer(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { weather(t, seed) })
	}
}

func weather(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 7))
	b := newBackend()
	moods := []http.HandlerFunc{
		nil, nil, nil, portal, big(64 << 10),
		func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Internal) },
		func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"order_id":`)
		},
	}
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		asked, answers := make(map[terminal.Call]int), make(map[terminal.Call]int)
		for range 200 {
			switch r.IntN(8) {
			case 0:
				b.spoiled(moods[r.IntN(len(moods))])
			case 1:
				l.net.cut(r.IntN(3) == 0)
			}
			c := terminal.Call{Verb: terminal.Verb(1 + r.IntN(8))}
			switch c.Verb {
			case terminal.Hello:
			case terminal.FindCustomer:
				c.Ticket = r.Int64N(20)
			case terminal.Unlink:
				c.Customer = fmt.Sprint("c-", r.IntN(20))
			default:
				c.Order = order(1 + r.Int64N(20))
			}
			asked[c]++
			c.Phone = phone
			c.Amount = 1 + terminal.Rupiah(r.Int64N(2))
			l.link.Call(c)
			time.Sleep(time.Duration(r.IntN(3000)) * time.Millisecond)
			l.count(answers)
		}
		time.Sleep(16 * time.Second)
		l.count(answers)
		for c, n := range asked {
			if answers[c] != n {
				t.Errorf("%s %s: %d answers to %d calls", c.Verb, c.Order, answers[c], n)
			}
		}
		if len(answers) != len(asked) {
			t.Errorf("answers to %d kinds of call, asked %d", len(answers), len(asked))
		}
	})
}

// count adds up the answers that are here.
func (l *line) count(answers map[terminal.Call]int) {
	for len(l.events) > 0 {
		switch e := (<-l.events).(type) {
		case terminal.Greeted:
			answers[terminal.Call{Verb: terminal.Hello}]++
		case terminal.LinkTold:
			answers[terminal.Call{Verb: e.Call, Order: e.Order}]++
		case terminal.Found:
			c := terminal.Call{Verb: e.Call, Ticket: e.Ticket}
			if e.Call == terminal.Unlink {
				c.Customer = e.Customer
			}
			answers[c]++
		case terminal.Told:
			if e.Call != 0 {
				answers[terminal.Call{Verb: e.Call, Order: e.Order}]++
			}
		}
	}
}
