package uplink

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kasir/terminal"
)

// The greeting says what the device is, and what its clock shows and how many
// sales wait at that moment; without anything to say it says nothing.
func TestHelloSays(t *testing.T) {
	var mu sync.Mutex
	var asked []url.Values
	serve := func(b *backend) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/devices/"+device {
				mu.Lock()
				asked = append(asked, r.URL.Query())
				mu.Unlock()
			}
			b.ServeHTTP(w, r)
		})
	}
	hellos := func() []url.Values {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(asked)
	}
	var unsent atomic.Int32
	unsent.Store(2)
	bubble(t, serve(newBackend()), Options{Says: func() Says { return Says{Version: "v1.2+x", Board: "a board", Unsent: int(unsent.Load())} }}, func(l *line) {
		l.hello()
		unsent.Store(-1) // nobody can owe that
		time.Sleep(time.Minute)
		l.link.Call(terminal.Call{Verb: terminal.Hello})
		l.next()
		for i, want := range []string{"2", "0"} {
			q := hellos()[i]
			shown, err := strconv.ParseInt(q.Get("clock"), 10, 64)
			if q.Get("version") != "v1.2+x" || q.Get("board") != "a board" || q.Get("unsent") != want || q.Get("journal") != journal || err != nil {
				t.Errorf("hello %d: %v", i, q)
			}
			if ago := time.Since(time.UnixMilli(shown)); i == 1 && (ago < 0 || ago > time.Second) {
				t.Errorf("the clock of a moment ago is %s old", ago)
			}
		}
	})
	bubble(t, serve(newBackend()), Options{}, func(l *line) {
		l.hello()
		if q := hellos()[2]; len(q) != 1 {
			t.Errorf("with nothing to say: %v", q)
		}
	})
}
