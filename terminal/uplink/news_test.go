package uplink

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

func paid(n, amount int64) wire.Charge {
	return wire.Charge{OrderID: string(order(n)), Amount: amount, State: wire.Settled, Paid: amount, TransactionID: "tx"}
}

func (l *line) wantNews(seq, n int64) {
	l.Helper()
	e := l.next()
	got, ok := e.(terminal.Told)
	if !ok || got.Seq != seq || got.Order != order(n) || got.Call != 0 || got.Trouble != "" {
		l.Errorf("got %#v, want news %d of %s", e, seq, order(n))
	}
}

func (l *line) wantLinked(t terminal.Trouble) {
	l.Helper()
	if e := l.next(); e != terminal.Event(terminal.Linked{Trouble: t}) {
		l.Errorf("got %#v, want the link to be %q", e, t)
	}
}

func TestNewsArriveAtOnceAndInOrder(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		for n := range int64(250) {
			b.say(paid(n+1, 5000))
		}
		began := time.Now()
		for n := range int64(250) {
			l.wantNews(n+1, n+1)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("news took %s", took)
		}
		time.Sleep(time.Minute)
		began = time.Now()
		b.say(paid(251, 5000))
		l.wantNews(251, 251)
		if took := time.Since(began); took != 0 {
			t.Errorf("a settlement took %s to a till that waits for it", took)
		}
	})
}

// A new journal does not hear of what was before it; one that has joined goes
// on where it stopped.
func TestWhereNewsBegin(t *testing.T) {
	tests := []struct {
		joined bool
		cursor int64
		first  int64
	}{
		{joined: false, cursor: 0, first: 4},
		{joined: false, cursor: 1, first: 4},
		{joined: true, cursor: 1, first: 2},
		{joined: true, cursor: 0, first: 1},
		{joined: true, cursor: 3, first: 4},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("joined=%t,cursor=%d", tt.joined, tt.cursor), func(t *testing.T) {
			b := newBackend()
			for n := range int64(3) {
				b.say(paid(n+1, 5000))
			}
			bubble(t, b, Options{Joined: tt.joined, Cursor: tt.cursor}, func(l *line) {
				l.hello()
				b.say(paid(4, 5000))
				for n := tt.first; n <= 4; n++ {
					l.wantNews(n, n)
				}
				l.quiet(time.Minute)
			})
		})
	}
}

func TestNoPollBeforeAHello(t *testing.T) {
	b := newBackend()
	b.spoiled(func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Busy) })
	bubble(t, b, Options{Joined: true}, func(l *line) {
		l.link.Call(terminal.Call{Verb: terminal.Hello})
		if got, want := l.next(), terminal.Event(terminal.Greeted{Trouble: terminal.TroubleBackend}); got != want {
			t.Errorf("got %#v, want %#v", got, want)
		}
		l.quiet(time.Minute)
		if b.polled() != 0 {
			t.Errorf("%d polls before a greeting", b.polled())
		}
	})
}

// A poll that nobody answers is trouble once, not each time, and is tried
// again 1, 2, 4, 8, 10, 10 … seconds after, less up to a fifth.
func TestPollRetries(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		var at []time.Time
		b.spoiled(func(w http.ResponseWriter, _ *http.Request) {
			at = append(at, time.Now())
			refuse(w, wire.Busy)
		})
		b.say(paid(1, 1)) // ends the poll that was under way
		l.wantNews(1, 1)
		l.wantLinked(terminal.TroubleBackend)
		l.quiet(55 * time.Second)
		b.spoiled(nil)
		l.wantLinked(terminal.NoTrouble)
		l.quiet(2 * time.Minute)
		synctest.Wait()
		want := []time.Duration{1, 2, 4, 8, 10, 10, 10}
		if len(at) < len(want)+1 {
			t.Fatalf("%d polls, want over %d", len(at), len(want))
		}
		for i, w := range want {
			got, w := at[i+1].Sub(at[i]), w*time.Second
			if got > w || got < w*4/5 {
				t.Errorf("wait %d was %s, want %s or a little less", i, got, w)
			}
		}
		if got, want := strings.Count(l.log.String(), "level=INFO"), 2; got != want {
			t.Errorf("%d info lines, want one for each change of the link", got)
		}
	})
}

// While one kind of trouble becomes another, the till hears of it; when the
// network comes back it hears that soon, not after a whole long poll.
func TestLinkSaysWhatChanged(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		l.net.cut(true)
		l.wantLinked(terminal.TroubleNetwork)
		l.quiet(30 * time.Second)
		b.spoiled(portal)
		l.net.cut(false)
		l.wantLinked(terminal.TroubleNonsense)
		b.spoiled(nil)
		began := time.Now()
		l.wantLinked(terminal.NoTrouble)
		if took, most := time.Since(began), 11*time.Second; took > most {
			t.Errorf("recovery took %s to be said, want %s at most", took, most)
		}
		b.say(paid(1, 5000))
		l.wantNews(1, 1)
	})
}

// A call that is answered ends the wait for the next poll: a sale made right
// after an outage must hear of its money at once.
func TestACallThatWorksWakesThePoll(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		l.net.cut(true)
		l.wantLinked(terminal.TroubleNetwork)
		l.quiet(26 * time.Second) // the next poll is seconds away
		l.net.cut(false)
		began := time.Now()
		l.link.Call(terminal.Call{Verb: terminal.Open, Order: order(1), Amount: 5000})
		if got, ok := l.next().(terminal.Told); !ok || got.Fact != terminal.FactPending {
			t.Fatalf("got %#v, want a code", got)
		}
		synctest.Wait()
		b.say(paid(1, 5000))
		for {
			if told, ok := l.next().(terminal.Told); ok && told.Fact == terminal.FactSettled {
				break
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("the money took %s, want no time", took)
		}
	})
}

// A poll that fails while calls go through is still not repeated at once.
func TestCallsDoNotHurryAPollThatFails(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		b.spoiled(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/events") {
				refuse(w, wire.Busy)
				return
			}
			b.serveCharge(w, r)
		})
		b.say(paid(1, 1)) // ends the poll that was under way
		l.wantNews(1, 1)
		l.wantLinked(terminal.TroubleBackend)
		before, calls := b.polled(), 6
		for range calls {
			l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(1), Amount: 1})
			l.next()
			time.Sleep(10 * time.Second)
		}
		if got, most := b.polled()-before, 2*calls+4; got > most {
			t.Errorf("%d polls in a minute, want %d at most", got, most)
		}
	})
}

// A call that failed leaves the till thinking it is offline; when it has
// nothing more to ask, the next poll that works tells it otherwise.
func TestPollClearsTroubleOfACall(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		b.spoiled(func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Busy) })
		l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(1), Amount: 1})
		if got, ok := l.next().(terminal.Told); !ok || got.Trouble != terminal.TroubleBackend {
			t.Errorf("got %#v, want the backend's trouble", got)
		}
		b.spoiled(nil)
		l.wantLinked(terminal.NoTrouble)
		l.quiet(2 * time.Minute)
	})
}

func TestPollOnADeadNetworkEnds(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		b.spoiled(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		b.say(paid(1, 1))
		l.wantNews(1, 1)
		began := time.Now()
		l.wantLinked(terminal.TroubleTimeout)
		if got, want := time.Since(began), pollWait+pollGrace; got != want {
			t.Errorf("gave up after %s, want %s", got, want)
		}
	})
}
