package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/qrimage"
	"kasir/terminal"
)

// webTill is a till on a web panel and on picture files at once.
func (s *shop) webTill(dir string) (c *counter, base string) {
	s.t.Helper()
	c = startTill(s.t, dir, []string{"run", "-backend", s.base, "-journal", filepath.Join(dir, "till.db"), "-device", "toko-1",
		"-panel", "web:127.0.0.1:0", "-panel", "png:" + filepath.Join(dir, "frames"), "-merchant", merchant})
	await(s.t, "the address", func() bool { return strings.Contains(c.out.String(), "\n") })
	base, found := strings.CutPrefix(strings.TrimSpace(c.out.String()), "kasir: ")
	if !found {
		s.t.Fatalf("first line: got %q, want kasir: and an address", c.out.String())
	}
	return c, base
}

func get(t *testing.T, url string, from string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if from != "" {
		req.Host = from
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func stateAt(t *testing.T, base string) (s state) {
	t.Helper()
	if err := json.NewDecoder(get(t, base+"state", "").Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWebPanel(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c, base := s.webTill(dir)
	await(t, "idle", func() bool { return stateAt(t, base).Screen == "idle" })
	events := bufio.NewScanner(get(t, base+"events", "").Body)
	for _, key := range "25000\n" {
		res, err := http.Post(base+"key", "text/plain", strings.NewReader(string(key)))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNoContent {
			t.Fatalf("key %q: got %s", key, res.Status)
		}
	}
	text := c.scans("")
	await(t, "the code", func() bool { return stateAt(t, base).Screen == "offering" })
	m, err := png.Decode(get(t, base+"glass.png", "").Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := qrimage.Decode(m); err != nil || got != text {
		t.Errorf("web panel: got %s, %v; want what the other panel shows, %s", got, err, text)
	}
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		t.Fatal(err)
	}
	await(t, "thanks", func() bool { return stateAt(t, base).Screen == "thanks" })
	want := state{Screen: "thanks", Order: orderOf(1), Amount: 25000, Lang: "id", Online: true}
	if got := stateAt(t, base); got != want {
		t.Errorf("state: got %+v, want %+v", got, want)
	}
	paid := false
	for !paid && events.Scan() {
		paid = strings.Contains(events.Text(), `"tone":"paid"`)
	}
	if !paid {
		t.Errorf("the page was not told of the tone: %v", events.Err())
	}
	c.end(ok) // with an event stream still open
}

// TestWebGuard: the state is as private as the glass.
func TestWebGuard(t *testing.T) {
	t.Parallel()
	s := &shop{t: t, base: "http://127.0.0.1:1"}
	c, base := s.webTill(t.TempDir())
	if res := get(t, base+"state", "evil.example"); res.StatusCode == http.StatusOK {
		t.Errorf("asked by another name: got %s, want a refusal", res.Status)
	}
	c.end(ok)
}

// TestNoWebAddress: a panel that cannot be is an error, not a till in the dark.
func TestNoWebAddress(t *testing.T) {
	t.Parallel()
	s := &shop{t: t, base: "http://127.0.0.1:1"}
	c, base := s.webTill(t.TempDir())
	address := strings.Trim(strings.TrimPrefix(base, "http://"), "/")
	dir := t.TempDir()
	second := startTill(t, dir, s.flags(dir, "-panel", "web:"+address))
	if got := <-second.code; got != failed {
		t.Errorf("exit code %d, want %d", got, failed)
	}
	second.code <- failed // for end
	if log := second.log.String(); !strings.Contains(log, "open panel web:"+address) {
		t.Errorf("got %s, want the panel named", log)
	}
	c.end(ok)
}

func TestTerminalPanel(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &shop{t: t, base: "http://127.0.0.1:1"}
	c := startTill(t, dir, []string{"run", "-backend", s.base, "-journal", filepath.Join(dir, "till.db"), "-device", "toko-1",
		"-panel", "tty", "-keys", "stdin", "-lang", "en"})
	await(t, "a picture", func() bool { return strings.Contains(c.out.String(), "\x1b[") })
	before := len(c.out.String()) // before the key: the picture may be there when the press returns
	c.press("5")
	await(t, "another picture", func() bool { return len(c.out.String()) > before })
	c.end(ok)
	if c.log.String() != "" {
		t.Errorf("the log stands in the picture: %s", c.log.String())
	}
}

// TestRawKeys: keys of a terminal need one.
func TestRawKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &shop{t: t, base: "http://127.0.0.1:1"}
	c := startTill(t, dir, append(s.flags(dir), "-keys", "tty"))
	if got := <-c.code; got != failed {
		t.Errorf("exit code %d, want %d", got, failed)
	}
	c.code <- failed
	if log := c.log.String(); !strings.Contains(log, "-keys stdin") {
		t.Errorf("got %s, want a hint", log)
	}
}

func TestStateOf(t *testing.T) {
	online := terminal.Strip{Online: true}
	for _, c := range []struct {
		view terminal.View
		want string
	}{
		{terminal.View{}, `{"screen":"","lang":"id","online":false}`},
		{terminal.View{Screen: terminal.Idle{}, Strip: online}, `{"screen":"idle","lang":"id","online":true}`},
		{terminal.View{Screen: terminal.Entering{Amount: 5}, Strip: terminal.Strip{Lang: terminal.English, Why: "network"}},
			`{"screen":"entering","amount":5,"lang":"en","online":false,"trouble":"network"}`},
		{terminal.View{Screen: terminal.Offering{Order: "a-1", Amount: 7, QR: "secret"}, Strip: online},
			`{"screen":"offering","order":"a-1","amount":7,"lang":"id","online":true}`},
		{terminal.View{Screen: terminal.Menu{}, Strip: terminal.Strip{Online: true, Unsure: 2, Late: 1}},
			`{"screen":"menu","lang":"id","online":true,"unsure":2,"late":1}`},
	} {
		got, err := json.Marshal(stateOf(c.view))
		if err != nil || string(got) != c.want {
			t.Errorf("got %s, %v; want %s", got, err, c.want)
		}
	}
}

// failingWriter is a standard output that nobody reads.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestNobodyReadsTheAddress(t *testing.T) {
	var errs buffer
	args := append((&shop{base: "http://127.0.0.1:1"}).flags(t.TempDir()), "-panel", "web:127.0.0.1:0")
	if got := run(t.Context(), args, strings.NewReader(""), failingWriter{}, &errs); got != failed {
		t.Errorf("exit code %d, want %d: %s", got, failed, errs.String())
	}
	if want := fmt.Sprint(io.ErrClosedPipe); !strings.Contains(errs.String(), want) {
		t.Errorf("got %s, want %q in it", errs.String(), want)
	}
}

// What no sale begins with waits for a picture, and for a broken panel only so long.
func TestSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dark, began := newFaces(), time.Now()
		dark.seen(t.Context(), mostUnseen)
		if got := time.Since(began); got != mostUnseen {
			t.Errorf("without a picture it waited %v, want %v", got, mostUnseen)
		}
		lit := newFaces()
		time.AfterFunc(100*time.Millisecond, lit.first)
		began = time.Now()
		for range 2 { // the second time it is there
			lit.seen(t.Context(), mostUnseen)
		}
		if got := time.Since(began); got != 100*time.Millisecond {
			t.Errorf("with a picture after 100ms it waited %v", got)
		}
		lit.first() // every picture after it is told, too
	})
}
