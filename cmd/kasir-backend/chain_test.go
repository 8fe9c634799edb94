package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/ledger/postgres"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
	"kasir/backend/wire"
)

// chainStorm is three backends as processes on one PostgreSQL, terminals that ask
// any of them, a provider whose every notification reaches two, and somebody who
// kills a process every second and cuts connections with the database.
type chainStorm struct {
	*testing.T
	psp     *sandbox.Sandbox
	address string
	ports   []string
	env     []string
	until   time.Time

	mu    sync.Mutex
	procs []*exec.Cmd
	log   bytes.Buffer
	kills int
	cuts  int
}

// chainTill is one simulated terminal.
type chainTill struct {
	*chainStorm
	*rand.Rand
	name  string
	told  map[string]wire.Charge
	heard map[int64]string // news by number: order and state
}

// TestStormChain runs for KASIR_CHAIN_MINUTES with 200 terminals, or as a slice of
// a few seconds with some.
func TestStormChain(t *testing.T) {
	if args := os.Getenv("KASIR_BACKEND_ARGS"); args != "" {
		os.Exit(run(context.Background(), strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	t.Parallel() // it mostly waits
	tills, lasts := 8, 5*time.Second
	if m, err := strconv.ParseFloat(os.Getenv("KASIR_CHAIN_MINUTES"), 64); err == nil {
		tills, lasts = 200, time.Duration(m*float64(time.Minute))
	}
	s := newChainStorm(t, lasts)
	stop := make(chan struct{})
	var weather, all sync.WaitGroup
	weather.Go(func() { s.storm(stop) })
	sellers := make([]*chainTill, tills)
	for i := range sellers {
		k := &chainTill{chainStorm: s, Rand: rand.New(rand.NewPCG(uint64(i), 8)), name: fmt.Sprintf("T%d", i),
			told: map[string]wire.Charge{}, heard: map[int64]string{}}
		sellers[i] = k
		all.Go(k.sell)
		weather.Go(func() { k.listen(stop) })
	}
	all.Wait()
	s.calm(sellers)
	close(stop)
	weather.Wait()
	s.compare(sellers)
}

func newChainStorm(t *testing.T, lasts time.Duration) *chainStorm {
	s := &chainStorm{T: t, address: pgtest.Database(t), until: time.Now().Add(lasts)}
	relay := httptest.NewServer(http.HandlerFunc(s.relay))
	t.Cleanup(relay.Close)
	s.psp = sandbox.New(sandbox.Options{ServerKey: key, RetryScale: 0.0005})
	provider := httptest.NewServer(s.psp)
	t.Cleanup(func() { provider.Close(); s.psp.Close() })
	keyFile := write(t, "key", key, 0o600)
	for i := range 3 {
		s.ports = append(s.ports, freePort(t))
		s.env = append(s.env, "KASIR_BACKEND_ARGS="+strings.Join([]string{"serve", "-listen", s.ports[i], "-db", s.address,
			"-midtrans", provider.URL, "-server-key-file", keyFile, "-notify-url", relay.URL + "/v1/notifications/midtrans"}, "\n"))
		s.procs = append(s.procs, s.launch(i))
	}
	t.Cleanup(func() {
		for _, p := range s.procs {
			p.Process.Kill()
			p.Wait()
		}
	})
	return s
}

// launch starts backend i as a process.
func (s *chainStorm) launch(i int) *exec.Cmd {
	p := exec.Command(os.Args[0], "-test.run=^TestStormChain$")
	p.Env = append(os.Environ(), s.env[i])
	p.Stderr = locked{&s.mu, &s.log}
	if err := p.Start(); err != nil {
		s.Error(err)
	}
	return p
}

type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// storm kills a process every second, and cuts a connection with the database.
func (s *chainStorm) storm(stop <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		if time.Now().After(s.until) {
			continue
		}
		i := rand.N(len(s.procs))
		s.procs[i].Process.Kill()
		s.procs[i].Wait()
		s.procs[i] = s.launch(i)
		s.kills++
		which := []string{"query LIKE 'LISTEN%'", "query LIKE 'LISTEN%'", "random() < 0.2"}[rand.N(3)]
		if err := pgtest.Shared(s.T).Exec(context.Background(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE application_name = 'kasir-backend' AND `+which); err == nil {
			s.cuts++
		}
	}
}

// relay hands a notification to two backends, whichever they are.
func (s *chainStorm) relay(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	code := http.StatusServiceUnavailable
	for range 2 {
		res, err := http.Post("http://"+s.any()+r.URL.Path, "application/json", bytes.NewReader(body))
		if err == nil {
			res.Body.Close()
			code = min(code, res.StatusCode)
		}
	}
	w.WriteHeader(code)
}

func (s *chainStorm) any() string { return s.ports[rand.N(len(s.ports))] }

// breath is what a terminal waits at least before it asks once more. A real one waits
// longer; two hundred without patience are no storm of a shop's but a flood of ours.
const breath = 500 * time.Millisecond

func (k *chainTill) breath() time.Duration { return breath + time.Duration(k.Int64N(int64(breath))) }

// insist asks one backend after the other until one answers.
func (k *chainTill) insist(method, path string, body any) (c wire.Charge) {
	var tries []string
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		at, began := k.any(), time.Now()
		code, err := within(20*time.Second, method, "http://"+at+path, body, &c)
		tries = append(tries, fmt.Sprintf("%.1fs %d %v", time.Since(began).Seconds(), code, err))
		if err == nil && code == http.StatusOK {
			return c
		}
		if err == nil && code < 500 {
			k.Errorf("%s %s: HTTP %d", method, path, code)
			return c
		}
		time.Sleep(k.breath())
	}
	k.Errorf("%s %s: no answer for two minutes, the last tries: %q", method, path, tries[max(0, len(tries)-10):])
	return c
}

// sell makes sales until the storm is over.
func (k *chainTill) sell() {
	for n := 1; time.Now().Before(k.until); n++ {
		order, amount := fmt.Sprintf("%s-%08d", k.name, n), int64(10_000+k.IntN(100_000)) // lower ones are the sandbox's magic
		c := k.insist("PUT", "/v1/charges/"+order, wire.Open{Amount: amount, Journal: journal})
		for end := time.Now().Add(2 * time.Minute); c.State == wire.Asked && time.Now().Before(end); {
			time.Sleep(k.breath())
			c = k.insist("PUT", "/v1/charges/"+order, wire.Open{Amount: amount, Journal: journal})
		}
		drop := fmt.Sprintf("/v1/charges/%s?amount=%d&journal=%s", order, amount, journal)
		switch n % 4 {
		case 0:
			k.insist("DELETE", drop, nil)
		case 1: // both at one time
			go k.psp.Pay(order)
			k.insist("DELETE", drop, nil)
		default:
			if err := k.psp.Pay(order); err != nil {
				k.Errorf("%s: %v; told %+v", order, err, c)
			}
		}
		for end := time.Now().Add(2 * time.Minute); !c.State.Final() && time.Now().Before(end); {
			c = k.insist("GET", "/v1/charges/"+order, nil)
		}
		k.told[order] = c
		time.Sleep(time.Duration(k.IntN(1500)) * time.Millisecond)
	}
}

// listen takes the news, wherever they are to be had.
func (k *chainTill) listen(stop <-chan struct{}) {
	for cursor := int64(0); ; {
		select {
		case <-stop:
			return
		default:
		}
		var page wire.Events
		path := fmt.Sprintf("/v1/devices/%s/events?since=%d&wait=2", k.name, cursor)
		code, err := within(10*time.Second, "GET", "http://"+k.any()+path, nil, &page)
		if err != nil || code != http.StatusOK {
			time.Sleep(breath + rand.N(breath))
			continue
		}
		k.mu.Lock()
		for _, e := range page.Events {
			if e.Seq != cursor+1 {
				k.Errorf("%s: news %d after %d", k.name, e.Seq, cursor)
			}
			cursor = e.Seq
			k.heard[e.Seq] = e.Charge.OrderID
		}
		k.mu.Unlock()
	}
}

// calm waits until the book has no open order any more that money could be on.
func (s *chainStorm) calm(sellers []*chainTill) {
	book := s.book()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		wrong := 0
		for _, o := range s.psp.Orders() {
			f, _, err := book.Order(s.Context(), o.OrderID)
			if err != nil || (o.Status == "settlement") != (f.State == ledger.Settled) || !f.State.Final() {
				wrong++
			}
		}
		for _, k := range sellers {
			d, err := book.Device(s.Context(), k.name)
			s.mu.Lock()
			if err != nil || int64(len(k.heard)) != d.Latest {
				wrong++
			}
			s.mu.Unlock()
		}
		if wrong == 0 {
			return
		}
	}
}

func (s *chainStorm) book() *postgres.Book {
	db, err := pgdb.Open(s.Context(), s.address, nil)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { db.Close() })
	b, err := postgres.Open(s.Context(), db, postgres.Options{})
	if err != nil {
		s.Fatal(err)
	}
	return b
}

// compare holds against each other what terminals were told, what the book says
// and what the provider says.
func (s *chainStorm) compare(sellers []*chainTill) {
	book, psp, sales := s.book(), map[string]sandbox.Order{}, 0
	for _, o := range s.psp.Orders() {
		if _, twice := psp[o.OrderID]; twice {
			s.Errorf("%s was charged twice", o.OrderID)
		}
		psp[o.OrderID] = o
	}
	for _, k := range sellers {
		polled := map[int64]string{}
		for cursor := int64(0); ; {
			page, err := book.Since(s.Context(), k.name, cursor, 100)
			if err != nil {
				s.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, n := range page {
				cursor = n.Seq
				polled[n.Seq] = n.Facts.Order
			}
		}
		if fmt.Sprint(polled) != fmt.Sprint(k.heard) {
			s.Errorf("%s heard %v, and a poll finds %v", k.name, k.heard, polled)
		}
		for order, c := range k.told {
			sales++
			f, _, err := book.Order(s.Context(), order)
			if err != nil {
				s.Fatal(err)
			}
			o := psp[order]
			delete(psp, order)
			paid := o.Status == "settlement"
			if paid != (f.State == ledger.Settled) || paid && (f.Paid != o.Amount || f.Amount != o.Amount) || o.Status == "pending" {
				s.Errorf("%s: the provider says %q %d, the book %s %d", order, o.Status, o.Amount, f.State, f.Paid)
			}
			if c.State == wire.Settled && !paid || c.State != wire.State(f.State) && f.State != ledger.Settled {
				s.Errorf("%s: told %s, the book says %s, the provider %q", order, c.State, f.State, o.Status)
			}
		}
	}
	for order := range psp {
		s.Errorf("%s: the provider has it and no terminal", order)
	}
	s.Logf("%d sales of %d terminals, %d kills, %d cuts", sales, len(sellers), s.kills, s.cuts)
	if sales < len(sellers) || s.kills < 3 || s.cuts < 3 {
		s.Error("that was no storm")
	}
	if s.Failed() {
		text := s.log.String()
		s.Log(text[max(0, len(text)-6000):])
	}
}
