package backend

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
)

// tuned is a device's stream; its lines come on a channel that is closed at its end.
func (t *town) tuned(ctx context.Context, query string) <-chan string {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", "http://backend.test/v1/devices/KASIR/events?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", wire.StreamType)
	res, err := (&http.Client{Transport: t.net.transport()}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != wire.StreamType || res.Header.Get("X-Accel-Buffering") != "no" {
		t.Fatalf("HTTP %d, %v", res.StatusCode, res.Header)
	}
	lines := make(chan string, 100)
	go func() {
		defer res.Body.Close()
		defer close(lines)
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			if s.Text() != "" {
				lines <- s.Text()
			}
		}
	}()
	return lines
}

// pageOn is the next line, which must be one.
func pageOn(t *town, lines <-chan string) (e wire.Events) {
	t.Helper()
	for line := range lines {
		if line == ":" {
			continue
		}
		text, ok := strings.CutPrefix(line, "data: ")
		if !ok || json.Unmarshal([]byte(text), &e) != nil {
			t.Fatalf("line %q", line)
		}
		return e
	}
	t.Fatal("the stream is over")
	return e
}

func TestStream(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.put("KASIR-00000001", 5000)
		lines := w.tuned(t.Context(), "since=0")
		if e := pageOn(w, lines); e.Latest != 1 || len(e.Events) != 1 || e.Events[0].Charge.State != wire.Pending {
			t.Errorf("first page %+v", e)
		}
		w.pay("KASIR-00000001")
		if e := pageOn(w, lines); e.Latest != 2 || len(e.Events) != 1 || e.Events[0].Seq != 2 || e.Events[0].Charge.State != wire.Settled {
			t.Errorf("second page %+v", e)
		}
		// It outlives the deadlines of an answer, and says something all the time.
		began := time.Now()
		for range 6 {
			if line := <-lines; line != ":" {
				t.Errorf("line %q", line)
			}
		}
		if took := time.Since(began); took > 6*wire.Heartbeat+time.Second {
			t.Errorf("six beats in %s", took)
		}
		// A newer one takes its place.
		newer := w.tuned(t.Context(), "since=2")
		if e := pageOn(w, newer); e.Latest != 2 || len(e.Events) != 0 {
			t.Errorf("nothing new: %+v", e)
		}
		if line, more := <-lines; more {
			t.Errorf("two streams of one device: %q", line)
		}
		// We stop: it is told when to come again.
		w.backend.EndPolls()
		if line := <-newer; !strings.HasPrefix(line, "retry: ") {
			t.Errorf("last line %q", line)
		}
		if line, more := <-newer; more {
			t.Errorf("and then %q", line)
		}
	})
}

// TestStreamRestored: a book that was put back is told once, and the stream goes on.
func TestStreamRestored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		lines := w.tuned(t.Context(), "since=7&epoch=another")
		first := pageOn(w, lines)
		if first.Epoch == "" || first.Epoch == "another" || first.Latest != 0 {
			t.Errorf("first page %+v", first)
		}
		w.put("KASIR-00000001", 5000)
		if e := pageOn(w, lines); e.Latest != 1 || len(e.Events) != 1 || e.Epoch != first.Epoch {
			t.Errorf("second page %+v", e)
		}
	})
}

// TestStreamEnds: a device that goes away leaves nothing behind.
func TestStreamEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		pageOn(w, w.tuned(ctx, "since=0"))
		cancel()
		time.Sleep(time.Second)
		w.backend.bells.mu.Lock()
		defer w.backend.bells.mu.Unlock()
		if n := len(w.backend.bells.waiting); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
}
