package terminal

import "time"

// Idle is a till that waits for an amount.
type Idle struct{}

// Name implements Screen.
func (Idle) Name() string { return "idle" }

func (Idle) key(t *turn, k Key) {
	if d, ok := k.Digit(); ok && d > 0 {
		t.show(t.Config.judged(Entering{}.digit(d)))
		t.sound(ToneKey, 0)
		return
	}
	switch k {
	case KeyMenu:
		t.show(Menu{})
		t.sound(ToneKey, 0)
	case KeyOK:
		t.show(Entering{Refusal: RefuseZero})
		t.sound(ToneRefuse, 0)
	case KeyPlus:
		t.replay()
	case '0', KeyZeroZero:
		t.sound(ToneRefuse, 0)
	}
}

func (Idle) pass(t *turn) {
	if t.resting() != Screen(Idle{}) {
		t.rest()
	}
}

func (Idle) deadline(State) (time.Duration, bool) { return 0, false }
