package terminal

import (
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
