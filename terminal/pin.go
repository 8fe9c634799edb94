package terminal

import "time"

// Errand of a PIN: what is done when it is right.
type PinFor uint8

// What a PIN is for.
const (
	ForOpening PinFor = iota // open the shift
	ForDay                   // see what was taken, and close the shift
	ForCrew                  // say who may do what
	ForTech                  // see to the device
)

// may reports whether somebody of this role may do it.
func (f PinFor) may(r Role) bool {
	switch f {
	case ForCrew:
		return r == Owner
	case ForTech:
		return r == Owner || r == Technician
	}
	return r == Owner || r == Cashier
}

// Pin is a PIN being keyed. The digits are not for the glass.
type Pin struct {
	For   PinFor
	Typed int           // digits so far
	Wrong bool          // the last one was
	Wait  time.Duration // how long none is taken, in coarse steps

	keyed string
}

// Name implements Screen.
func (Pin) Name() string { return "pin" }

func (p Pin) key(t *turn, k Key) {
	t.since = t.now.Up
	_, digit := k.Digit()
	switch {
	case p.Wait > 0 && k != KeyClear:
		t.sound(ToneRefuse, 0)
		return
	case digit && p.Typed < MaxPIN:
		p.keyed, p.Wrong = p.keyed+string(rune(k)), false
	case k == KeyBack && p.Typed > 0:
		p.keyed = p.keyed[:p.Typed-1]
	case k == KeyClear && p.Typed > 0:
		p.keyed = ""
	case k == KeyClear, k == KeyBack:
		t.sound(ToneKey, 0)
		t.show(t.resting())
		return
	case k == KeyOK && p.Typed >= MinPIN:
		p.decide(t)
		return
	default:
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	p.Typed = len(p.keyed)
	t.Screen = p
}

// decide takes the whole PIN.
func (p Pin) decide(t *turn) {
	o, ok := t.operator(p.keyed)
	if !ok || !p.For.may(o.Role) {
		t.record(Record{Kind: KindWrongPIN, Count: t.Book.WrongPINs + 1})
		if t.Book.WrongPINs%pinsBeforeWait == 0 {
			t.pinLocked = t.now.Up + pinWait
		}
		t.sound(ToneRefuse, 0)
		t.show(Pin{For: p.For, Wrong: true})
		t.Screen.pass(t)
		return
	}
	if t.Book.WrongPINs > 0 {
		t.record(Record{Kind: KindWrongPIN})
	}
	t.sound(ToneKey, 0)
	t.proceed(p.For, o.Who)
}

// proceed does what the PIN was for.
func (t *turn) proceed(f PinFor, who int) {
	switch f {
	case ForOpening:
		t.record(Record{Kind: KindShiftOpened, Count: t.Book.Shift.No + 1, Who: who})
		t.show(t.resting())
	case ForDay:
		t.show(Totals{by: who})
	case ForCrew:
		t.show(Crew{})
	case ForTech:
		t.show(Tech{})
	}
	t.Screen.pass(t)
}

// guard asks for a PIN first, when there are any.
func (t *turn) guard(f PinFor) {
	t.sound(ToneKey, 0)
	if len(t.Book.Crew) > 0 {
		t.show(Pin{For: f})
		t.Screen.pass(t)
		return
	}
	if f == ForCrew {
		t.show(NewPin{Who: 1, Role: Owner})
		return
	}
	t.proceed(f, 0)
}

func (p Pin) pass(t *turn) {
	p.Wait = 0
	if left := t.pinLocked - t.now.Up; left > 0 {
		p.Wait, _ = coarse(left)
		p.keyed, p.Typed = "", 0
	}
	t.Screen = p
	t.closeUntouched()
}

func (p Pin) deadline(s State) (time.Duration, bool) {
	at := s.since + menuFor
	if p.Wait > 0 {
		_, next := coarse(p.Wait)
		at = min(at, s.pinLocked-next)
	}
	return at, true
}

// Closed is a till whose shift nobody has opened.
type Closed struct {
	Last int // number of the shift that was closed last, as people count
}

// Name implements Screen.
func (Closed) Name() string { return "closed" }

func (Closed) key(t *turn, k Key) {
	_, digit := k.Digit()
	switch {
	case k == KeyMenu:
		t.show(Menu{})
		t.sound(ToneKey, 0)
	case digit:
		t.show(Pin{For: ForOpening})
		t.Screen.pass(t)
		t.Screen.key(t, k)
	case k == KeyPlus:
		t.replay()
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (c Closed) pass(t *turn) {
	if t.resting() != Screen(c) {
		t.rest()
	}
}

func (Closed) deadline(State) (time.Duration, bool) { return 0, false }
