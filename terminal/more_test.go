package terminal

import (
	"fmt"
	"testing"
	"time"
)

// A code that comes, or is over, covers nothing that somebody is reading.
func TestACodeCoversNothing(t *testing.T) {
	for _, left := range []time.Duration{0, time.Minute} {
		late := Late{Order: id(9), Amount: 5}
		c := Charge{Order: id(1), Amount: 25_000}
		turn := &turn{State: State{Config: Config{Expect: Expect{Merchant: "Test"}}, Book: Book{Open: []Charge{c}}, watches: []watch{{order: id(1)}}, Screen: late}}
		e := pending(1, 25_000)
		e.ExpiresIn = left
		if turn.pending(c, e); turn.Screen != Screen(late) {
			t.Errorf("with %v left: %+v", left, turn.Screen)
		}
	}
}

func TestNoMoneyIsNoMoney(t *testing.T) {
	s := greetedTill(t)
	if s.step(settled(9, 0)); s.recorded() != "" || s.Screen.Name() != "idle" {
		t.Errorf("no money is recorded as %s on %s", s.recorded(), s.Screen.Name())
	}
}

// Whether a doubt is being looked into: asked, or to be asked now.
func TestBeingLookedInto(t *testing.T) {
	const now = time.Minute
	for _, tt := range []struct {
		w    watch
		want bool
	}{{watch{next: now + 1}, false}, {watch{next: now}, true}, {watch{next: now - 1}, true}, {watch{next: now + 1, flight: Ask}, true}} {
		tt.w.order = id(1)
		turn := &turn{State: State{Book: Book{Open: []Charge{{Order: id(1)}}}, watches: []watch{tt.w}}, now: Moment{Up: now}}
		Twin{Order: id(1)}.pass(turn)
		twin := turn.Screen.(Twin).Checking
		Unsure{Order: id(1)}.pass(turn)
		if unsure := turn.Screen.(Unsure).Checking; twin != tt.want || unsure != tt.want {
			t.Errorf("%+v: twin %t, unsure %t, want %t", tt.w, twin, unsure, tt.want)
		}
		Unsure{Order: id(1)}.key(turn, KeyOK)
		if tt.w.flight == 0 && turn.watches[0].next > now {
			t.Errorf("%+v: OK does not hurry it", tt.w)
		}
	}
}

// A letter pressed again at the end of its time is the next one.
func TestALetterStands(t *testing.T) {
	for wait, want := range map[time.Duration]string{nextLetter - 1: "b", nextLetter: "aa"} {
		text, _ := typing{}.press('2', 0)
		if text, _ = text.press('2', wait); text.text != want {
			t.Errorf("after %v: %q, want %q", wait, text.text, want)
		}
	}
}

// As many links can be undone at once as there is room for; one that is being
// undone can be asked for again.
func TestRoomForUnlinks(t *testing.T) {
	for _, tt := range []struct {
		n    int
		who  string
		want string
	}{{maxUnlinks, "c-0", "unlinking ♪key"}, {maxUnlinks, "other", "walletrefused ♪failed"}, {maxUnlinks - 1, "other", "unlinking ♪key"}} {
		var b Book
		for n := range tt.n {
			b = b.Apply(Record{Kind: KindUnlinking, Customer: fmt.Sprintf("c-%d", n)})
		}
		turn := &turn{State: State{Book: b, Screen: Idle{}}, now: Moment{Up: time.Hour}}
		UnlinkConfirm{Payer: Payer{Customer: tt.who}}.key(turn, KeyOK)
		if got := fmt.Sprintf("%s ♪%v", turn.Screen.Name(), turn.owed.Sound.Tone); got != tt.want {
			t.Errorf("%s of %d: %s, want %s", tt.who, tt.n, got, tt.want)
		}
		if turn.Screen.Name() == "unlinking" {
			if n := len(turn.Book.Unlinks); n != maxUnlinks {
				t.Errorf("%s of %d: then there are %d", tt.who, tt.n, n)
			}
		}
	}
}

// OK before a link that is being undone asks at once; the end of another one is
// not its end.
func TestUnlinkingIsHurried(t *testing.T) {
	s := greetedTill(t)
	s.unlinks()
	s.step(Found{Call: Unlink, Customer: customer, Trouble: TroubleBackend})
	if s.keys("\n"); !s.asksFor(Unlink) {
		t.Error("OK asks for nothing")
	}
	turn := &turn{State: s.State, now: s.moment()}
	turn.show(Unlinking{Payer: Payer{Customer: "other"}})
	if turn.toldOfUnlink(unlinkIs(CustomerUnlinked)); turn.Screen.Name() != "unlinking" {
		t.Errorf("the end of another is shown as %s", turn.Screen.Name())
	}
	(&turn.State).Screen = Unlinking{Payer: Payer{Customer: "other"}}
	Unlinking{Payer: Payer{Customer: "nobody"}}.key(turn, KeyOK) // it is over
	if turn.owed.Sound.Tone == ToneRefuse {
		t.Error("OK was refused")
	}
}

// A wait after wrong codes begins anew with the power, for who had made one.
func TestRelock(t *testing.T) {
	for wrong, want := range map[int]time.Duration{0: 0, 1: 0, wrongBeforeWait: codeWait + 7, wrongBeforeWait + 1: 0} {
		s := State{Book: Book{Open: []Charge{{Order: id(1), Wrong: wrong}}}, watches: make([]watch, 1)}
		if s.relock(7); s.watches[0].locked != want {
			t.Errorf("after %d wrong codes none is taken before %v, want %v", wrong, s.watches[0].locked, want)
		}
	}
	w := watch{fails: 3}
	if w.answered(0, NoTrouble, true); w.fails != 0 {
		t.Errorf("%d questions have no answer after one that had", w.fails)
	}
}

// From an amount of nothing M leads to the menu; one that was keyed is not lost by it.
func TestMenuFromNoAmount(t *testing.T) {
	s := greetedTill(t)
	s.keys("\nm")
	s.want("menu")
	if s.owed.Sound.Tone != ToneKey {
		t.Errorf("sounds %v", s.owed.Sound)
	}
	s.keys("c5m")
	if e, ok := s.Screen.(Entering); !ok || e.Amount != 5 || s.owed.Sound.Tone != ToneRefuse {
		t.Errorf("%+v, %v", s.Screen, s.owed.Sound)
	}
}
