package terminal

import (
	"slices"
	"time"
)

// The till's patience. Every wait there is stands here.
const (
	// PollEvery is how long after the last word on a charge it is asked about
	// again. The provider asks integrators for at least 10 s between two
	// status requests.
	PollEvery = 10 * time.Second

	slowAfter    = 8 * time.Second  // "slow network", while the code is made
	offlineAfter = 20 * time.Second // no answer at all to an open
	unsureAfter  = 15 * time.Second // no outcome of a cancel
	lostAfter    = 60 * time.Second // an answer that the uplink owes us will not come any more
	helloEvery   = 5 * time.Second  // between two hellos that were not answered
	settleGuard  = 300 * time.Millisecond
)

// openAgain is the wait before an unanswered open or cancel is sent again, by
// how often it failed already. The backend is asked, not the provider: it
// answers a repeated open from what it knows.
var openAgain = []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, PollEvery}

// askAgain is the wait between questions about a charge that nobody stands
// before any more, by how often it was asked.
var askAgain = []time.Duration{
	PollEvery, PollEvery, PollEvery, PollEvery, PollEvery, PollEvery,
	20 * time.Second, 30 * time.Second, 60 * time.Second,
}

// watch is the volatile half of one open charge: when to ask next. All times
// are Moment.Up. It is lost with the power, and nothing is lost with it.
type watch struct {
	order     OrderID
	next      time.Duration // ask not before
	flight    Verb          // the question not answered yet; 0 when there is none
	sent      time.Duration // when it was asked
	fails     int           // questions in a row without an answer
	asks      int           // answers in a row that decided nothing
	heard     bool          // the backend has confirmed, in this life, that it has the charge
	released  bool          // and that it is to be made unpayable
	undecided bool          // its last word was that the provider has not answered
	expires   time.Duration // when the code ends, as the backend said
	locked    time.Duration // no code is taken before; see Confirming
}

// question is what to ask about c now.
func (w watch) question(c Charge) Verb {
	switch {
	case c.LetGo:
		return LetGo
	case !w.heard:
		return Open
	}
	return Ask
}

// due says when the charge wants to be asked about.
func (w watch) due() time.Duration {
	if w.flight != 0 {
		return w.sent + lostAfter
	}
	return w.next
}

// answered notes that the question in flight is over and sets the next one.
func (w *watch) answered(now time.Duration, trouble Trouble, foreground bool) {
	w.flight = 0
	if trouble != NoTrouble {
		w.next = now + step(openAgain, w.fails)
		w.fails++
		return
	}
	w.fails = 0
	if foreground {
		w.asks = 0
	}
	w.next = now + step(askAgain, w.asks)
	w.asks++
}

func step(ladder []time.Duration, n int) time.Duration {
	return ladder[min(n, len(ladder)-1)]
}

// watching returns the watch over an order, and a state whose watches may be
// changed through it. It is nil for an order that is not open.
func (s *State) watching(id OrderID) *watch {
	i := slices.IndexFunc(s.watches, func(w watch) bool { return w.order == id })
	if i < 0 {
		return nil
	}
	s.watches = slices.Clone(s.watches)
	return &s.watches[i]
}

// ends is when the code of an order can no longer be paid, as Moment.Up; 0 for
// an order that has none.
func (s *State) ends(id OrderID) (at time.Duration) {
	for _, w := range s.watches {
		if w.order == id {
			at = w.expires
		}
	}
	return at
}

// rewatch makes the watches those of the book's open charges, in its order;
// new ones are asked about at once.
func (s *State) rewatch() {
	old := s.watches
	s.watches = make([]watch, 0, len(s.Book.Open))
	for _, c := range s.Book.Open {
		i := slices.IndexFunc(old, func(w watch) bool { return w.order == c.Order })
		if i >= 0 {
			s.watches = append(s.watches, old[i])
			continue
		}
		s.watches = append(s.watches, watch{order: c.Order})
	}
}

// relock begins the wait after wrong codes anew: how much of it was over when
// the power went, nobody knows.
func (s *State) relock(now time.Duration) {
	for i, c := range s.Book.Open {
		if c.Wrong > 0 && c.Wrong%wrongBeforeWait == 0 {
			s.watches[i].locked = now + codeWait
		}
	}
}
