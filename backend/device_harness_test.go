package backend

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/identity"
	"kasir/backend/identity/cabinet"
	"kasir/backend/merchant/shelf"
	"kasir/backend/wire"
)

// chain is a shop whose terminals come over TLS.
type chain struct {
	*shop
	ca    *identity.Authority
	cards cabinet.Cabinet
}

func openChain(t *testing.T) *chain {
	t.Helper()
	t.Cleanup(func() { time.Sleep(10 * time.Second) }) // a farewell of TLS waits that long for somebody who has gone
	// As old as the oldest certificates of these tests.
	text, err := identity.NewAuthority(time.Now().Add(-3 * identity.Grace))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := identity.ParseAuthority(text)
	if err != nil {
		t.Fatal(err)
	}
	cards, err := shelf.Open(t.Context(), filepath.Join(t.TempDir(), "cards.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cards.Close() })
	c := &chain{ca: ca, cards: cabinet.On(cards)}
	c.shop = openShop(t, func(o *Options) { o.Devices = identity.New(c.cards, ca, o.Logger) })
	conf, err := ca.TLS()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: c.backend.Handler()}
	lines := &lines{Listener: c.net.listen("devices.test")}
	go server.Serve(tls.NewListener(lines, conf))
	t.Cleanup(func() {
		lines.cut() // or each farewell of TLS would hold the server's lock, and virtual time with it
		server.Close()
	})
	return c
}

// lines are a listener's connections.
type lines struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (l *lines) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.mu.Lock()
		l.conns = append(l.conns, c)
		l.mu.Unlock()
	}
	return c, err
}

// cut closes them all, under whatever goes over them.
func (l *lines) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		c.Close()
	}
}

// device is a terminal with a key, and perhaps a certificate.
type device struct {
	*chain
	name    string
	key     *ecdsa.PrivateKey
	cert    []byte
	session string
	cached  map[string][]byte // keys of codes: deriving them is slow
}

func (c *chain) device(name string) *device {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.Fatal(err)
	}
	return &device{chain: c, name: name, key: key, cached: map[string][]byte{}}
}

// enrolled is a device with a certificate, as if by a code: deriving keys from
// those is slow, and done by the tests that are about it.
func (c *chain) enrolled(name string) *device {
	c.Helper()
	d := c.device(name)
	d.dated(0)
	card, version, err := c.cards.Card(c.Context(), name)
	if err != nil {
		c.Fatal(err)
	}
	key, err := identity.Fingerprint(&d.key.PublicKey)
	if err != nil {
		c.Fatal(err)
	}
	card.Name, card.Code = name, &identity.Code{Ends: time.Now().Add(time.Hour).UnixMilli()}
	if _, err := card.Enrol(key, func([]byte) bool { return true }, time.Now()); err != nil {
		c.Fatal(err)
	}
	card.Ends = time.Now().Add(identity.DeviceLife).UnixMilli()
	if err := c.cards.Put(c.Context(), card, version+1); err != nil {
		c.Fatal(err)
	}
	return d
}

func (c *chain) invite(name string) string {
	c.Helper()
	var i identity.Invitation
	if status := c.call("POST", "/v1/merchant/devices/"+name+"/code", `{}`, &i); status != 200 {
		c.Fatalf("invite %s: HTTP %d", name, status)
	}
	return i.Code
}

func (c *chain) order(verb, name string) identity.Shown {
	c.Helper()
	var s identity.Shown
	if status := c.call("POST", "/v1/merchant/devices/"+name+"/"+verb, nil, &s); status != 200 {
		c.Fatalf("%s %s: HTTP %d", verb, name, status)
	}
	return s
}

// dated gives the device a certificate that was made some time ago.
func (d *device) dated(ago time.Duration) {
	der, _, err := d.ca.Device(d.name, &d.key.PublicKey, time.Now().Add(-ago))
	if err != nil {
		d.Fatal(err)
	}
	d.cert = der
}

