package terminal

import "testing"

func TestHold(t *testing.T) {
	for k, want := range map[Key]Key{'1': '①', '9': '⑨', '0': 0, KeyOK: 0, '①': 0} {
		held, ok := Hold(k)
		if held != want || ok != (want != 0) {
			t.Errorf("%q held is %q, %v, want %q", k, held, ok, want)
		}
		if d, is := held.Held(); is != ok || ok && Key(d)+'0' != k {
			t.Errorf("%q is held %v: %v", held, d, is)
		}
	}
	for _, k := range []Key{'①' - 1, '⑨' + 1, '1', 0} {
		if _, is := k.Held(); is {
			t.Errorf("%q is a digit that is held", k)
		}
	}
}

// TestQuickAmounts: a digit that is held becomes the amount that the shop gave it,
// where it is all that was keyed; anywhere else it is what its press was.
func TestQuickAmounts(t *testing.T) {
	for keys, want := range map[string]Entering{
		"5⑤":       {Amount: 20_000},
		"5⑤⑤":      {Amount: 20_000},
		"15⑤":      {Amount: 15},
		"3③":       {Amount: 3}, // has none
		"7000+5⑤":  {Sum: 7_000, Items: 1, Amount: 20_000},
		"5⑤0":      {Amount: 200_000},
		"9⑨":       {Amount: MaxCharge, Refusal: RefuseTooMuch, Limit: 500_000},
		"5④":       {Amount: 5},
		"00⑤5":     {Amount: 5},
		"5⑤b":      {Amount: 2_000},
		"5⑤+5⑤+5⑤": {Sum: 40_000, Items: 2, Amount: 20_000},
	} {
		s := comfortable(t)
		s.Config.Quick = [10]Rupiah{5: 20_000, 4: 1_000, 9: MaxCharge}
		if s.keys(keys); s.Screen != Screen(want) {
			t.Errorf("%q: %+v, want %+v", keys, s.Screen, want)
		}
	}
	s := comfortable(t)
	s.Config.Quick = [10]Rupiah{5: 20_000}
	s.keys("5⑤")
	if s.owed.Sound.Tone != ToneKey {
		t.Errorf("it sounds %v", s.owed.Sound.Tone)
	}
	s.keys("\n⑤")
	if s.want("asking"); s.Book.Open[0].Amount != 20_000 || s.owed.Sound.Tone != Silence {
		t.Errorf("charged %v, and then %v", s.Book.Open, s.owed.Sound.Tone)
	}
}
