package terminal

import "testing"

// TestAiling: a part that fails is said on every screen and heard once, and a
// sale goes on.
func TestAiling(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	for _, c := range []struct {
		e             Ailing
		keypad, glass bool
		tone          Tone
	}{
		{Ailing{PartKeypad, true}, true, false, ToneAlarm},
		{Ailing{PartKeypad, true}, true, false, Silence},
		{Ailing{PartGlass, true}, true, true, ToneAlarm},
		{Ailing{PartKeypad, false}, false, true, Silence},
		{Ailing{PartGlass, false}, false, false, Silence},
	} {
		s.step(c.e)
		v := s.View()
		if v.Strip.NoKeypad != c.keypad || v.Strip.NoGlass != c.glass || s.owed.Sound.Tone != c.tone {
			t.Errorf("after %+v: %+v, tone %v", c.e, v.Strip, s.owed.Sound.Tone)
		}
		if _, ok := v.Screen.(Offering); !ok {
			t.Errorf("after %+v the screen is %s", c.e, v.Screen.Name())
		}
	}
	s.step(Ailing{PartKeypad, true})
	s.step(settled(1, 25_000))
	if _, ok := s.View().Screen.(Thanks); !ok || !s.View().Strip.NoKeypad {
		t.Errorf("paid without a keypad: %+v", s.View())
	}
}
