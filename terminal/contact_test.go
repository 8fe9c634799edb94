package terminal

import "testing"

// TestWhyThereIsNoAnswer: people are told where the way ends, as exactly as this
// side can know it, and only while it does.
func TestWhyThereIsNoAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		events []Event
		online bool
		why    Trouble
	}{
		"all is well":                   {nil, true, NoTrouble},
		"no way out":                    {[]Event{Linked{Trouble: TroubleNetwork}}, false, TroubleNetwork},
		"the cable is out":              {[]Event{Linked{Trouble: TroubleNetwork}, Ailing{PartNetwork, true}}, false, TroubleCable},
		"the cable is noticed first":    {[]Event{Ailing{PartNetwork, true}, Linked{Trouble: TroubleNetwork}}, false, TroubleCable},
		"the cable is back":             {[]Event{Ailing{PartNetwork, true}, Linked{Trouble: TroubleNetwork}, Ailing{PartNetwork, false}}, false, TroubleNetwork},
		"another way than the cable":    {[]Event{Ailing{PartNetwork, true}}, true, NoTrouble},
		"not the cable's fault":         {[]Event{Ailing{PartNetwork, true}, Linked{Trouble: TroubleHeld}}, false, TroubleHeld},
		"nobody is to blame any longer": {[]Event{Linked{Trouble: TroubleNetwork}, Ailing{PartNetwork, true}, Linked{}}, true, NoTrouble},
	} {
		s := greetedTill(t)
		for _, e := range c.events {
			s.step(e)
			if s.owed.Sound.Tone != Silence {
				t.Errorf("%s: after %+v it sounds %v", name, e, s.owed.Sound.Tone)
			}
		}
		if got := s.View().Strip; got.Online != c.online || got.Why != c.why {
			t.Errorf("%s: online %v, why %q, want %v, %q", name, got.Online, got.Why, c.online, c.why)
		}
	}
}

// TestSilentProvider: a backend that answers and decides nothing is not what is
// in trouble. The word for it goes with the first that decides something.
func TestSilentProvider(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(Told{Order: id(1), Call: Open, Fact: FactAsked, Amount: 25_000})
	if why := s.View().Strip.Why; why != NoTrouble {
		t.Errorf("at once: %q", why)
	}
	s.wait(slowAfter)
	if v := s.View(); v.Strip.Why != TroubleProvider || !v.Strip.Online || !v.Screen.(Asking).Slow {
		t.Errorf("after %v: %+v", slowAfter, v)
	}
	s.wait(offlineAfter - slowAfter)
	if o, ok := s.Screen.(Offline); !ok || o.Why != TroubleProvider {
		t.Fatalf("after %v: %+v", offlineAfter, s.Screen)
	}
	s.step(pending(1, 25_000))
	if v := s.View(); v.Strip.Why != NoTrouble || v.Screen.Name() != "offering" {
		t.Errorf("with a code: %+v", v)
	}
}

// TestCableBack: what had no answer is asked for as soon as the cable is back,
// and nobody has to press a key.
func TestCableBack(t *testing.T) {
	s := greetedTill(t)
	s.step(Ailing{PartNetwork, true})
	s.keys("25000\n")
	for range 4 {
		s.step(Told{Order: id(1), Call: Open, Trouble: TroubleNetwork})
		s.wait(10e9)
	}
	s.step(Told{Order: id(1), Call: Open, Trouble: TroubleNetwork})
	if o, ok := s.Screen.(Offline); !ok || o.Why != TroubleCable || len(s.calls) != 0 {
		t.Fatalf("without a cable: %+v, calls %v", s.Screen, s.calls)
	}
	s.step(Ailing{PartNetwork, false})
	if len(s.calls) != 1 || s.calls[0].Verb != Open {
		t.Errorf("with the cable back it asks %v", s.calls)
	}
	s.step(Ailing{PartNetwork, false})
	if len(s.owed.Calls) != 0 {
		t.Errorf("told twice it asks %v", s.owed.Calls)
	}
}

// TestUnsent: what the backend does not have is counted while it does not
// answer, and only then.
func TestUnsent(t *testing.T) {
	s := greetedTill(t)
	unsent := func(when string, want int) {
		t.Helper()
		if got := s.View().Strip.Unsent; got != want {
			t.Errorf("%s: %d unsent, want %d", when, got, want)
		}
	}
	s.keys("25000\n")
	unsent("on its way", 0)
	s.step(Told{Order: id(1), Call: Open, Trouble: TroubleNetwork})
	unsent("no answer to an open", 1)
	s.step(pending(1, 25_000))
	unsent("it has the charge", 0)
	s.step(Linked{Trouble: TroubleNetwork})
	unsent("offline, and the backend has all", 0)
	s.keys("c")
	unsent("a cancel that it does not have", 1)
	s.boot()
	s.step(Linked{Trouble: TroubleTimeout})
	unsent("after a power cut", 1)
	s.step(Linked{})
	s.step(Told{Order: id(1), Call: LetGo, Fact: FactPending, Amount: 25_000, ExpiresIn: 1e9})
	s.step(Linked{Trouble: TroubleNetwork})
	unsent("it has the cancel", 0)
	s.step(Told{Order: id(1), Call: LetGo, Fact: FactUnknown})
	s.step(Linked{Trouble: TroubleNetwork})
	unsent("it forgot all of it", 1)
}
