package cmd_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"maps"
	"math/big"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// lane is a bad network between two of the programs: a port that passes on to
// another one, with a mishap on many of its connections. Who calls speaks TLS
// as on any real network, and the mishaps are under it, so that a byte that
// was changed is noticed as it would be there.
type lane struct {
	listener net.Listener
	target   string
	secret   *tls.Config
	work     sync.WaitGroup

	mu     sync.Mutex
	dice   *rand.Rand
	fine   bool // nothing happens any more
	cables map[*frayed]bool
	count  map[string]int // mishaps that came about
}

// The mishaps of a connection. Half of all connections have none.
const (
	whole   = ""
	refused = "refused" // closed before a word
	cut     = "cut"     // in the middle of something
	late    = "late"    // everything takes a moment more
	crawl   = "crawl"   // a byte a second
	garbled = "garbled" // one byte is another
)

var mishaps = []string{whole, whole, whole, whole, whole, refused, cut, late, crawl, garbled}

// openLane passes on to the address target until the test ends.
func openLane(t *testing.T, secret *tls.Config, target string, seed uint64) *lane {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &lane{listener: listener, target: target, secret: secret, dice: rand.New(rand.NewPCG(seed, 5)),
		cables: make(map[*frayed]bool), count: make(map[string]int)}
	l.work.Go(l.accept)
	t.Cleanup(func() {
		listener.Close()
		l.tear(func(*frayed) bool { return true })
		l.work.Wait()
	})
	return l
}

func (l *lane) url() string { return "https://" + l.listener.Addr().String() }

func (l *lane) accept() {
	for {
		c, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.work.Go(func() { l.carry(l.fray(c)) })
	}
}

// fray decides what will happen to a connection.
func (l *lane) fray(c net.Conn) *frayed {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := &frayed{Conn: c, lane: l, ends: make(chan struct{}), passes: l.dice.IntN(8000),
		moment: time.Duration(100+l.dice.IntN(900)) * time.Millisecond}
	if kind := mishaps[l.dice.IntN(len(mishaps))]; !l.fine {
		f.kind = kind
	}
	l.cables[f] = true
	return f
}

// carry takes bytes both ways until one side has enough.
func (l *lane) carry(f *frayed) {
	defer f.Close()
	if f.kind == refused {
		l.counted(refused)
		return
	}
	far, err := net.DialTimeout("tcp", l.target, 2*time.Second)
	if err != nil {
		return // that program is dead just now
	}
	defer far.Close()
	near := tls.Server(f, l.secret)
	back := make(chan struct{})
	go func() {
		defer close(back)
		io.Copy(near, far)
		f.Close()
	}()
	io.Copy(far, near)
	far.Close()
	<-back
}

func (l *lane) counted(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count[kind]++
}

// mend lets nothing happen from now on: what is in a bad way is torn down, as
// when a network comes back under another address.
func (l *lane) mend() {
	l.mu.Lock()
	l.fine = true
	l.mu.Unlock()
	l.tear(func(f *frayed) bool { return f.kind != whole })
}

func (l *lane) tear(which func(*frayed) bool) {
	l.mu.Lock()
	cables := slices.Collect(maps.Keys(l.cables))
	l.mu.Unlock()
	for _, f := range cables {
		if which(f) {
			f.Close()
		}
	}
}

// frayed is the caller's end of a connection to which something happens after
// so many bytes, both ways together.
type frayed struct {
	net.Conn
	lane   *lane
	kind   string
	moment time.Duration // how late
	ends   chan struct{}
	once   sync.Once

	mu     sync.Mutex
	passes int
	struck bool
}

// strikes reports whether n more bytes are in a bad way, and whether they are
// the first.
func (f *frayed) strikes(n int) (now, first bool) {
	if f.kind == whole {
		return false, false
	}
	f.mu.Lock()
	f.passes -= n
	now, first = f.passes < 0, f.passes < 0 && !f.struck
	f.struck = f.struck || now
	f.mu.Unlock()
	if first {
		f.lane.counted(f.kind)
	}
	return now, first
}

