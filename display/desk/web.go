package desk

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"image"
	"io/fs"
	"net/http"
	"strconv"
	"sync"
	"time"

	"kasir/display/frame"
)

//go:embed web
var files embed.FS

// Limits of the web panel. Its page needs one stream; a few more people may watch.
const (
	maxWatchers = 16
	maxKeyBody  = 16
	maxTones    = 16 // waiting for one slow watcher
	keepAlive   = 15 * time.Second
	writeWithin = 10 * time.Second
)

// Web is the whole device in a browser: a panel, and an http.Handler that
// serves
//
//	GET  /           the page: glass, keypad, speaker, light
//	GET  /glass.png  the latest frame, pixel for pixel
//	GET  /events     server-sent events: frame {"version","width","height","led"},
//	                 tone {"tone","led","loud"} and voice {"url"}, "" for silence
//	GET  /voice/N    the sentence that is being said, a WAV file
//	POST /key        one character: 0-9, z (00), b, c, newline (OK), m, +, l, r, v, and
//	                 ① to ⑨ for a digit that is held down
//
// All its links are relative, so it can be served under any path. It answers
// only to numeric addresses, localhost and the names it is told, and takes keys
// from its own page only: a web site must not be able to press them.
type Web struct {
	mux    *http.ServeMux
	origin *http.CrossOriginProtection
	hosts  map[string]bool
	size   image.Point
	closed chan struct{}

	mu       sync.Mutex
	press    func(rune)
	picture  []byte // PNG
	version  int
	led      string
	loud     float64
	spoken   sentence
	watchers map[*watcher]bool
	done     bool
}

// NewWeb is a web panel of size. It answers to hosts besides the local ones.
func NewWeb(size image.Point, hosts ...string) (*Web, error) {
	w := &Web{mux: http.NewServeMux(), origin: http.NewCrossOriginProtection(), hosts: make(map[string]bool),
		size: size, closed: make(chan struct{}), press: func(rune) {}, loud: 1, watchers: make(map[*watcher]bool)}
	for _, h := range hosts {
		w.hosts[h] = true
	}
	blank := frame.Format{Size: size}
	if err := blank.Check(); err != nil {
		return nil, fmt.Errorf("open web panel: %w", err)
	}
	if err := w.keep(frame.New(blank)); err != nil {
		return nil, fmt.Errorf("open web panel: %w", err)
	}
	static, err := fs.Sub(files, "web")
	if err != nil {
		return nil, fmt.Errorf("open web panel: %w", err)
	}
	w.mux.Handle("GET /", http.FileServerFS(static))
	w.mux.HandleFunc("GET /glass.png", w.serveGlass)
	w.mux.HandleFunc("GET /events", w.serveEvents)
	w.mux.HandleFunc("GET /voice/{n}", w.serveVoice)
	w.mux.HandleFunc("POST /key", w.serveKey)
	return w, nil
}

// Handle serves one more path beside the panel's own, behind the same guard.
// It must not be called once the panel is being served.
func (w *Web) Handle(pattern string, h http.Handler) { w.mux.Handle(pattern, h) }

// OnKey says who gets the keys. Before that, nobody does. press is called by
// one goroutine a request and should not block for long.
func (w *Web) OnKey(press func(rune)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.press = press
}

// Bounds implements frame.Panel.
func (w *Web) Bounds() image.Rectangle { return image.Rectangle{Max: w.size} }

// String implements frame.Panel.
func (w *Web) String() string { return "web" }

// Show implements frame.Panel.
func (w *Web) Show(ctx context.Context, f *frame.Frame, _ frame.Refresh, _ image.Rectangle) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.keep(f)
}

func (w *Web) keep(f *frame.Frame) error {
	var b bytes.Buffer
	if err := f.WritePNG(&b); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.picture = b.Bytes()
	w.version++
	for c := range w.watchers {
		c.nudge()
	}
	return nil
}

// leds are the colours of the light by tone; a tone that is not here leaves it
// as it is.
var leds = map[string]string{
	"key": "off", "ready": "blue", "paid": "green", "failed": "red",
	"unsure": "amber", "late": "amber", "alarm": "red",
}

// Tone plays a tone by its name on every page that is open, and sets the light
// to match. It never blocks.
func (w *Web) Tone(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if led, ok := leds[name]; ok {
		w.led = led
	}
	for c := range w.watchers {
		c.tones = append(c.tones, tone{Tone: name, LED: w.led, Loud: w.loud})
		c.tones = c.tones[max(0, len(c.tones)-maxTones):]
		c.nudge()
	}
}

// Close ends the event streams, so that a server can shut down. The page and
// the last frame are still served.
func (w *Web) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.done {
		w.done = true
		close(w.closed)
	}
	return nil
}

func (w *Web) serveGlass(rw http.ResponseWriter, _ *http.Request) {
	w.mu.Lock()
	picture, version := w.picture, w.version
	w.mu.Unlock()
	h := rw.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Content-Length", strconv.Itoa(len(picture)))
	h.Set("Frame-Version", strconv.Itoa(version))
	// A watcher that has gone is not our trouble.
	_, _ = rw.Write(picture)
}
