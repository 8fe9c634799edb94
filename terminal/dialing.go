package terminal

import "time"

// Dialing is a telephone number being keyed. It stands whole on the glass, so
// that it can be checked, and nowhere else: it is never written down.
type Dialing struct {
	Phone   string // as keyed so far; one that starts with 00 is international
	For     Purpose
	Amount  Rupiah // ForCharge only: what will be charged
	Refusal Refusal
}

// Name implements Screen.
func (Dialing) Name() string { return "dialing" }

func (d Dialing) key(t *turn, k Key) {
	t.since = t.now.Up
	if _, digit := k.Digit(); digit {
		d.dial(t, string(rune(k)))
		return
	}
	switch {
	case k == KeyZeroZero:
		d.dial(t, "00")
	case k == KeyBack && d.Phone != "":
		d.Phone, d.Refusal = d.Phone[:len(d.Phone)-1], NoRefusal
		t.sound(ToneKey, 0)
		t.show(d)
	case k == KeyBack && d.For == ForCharge:
		t.sound(ToneKey, 0)
		t.show(Entering{Amount: d.Amount, Linked: true})
	case k == KeyClear || k == KeyBack:
		t.sound(ToneKey, 0)
		t.show(t.resting())
	case k == KeyOK:
		d.done(t)
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (d Dialing) dial(t *turn, digits string) {
	if len(d.Phone)+len(digits) > maxDial {
		t.sound(ToneRefuse, 0)
		return
	}
	d.Phone, d.Refusal = d.Phone+digits, NoRefusal
	t.sound(ToneKey, 0)
	t.show(d)
}

// done goes on with a number that may be one; which numbers there are, the
// backend knows.
func (d Dialing) done(t *turn) {
	if len(d.Phone) < minPhone || len(d.Phone) > maxPhone {
		d.Refusal = RefusePhone
		t.sound(ToneRefuse, 0)
		t.show(d)
		return
	}
	t.sound(ToneKey, 0)
	if d.For == ForLink {
		t.startLink(d.Phone)
		return
	}
	t.find(d.For, d.Phone, d.Amount)
}

func (Dialing) pass(t *turn) { t.closeUntouched() }

func (Dialing) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

// closeUntouched leaves a screen that nobody touches: the number on it is not
// for whoever comes next.
func (t *turn) closeUntouched() {
	if t.now.Up-t.since >= menuFor {
		t.rest()
	}
}
