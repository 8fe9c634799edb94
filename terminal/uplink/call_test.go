package uplink

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// portal is what a hotel's network says to everything.
func portal(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<html><body>Please sign in</body></html>")
}

// big answers with n bytes that begin like a charge.
func big(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"order_id":%q,"amount":1,"state":"pending","qr_string":"`, order(1))
		chunk := strings.Repeat("9", 64<<10)
		for sent := 0; sent < n; sent += len(chunk) {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
		fmt.Fprint(w, `"}`)
	}
}

func TestASaleOverTheLine(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(1), Amount: 5000})
		want := terminal.Told{Order: order(1), Call: terminal.Open, Fact: terminal.FactPending, Amount: 5000, QR: "QR", ExpiresIn: 15 * time.Minute}
		if got := l.next(); got != terminal.Event(want) {
			t.Errorf("got %#v, want %#v", got, want)
		}
		b.say(paid(1, 5000))
		l.wantNews(1, 1)
		l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(1), Amount: 5000})
		l.link.Call(terminal.Call{Verb: terminal.LetGo, Order: order(2), Amount: 700})
		var facts []string
		for range 2 {
			told := l.next().(terminal.Told)
			facts = append(facts, fmt.Sprintf("%s %s %s", told.Call, told.Order.Short(), told.Fact))
		}
		got := strings.Join(facts, ", ")
		if got != "ask #0001 settled, letgo #0002 cancelled" && got != "letgo #0002 cancelled, ask #0001 settled" {
			t.Errorf("got %s", got)
		}
		for _, word := range []string{"QR", journal} {
			if strings.Contains(l.log.String(), word) {
				t.Errorf("%s is in the log", word)
			}
		}
	})
}

// A server that takes the connection and says nothing, and one that says a
// byte a second, cost exactly the patience of the question.
func TestPatience(t *testing.T) {
	verbs := map[terminal.Verb]time.Duration{
		terminal.Hello: 5 * time.Second, terminal.Ask: 8 * time.Second,
		terminal.Open: 15 * time.Second, terminal.LetGo: 15 * time.Second,
		terminal.LinkUp: 15 * time.Second, terminal.Unlink: 15 * time.Second,
		terminal.AskLink: 8 * time.Second, terminal.FindCustomer: 8 * time.Second,
	}
	servers := map[string]http.HandlerFunc{
		"dead": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"slow drip": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for r.Context().Err() == nil {
				fmt.Fprint(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		},
	}
	for name, h := range servers {
		for verb, want := range verbs {
			t.Run(name+"/"+verb.String(), func(t *testing.T) {
				bubble(t, h, Options{}, func(l *line) {
					began := time.Now()
					l.link.Call(terminal.Call{Verb: verb, Order: order(1), Amount: 1})
					if got := troubleIn(l.next()); got != terminal.TroubleTimeout {
						t.Errorf("trouble %q, want a timeout", got)
					}
					if got := time.Since(began); got != want {
						t.Errorf("gave up after %s, want %s", got, want)
					}
				})
			})
		}
	}
}

func troubleIn(e terminal.Event) terminal.Trouble {
	switch e := e.(type) {
	case terminal.Greeted:
		return e.Trouble
	case terminal.Told:
		return e.Trouble
	case terminal.LinkTold:
		return e.Trouble
	case terminal.Found:
		return e.Trouble
	}
	return "not an answer"
}

// Waiting for a turn counts as waiting: with a dead backend the last call of a
// full queue is answered as early as the first.
func TestWaitingInTheQueueCounts(t *testing.T) {
	h := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	bubble(t, http.HandlerFunc(h), Options{}, func(l *line) {
		began := time.Now()
		for n := range int64(terminal.MaxOpen) {
			l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(n + 1), Amount: 1})
		}
		for range terminal.MaxOpen {
			if got := troubleIn(l.next()); got != terminal.TroubleTimeout {
				t.Errorf("trouble %q, want a timeout", got)
			}
		}
		if got, want := time.Since(began), 15*time.Second; got != want {
			t.Errorf("the last answer came after %s, want %s", got, want)
		}
	})
}

func TestFullQueueAnswersAtOnce(t *testing.T) {
	h := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	bubble(t, http.HandlerFunc(h), Options{}, func(l *line) {
		const more = 30
		for n := range int64(inFlight) {
			l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(n + 1), Amount: 1})
		}
		synctest.Wait() // the workers have theirs
		for n := range int64(queued + more) {
			l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(100 + n), Amount: 1})
		}
		synctest.Wait()
		if got := len(l.events); got != more {
			t.Errorf("%d answers at once, want %d", got, more)
		}
		for range more {
			if got := troubleIn(l.next()); got != terminal.TroubleBackend {
				t.Errorf("trouble %q of a call turned away", got)
			}
		}
		for range inFlight + queued {
			if got := troubleIn(l.next()); got != terminal.TroubleTimeout {
				t.Errorf("trouble %q of a call that waited", got)
			}
		}
		l.quiet(time.Minute)
	})
}

// No more than four calls and a poll are on the way at once.
func TestCallsInFlight(t *testing.T) {
	now, most := make(chan int, 1), 0
	now <- 0
	h := func(w http.ResponseWriter, _ *http.Request) {
		n := <-now + 1
		most = max(most, n)
		now <- n
		time.Sleep(time.Second)
		now <- <-now - 1
		refuse(w, wire.Busy)
	}
	bubble(t, http.HandlerFunc(h), Options{}, func(l *line) {
		for n := range int64(20) {
			l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(n + 1), Amount: 1})
		}
		for range 20 {
			l.next()
		}
	})
	if most != inFlight {
		t.Errorf("%d at once, want %d", most, inFlight)
	}
}

// bomb is a transport, or a body, that panics.
type bomb struct{ late bool }

func (b bomb) RoundTrip(*http.Request) (*http.Response, error) {
	if !b.late {
		panic("transport")
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: b}, nil
}

func (bomb) Read([]byte) (int, error) { panic(errors.New("body")) }

func (bomb) Close() error { return nil }

func TestPanicIsAnAnswer(t *testing.T) {
	for _, late := range []bool{false, true} {
		o := Options{HTTP: &http.Client{Transport: bomb{late}}}
		bubble(t, newBackend(), o, func(l *line) {
			for _, verb := range slices.Concat(verbs, walletVerbs) {
				l.link.Call(terminal.Call{Verb: verb, Order: order(1), Amount: 1})
				if got := troubleIn(l.next()); got != terminal.TroubleNonsense {
					t.Errorf("%s: trouble %q, want nonsense", verb, got)
				}
			}
			l.quiet(time.Minute)
		})
	}
}
