package sim

import (
	"cmp"
	"time"

	"kasir/backend/wallet"
	"kasir/terminal"
)

// uplink is the volatile half of what carries questions and news.
type uplink struct {
	cursor  int64
	epoch   string // that cursor is counted in
	joined  bool
	polling bool
	down    bool
	fails   int
	polls   int // how many were begun; an older one's answer is not waited for
}

// The rhythm of the poll for news, and the wait after one that failed.
const (
	pollWait  = 15 * time.Second
	pollProbe = time.Second
	pollGrace = 8 * time.Second
)

var retry = []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 10 * time.Second}

// patience is how long a call may take.
func patience(v terminal.Verb) time.Duration {
	switch v {
	case terminal.Hello:
		return 5 * time.Second
	case terminal.Ask, terminal.AskLink, terminal.FindCustomer:
		return 8 * time.Second
	}
	return 15 * time.Second
}

// alive wraps what only the process that runs now may go on with.
func (t *till) alive(do func()) func() { return t.aliveIn(t.life, do) }

// aliveIn wraps what only the process of that life may go on with.
func (t *till) aliveIn(life int, do func()) func() {
	return func() {
		if t.up && t.life == life {
			do()
		}
	}
}

// call asks the backend; it is answered with one event, in time or not.
func (t *till) call(c terminal.Call) {
	w, life, answered := t.w, t.life, false
	w.mixText(c.Order.Short())
	answer := func(e terminal.Event, trouble terminal.Trouble) func() {
		return t.aliveIn(life, func() {
			if answered {
				return
			}
			answered = true
			t.take(e)
			if trouble == terminal.NoTrouble && t.up {
				t.answered(e)
			}
		})
	}
	if w.down(&t.line) && w.chance(0.5) {
		w.after(w.within(time.Second), answer(unanswered(c, terminal.TroubleNetwork), terminal.TroubleNetwork))
		return
	}
	w.after(patience(c.Verb), answer(unanswered(c, terminal.TroubleTimeout), terminal.TroubleTimeout))
	if c.Verb == terminal.FindCustomer {
		t.ticket = c.Ticket
	}
	asked := t.plantedCall(c)
	journal := cmp.Or(c.Journal, t.journal)
	w.carry(&t.line, func() {
		if !w.backend.up {
			w.after(w.weather.lag, answer(unanswered(c, terminal.TroubleNetwork), terminal.TroubleNetwork))
			return
		}
		w.backend.ask(t, asked, journal, func(e terminal.Event) {
			e = t.tamper(renamed(e, c))
			w.carry(&t.line, answer(e, troubleOf(e)))
		})
	})
}

// renamed is an answer under the name of the order that was asked about.
func renamed(e terminal.Event, c terminal.Call) terminal.Event {
	if told, ok := e.(terminal.Told); ok {
		told.Order = c.Order
		return told
	}
	return e
}

func troubleOf(e terminal.Event) terminal.Trouble {
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
	return terminal.NoTrouble
}

// unanswered is the answer to a call that got none.
func unanswered(c terminal.Call, why terminal.Trouble) terminal.Event {
	switch c.Verb {
	case terminal.Hello:
		return terminal.Greeted{Trouble: why}
	case terminal.LinkUp, terminal.AskLink:
		return terminal.LinkTold{Order: c.Order, Call: c.Verb, Trouble: why}
	case terminal.FindCustomer, terminal.Unlink:
		return terminal.Found{Call: c.Verb, Ticket: c.Ticket, Customer: c.Customer, Trouble: why}
	}
	return terminal.Told{Order: c.Order, Call: c.Verb, Trouble: why}
}

// answered begins the poll with the first greeting, and ends the wait after a
// failed one: the way is open.
func (t *till) answered(e terminal.Event) {
	u := &t.uplink
	if g, ok := e.(terminal.Greeted); ok && !u.polling {
		u.polling = true
		if !u.joined || u.epoch != "" && u.epoch != g.Epoch {
			u.cursor = g.Latest
		}
		u.epoch = g.Epoch
		t.poll()
		return
	}
	if u.polling && u.fails > 0 {
		u.fails = 0
		t.poll()
	}
}

