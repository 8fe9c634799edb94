package backend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kasir/backend/ledger/postgres"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
	"kasir/backend/qrimage"
	"kasir/backend/wire"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// fleet is several backends on one PostgreSQL, and one provider that tells each
// notification to two of them.
type fleet struct {
	*testing.T
	net      *wireNet
	sandbox  *sandbox.Sandbox
	address  string // of the database
	provider Provider
	client   *midtrans.Client
	change   []func(*node, *Options)
	base     *url.URL
	charges  sync.Map // order -> *atomic.Int64: charge calls that reached the provider
	slow     atomic.Int64
	deaf     atomic.Bool // notifications are lost
	log      slog.Handler
	nodes    []*node
}

// node is one backend, in this life of it.
type node struct {
	*fleet
	host    string
	backend *Backend
	db      *pgdb.DB
	book    *postgres.Book
	server  *http.Server
	stop    context.CancelFunc
	done    chan error
}

// newFleet starts n backends; change may alter what each is made of.
func newFleet(t *testing.T, n int, change ...func(*node, *Options)) *fleet {
	c := &fleet{T: t, net: &wireNet{hosts: map[string]*pipes{}}, address: pgtest.Database(t), base: mustURL("http://provider.test")}
	c.sandbox = sandbox.New(sandbox.Options{ServerKey: serverKey, Seed: 7, BaseURL: c.base.String(),
		HTTP: &http.Client{Transport: c.net.transport()}, RetryScale: 0.01, AccountNotifyURL: hook + "/account"})
	t.Cleanup(func() { c.sandbox.Close() })
	c.net.host(t, "provider.test", http.HandlerFunc(c.provide))
	client, err := midtrans.New(c.base, serverKey, midtrans.Options{HTTP: &http.Client{Transport: c.net.transport()}, NotifyURLs: []string{hook}})
	if err != nil {
		t.Fatal(err)
	}
	c.provider, c.client, c.change = client, client, change
	c.log = slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo})
	for i := range n {
		c.nodes = append(c.nodes, &node{fleet: c, host: fmt.Sprintf("backend%d.test", i)})
		c.nodes[i].start()
	}
	c.net.host(t, "backend.test", http.HandlerFunc(c.balance))
	t.Cleanup(func() {
		for _, n := range c.nodes {
			n.kill()
		}
	})
	return c
}

// provide counts charge calls by order, and is slow where that is wanted.
func (c *fleet) provide(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v2/charge" {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		var in struct {
			Details struct {
				Order string `json:"order_id"`
			} `json:"transaction_details"`
		}
		json.Unmarshal(body, &in)
		c.count(in.Details.Order).Add(1)
		time.Sleep(time.Duration(c.slow.Load()))
	}
	c.sandbox.ServeHTTP(w, r)
}

func (c *fleet) count(order string) *atomic.Int64 {
	n, _ := c.charges.LoadOrStore(order, new(atomic.Int64))
	return n.(*atomic.Int64)
}

// balance hands what comes from the provider to two backends at one time.
func (c *fleet) balance(w http.ResponseWriter, r *http.Request) {
	if c.deaf.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	body, _ := io.ReadAll(r.Body)
	var all sync.WaitGroup
	codes := make([]int, 2)
	for i := range codes {
		n := c.nodes[rand.N(len(c.nodes))]
		all.Go(func() {
			again := r.Clone(context.WithoutCancel(r.Context()))
			codes[i], _ = n.ask(r.Method, again.URL.Path, body)
		})
	}
	all.Wait()
	w.WriteHeader(max(codes[0], 200))
}

func (n *node) start() {
	n.Helper()
	var err error
	if n.db, err = pgdb.Open(context.Background(), n.address, nil); err != nil {
		n.Fatal(err)
	}
	if n.book, err = postgres.Open(context.Background(), n.db, postgres.Options{Shared: true}); err != nil {
		n.Fatal(err)
	}
	o := Options{Book: n.book, Shared: n.book, Provider: n.provider, Scanner: qrimage.New(n.base, n.net.transport()),
		Images: n.base, NotifyKey: serverKey, Local: true, Sandbox: true, Logger: slog.New(n.log).With("node", n.host)}
	for _, change := range n.change {
		change(n, &o)
	}
	if n.backend, err = New(o); err != nil {
		n.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	n.stop, n.done = stop, make(chan error, 1)
	go func() { n.done <- n.backend.Run(ctx) }()
	n.server = n.net.host(n.T, n.host, n.backend.Handler())
}

// kill ends a backend without asking it.
func (n *node) kill() {
	n.server.Close()
	n.backend.Close()
	<-n.done
	n.stop()
	n.book.Close()
	n.db.Close()
}

// cut ends its connections with the database, as a network does.
func (n *node) cut(where string) {
	n.Helper()
	if err := pgtest.Shared(n.T).Exec(context.Background(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = '`+mustURL(n.address).Path[1:]+`' AND `+where); err != nil {
		n.Error(err)
	}
}

func (n *node) ask(method, path string, body []byte) (int, []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), 45*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+n.host+path, bytes.NewReader(body))
	if err != nil {
		n.Error(err)
		return 0, nil
	}
	res, err := (&http.Client{Transport: n.net.transport()}).Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	got, _ := io.ReadAll(res.Body)
	return res.StatusCode, got
}

// want is an exchange that must succeed.
func (n *node) want(method, path string, in, out any) {
	n.Helper()
	var body []byte
	if in != nil {
		body, _ = json.Marshal(in)
	}
	code, got := n.ask(method, path, body)
	if code != http.StatusOK {
		n.Errorf("%s: %s %s: HTTP %d %s", n.host, method, path, code, got)
		return
	}
	if err := json.Unmarshal(got, out); err != nil {
		n.Error(err)
	}
}

func (n *node) put(order string, amount int64) (c wire.Charge) {
	n.Helper()
	n.want("PUT", "/v1/charges/"+order, wire.Open{Amount: amount, Journal: journal}, &c)
	return c
}

func (n *node) get(order string) (c wire.Charge) {
	n.Helper()
	n.want("GET", "/v1/charges/"+order, nil, &c)
	return c
}

func (n *node) del(order string, amount int64) (c wire.Charge) {
	n.Helper()
	n.want("DELETE", fmt.Sprintf("/v1/charges/%s?amount=%d&journal=%s", order, amount, journal), nil, &c)
	return c
}
