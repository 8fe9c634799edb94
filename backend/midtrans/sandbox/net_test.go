package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/midtrans"
)

// network connects HTTP clients with servers by host name, in memory, so that
// a whole conversation fits into a synctest bubble.
type network struct {
	t     *testing.T
	mu    sync.Mutex
	hosts map[string]*pipeListener
}

type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func newNetwork(t *testing.T) *network {
	return &network{t: t, hosts: make(map[string]*pipeListener)}
}

// serve answers for http://host until the test is over.
func (n *network) serve(host string, h http.Handler) {
	l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	n.mu.Lock()
	n.hosts[host+":80"] = l
	n.mu.Unlock()
	server := &http.Server{Handler: h}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(l) })
	n.t.Cleanup(func() { server.Close(); serving.Wait() })
}

// client dials the hosts of the network.
func (n *network) client() *http.Client {
	tr := &http.Transport{DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
		n.mu.Lock()
		l := n.hosts[addr]
		n.mu.Unlock()
		if l == nil {
			return nil, fmt.Errorf("dial %s: nobody is there", addr)
		}
		ours, theirs := net.Pipe()
		select {
		case l.conns <- theirs:
			return ours, nil
		case <-l.done:
			return nil, fmt.Errorf("dial %s: gone", addr)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	n.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

const testKey = "SB-Mid-server-test"

// stage is a sandbox with somebody who listens to its notifications.
type stage struct {
	*testing.T
	*Sandbox
	net  *network
	http *http.Client
	shop *shop
}

// newStage sets up a sandbox at http://provider and a shop at http://shop.
// Everything in it ends with the test.
func newStage(t *testing.T, o Options) *stage {
	t.Helper()
	n := newNetwork(t)
	o.ServerKey, o.Seed, o.HTTP = testKey, 1, n.client()
	s := New(o)
	st := &stage{T: t, Sandbox: s, net: n, http: n.client(), shop: &shop{}}
	n.serve("provider", s)
	n.serve("shop", st.shop)
	t.Cleanup(func() { // first of all, as cleanups run backwards
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

// api is the product's own client for the sandbox.
func (st *stage) api(o midtrans.Options) *midtrans.Client {
	st.Helper()
	o.HTTP = st.http
	c, err := midtrans.New(&url.URL{Scheme: "http", Host: "provider"}, testKey, o)
	if err != nil {
		st.Fatal(err)
	}
	return c
}

// try is a bare request with the server key; header pairs may follow. It gives
// the whole answer, or the error that kept it from arriving.
func (st *stage) try(method, path, body string, header ...string) (answered, error) {
	st.Helper()
	r, err := http.NewRequestWithContext(st.Context(), method, "http://provider"+path, strings.NewReader(body))
	if err != nil {
		st.Fatal(err)
	}
	r.SetBasicAuth(testKey, "")
	r.GetBody = nil // or the standard library would repeat what an Idempotency-Key makes repeatable
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := st.http.Do(r)
	if err != nil {
		return answered{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answered{res.StatusCode, res.Header, b}, err
}

type answered struct {
	status int
	header http.Header
	body   []byte
}

// call is a request that is answered in JSON.
func (st *stage) call(method, path, body string, header ...string) (int, map[string]any) {
	st.Helper()
	a, err := st.try(method, path, body, header...)
	if err != nil {
		st.Fatal(err)
	}
	doc := make(map[string]any)
	if err := json.Unmarshal(a.body, &doc); err != nil {
		st.Fatalf("%s %s: HTTP %d, %v: %.200s", method, path, a.status, err, a.body)
	}
	return a.status, doc
}

// charge makes a qris transaction that notifies the shop and gives the answer.
func (st *stage) charge(order string, amount int64, header ...string) map[string]any {
	st.Helper()
	body := fmt.Sprintf(`{"payment_type":"qris","transaction_details":{"order_id":%q,"gross_amount":%d}}`, order, amount)
	_, doc := st.call("POST", "/v2/charge", body, append([]string{"X-Override-Notification", "http://shop/n"}, header...)...)
	return doc
}

// must stops the test on an error.
func (st *stage) must(err error) {
	st.Helper()
	if err != nil {
		st.Fatal(err)
	}
}

// shop takes notifications down and answers them with answer, or 200.
type shop struct {
	mu     sync.Mutex
	got    []received
	answer http.HandlerFunc
}

type received struct {
	at     time.Time
	path   string
	header http.Header
	midtrans.Notification
	raw string
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	n, err := midtrans.ParseNotification(body)
	if strings.Contains(string(body), `"account_status"`) || strings.Contains(string(body), `"schedule"`) {
		err = nil // not about a transaction
	}
	s.mu.Lock()
	s.got = append(s.got, received{at: time.Now(), path: r.URL.Path, header: r.Header, Notification: n, raw: string(body)})
	answer := s.answer
	s.mu.Unlock()
	switch {
	case err != nil:
		w.WriteHeader(http.StatusTeapot)
	case answer != nil:
		answer(w, r)
	}
}

// answers makes the shop answer with h.
func (s *shop) answers(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = h
}

// took gives what arrived since the last time.
func (s *shop) took() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.got
	s.got = nil
	return got
}

func states(list []received) string {
	var out []string
	for _, n := range list {
		out = append(out, n.OrderID+" "+n.Status)
	}
	return strings.Join(out, ", ")
}
