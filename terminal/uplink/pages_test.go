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

// The backend came back from an older copy: its numbers start again below
// what the till knows, and its news must not be taken for old ones.
func TestNewsAfterARestoredBackup(t *testing.T) {
	b := newBackend()
	for n := range int64(9) {
		b.say(paid(n+1, 5000))
	}
	bubble(t, b, Options{Joined: true, Cursor: 9}, func(l *line) {
		b.restore(4)
		l.hello()
		l.quiet(10 * time.Second)
		b.say(paid(10, 5000))
		l.wantNews(5, 10)
		l.quiet(time.Minute)
		if polls := b.polled(); polls > 8 {
			t.Errorf("%d polls in a minute", polls)
		}
	})
}

// Pages that are not a backend's: none may move the cursor, so the real news
// come through after all of them.
func TestPagesThatAreNotNews(t *testing.T) {
	late := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, body)
		}
	}
	one := `{"seq":%d,"charge":{"order_id":"toko-1-00000001","amount":1,"state":"settled","paid_amount":1}}`
	pages := map[string]http.HandlerFunc{
		"empty object":   late(`{}`),
		"null":           late(`null`),
		"null newest":    late(`{"latest":null,"events":[]}`),
		"list":           late(`[]`),
		"negative":       late(`{"latest":-1,"events":[]}`),
		"backwards":      late(fmt.Sprintf(`{"latest":9,"events":[`+one+`,`+one+`]}`, 9, 8)),
		"number zero":    late(fmt.Sprintf(`{"latest":9,"events":[`+one+`]}`, 0)),
		"too many":       late(`{"latest":999,"events":[` + strings.TrimSuffix(strings.Repeat(fmt.Sprintf(one, 999)+",", 101), ",") + `]}`),
		"5 MB":           big(5 << 20),
		"html":           portal,
		"not found":      func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "404 page not found", 404) },
		"number as text": late(`{"latest":"9","events":[]}`),
	}
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			b := newBackend()
			bubble(t, b, Options{Joined: true, Cursor: 0}, func(l *line) {
				l.hello()
				b.spoiled(page)
				b.say(paid(1, 5000))
				l.wantNews(1, 1)
				l.wantLinked(terminal.TroubleNonsense)
				l.quiet(30 * time.Second)
				b.spoiled(nil)
				l.wantLinked(terminal.NoTrouble)
				b.say(paid(2, 5000))
				l.wantNews(2, 2)
			})
		})
	}
}

// The same news again are not told again, and a backend that never holds a
// poll is not asked without end.
func TestDuplicateNews(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		b.spoiled(nil)
		l.hello()
		b.say(paid(1, 5000))
		l.wantNews(1, 1)
		synctest.Wait()
		b.spoiled(func(w http.ResponseWriter, _ *http.Request) {
			e := wire.Event{Seq: 2, Charge: paid(2, 5000)}
			answer(w, http.StatusOK, wire.Events{Latest: 2, Events: []wire.Event{{Seq: 1, Charge: paid(1, 5000)}, e, e}})
		})
		b.say(paid(2, 5000))
		l.wantNews(2, 2)
		before := b.polled()
		l.quiet(20 * time.Second)
		if got := b.polled() - before; got > 21 {
			t.Errorf("%d polls in 20 s, want one a second", got)
		}
	})
}

// One event that cannot be read does not hold up the others.
func TestNewsPassedOver(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		b.say(paid(1, 5000))
		l.wantNews(1, 1)
		b.say(wire.Charge{OrderID: string(order(2)), Amount: 5000, State: "refunded"})
		b.say(paid(3, 5000))
		l.wantNews(3, 3)
		if !strings.Contains(l.log.String(), `msg="news passed over" seq=2`) {
			t.Error("no line in the log about news that nobody could read")
		}
	})
}