func (d *device) request(key *ecdsa.PrivateKey) []byte {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		d.Fatal(err)
	}
	return der
}

// enrol asks for a certificate by a code, and returns the refusal's.
func (d *device) enrol(code string) string {
	d.Helper()
	digits := strings.ReplaceAll(code, "-", "")
	if d.cached[digits] == nil {
		key, err := wire.CodeKey(digits, d.name)
		if err != nil {
			d.Fatal(err)
		}
		d.cached[digits] = key
	}
	e := wire.Enrol{Device: d.name, Request: d.request(d.key)}
	return d.prove(e, d.cached[digits], nil)
}

// prove sends an enrolment with the proof of key; over another connection's
// binding when there is one.
func (d *device) prove(e wire.Enrol, key, binding []byte) string {
	d.Helper()
	conn := d.connect()
	defer conn.Close()
	state := conn.ConnectionState()
	own, err := state.ExportKeyingMaterial(wire.BindingLabel, nil, wire.BindingLen)
	if err != nil {
		d.Fatal(err)
	}
	if binding == nil {
		binding = own
	}
	e.Proof = wire.EnrolProof(key, binding, e.Request)
	var got wire.Identity
	code := d.over(conn, "POST", "/v1/enrol", e, &got)
	if code == "" {
		if !bytes.Equal(got.Proof, wire.AnswerProof(key, own, got.Certificate, got.Authority)) {
			d.Error("the backend did not prove that it knows the code")
		}
		d.cert = got.Certificate
	}
	return code
}

// connect is a connection with the device's certificate, if it has one.
func (d *device) connect() *tls.Conn {
	d.Helper()
	raw, err := d.net.dial(d.Context(), "", "devices.test:443")
	if err != nil {
		d.Fatal(err)
	}
	conf := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}
	if d.cert != nil {
		conf.Certificates = []tls.Certificate{{Certificate: [][]byte{d.cert}, PrivateKey: d.key}}
	}
	conn := tls.Client(raw, conf)
	ctx, cancel := context.WithTimeout(d.Context(), time.Minute)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		d.Fatal(err)
	}
	return conn
}

// ask is one exchange, and returns the code of the refusal, "" for none.
func (d *device) ask(method, path string, body, into any) string {
	d.Helper()
	conn := d.connect()
	defer conn.Close()
	return d.over(conn, method, path, body, into)
}

func (d *device) over(conn *tls.Conn, method, path string, body, into any) string {
	d.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	req, err := http.NewRequest(method, "https://devices.test"+path, bytes.NewReader(text))
	if err != nil {
		d.Fatal(err)
	}
	if d.session != "" {
		req.Header.Set(wire.SessionHeader, d.session)
	}
	once := &http.Transport{DisableKeepAlives: true, DialTLSContext: dialled(conn)}
	res, err := once.RoundTrip(req)
	if err != nil {
		d.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		d.Fatal(err)
	}
	if err := readAPI(d.T).conforms(method, req.URL.Path, res, got); err != nil {
		d.Errorf("not as openapi.json says: %v", err)
	}
	if res.StatusCode == http.StatusOK {
		if into != nil && json.Unmarshal(got, into) != nil {
			d.Fatalf("%s %s: %s", method, path, got)
		}
		return ""
	}
	var no wire.Error
	if json.Unmarshal(got, &no) != nil || no.Code == "" || wire.Status(no.Code) != res.StatusCode {
		d.Fatalf("%s %s: HTTP %d: %s", method, path, res.StatusCode, got)
	}
	return no.Code
}

// dialled is the one connection that there is already.
func dialled(conn *tls.Conn) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return conn, nil }
}

func (d *device) open(order string, amount int64) string {
	d.Helper()
	return d.ask("PUT", "/v1/charges/"+order, wire.Open{Amount: amount, Journal: journal}, nil)
}
