package terminal

import "time"

// Totals is what was taken in this shift so far.
type Totals struct {
	Shift   Shift
	Unsure  int  // charges without an outcome
	Unseen  int  // payments that nobody has acknowledged
	Earlier bool // there is a closed shift to be shown

	by int // who asked
}

// Name implements Screen.
func (Totals) Name() string { return "totals" }

func (s Totals) key(t *turn, k Key) {
	t.since = t.now.Up
	switch {
	case k == KeyOK:
		t.sound(ToneKey, 0)
		t.show(Counting{by: s.by})
	case k == KeyPlus && s.Earlier:
		t.sound(ToneKey, 0)
		t.show(report(t.Book, len(t.Book.Shifts)-1, true))
		t.Screen.pass(t)
	case k == KeyClear || k == KeyBack || k == KeyMenu:
		t.sound(ToneKey, 0)
		t.show(t.resting())
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (s Totals) pass(t *turn) {
	s.Shift, s.Unsure, s.Unseen, s.Earlier = t.Book.Shift, len(t.Book.Open), len(t.Book.Unseen), len(t.Book.Shifts) > 0
	t.Screen = s
	t.closeMenu()
}

func (Totals) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

// Counting is what somebody counted being keyed, before the till says what it
// has: a count that was read off the glass is none.
type Counting struct {
	Amount Rupiah
	Typed  bool // a digit was keyed: zero is a count, too

	by int
}

// Name implements Screen.
func (Counting) Name() string { return "counting" }

func (s Counting) key(t *turn, k Key) {
	t.since = t.now.Up
	next := s
	d, digit := k.Digit()
	switch {
	case digit && s.Amount*10+d <= maxCounted:
		next.Amount, next.Typed = s.Amount*10+d, true
	case k == KeyZeroZero && s.Amount*100 <= maxCounted:
		next.Amount, next.Typed = s.Amount*100, true
	case k == KeyBack:
		next.Amount /= 10
		next.Typed = next.Amount > 0
	case k == KeyClear && s.Typed:
		next = Counting{by: s.by}
	case k == KeyClear:
		t.sound(ToneKey, 0)
		t.show(t.resting())
		return
	case k == KeyOK:
		t.sound(ToneKey, 0)
		t.closeShift(s.by, s.Amount, s.Typed)
		return
	}
	if next == s {
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	t.Screen = next
}

// maxCounted is the largest count that can be keyed, in rupiah.
const maxCounted Rupiah = 9_999_999_999

func (Counting) pass(t *turn) { t.closeMenu() }

func (Counting) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }
