package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// When the line is back, what went unanswered is asked at once and what is only
// resting is not; a state that somebody else still has stays as it was.
func TestTheLineIsBackForErrands(t *testing.T) {
	const now, later = 10 * time.Second, time.Minute
	resting, failed := errand{next: later}, errand{next: later, fails: 1}
	for _, tt := range []struct {
		name         string
		was          errand
		link, recall time.Duration
		check, undo  time.Duration
	}{
		{"resting", resting, later, now, now, later},
		{"failed", failed, now, now, now, now},
		{"on its way", errand{flight: true, next: later, fails: 1}, later, later, later, later},
	} {
		s := State{attempt: attempt{errand: tt.was}, recall: recall{errand: tt.was}, checks: []check{{errand: tt.was}}, unlinks: []unlink{{errand: tt.was}}}
		turn := &turn{State: s, now: Moment{Up: now}}
		turn.hurryErrands()
		got := [...]time.Duration{turn.attempt.next, turn.recall.next, turn.checks[0].next, turn.unlinks[0].next}
		if want := [...]time.Duration{tt.link, tt.recall, tt.check, tt.undo}; got != want {
			t.Errorf("%s: asks at %v, want %v", tt.name, got, want)
		}
		if s.checks[0].errand != tt.was || s.unlinks[0].errand != tt.was {
			t.Errorf("%s: the state before became another", tt.name)
		}
	}
}

// Either of the two that a person must see to interrupts a screen about a wallet.
func TestWhatInterrupts(t *testing.T) {
	unseen, alarm := []Charge{{Order: id(1), Amount: 5}}, []Alarm{{Order: id(2)}}
	for _, tt := range []struct {
		b    Book
		want bool
	}{{Book{}, false}, {Book{Unseen: unseen}, true}, {Book{Alarms: alarm}, true}, {Book{Unseen: unseen, Alarms: alarm}, true}} {
		turn := &turn{State: State{Book: tt.b, Screen: Dialing{}}}
		if got := turn.interrupted(); got != tt.want {
			t.Errorf("%d payments and %d alarms interrupt: %t", len(tt.b.Unseen), len(tt.b.Alarms), got)
		}
	}
}

// An attempt to link a wallet is unsent until the backend has it.
func TestAnUnheardLinkIsUnsent(t *testing.T) {
	s := linkingTill(t)
	if got := s.unsent(); got != 1 {
		t.Errorf("%d facts are unsent, want the link", got)
	}
	s.step(waiting(1))
	if got := s.unsent(); got != 0 {
		t.Errorf("%d facts are unsent, want none", got)
	}
}

// asksFor is whether the last step asked that.
func (t *till) asksFor(v Verb) bool {
	return slices.ContainsFunc(t.owed.Calls, func(c Call) bool { return c.Verb == v })
}

// Who waits for the greeting with something to be made, or presses OK, does not
// wait for the next try.
func TestTheGreetingIsHurried(t *testing.T) {
	ungreeted := func() *till {
		s := newTill(t)
		s.step(Wake{})
		s.step(Greeted{Trouble: TroubleNetwork})
		return s
	}
	for name, keys := range map[string]string{"a sale": "25000\n", "a link": "m4" + phone + "\n", "a link, OK": "m4" + phone + "\n!\n"} {
		s := ungreeted()
		before, again, _ := strings.Cut(keys, "!")
		s.keys(before)
		if again != "" {
			s.step(Greeted{Trouble: TroubleNetwork})
			s.keys(again)
		}
		if !s.asksFor(Hello) {
			t.Errorf("%s: nobody greets the backend", name)
		}
	}
	s := ungreeted()
	s.keys("2")
	if s.asksFor(Hello) {
		t.Error("any key greets the backend")
	}
}

// OK before a link that has no answer asks again.
func TestALinkIsHurried(t *testing.T) {
	s := linkingTill(t)
	s.step(LinkTold{Order: id(1), Call: LinkUp, Trouble: TroubleBackend})
	if s.asksFor(LinkUp) {
		t.Fatal("it is asked again at once by itself")
	}
	s.keys("\n")
	if !s.asksFor(LinkUp) {
		t.Error("OK asks for nothing")
	}
}

// The last number can be used for a link, and the one after it not.
func TestALinkHasANumber(t *testing.T) {
	for next, want := range map[int64]string{MaxOrders: "linking ♪", MaxOrders + 1: "dialing ♪refuse"} {
		s := greetedTill(t)
		s.Book.Next = next
		turn := &turn{State: s.State, now: s.moment()}
		turn.startLink(phone)
		if got := fmt.Sprintf("%s ♪%v", turn.Screen.Name(), turn.owed.Sound.Tone); got != want {
			t.Errorf("with number %d: %s, want %s", next, got, want)
		}
	}
	s := newTill(t)
	s.step(Wake{})
	s.keys("m4" + phone + "\n")
	if got, want := s.heard(func(s *till) { s.wait(offlineAfter) }), "walletrefused ♪failed"; got != want {
		t.Errorf("without a greeting: %s, want %s", got, want)
	}
}

// Every fact that has not gone out counts once.
func TestWhatIsUnsent(t *testing.T) {
	for name, tt := range map[string]struct {
		play func(*till)
		want int
	}{
		"nothing":                            {func(*till) {}, 0},
		"an open":                            {func(s *till) { s.keys("25000\n") }, 1},
		"an open that was heard":             {func(s *till) { s.keys("25000\n"); s.step(word(Call{Order: id(1), Verb: Open}, FactAsked, 25_000)) }, 0},
		"a code on the glass, after a cut":   {func(s *till) { s.keys("25000\n"); s.step(pending(1, 25_000)); s.boot() }, 0},
		"a wish to end one":                  {func(s *till) { s.keys("25000\n"); s.step(pending(1, 25_000)); s.keys("c") }, 1},
		"what a code said, and an undoing":   {func(s *till) { s.Book.Coded, s.Book.Unlinks = make([]Charge, 2), make([]Unlinks, 3) }, 5},
		"all of that, and an open beside it": {func(s *till) { s.keys("5\n"); s.Book.Coded, s.Book.Unlinks = make([]Charge, 2), make([]Unlinks, 3) }, 6},
	} {
		s := greetedTill(t)
		tt.play(s)
		if got := s.unsent(); got != tt.want {
			t.Errorf("%s: %d facts, want %d", name, got, tt.want)
		}
	}
}

// A network that comes back is no reason to ask when nothing was in trouble, and
// one that was there all the time is none.
func TestPluggedIn(t *testing.T) {
	const now, later = 10 * time.Second, time.Minute
	for _, tt := range []struct {
		out, is bool
		trouble Trouble
		want    time.Duration
	}{
		{true, true, TroubleNetwork, now}, {false, true, TroubleNetwork, later}, {true, false, TroubleNetwork, later},
		{true, true, NoTrouble, later}, {false, false, TroubleNetwork, later},
	} {
		turn := &turn{State: State{noNetwork: tt.out, link: link{trouble: tt.trouble, next: later}}, now: Moment{Up: now}}
		if turn.plugged(tt.is); turn.link.next != tt.want || turn.noNetwork == tt.is {
			t.Errorf("%+v: greets at %v", tt, turn.link.next)
		}
	}
}
