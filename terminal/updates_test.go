package terminal

import (
	"fmt"
	"testing"
	"time"
)

func (t *till) wantChores(want ...Chore) {
	t.Helper()
	if got := t.owed.Chores; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("chores %v, want %v", got, want)
	}
}

// TestUpdates: what OK does is what the news make of it.
func TestUpdates(t *testing.T) {
	for _, c := range []struct {
		phase UpdatePhase
		chore []Chore
		asked bool
		after UpdatePhase
	}{
		{UpdateLooking, nil, false, UpdateLooking}, {UpdateNever, nil, false, UpdateNever},
		{UpdateNone, []Chore{ChoreLook}, false, UpdateLooking}, {UpdateUnreached, []Chore{ChoreLook}, false, UpdateLooking},
		{UpdateLoading, nil, false, UpdateLoading}, {UpdateLoaded, []Chore{ChoreUpdate}, true, UpdateLoaded},
		{UpdateInstalling, nil, false, UpdateInstalling}, {UpdateInstalled, []Chore{ChoreUpdate}, true, UpdateInstalled},
		{UpdateRefused, []Chore{ChoreLook}, false, UpdateLooking},
	} {
		s := greetedTill(t)
		s.keys("m3+7")
		s.want("updates")
		s.wantChores(ChoreLook)
		if s.owed.Sound.Tone != ToneKey {
			t.Errorf("sounds %v", s.owed.Sound)
		}
		s.step(UpdateNews{Phase: c.phase, Runs: "v1", Version: "v2"})
		s.keys("\n")
		s.wantChores(c.chore...)
		got := s.Screen.(Updates)
		if got.Asked != c.asked || got.News.Phase != c.after || got.News.Version != "v2" {
			t.Errorf("phase %d: %+v", c.phase, got)
		}
		if refused := s.owed.Sound.Tone == ToneRefuse; refused == (c.chore != nil) {
			t.Errorf("phase %d: sounds %v", c.phase, s.owed.Sound)
		}
		s.keys("5")
		s.wantChores()
		s.keys("\n") // a second time is none
		s.wantChores()
		s.keys("c")
		s.want("tech")
		s.step(UpdateNews{Phase: UpdateLoaded})
		s.want("tech")
	}
}

// TestUpdateWaits: nothing starts anew while there is money without an outcome, and
// a wish that came to nothing can be made again.
func TestUpdateWaits(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.keys("c")
	s.wait(unsureAfter + settleGuard)
	s.keys("cm3+7")
	s.step(UpdateNews{Phase: UpdateLoaded})
	s.keys("\n")
	s.wantChores()
	if got := s.Screen.(Updates); !got.Busy || got.Asked {
		t.Errorf("%+v", got)
	}
	s.step(ended(1, FactCancelled))
	s.want("updates")
	s.keys("\n")
	s.wantChores(ChoreUpdate)
	s.step(UpdateNews{Phase: UpdateInstalling})
	s.step(UpdateNews{Phase: UpdateInstalled})
	if got := s.Screen.(Updates); !got.Asked || got.Busy {
		t.Errorf("%+v", got)
	}
	for _, gone := range []UpdatePhase{UpdateRefused, UpdateLoading} {
		s.step(UpdateNews{Phase: gone})
		s.step(UpdateNews{Phase: UpdateLoaded})
		s.keys("\n")
		s.wantChores(ChoreUpdate)
	}
	s.wait(menuFor - 1)
	s.keys("5") // it stays while somebody presses keys
	s.wait(menuFor - 1)
	s.want("updates")
	s.wait(1)
	s.want("idle")
}

// TestUpdateWaitsForEither: a sale without an outcome that the backend knows of, and
// a payment that it does not know of yet, are each enough.
func TestUpdateWaitsForEither(t *testing.T) {
	for name, play := range map[string]func(s *till){
		"no outcome": func(s *till) {
			s.keys("25000\n")
			s.step(pending(1, 25_000))
			s.wait(16 * time.Minute)
			s.keys("c")
			e := pending(1, 25_000)
			e.Call = LetGo
			s.step(e)
		},
		"unsent": func(s *till) {
			s.confirms()
			s.keys(s.code(verdictPaid) + "\n")
			s.wait(settleGuard)
			s.keys("\n")
		},
	} {
		s := greetedTill(t)
		play(s)
		s.keys("m3+7")
		s.step(UpdateNews{Phase: UpdateInstalled})
		if got := s.Screen.(Updates); !got.Busy || (len(s.Book.Open) > 0) == (s.unsent() > 0) {
			t.Errorf("%s: %+v, open %d, unsent %d", name, got, len(s.Book.Open), s.unsent())
		}
	}
}
