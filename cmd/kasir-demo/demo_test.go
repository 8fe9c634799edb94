package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built are the programs, made once for all tests.
var built = sync.OnceValues(func() (programs, error) {
	return findPrograms(context.Background(), binDir, os.Stderr)
})

var binDir string

func TestMain(m *testing.M) {
	flag.Parse()
	err := flag.Set("test.parallel", "5") // they wait, for a till that waits for a network
	if err != nil {
		panic(err)
	}
	if binDir, err = os.MkdirTemp("", "kasir-demo-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(binDir)
	os.Exit(code)
}

// demo is the whole demo, running on a free port.
type demo struct {
	t    *testing.T
	base string
	dir  string
	shop *shop
	gone chan struct{}
}

func openDemo(t *testing.T, lang string) *demo {
	t.Helper()
	p, err := built()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s, err := openShop(t.Context(), settings{data: dir, lang: lang, size: "400x300", depth: "1", payment: "qris"}, p)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: newPage(s), ReadHeaderTimeout: time.Second}
	d := &demo{t: t, base: "http://" + listener.Addr().String(), dir: dir, shop: s, gone: make(chan struct{})}
	go func() {
		defer close(d.gone)
		server.Serve(listener)
	}()
	t.Cleanup(func() {
		server.Close()
		<-d.gone
		s.close()
		if t.Failed() {
			for _, name := range names {
				t.Logf("%s:\n%v", name, lastWords(filepath.Join(dir, name+".log")))
			}
		}
	})
	return d
}

// do asks the page, which must answer with this status.
func (d *demo) do(want int, method, path, body string, into any) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.base+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(res.Body); err != nil {
		d.t.Fatal(err)
	}
	if res.StatusCode != want {
		d.t.Fatalf("%s %s: got %s, want %d: %s", method, path, res.Status, want, text.String())
	}
	if into != nil {
		if err := json.Unmarshal(text.Bytes(), into); err != nil {
			d.t.Fatalf("%s %s: %v: %s", method, path, err, text.String())
		}
	}
}

func (d *demo) post(path string) {
	d.t.Helper()
	d.do(http.StatusOK, http.MethodPost, path, "", nil)
}

// press presses keys of the till, one a character.
func (d *demo) press(keys string) {
	d.t.Helper()
	for _, k := range keys {
		d.do(http.StatusNoContent, http.MethodPost, "/till/key", string(k), nil)
	}
}

// seen is the situation with the till's part of it read.
type seen struct {
	situation
	screen, lang, order string
}

func (d *demo) look() seen {
	d.t.Helper()
	var s seen
	d.do(http.StatusOK, http.MethodGet, "/demo/state", "", &s.situation)
	if s.Till != nil {
		var till struct{ Screen, Lang, Order string }
		if err := json.Unmarshal(s.Till, &till); err != nil {
			d.t.Fatal(err)
		}
		s.screen, s.lang, s.order = till.Screen, till.Lang, till.Order
	}
	return s
}

// await waits until the till shows the screen.
func (d *demo) await(screen string) seen {
	d.t.Helper()
	var s seen
	for deadline := time.Now().Add(25 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if s = d.look(); s.screen == screen {
			return s
		}
	}
	d.t.Fatalf("waited for screen %s, it is %q", screen, s.screen)
	return s
}

// scan is the phone; it returns the path of the pay page.
func (d *demo) scan() string {
	d.t.Helper()
	var got struct{ QR, Pay string }
	d.do(http.StatusOK, http.MethodPost, "/demo/scan", "", &got)
	return got.Pay
}

// pay pays the newest order, as the button on the pay page does.
func (d *demo) pay() {
	d.t.Helper()
	d.post("/sandbox/" + d.look().Order.ID + "/pay")
}

// settled reads the till's journal with kasir itself: the order must be paid
// there, once.
func (d *demo) settled(order string, amount int64) {
	d.t.Helper()
	out, err := exec.CommandContext(d.t.Context(), d.shop.programs.till,
		"journal", "-journal", filepath.Join(d.dir, "till.db"), "-format", "json").Output()
	if err != nil {
		d.t.Fatalf("read journal: %v", err)
	}
	var rows []struct {
		Kind   string
		Order  string `json:"order_id"`
		Amount int64
	}
	if err := json.Unmarshal(out, &rows); err != nil {
		d.t.Fatalf("read journal: %v: %s", err, out)
	}
	times := 0
	for _, r := range rows {
		if r.Kind == "settled" && r.Order == order && r.Amount == amount {
			times++
		}
	}
	if times != 1 {
		d.t.Errorf("journal: order %s of Rp %d is settled %d times, want once: %s", order, amount, times, out)
	}
}

func TestSale(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "id")
	d.await("idle")
	d.do(http.StatusNotFound, http.MethodPost, "/demo/scan", "", nil)
	d.do(http.StatusConflict, http.MethodPost, "/demo/expire", "", nil)
	d.press("25000\n")
	d.await("offering")
	page := d.scan()
	d.do(http.StatusOK, http.MethodGet, page, "", nil)
	d.pay()
	s := d.await("thanks")
	if s.Order.Status != "settlement" || s.Order.Amount != 25000 {
		t.Errorf("order: got %+v, want Rp 25000 settled", *s.Order)
	}
	d.settled(s.order, 25000)
}

// TestPowerCut: the same sale is back, and the money that came meanwhile.
// TestLostNotifications: the till asks by itself.
// TestBackendCut: money that came while the backend was dead is found by it.
// TestGuards: a web site must not be able to pull switches.
func TestGuards(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "id")
	d.do(http.StatusNotFound, http.MethodPost, "/demo/switch/power/maybe", "", nil)
	d.do(http.StatusNotFound, http.MethodGet, "/demo/scan", "", nil)
	for _, c := range []struct{ host, origin, path string }{
		{"evil.example", "", "/demo/switch/power/off"},
		{"", "http://evil.example", "/demo/switch/power/off"},
		{"", "http://evil.example", "/till/key"},
		{"", "http://evil.example", "/sandbox/x/pay"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.base+c.path, strings.NewReader("1"))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%+v: got %s, want a refusal", c, res.Status)
		}
	}
	if !d.look().Power {
		t.Error("somebody else cut the power")
	}
}

// TestProgramThatDies: the demo says so and ends.
func TestProgramThatDies(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "id")
	if err := d.shop.backend.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.shop.broken:
		if !strings.Contains(err.Error(), "kasir-backend") {
			t.Errorf("got %v, want the backend named", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("nobody noticed")
	}
}

func TestStartErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := start(t.Context(), dir, filepath.Join(dir, "none")); err == nil {
		t.Error("a program that is not there: got no error")
	}
	silent := filepath.Join(dir, "silent")
	if err := os.WriteFile(silent, []byte("#!/bin/sh\necho 'no room on the card' >&2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := start(t.Context(), dir, silent); err == nil || !strings.Contains(err.Error(), "no room on the card") {
		t.Errorf("a program that fails: got %v, want its last words", err)
	}
	if got := fmt.Sprint(lastWords(filepath.Join(dir, "no.log"))); got != "<nil>" {
		t.Errorf("no log: got %s", got)
	}
}