func (f *frayed) Read(b []byte) (int, error) {
	n, err := f.Conn.Read(b)
	if now, first := f.strikes(n); now && n > 0 {
		if e := f.befall(b[:n], first); e != nil {
			return 0, e
		}
	}
	return n, err
}

func (f *frayed) Write(b []byte) (int, error) {
	now, first := f.strikes(len(b))
	if !now {
		return f.Conn.Write(b)
	}
	if f.kind == crawl {
		for i := range b {
			if err := f.wait(time.Second); err != nil {
				return i, err
			}
			if _, err := f.Conn.Write(b[i : i+1]); err != nil {
				return i, err
			}
		}
		return len(b), nil
	}
	if f.kind == cut { // some of it got through
		f.Conn.Write(b[:len(b)/2])
	}
	own := slices.Clone(b)
	if err := f.befall(own, first); err != nil {
		return 0, err
	}
	return f.Conn.Write(own)
}

// befall does to some bytes what happens to them.
func (f *frayed) befall(b []byte, first bool) error {
	switch f.kind {
	case cut:
		f.Close()
		return net.ErrClosed
	case late:
		return f.wait(f.moment)
	case crawl:
		return f.wait(time.Duration(len(b)) * time.Second)
	case garbled:
		if first {
			b[len(b)/2] ^= 0x10
		}
	}
	return nil
}

func (f *frayed) wait(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-f.ends:
		return net.ErrClosed
	}
}

func (f *frayed) Close() error {
	f.once.Do(func() { close(f.ends) })
	f.lane.mu.Lock()
	delete(f.lane.cables, f)
	f.lane.mu.Unlock()
	return f.Conn.Close()
}

// certificate is one for 127.0.0.1, and the file with which programs trust it.
func certificate(t *testing.T, dir string) (secret *tls.Config, trusted string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(crand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	trusted = filepath.Join(dir, "trusted.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, trusted
}

// TestLane holds the mishaps to what they are called: bytes that arrive are
// those that were sent, whatever happens, and everything that can happen does.
func TestLane(t *testing.T) {
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	go func() {
		for c, err := echo.Accept(); err == nil; c, err = echo.Accept() {
			go func() { io.Copy(c, c); c.Close() }()
		}
	}()
	secret, trusted := certificate(t, t.TempDir())
	roots := x509.NewCertPool()
	if text, err := os.ReadFile(trusted); err != nil || !roots.AppendCertsFromPEM(text) {
		t.Fatalf("read %s: %v", trusted, err)
	}
	l := openLane(t, secret, echo.Addr().String(), 3)
	said := make([]byte, 9000)
	for i := range said {
		said[i] = byte(i)
	}
	call := func(patience time.Duration) ([]byte, error) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		d := tls.Dialer{Config: &tls.Config{RootCAs: roots}}
		c, err := d.DialContext(ctx, "tcp", l.listener.Addr().String())
		if err != nil {
			return nil, err
		}
		defer c.Close()
		deadline, _ := ctx.Deadline()
		c.SetDeadline(deadline)
		go c.Write(said)
		heard := make([]byte, len(said))
		n, err := io.ReadFull(c, heard)
		return heard[:n], err
	}
	var calls sync.WaitGroup
	for range 60 {
		calls.Go(func() {
			if heard, _ := call(3 * time.Second); string(heard) != string(said[:len(heard)]) {
				t.Errorf("heard something that was not said, %d bytes of it", len(heard))
			}
		})
	}
	calls.Wait()
	l.mu.Lock()
	for _, kind := range []string{refused, cut, late, crawl, garbled} {
		if l.count[kind] == 0 {
			t.Errorf("nothing was %s: %v", kind, l.count)
		}
	}
	l.mu.Unlock()
	l.mend()
	if heard, err := call(10 * time.Second); err != nil || len(heard) != len(said) {
		t.Errorf("mended: heard %d bytes, %v", len(heard), errors.Unwrap(err))
	}
}