// poll asks for news after the cursor.
func (t *till) poll() {
	w, u, life := t.w, &t.uplink, t.life
	u.polls++
	n, done := u.polls, false
	limit := pollWait
	if u.fails > 0 {
		limit = pollProbe
	} else if w.quiet {
		limit = 2 * time.Hour // thousands of polls that bring nothing teach nothing
	}
	failed := t.alive(func() {
		if !done && n == t.uplink.polls {
			done = true
			t.pollFailed()
		}
	})
	w.after(limit+pollGrace, failed)
	since, epoch := u.cursor, u.epoch
	w.carry(&t.line, func() {
		if !w.backend.up {
			w.after(w.weather.lag, failed)
			return
		}
		w.backend.listen(t.name, &poll{since: since, epoch: epoch, answer: func(epoch string, latest int64, news []terminal.Told) {
			w.carry(&t.line, t.aliveIn(life, func() {
				if !done && n == t.uplink.polls {
					done = true
					t.hearNews(epoch, latest, news)
				}
			}))
		}}, limit)
	})
}

func (t *till) pollFailed() {
	u := &t.uplink
	if !u.down {
		u.down = true
		t.take(terminal.Linked{Trouble: terminal.TroubleNetwork})
	}
	wait := retry[min(u.fails, len(retry)-1)]
	u.fails++
	n := u.polls
	t.w.after(wait, t.alive(func() {
		if t.uplink.polls == n {
			t.poll()
		}
	}))
}

// hearNews hands news on in order.
func (t *till) hearNews(epoch string, latest int64, news []terminal.Told) {
	u, life := &t.uplink, t.life
	u.fails = 0
	if u.down {
		u.down = false
		t.take(terminal.Linked{})
	}
	fresh := false
	if epoch != u.epoch {
		if t.take(terminal.Restored{Epoch: epoch, Latest: latest}); !t.up || t.life != life {
			return
		}
		u.cursor, u.epoch, fresh, news = latest, epoch, true, nil
	}
	for _, told := range news {
		if told.Seq <= u.cursor {
			continue
		}
		e := t.tamper(told)
		if t.take(e); !t.up || t.life != life {
			return
		}
		u.cursor, fresh = told.Seq, true
	}
	if t.w.plant == PlantNewsSkipped {
		u.cursor = latest + 1
	}
	if !fresh && latest < u.cursor {
		u.cursor = latest
	}
	wait := time.Second
	if fresh {
		wait = 0
	}
	n := u.polls
	t.w.after(wait, t.alive(func() {
		if t.uplink.polls == n {
			t.poll()
		}
	}))
}

// tamper is somebody between the backend and the till who would like the money
// for himself, or a line that damages what it carries.
func (t *till) tamper(e terminal.Event) terminal.Event {
	w := t.w
	if f, ok := e.(terminal.Found); ok && f.State == terminal.CustomerLinked && w.chance(w.weather.tamper) {
		// Somebody else's, perhaps; of two that end alike nothing at the till can tell.
		other := wallet.NewPhone(e164(phones[w.dice.IntN(2)]))
		if lastFour(other.String()) == lastFour(f.Masked) {
			return f
		}
		f.Customer, f.Masked = wallet.CustomerID(salt, other), other.String()
		return f
	}
	told, ok := e.(terminal.Told)
	if !ok || told.QR == "" || !w.chance(w.weather.tamper) {
		return e
	}
	switch w.dice.IntN(4) {
	case 0:
		told.QR = emv(int64(told.Amount), "WARUNG LAIN", "x")
	case 1:
		told.QR = emv(int64(told.Amount)*10, merchantName, "x")
	case 2:
		told.QR = told.QR[:len(told.QR)-4] + "0000"
	default:
		told.Amount += 1000
	}
	return told
}
