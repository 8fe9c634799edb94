package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend"
	"kasir/backend/identity"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/qrimage"
	"kasir/display"
	"kasir/display/frame"
	"kasir/terminal"
)

const (
	testKey  = "SB-Mid-server-test"
	merchant = "Warung Bu Tini"
)

// shop is a real backend and a real provider on loopback.
type shop struct {
	t        *testing.T
	provider *sandbox.Sandbox
	base     string // of the backend
	safe     string // the same by TLS, for devices that are enrolled
	devices  *identity.Registry
}

func openShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, provider: sandbox.New(sandbox.Options{ServerKey: testKey, MerchantName: merchant, RetryScale: 0.01, Seed: 1})}
	provider := httptest.NewServer(s.provider)
	front := httptest.NewUnstartedServer(nil)
	s.base = "http://" + front.Listener.Addr().String()
	at, err := url.Parse(provider.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := midtrans.New(at, testKey, midtrans.Options{NotifyURLs: []string{s.base + "/v1/notifications/midtrans"}})
	if err != nil {
		t.Fatal(err)
	}
	book, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "backend.db"))
	if err != nil {
		t.Fatal(err)
	}
	s.devices = newRegistry(t)
	b, err := backend.New(backend.Options{Book: book, Devices: s.devices, Provider: client, Scanner: qrimage.New(at, nil), Images: at,
		NotifyKey: testKey, Local: true, Sandbox: true,
		ConfirmSecret: bytes.Repeat([]byte{42}, backend.MinConfirmSecret), Merchant: backend.Merchant{PublicURL: s.base}})
	if err != nil {
		t.Fatal(err)
	}
	front.Config.Handler = b.Handler()
	front.Start()
	s.safe = serveDevices(t, s.devices, b)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		b.EndPolls()
		front.CloseClientConnections()
		front.Close()
		if err := errors.Join(<-done, book.Close(), s.provider.Close()); err != nil {
			t.Errorf("close shop: %v", err)
		}
		provider.Close()
	})
	return s
}

// last is the provider's newest order.
func (s *shop) last() sandbox.Order {
	all := s.provider.Orders()
	if len(all) == 0 {
		return sandbox.Order{}
	}
	return all[len(all)-1]
}

// counter is a till being used: kasir run, as a goroutine.
type counter struct {
	t      *testing.T
	dir    string
	keys   *io.PipeWriter
	out    buffer // standard output
	log    buffer
	stop   context.CancelFunc
	code   chan int
	closed bool
}

// flags are what a till of this shop is started with, its files in dir.
func (s *shop) flags(dir string, more ...string) []string {
	return append([]string{"run", "-backend", s.base, "-journal", filepath.Join(dir, "till.db"), "-device", "toko-1",
		"-panel", "png:" + filepath.Join(dir, "frames"), "-keys", "stdin", "-merchant", merchant}, more...)
}

func (s *shop) till(dir string, more ...string) *counter {
	return startTill(s.t, dir, s.flags(dir, more...))
}

func startTill(t *testing.T, dir string, args []string) *counter {
	t.Helper()
	darken(t, dir)
	ctx, stop := context.WithCancel(context.Background())
	in, keys := io.Pipe()
	c := &counter{t: t, dir: dir, keys: keys, stop: stop, code: make(chan int, 1)}
	go func() { c.code <- run(ctx, args, in, &c.out, &c.log) }()
	t.Cleanup(func() { c.end(-1) })
	return c
}

// darken makes a till's glass dark before it starts: the last picture of a till before it
// is not its own.
func darken(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "frames", "latest.png")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}

// press presses keys, one a character.
func (c *counter) press(keys string) {
	c.t.Helper()
	if _, err := io.WriteString(c.keys, keys); err != nil {
		c.t.Fatalf("press %q: %v\n%s", keys, err, c.log.String())
	}
}

// end is a signal to the till; it must be gone in two seconds with this exit
// code, or with any for -1.
func (c *counter) end(want int) {
	c.t.Helper()
	if c.closed {
		return
	}
	c.closed = true
	began := time.Now()
	c.stop()
	got := <-c.code
	c.keys.Close()
	if took := time.Since(began); took > 2*time.Second {
		c.t.Errorf("the till took %v to end, want 2 s at most", took)
	}
	if want >= 0 && got != want {
		c.t.Errorf("exit code %d, want %d\n%s", got, want, c.log.String())
	}
	if c.t.Failed() {
		c.t.Logf("log:\n%s", c.log.String())
	}
}

// await is what a test waits for: until is asked often, for a few seconds.
func await(t *testing.T, what string, until func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if until() {
			return
		}
	}
	t.Fatalf("waited for %s in vain", what)
}

// glass is the picture that can be seen now; nil before the first.
func (c *counter) glass() image.Image {
	m, err := readPNG(filepath.Join(c.dir, "frames", "latest.png"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

func readPNG(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return png.Decode(f)
}

// sees waits until the glass shows exactly this screen of a shop that is online.
func (c *counter) sees(want terminal.Screen) {
	c.t.Helper()
	c.seesView(terminal.View{Screen: want, Strip: terminal.Strip{Merchant: merchant, Device: "toko-1", Online: true, Sandbox: true}})
}

func (c *counter) seesView(v terminal.View) {
	c.t.Helper()
	format := frame.Format{Size: image.Pt(400, 300)}
	r, err := display.NewRenderer(format)
	if err != nil {
		c.t.Fatal(err)
	}
	want := frame.New(format)
	if err := r.Render(want, v); err != nil {
		c.t.Fatal(err)
	}
	await(c.t, "screen "+v.Screen.Name(), func() bool {
		got := c.glass()
		return got != nil && same(got, want)
	})
}

func same(got image.Image, want *frame.Frame) bool {
	if got.Bounds() != want.Bounds() {
		return false
	}
	for y := range want.Format.Size.Y {
		for x := range want.Format.Size.X {
			r, _, _, _ := got.At(x, y).RGBA()
			if (r > 0x7fff) != want.Pixel(x, y).Light() {
				return false
			}
		}
	}
	return true
}

// scans waits until a code can be read from the glass that was not there
// before, and returns it.
func (c *counter) scans(before string) (text string) {
	c.t.Helper()
	await(c.t, "a code on the glass", func() bool {
		m := c.glass()
		if m == nil {
			return false
		}
		var err error
		text, err = qrimage.Decode(m)
		return err == nil && text != before
	})
	return text
}

// zbar reads the code of a picture file with a program that is not ours.
func zbar(t *testing.T, path string) string {
	t.Helper()
	var errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", path)
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatal("zbarimg is missing: install zbar-tools")
	}
	if err != nil {
		t.Fatalf("zbarimg %s: %v: %s", path, err, errs.String())
	}
	return strings.TrimRight(string(out), "\n")
}

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func orderOf(n int) terminal.OrderID { return terminal.OrderID(fmt.Sprintf("toko-1-%08d", n)) }
