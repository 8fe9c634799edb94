package uplink

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// streamer is a backend with streams, and what stands before it.
type streamer struct {
	*backend
	mu       sync.Mutex
	hides    bool          // a proxy keeps the stream to itself
	cutAfter time.Duration // or cuts it after so long; 0: never
	retry    time.Duration // the backend ends it so, after cutAfter
	streams  int
	spoilt   string // comes instead of a page
}

func (s *streamer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/events") && strings.Contains(r.Header.Get("Accept"), wire.StreamType):
		s.stream(w, r)
	case strings.HasPrefix(r.URL.Path, "/v1/devices/") && !strings.HasSuffix(r.URL.Path, "/events"):
		s.backend.mu.Lock()
		defer s.backend.mu.Unlock()
		answer(w, http.StatusOK, wire.Hello{Device: device, Next: 1, Latest: s.latest, Stream: true})
	default:
		s.backend.ServeHTTP(w, r)
	}
}

func (s *streamer) stream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.streams++
	hides, life, retry, spoilt := s.hides, s.cutAfter, s.retry, s.spoilt
	s.mu.Unlock()
	if hides {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", wire.StreamType)
	since, _ := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	if spoilt != "" {
		io.WriteString(w, spoilt)
		return
	}
	end := make(<-chan time.Time)
	if life > 0 {
		end = time.After(life)
	}
	beat := time.NewTicker(wire.Heartbeat)
	defer beat.Stop()
	for first := true; ; first = false {
		page, rung := s.page(since)
		if first || len(page.Events) > 0 {
			text, _ := json.Marshal(page)
			fmt.Fprintf(w, "id: 1\ndata: %s\n\n", text)
			since = page.Latest
		}
		http.NewResponseController(w).Flush()
		select {
		case <-rung:
		case <-beat.C:
			io.WriteString(w, ":\n\n")
		case <-end:
			if retry > 0 {
				fmt.Fprintf(w, "retry: %d\n\n", retry.Milliseconds())
				return
			}
			panic(http.ErrAbortHandler)
		case <-r.Context().Done():
			return
		}
	}
}

func (s *streamer) page(since int64) (wire.Events, <-chan struct{}) {
	s.backend.mu.Lock()
	defer s.backend.mu.Unlock()
	if s.rung == nil {
		s.rung = make(chan struct{})
	}
	page := wire.Events{Latest: s.latest}
	for _, e := range s.events {
		if e.Seq > since {
			page.Events = append(page.Events, e)
		}
	}
	return page, s.rung
}

func (s *streamer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams
}

// TestStreamBringsNews: one question, and news the moment they are there.
func TestStreamBringsNews(t *testing.T) {
	s := &streamer{backend: newBackend()}
	bubble(t, s, Options{}, func(l *line) {
		l.hello()
		for n := range int64(5) {
			time.Sleep(time.Minute)
			began := time.Now()
			s.say(paid(n+1, 5000))
			l.wantNews(n+1, n+1)
			if took := time.Since(began); took != 0 {
				t.Errorf("news took %s", took)
			}
		}
		if n := s.count(); n != 1 || s.polled() != 0 {
			t.Errorf("%d streams, %d polls", n, s.polled())
		}
	})
}

// TestStreamBehindAProxy that does not let it through: the news come by poll.
func TestStreamBehindAProxy(t *testing.T) {
	for name, s := range map[string]*streamer{
		"hidden": {backend: newBackend(), hides: true},
		"cut":    {backend: newBackend(), cutAfter: 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, s, Options{}, func(l *line) {
				l.hello()
				s.say(paid(1, 5000))
				l.wantNews(1, 1)
				time.Sleep(30 * time.Second)
				began := time.Now()
				s.say(paid(2, 5000))
				l.wantNews(2, 2)
				if took := time.Since(began); took > 0 {
					t.Errorf("news took %s", took)
				}
				if n := s.count(); n > streamCuts || s.polled() == 0 {
					t.Errorf("%d streams, %d polls", n, s.polled())
				}
				s.mu.Lock()
				s.hides, s.cutAfter = false, 0
				s.mu.Unlock()
				before := s.count()
				time.Sleep(plainFor + time.Minute)
				if s.count() != before+1 {
					t.Errorf("%d more streams after a while", s.count()-before)
				}
				l.quiet(time.Second) // and no trouble was ever told
			})
		})
	}
}

// TestStreamDrains: a backend that stops says when to come again.
func TestStreamDrains(t *testing.T) {
	s := &streamer{backend: newBackend(), cutAfter: 30 * time.Second, retry: 2 * time.Second}
	bubble(t, s, Options{}, func(l *line) {
		l.hello()
		time.Sleep(31 * time.Second)
		s.say(paid(1, 5000)) // while nobody listens
		began := time.Now()
		l.wantNews(1, 1)
		if took := time.Since(began); took != time.Second {
			t.Errorf("it came again after %s more, want 1s", took)
		}
		l.quiet(3 * time.Minute)
		if n := s.count(); n < 6 || n > 8 || s.polled() != 0 {
			t.Errorf("%d streams, %d polls", n, s.polled())
		}
	})
}

// TestStreamNonsense is told as such, and never taken for news.
func TestStreamNonsense(t *testing.T) {
	for name, text := range map[string]string{
		"no page":            "data: hello\n\n",
		"no newest number":   "data: {\"events\":[]}\n\n",
		"out of order":       "data: {\"latest\":9,\"events\":[{\"seq\":3},{\"seq\":2}]}\n\n",
		"a strange retry":    "retry: never\n\n",
		"a line without end": "data: " + strings.Repeat("x", maxPage+1),
	} {
		t.Run(name, func(t *testing.T) {
			s := &streamer{backend: newBackend(), spoilt: text}
			bubble(t, s, Options{}, func(l *line) {
				l.hello()
				l.wantLinked(terminal.TroubleNonsense)
			})
		})
	}
}

// TestStreamGoesQuiet: a stream that leads nowhere is given up in time, and
// nothing is lost.
func TestStreamGoesQuiet(t *testing.T) {
	s := &streamer{backend: newBackend()}
	bubble(t, s, Options{}, func(l *line) {
		l.hello()
		time.Sleep(time.Minute)
		l.net.deafen()
		s.say(paid(1, 5000))
		began := time.Now()
		l.wantNews(1, 1)
		if took := time.Since(began); took > 25*time.Second {
			t.Errorf("it took %s to find out", took)
		}
	})
}

// deafen makes the connections there are bring nothing any more.
func (p *pipes) deafen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		c.deaf.Store(true)
	}
}

// Read hears nothing on a deaf cable until it is closed.
func (c *cable) Read(b []byte) (int, error) {
	for {
		n, err := c.Conn.Read(b)
		if err != nil || !c.deaf.Load() {
			return n, err
		}
	}
}
