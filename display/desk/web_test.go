package desk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/display/frame"
)

func newWeb(t *testing.T, hosts ...string) (*Web, *httptest.Server) {
	t.Helper()
	w, err := NewWeb(size, hosts...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	t.Cleanup(func() { w.Close() })
	return w, server
}

func get(t *testing.T, url string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, body
}

func TestGlassIsTheFrame(t *testing.T) {
	w, server := newWeb(t)
	r, body := get(t, server.URL+"/glass.png")
	if want := png(t, picture(0, frame.Mono)); !bytes.Equal(body, want) || r.Header.Get("Content-Type") != "image/png" {
		t.Errorf("before the first frame: %d bytes of %s, want a white frame", len(body), r.Header.Get("Content-Type"))
	}
	for n := 1; n < 4; n++ {
		show(t, w, picture(n, frame.RGB565))
		if _, body := get(t, server.URL+"/glass.png?v=1"); !bytes.Equal(body, png(t, picture(n, frame.RGB565))) {
			t.Errorf("frame %d is not what is served", n)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	f := picture(9, frame.Mono)
	if err := w.Show(ended, f, frame.Full, f.Bounds()); !errors.Is(err, context.Canceled) {
		t.Errorf("after its time: error %v, want %v", err, context.Canceled)
	}
}

// The page must work without the world, and must not be able to reach it.
func TestPageKeepsToItself(t *testing.T) {
	_, server := newWeb(t)
	outside := regexp.MustCompile(`(?:src|href|url|import|fetch|EventSource)\s*[=(]?\s*["'(](?:[a-z]+:)?//`)
	absolute := regexp.MustCompile(`(?:src|href)="/`)
	inline := regexp.MustCompile(`<script>|<style|\son[a-z]+=|\sstyle=`)
	for _, path := range []string{"/", "/device.js", "/device.css", "/icon.svg"} {
		r, body := get(t, server.URL+path)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, r.Status)
		}
		for what, pattern := range map[string]*regexp.Regexp{"reaches outside": outside, "is not relative": absolute, "is inline": inline} {
			if path == "/device.js" && what == "is inline" {
				continue
			}
			if m := pattern.Find(body); m != nil {
				t.Errorf("%s: %q %s", path, m, what)
			}
		}
		h := r.Header
		if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
	if r, _ := get(t, server.URL+"/nothing"); r.StatusCode != http.StatusNotFound {
		t.Errorf("/nothing: %s", r.Status)
	}
	_, page := get(t, server.URL+"/")
	for key := range strings.SplitSeq("0123456789zbcm+lrv", "") {
		if !bytes.Contains(page, []byte(`data-key="`+key+`"`)) {
			t.Errorf("the page has no key %q", key)
		}
	}
}

// presses collects the keys of a panel.
type presses struct {
	mu  sync.Mutex
	all []rune
}

func (p *presses) press(r rune) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, r)
}

func (p *presses) take() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.all = nil }()
	return string(p.all)
}

func post(t *testing.T, w *Web, body string, change func(*http.Request)) int {
	t.Helper()
	r := httptest.NewRequest("POST", "http://127.0.0.1:8080/key", strings.NewReader(body))
	if change != nil {
		change(r)
	}
	rw := httptest.NewRecorder()
	w.ServeHTTP(rw, r)
	return rw.Code
}

func TestKeys(t *testing.T) {
	w, _ := newWeb(t)
	if got := post(t, w, "5", nil); got != http.StatusNoContent {
		t.Errorf("a key that nobody wants yet: %d", got)
	}
	var p presses
	w.OnKey(p.press)
	for _, key := range "0123456789zbcm+lrv\n①⑨" {
		if got := post(t, w, string(key), nil); got != http.StatusNoContent {
			t.Errorf("key %q: %d", key, got)
		}
	}
	if got, want := p.take(), "0123456789zbcm+lrv\n①⑨"; got != want {
		t.Errorf("pressed %q, want %q", got, want)
	}
	for body, want := range map[string]int{
		"": 400, "12": 400, "x": 400, "\r": 400, "é": 400, "\xff": 400, "①②": 400, "⑩": 400, "\x00": 400,
		strings.Repeat("1", maxKeyBody): 400, strings.Repeat("1", 1<<20): 413,
	} {
		if got := post(t, w, body, nil); got != want {
			t.Errorf("body of %d bytes: %d, want %d", len(body), got, want)
		}
	}
	r := httptest.NewRequest("GET", "http://localhost/key", nil)
	rw := httptest.NewRecorder()
	w.ServeHTTP(rw, r)
	if rw.Code != http.StatusMethodNotAllowed && rw.Code != http.StatusNotFound {
		t.Errorf("GET /key: %d", rw.Code)
	}
	if got := p.take(); got != "" {
		t.Errorf("pressed %q by what is not a key", got)
	}
}

