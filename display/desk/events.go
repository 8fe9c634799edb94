package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// watcher is one open event stream. Its fields are guarded by Web.mu.
type watcher struct {
	wake  chan struct{} // of one
	tones []tone
	heard int // which sentence it was told of
}

type tone struct {
	Tone string  `json:"tone"`
	LED  string  `json:"led"`
	Loud float64 `json:"loud"` // share of the full volume
}

// shown is what a page needs to know about the latest frame.
type shown struct {
	Version int    `json:"version"`
	Width   int    `json:"width"`
	Height  int    `json:"height"`
	LED     string `json:"led"`
}

func (c *watcher) nudge() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// watch admits a stream, unless there are too many.
func (w *Web) watch() *watcher {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.watchers) >= maxWatchers || w.done {
		return nil
	}
	c := &watcher{wake: make(chan struct{}, 1), heard: w.spoken.n} // what was said before is over
	w.watchers[c] = true
	c.nudge()
	return c
}

func (w *Web) unwatch(c *watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.watchers, c)
}

// news takes what a stream has not been told yet.
func (w *Web) news(c *watcher) (latest shown, tones []tone, said *voice) {
	w.mu.Lock()
	defer w.mu.Unlock()
	tones, c.tones = c.tones, nil
	if c.heard != w.spoken.n {
		c.heard, said = w.spoken.n, &voice{w.spoken.url()}
	}
	return shown{Version: w.version, Width: w.size.X, Height: w.size.Y, LED: w.led}, tones, said
}

func (w *Web) serveEvents(rw http.ResponseWriter, r *http.Request) {
	c := w.watch()
	if c == nil {
		http.Error(rw, "too many are watching", http.StatusServiceUnavailable)
		return
	}
	defer w.unwatch(c)
	rw.Header().Set("Content-Type", "text/event-stream")
	s := stream{rw: rw, control: http.NewResponseController(rw)}
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	told := -1
	for s.err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-w.closed:
			return
		case <-alive.C:
			s.send("", nil)
		case <-c.wake:
			latest, tones, said := w.news(c)
			if latest.Version != told {
				told = latest.Version
				s.send("frame", latest)
			}
			for _, t := range tones {
				s.send("tone", t)
			}
			if said != nil {
				s.send("voice", said)
			}
		}
	}
}

// stream writes server-sent events until one cannot be written.
type stream struct {
	rw      http.ResponseWriter
	control *http.ResponseController
	err     error
}

// send writes an event; without a name it is a comment, to show that we live.
func (s *stream) send(name string, data any) {
	if s.err != nil {
		return
	}
	// A server without deadlines still ends with its connection.
	_ = s.control.SetWriteDeadline(time.Now().Add(writeWithin))
	if name == "" {
		_, s.err = fmt.Fprint(s.rw, ": alive\n\n")
	} else {
		body, err := json.Marshal(data)
		if err != nil {
			s.err = err
			return
		}
		_, s.err = fmt.Fprintf(s.rw, "event: %s\ndata: %s\n\n", name, body)
	}
	if s.err == nil {
		s.err = s.control.Flush()
	}
}
