package uplink

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

func (l *line) wantRestored(epoch string, latest int64) {
	l.Helper()
	if e := l.next(); e != terminal.Event(terminal.Restored{Epoch: epoch, Latest: latest}) {
		l.Errorf("got %#v, want epoch %s from news %d on", e, epoch, latest)
	}
}

func (l *line) greet(epoch string, latest int64) {
	l.Helper()
	l.link.Call(terminal.Call{Verb: terminal.Hello})
	if got, want := l.next(), terminal.Event(terminal.Greeted{Next: 1, Latest: latest, Epoch: epoch}); got != want {
		l.Errorf("got %#v, want %#v", got, want)
	}
}

// renew puts an old copy of the book back that has the news up to latest, and
// has more happen before anybody looks.
func (b *backend) renew(epoch string, latest int64, more ...wire.Charge) {
	b.restore(latest)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.epoch = epoch
	for _, c := range more {
		b.note(c)
	}
}

func (b *backend) asked() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.since
}

// What was told between the copy and the cursor is told under numbers that the
// till has passed: none of them is taken for old, and none is told twice.
func TestAnotherEpochIsToldBeforeItsNews(t *testing.T) {
	b := newBackend()
	b.epoch = "A"
	bubble(t, b, Options{Epoch: "A", Joined: true, Cursor: 0}, func(l *line) {
		l.greet("A", 0)
		for n := range int64(3) {
			b.say(paid(n+1, 5000))
			l.wantNews(n+1, n+1)
		}
		// News 4 of B the till would take for the only ones.
		b.renew("B", 1, paid(7, 5000), paid(8, 5000), paid(9, 5000))
		l.wantRestored("B", 4)
		b.say(paid(10, 5000))
		l.wantNews(5, 10)
		l.quiet(time.Minute)
		if got := b.asked(); got != "B" {
			t.Errorf("polls in epoch %q, want B", got)
		}
	})
}

func TestWhereNewsOfAnEpochBegin(t *testing.T) {
	for _, tt := range []struct {
		name  string
		o     Options
		first int64 // of 3 news
	}{
		{"the same book", Options{Joined: true, Epoch: "A", Cursor: 1}, 2},
		{"an old copy of it", Options{Joined: true, Epoch: "Z", Cursor: 1}, 4},
		{"a journal that was never told of an epoch", Options{Joined: true, Cursor: 1}, 2},
		{"a new journal", Options{Cursor: 1}, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend()
			b.epoch = "A"
			for n := range int64(3) {
				b.say(paid(n+1, 5000))
			}
			bubble(t, b, tt.o, func(l *line) {
				l.greet("A", 3)
				b.say(paid(4, 5000))
				for n := tt.first; n <= 4; n++ {
					l.wantNews(n, n)
				}
				l.quiet(time.Minute)
			})
		})
	}
}

// A backend that learns to name its book while the till runs changes nothing
// but the name.
func TestTheFirstEpochKeepsTheCursor(t *testing.T) {
	b := newBackend()
	bubble(t, b, Options{}, func(l *line) {
		l.hello()
		b.say(paid(1, 5000))
		l.wantNews(1, 1)
		b.mu.Lock()
		b.epoch = "A"
		b.mu.Unlock()
		b.say(paid(2, 5000))
		l.wantRestored("A", 2)
		l.wantNews(2, 2)
	})
}

func TestBadEpochsAreNonsense(t *testing.T) {
	for _, epoch := range []string{strings.Repeat("A", wire.MaxEpoch+1), "a b", "a-b", "é", "/", ":", "@", "[", "`", "{"} {
		if isEpoch(epoch) {
			t.Errorf("%q can be an epoch", epoch)
		}
		b := newBackend()
		bubble(t, b, Options{}, func(l *line) {
			l.hello()
			b.say(paid(1, 1))
			l.wantNews(1, 1)
			b.spoiled(func(w http.ResponseWriter, _ *http.Request) {
				answer(w, http.StatusOK, wire.Events{Epoch: epoch, Latest: 9})
			})
			l.wantLinked(terminal.TroubleNonsense)
		})
	}
	for _, epoch := range []string{"", "0", "9", "a", "z", "A", "Z", strings.Repeat("A", wire.MaxEpoch)} {
		if !isEpoch(epoch) {
			t.Errorf("%q cannot be an epoch", epoch)
		}
	}
}