func TestOnlyOurOwnPageMayPress(t *testing.T) {
	w, _ := newWeb(t, "till.example")
	var p presses
	w.OnKey(p.press)
	header := func(kv ...string) func(*http.Request) {
		return func(r *http.Request) {
			for i := 0; i < len(kv); i += 2 {
				r.Header.Set(kv[i], kv[i+1])
			}
		}
	}
	host := func(h string, more func(*http.Request)) func(*http.Request) {
		return func(r *http.Request) {
			r.Host = h
			if more != nil {
				more(r)
			}
		}
	}
	cases := []struct {
		what   string
		change func(*http.Request)
		want   int
	}{
		{"a script without a browser", nil, 204},
		{"our page", header("Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1:8080"), 204},
		{"our page in an old browser", header("Origin", "http://127.0.0.1:8080"), 204},
		{"another site", header("Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"), 403},
		{"another site in an old browser", header("Origin", "https://evil.example"), 403},
		{"another port of this machine", header("Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:9"), 403},
		{"a name that was pointed at us", host("evil.example:8080", header("Sec-Fetch-Site", "same-origin")), 421},
		{"no name", host("", nil), 421},
		{"localhost", host("localhost:8080", nil), 204},
		{"IPv6", host("[::1]:8080", nil), 204},
		{"a name we were told", host("till.example:80", nil), 204},
	}
	for _, c := range cases {
		if got := post(t, w, "1", c.change); got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
		want := ""
		if c.want == 204 {
			want = "1"
		}
		if got := p.take(); got != want {
			t.Errorf("%s: pressed %q, want %q", c.what, got, want)
		}
	}
}

// events reads a stream, one event a line: its name and data.
func events(t *testing.T, url string) <-chan string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("events: %s %s", answer.Status, got)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer answer.Body.Close()
		name := ""
		for s := bufio.NewScanner(answer.Body); s.Scan(); {
			if n, ok := strings.CutPrefix(s.Text(), "event: "); ok {
				name = n
			} else if data, ok := strings.CutPrefix(s.Text(), "data: "); ok {
				out <- name + " " + data
			}
		}
	}()
	return out
}

func next(t *testing.T, c <-chan string) string {
	t.Helper()
	select {
	case e := <-c:
		return e
	case <-time.After(5 * time.Second):
		t.Fatal("no event")
		return ""
	}
}

func TestEvents(t *testing.T) {
	w, server := newWeb(t)
	a, b := events(t, server.URL), events(t, server.URL)
	for _, c := range []<-chan string{a, b} {
		if got, want := next(t, c), `frame {"version":1,"width":100,"height":80,"led":""}`; got != want {
			t.Errorf("at first %s, want %s", got, want)
		}
	}
	show(t, w, picture(1, frame.Mono))
	w.Tone("paid")
	for _, c := range []<-chan string{a, b} {
		got := map[string]bool{next(t, c): true, next(t, c): true}
		if !got[`tone {"tone":"paid","led":"green","loud":1}`] || len(got) != 2 {
			t.Errorf("got %v, want a frame and the tone", got)
		}
	}
	for _, c := range []tone{{"refuse", "green", 1}, {"key", "off", 1}, {"ready", "blue", .4}, {"late", "amber", .4}, {"no such", "amber", 1}, {"failed", "red", 1}} {
		w.Loud(c.Loud)
		w.Tone(c.Tone)
		var got tone
		if err := json.Unmarshal([]byte(strings.TrimPrefix(next(t, a), "tone ")), &got); err != nil || got != c {
			t.Errorf("got %+v, %v, want %+v", got, err, c)
		}
	}
}

func TestSlowWatcherDelaysNobody(t *testing.T) {
	w, err := NewWeb(size)
	if err != nil {
		t.Fatal(err)
	}
	c := w.watch() // and never reads
	done := make(chan bool)
	go func() {
		defer close(done)
		for n := range 200 {
			show(t, w, picture(n%80, frame.Mono))
			w.Tone("key")
		}
		w.Tone("paid")
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the panel waits for a watcher")
	}
	latest, tones, _ := w.news(c)
	if latest.Version != 201 || len(tones) != maxTones || tones[maxTones-1].Tone != "paid" {
		t.Errorf("version %d and %d tones, want the latest frame and the %d latest tones", latest.Version, len(tones), maxTones)
	}
}

func TestWatchersAreBounded(t *testing.T) {
	w, server := newWeb(t)
	for range maxWatchers {
		next(t, events(t, server.URL))
	}
	if r, _ := get(t, server.URL+"/events"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one too many: %s, want 503", r.Status)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.watchers) != maxWatchers {
		t.Errorf("%d watchers, want %d", len(w.watchers), maxWatchers)
	}
}

func TestCloseEndsTheStreams(t *testing.T) {
	w, server := newWeb(t)
	stream := events(t, server.URL)
	next(t, stream)
	for range 2 {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case _, more := <-stream:
		if more {
			t.Error("news after the end")
		}
	case <-time.After(5 * time.Second):
		t.Error("the stream goes on")
	}
	if r, _ := get(t, server.URL+"/events"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream after the end: %s, want 503", r.Status)
	}
	if r, _ := get(t, server.URL+"/glass.png"); r.StatusCode != http.StatusOK {
		t.Errorf("the last frame after the end: %s", r.Status)
	}
}

func TestWebRefusesAnImpossibleSize(t *testing.T) {
	if _, err := NewWeb(image.Pt(0, 10)); err == nil {
		t.Error("0x10: no error")
	}
	if got := fmt.Sprint(newPanels(t)); got != "[web tty]" {
		t.Errorf("panels are called %s", got)
	}
}

func newPanels(t *testing.T) []frame.Panel {
	t.Helper()
	w, _ := newWeb(t)
	return []frame.Panel{w, NewTTY(io.Discard, size, nil)}
}
