package terminal

import (
	"testing"
	"time"
)

func (t *till) hears(say Saying, order OrderID, amount Rupiah) {
	t.Helper()
	if got := t.owed.Sound; got.Say != say || got.Order != order || got.Amount != amount {
		t.Errorf("on %s: heard %v %s %q of %s over %d, want %q of %s over %d",
			t.Screen.Name(), got.Tone, map[bool]string{true: "again"}[got.Again], got.Say, got.Order, got.Amount, say, order, amount)
	}
}

// What is said, and that a verdict is said of the record of the same step.
func TestSayings(t *testing.T) {
	for _, c := range []struct {
		name  string
		play  func(s *till)
		say   Saying
		order OrderID
	}{
		{"paid", func(s *till) { s.step(settled(1, 25_000)) }, SayPaid, id(1)},
		{"paid by a code", func(s *till) { *s = *greetedTill(s.TB); s.confirms(); s.keys(s.code(verdictPaid) + "\n") }, SayPaid, id(1)},
		{"expired", func(s *till) { s.step(ended(1, FactExpired)) }, SayFailed, id(1)},
		{"denied", func(s *till) { s.step(denied(true)) }, SayFailed, id(1)},
		{"cancel not answered", func(s *till) { s.step(pending(1, 25_000)); s.keys("c"); s.wait(unsureAfter) }, SayUnsure, id(1)},
		{"late", func(s *till) { s.step(ended(1, FactExpired)); s.keys("\n"); s.step(settled(1, 25_000)) }, SayLate, id(1)},
		{"a new sale before money that nobody saw", func(s *till) {
			s.step(ended(1, FactExpired))
			s.wait(settleGuard)
			s.keys("7")
			s.step(settled(1, 25_000))
			s.wait(settleGuard)
			s.keys("\n")
		}, SayDuplicate, id(1)},
		{"no answer to an open", func(s *till) { s.wait(offlineAfter) }, SayNothing, ""},
		{"its order id is taken", func(s *till) { s.step(Told{Order: id(1), Call: Open, Fact: FactTaken, Amount: 25_000}) }, SayNothing, ""},
		{"a code", func(s *till) { s.step(pending(1, 25_000)) }, SayNothing, ""},
		{"wrong money", func(s *till) { e := settled(1, 25_000); e.Paid = 1; s.step(e) }, SayNothing, ""},
		{"money told twice", func(s *till) { s.step(settled(1, 25_000)); s.step(settled(1, 25_000)) }, SayNothing, ""},
		{"after a power cut", func(s *till) { s.step(settled(1, 25_000)); s.boot(); s.step(Wake{}) }, SayNothing, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := greetedTill(t)
			s.keys("25000\n")
			c.play(s)
			s.TB = t
			if c.say == SayNothing {
				if got := s.owed.Sound; got.Say != SayNothing || got.Order != "" {
					t.Errorf("heard %+v", got)
				}
				return
			}
			s.hears(c.say, c.order, 25_000)
			if got := s.owed.Sound.Tone; got < TonePaid || got > ToneLate {
				t.Errorf("tone %v", got)
			}
		})
	}
}

// The last two sayings can be heard again, and after a power cut the newest
// money.
func TestReplay(t *testing.T) {
	s := greetedTill(t)
	refused := func() {
		t.Helper()
		if s.owed.Sound.Tone != ToneRefuse || s.owed.Sound.Again {
			t.Errorf("heard %+v, want a refusal", s.owed.Sound)
		}
	}
	s.keys("+")
	refused()
	s.keys("r")
	refused()
	for n, sum := range []Rupiah{100, 200, 300} {
		s.keys("c" + []string{"100", "200", "300"}[n] + "\n")
		s.step(settled(int64(n+1), sum))
		s.hears(SayPaid, id(int64(n+1)), sum)
		s.wait(settleGuard)
		s.keys("c")
	}
	for _, want := range []int64{3, 2, 3} { // the keys follow each other
		s.keys("+")
		s.hears(SayPaid, id(want), Rupiah(want*100))
		if !s.owed.Sound.Again || s.owed.Sound.Tone != ToneKey {
			t.Errorf("heard %+v, want it as a replay", s.owed.Sound)
		}
	}
	s.wait(backWithin)
	s.keys("r")
	s.hears(SayPaid, id(3), 300)
	s.boot()
	s.step(Wake{})
	s.keys("r")
	s.hears(SayPaid, id(3), 300)
	s.wait(time.Second)
	s.keys("r")
	s.hears(SayPaid, id(3), 300)
}

// Every sound is as loud as the volume, which goes round; the menu shows it.
func TestVolume(t *testing.T) {
	s := greetedTill(t)
	for _, want := range []Volume{Medium, Soft, TonesOnly, Loud} {
		s.keys("m+")
		if got := s.owed.Sound; got.Tone != ToneReady || got.Volume != want {
			t.Errorf("heard %+v, want volume %d", got, want)
		}
		if got := s.Screen; got != Screen(Menu{Volume: want}) {
			t.Errorf("shows %+v, want volume %d", got, want)
		}
		s.keys("c")
	}
	s.keys("v5")
	if got := s.owed.Sound; got.Tone != ToneKey || got.Volume != Medium {
		t.Errorf("heard %+v, want a key at %d", got, Medium)
	}
	s = newTill(t)
	s.State = Boot(Config{Device: device, Volume: Soft}, Book{Next: 1}, s.moment())
	if s.keys("5"); s.owed.Sound.Volume != Soft {
		t.Errorf("begins at %+v, want %d", s.owed.Sound, Soft)
	}
}
