package terminal

import (
	"testing"
	"time"
)

// comfortable is a greeted till with a light, a calm and limits.
func comfortable(t *testing.T) *till {
	s := greetedTill(t)
	s.Config.Lit, s.Config.Calm = true, Calm{Dim: 2 * time.Minute, Advise: 10 * time.Minute, Dark: time.Hour}
	s.Config.Least, s.Config.Most = 1_000, 500_000
	return s
}

// TestCalm: a till that nobody uses gets dimmer, advises and goes dark; any key
// wakes it and does what it always does.
func TestCalm(t *testing.T) {
	s := comfortable(t)
	rest := func(when string, want Rest) {
		t.Helper()
		if got := s.View().Strip.Rest; got != want {
			t.Errorf("%s: rest %d, want %d", when, got, want)
		}
	}
	start := s.now
	s.wait(2*time.Minute - time.Second)
	rest("before", Awake)
	s.wait(time.Second)
	rest("after two minutes", Dimmed)
	s.wait(8 * time.Minute)
	rest("after ten", Advising)
	s.wait(50 * time.Minute)
	if rest("after an hour", Dark); s.now-start != time.Hour {
		t.Errorf("an hour took %v", s.now-start)
	}
	s.keys("5")
	rest("woken", Awake)
	if e, ok := s.Screen.(Entering); !ok || e.Amount != 5 {
		t.Errorf("the key that woke it was swallowed: %+v", s.Screen)
	}
	s.wait(2 * time.Hour)
	rest("with an amount on the glass", Awake)
	s.keys("c")
	s.wait(2 * time.Minute)
	rest("idle again", Dimmed)
	s.keys("0") // means nothing here
	rest("after a key that means nothing", Awake)
	s.wait(time.Hour)
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.step(settled(1, 25_000))
	s.wait(3 * time.Hour)
	rest("LUNAS stays bright until somebody saw it", Awake)
}

// TestCalmIsOff: nothing changes by itself on a till that was told so.
func TestCalmIsOff(t *testing.T) {
	s := comfortable(t)
	s.Config.Calm = Calm{}
	s.step(Wake{})
	if at, ok := s.tires(); ok {
		t.Errorf("it wants to change at %v", at)
	}
	s.Config.Calm = Calm{Advise: time.Minute}
	s.wait(time.Minute)
	if got := s.View().Strip.Rest; got != Advising {
		t.Errorf("rest %d with advice alone", got)
	}
}

// TestVolumeAndLightOutlastThePower.
func TestVolumeAndLightOutlastThePower(t *testing.T) {
	s := comfortable(t)
	s.keys("vv25000\n")
	s.step(pending(1, 25_000))
	s.keys("2")
	if got := s.View().Strip.Light; got != 2 {
		t.Errorf("light %d, want 2", got)
	}
	s.keys("888")
	if got := s.View().Strip.Light; got != MaxLight || s.owed.Sound.Tone != ToneRefuse {
		t.Errorf("light %d, tone %v, want the brightest and a refusal", got, s.owed.Sound.Tone)
	}
	s.boot()
	if s.volume != Soft || s.View().Strip.Light != MaxLight {
		t.Errorf("volume %d, light %d, want soft and the brightest", s.volume, s.View().Strip.Light)
	}
	s.Book = s.Book.Apply(Record{Kind: KindSet, Why: "a later release's"})
	if s.Book.Volume != int(Soft)+1 || s.Book.Light != MaxLight {
		t.Errorf("what is not known changes %+v", s.Book)
	}
	s = greetedTill(t) // without a light
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	if s.keys("8"); s.owed.Sound.Tone != ToneRefuse || s.Book.Light != 0 {
		t.Error("a light that is not there was set")
	}
}

// TestShopLimits: what the shop allows in one sale is said in its own figures.
func TestShopLimits(t *testing.T) {
	for keys, want := range map[string]Screen{
		"999\n":     Entering{Amount: 999, Refusal: RefuseTooLittle, Limit: 1_000},
		"999\n0":    Entering{Amount: 9_990},
		"500001":    Entering{Amount: 500_001, Refusal: RefuseTooMuch, Limit: 500_000},
		"500001\n":  Entering{Amount: 500_001, Refusal: RefuseTooMuch, Limit: 500_000},
		"500001b":   Entering{Amount: 50_000},
		"400000+2z": Entering{Sum: 400_000, Items: 1, Amount: 200},
	} {
		s := comfortable(t)
		if s.keys(keys); s.Screen != want || len(s.Book.Open) != 0 {
			t.Errorf("%q: %+v, want %+v", keys, s.Screen, want)
		}
	}
	for _, keys := range []string{"1000\n", "500000\n"} {
		s := comfortable(t)
		if s.keys(keys); len(s.Book.Open) != 1 {
			t.Errorf("%q is refused: %+v", keys, s.Screen)
		}
	}
	s := comfortable(t)
	s.Config.Most = 99_000_000
	if s.keys("10000001\n"); s.Screen != Screen(Entering{Amount: 10_000_001, Refusal: RefuseTooMuch, Limit: MaxCharge}) {
		t.Errorf("over what the provider takes: %+v", s.Screen)
	}
}
