package terminal

import (
	"fmt"
	"testing"
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
	s.step(UpdateNews{Phase: UpdateRefused})
	s.step(UpdateNews{Phase: UpdateLoaded})
	s.keys("\n")
	s.wantChores(ChoreUpdate)
	s.wait(menuFor)
	s.want("idle")
}
