package terminal

import (
	"slices"
	"time"
)

// The till's patience with wallets.
const (
	// LinkEvery is how often a link is asked about while somebody waits before
	// its page. The backend answers from what it knows; its own questions to
	// the provider are rarer.
	LinkEvery = 3 * time.Second
	// linkFor is how long an attempt is waited for in one life of the till. The
	// provider's pages end before that.
	linkFor = 30 * time.Minute
)

// errand is a question that is asked until it is decided. All times are
// Moment.Up.
type errand struct {
	flight bool          // asked and not answered yet
	sent   time.Duration // when
	next   time.Duration // ask not before
	fails  int           // questions in a row without an answer
}

func (e errand) due() time.Duration {
	if e.flight {
		return e.sent + lostAfter
	}
	return e.next
}

// ask notes that the question is asked now, and reports whether it was time to.
func (e *errand) ask(now time.Duration) bool {
	if now < e.due() {
		return false
	}
	if e.flight {
		e.fails++
	}
	e.flight, e.sent = true, now
	return true
}

func (e *errand) answered(now time.Duration, trouble Trouble, every time.Duration) {
	e.flight = false
	if trouble != NoTrouble {
		e.next = now + step(openAgain, e.fails)
		e.fails++
		return
	}
	e.next, e.fails = now+every, 0
}

func (e *errand) hurry(now time.Duration) {
	if !e.flight {
		e.next = now
	}
}

// attempt is the volatile half of Book.Link. The whole telephone number is
// here and in the calls made from here, and nowhere on disk: after a power cut
// the attempt can be asked about, and not made again.
type attempt struct {
	errand
	order   OrderID
	phone   string        // "" in a later life than the one it was keyed in
	heard   bool          // the backend has confirmed, in this life, that it has the attempt
	url     string        // attested; "" when there is none to be shown
	expires time.Duration // when the page ends
	began   time.Duration
}

// unlink is the volatile half of one of Book.Unlinks.
type unlink struct {
	errand
	customer string
	asks     int // answers that decided nothing
}

// reerrand makes the errands those of the book; new ones are due at once.
func (s *State) reerrand(now time.Duration) {
	if s.attempt.order != s.Book.Link.Order {
		s.attempt = attempt{order: s.Book.Link.Order, began: now}
	}
	s.recheck()
	old := s.unlinks
	s.unlinks = nil
	for _, u := range s.Book.Unlinks {
		i := slices.IndexFunc(old, func(o unlink) bool { return o.customer == u.Payer.Customer })
		if i >= 0 {
			s.unlinks = append(s.unlinks, old[i])
			continue
		}
		s.unlinks = append(s.unlinks, unlink{customer: u.Payer.Customer})
	}
}

// errandsDue calls sooner with each moment at which an errand wants something.
func (s State) errandsDue(sooner func(time.Duration)) {
	if s.attempt.order != "" {
		sooner(min(s.attempt.due(), s.attempt.began+linkFor))
	}
	for _, u := range s.unlinks {
		sooner(u.due())
	}
	if s.recall.epoch != "" {
		sooner(s.recall.due())
	}
}

// errands asks what is due about wallets.
func (t *turn) errands() {
	if a := &t.attempt; a.order != "" {
		if t.now.Up >= a.began+linkFor {
			t.dropLink("time")
		} else if a.ask(t.now.Up) {
			call := Call{Verb: AskLink, Order: a.order}
			if a.phone != "" && !a.heard {
				call.Verb, call.Phone = LinkUp, a.phone
			}
			t.owed.Calls = append(t.owed.Calls, call)
		}
	}
	for i, u := range t.unlinks {
		if u.ask(t.now.Up) {
			t.unlinks = slices.Clone(t.unlinks)
			t.unlinks[i] = u
			t.owed.Calls = append(t.owed.Calls, Call{Verb: Unlink, Customer: u.customer})
		}
	}
	t.check()
	t.remind()
}

// hurryErrands asks again at once what went unanswered.
func (t *turn) hurryErrands() {
	if t.attempt.fails > 0 {
		t.attempt.hurry(t.now.Up)
	}
	t.recall.hurry(t.now.Up)
	t.checks = slices.Clone(t.checks)
	for i := range t.checks {
		t.checks[i].hurry(t.now.Up)
	}
	t.unlinks = slices.Clone(t.unlinks)
	for i := range t.unlinks {
		if t.unlinks[i].fails > 0 {
			t.unlinks[i].hurry(t.now.Up)
		}
	}
}

// interrupted leaves a screen about a wallet when money or an alarm waits for
// a person; an attempt that goes on comes back after.
func (t *turn) interrupted() bool {
	if len(t.Book.Unseen)+len(t.Book.Alarms) == 0 {
		return false
	}
	t.show(t.resting())
	return true
}
