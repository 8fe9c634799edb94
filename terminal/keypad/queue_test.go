package keypad

import (
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"kasir/terminal"
)

func logTo(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

func TestWebTakesCharacters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWeb(slog.New(slog.DiscardHandler))
		s := start(t.Context(), w)
		for _, r := range "x\r é\x00" {
			if w.Press(r) {
				t.Errorf("%q was taken", r)
			}
		}
		const keys = "0123456789zbc\nm+lrv"
		for _, r := range keys {
			if !w.Press(r) {
				t.Errorf("%q was not taken", r)
			}
		}
		if got := s.take(len(keys)); got != keys {
			t.Errorf("got %q, want %q", got, keys)
		}
		if err := s.end(); err != errOver {
			t.Errorf("ended with %v, want the context's cause", err)
		}
	})
}

// A busy till loses no key up to QueueLen; beyond, the log says so once, and
// how many there were when keys are taken again.
func TestQueueFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		q := NewQueue(logTo(&log))
		for i := range QueueLen {
			if !q.Press(terminal.Key('0' + i%10)) {
				t.Fatalf("key %d was not taken", i)
			}
		}
		for range 3 {
			if q.Press('7') {
				t.Error("a key was taken by a full queue")
			}
		}
		s := start(t.Context(), q)
		for i := range QueueLen {
			if got, want := <-s.keys, terminal.Key('0'+i%10); got != want {
				t.Errorf("key %d is %q, want %q", i, rune(got), rune(want))
			}
		}
		if !q.Press(terminal.KeyOK) {
			t.Error("an empty queue took no key")
		}
		if got := s.take(1); got != "\n" {
			t.Errorf("got %q after the flood", got)
		}
		s.end()
		want := "level=WARN msg=\"key dropped: the till is busy\" waiting=64\n" +
			"level=WARN msg=\"keys are taken again\" dropped=3\n"
		if got := log.String(); got != want {
			t.Errorf("log\n%swant\n%s", got, want)
		}
	})
}

// Many hands at once: what was taken arrives, each key once.
func TestQueueFromManyHands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(slog.New(slog.DiscardHandler))
		s := start(t.Context(), q)
		var hands sync.WaitGroup
		taken := make([]int, 8)
		for h := range taken {
			hands.Go(func() {
				for range 100 {
					if q.Press(terminal.Key('0' + h)) {
						taken[h]++
					}
				}
			})
		}
		got := make([]int, len(taken))
		over := make(chan struct{})
		go func() { hands.Wait(); close(over) }()
		for open := true; open; {
			select {
			case k := <-s.keys:
				got[k-'0']++
			case <-over:
				open = false
			}
		}
		synctest.Wait()
		for range QueueLen + 1 {
			select {
			case k := <-s.keys:
				got[k-'0']++
				synctest.Wait()
			default:
			}
		}
		s.end()
		for h := range taken {
			if got[h] != taken[h] {
				t.Errorf("hand %d: %d keys arrived, %d were taken", h, got[h], taken[h])
			}
		}
	})
}
