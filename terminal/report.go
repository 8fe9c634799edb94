package terminal

import "time"

// Report is a shift that is over. It stays until a key.
type Report struct {
	Close
	Old  bool // it was closed before; this is another look
	Code bool // its figures can be shown as a code for a phone: KeyZeroZero

	at int // which of the kept ones
}

// report is the at-th of the kept shifts.
func report(b Book, at int, old bool) Report {
	return Report{Close: b.Shifts[at].Close, Old: old, at: at}
}

// Name implements Screen.
func (Report) Name() string { return "report" }

func (r Report) key(t *turn, k Key) {
	t.sound(ToneKey, 0)
	switch {
	case k == KeyPlus && r.More():
		t.show(report(t.Book, r.at-1, true))
	case k == KeyZeroZero && r.Code:
		t.show(ForPhone{Whose: OwnersPhone, Text: t.closing(r.Close).link(t.confirm), Shift: r.No, Taken: r.Taken, back: r})
	case k == '1' && r.Overs > 0:
		t.show(Overrides{back: r})
	case k == KeyOK || k == KeyClear || k == KeyBack || k == KeyMenu:
		t.show(t.resting())
	default:
		t.owed.Sound = Sound{Tone: ToneRefuse}
	}
	t.Screen.pass(t)
}

// More reports whether there is an earlier one to be shown.
func (r Report) More() bool { return r.Old && r.at > 0 }

func (r Report) pass(t *turn) {
	r.Code = t.signable(r.Close)
	t.Screen = r
}

func (Report) deadline(State) (time.Duration, bool) { return 0, false }

// Overrides is what people decided in a shift where the till had warned, one at a
// time, the newest first.
type Overrides struct {
	At, Of int // which one, from 1, of how many that are kept
	Override
	End Ending // of its order; EndNone while it has none, or is forgotten

	back Report
}

// Name implements Screen.
func (Overrides) Name() string { return "overrides" }

func (o Overrides) key(t *turn, k Key) {
	t.since = t.now.Up
	switch {
	case k == KeyPlus && o.At < o.Of:
		o.At++
		t.sound(ToneKey, 0)
		t.Screen = o
		o.pass(t)
	case k == KeyPlus:
		t.sound(ToneRefuse, 0)
	default:
		t.sound(ToneKey, 0)
		t.show(o.back)
		t.Screen.pass(t)
	}
}

func (o Overrides) pass(t *turn) {
	all := t.Book.Shifts[o.back.at].Overrides
	o.Of = len(all)
	o.At = min(max(o.At, 1), o.Of)
	if t.now.Up-t.since >= menuFor {
		t.show(o.back)
		t.Screen.pass(t)
		return
	}
	o.Override, o.End = all[o.Of-o.At], EndNone
	if i := find(t.Book.Past, o.Order); i >= 0 {
		o.End = t.Book.Past[i].End
	}
	t.Screen = o
}

func (Overrides) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }
