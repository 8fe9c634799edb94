package terminal

import "time"

// Inspection is a technician looking at the till part by part, while it runs. It
// is reached from a till at rest only, so no sale is ever on the glass when it
// begins, and money that comes meanwhile takes the glass over. Sales that were
// set aside do not hinder it: nothing is changed by looking.
type Inspection struct {
	Step    InspectStep
	Pressed Pressed
	Signs   [Looks]Sign
	At      Look // which part is shown more closely, from 1; 0: all of them

	answered bool // of those that need nobody
	sounded  bool // the second tone was
	back     Tech
}

// InspectStep is where an inspection is.
type InspectStep uint8

// The steps.
const (
	InspectGlass InspectStep = iota // the glass shows a pattern
	InspectKeys                     // every key is to be pressed
	InspectSound                    // two tones are to be heard
	InspectWait                     // the rest has not been answered yet
	InspectDone                     // what was found
)

const (
	keyPause    = 15 * time.Second // how long somebody may look for the next key
	betweenTone = 1200 * time.Millisecond
	inspectWait = 30 * time.Second // what has not answered by then is not known
)

// Name implements Screen.
func (Inspection) Name() string { return "inspection" }

// inspect begins one, and has the parts that need nobody looked at meanwhile.
func (t *turn) inspect(from Tech) {
	t.sound(ToneKey, 0)
	t.owed.Chores = append(t.owed.Chores, ChoreInspect)
	t.show(Inspection{back: from})
}

func (s Inspection) key(t *turn, k Key) {
	t.since = t.now.Up
	t.sound(ToneKey, 0)
	switch s.Step {
	case InspectGlass:
		if k == KeyOK || k == KeyClear {
			s.Signs[LookGlass].Is = shape(k == KeyOK && !t.noGlass)
			s.next(t, InspectKeys)
			return
		}
	case InspectKeys:
		s.Pressed = s.Pressed.with(k)
		t.Screen = s
		if missing, _ := s.Pressed.Missing(); len(missing) == 0 {
			s.keysDone(t)
		}
		return
	case InspectSound:
		switch k {
		case KeyOK, KeyClear:
			s.Signs[LookSpeaker].Is = shape(k == KeyOK)
			s.next(t, InspectWait)
			return
		case KeyPlus:
			s.next(t, InspectSound)
			return
		}
	case InspectWait:
		if k == KeyClear {
			t.show(s.back)
			return
		}
	case InspectDone:
		s.read(t, k)
		return
	}
	t.owed.Sound = Sound{Tone: ToneRefuse}
}

// read goes from part to part of what was found.
func (s Inspection) read(t *turn, k Key) {
	d, digit := k.Digit()
	switch {
	case digit && d > 0 && d <= Rupiah(Looks):
		s.At = Look(d)
	case k == KeyPlus:
		s.At = (s.At + 1) % (Looks + 1)
	case (k == KeyOK || k == KeyClear || k == KeyBack) && s.At > 0:
		s.At = 0
	case k == KeyOK || k == KeyClear || k == KeyBack || k == KeyMenu:
		t.show(s.back)
		return
	default:
		t.owed.Sound = Sound{Tone: ToneRefuse}
	}
	t.Screen = s
}

// next goes on to a step.
func (s Inspection) next(t *turn, step InspectStep) {
	s.Step, s.sounded = step, false
	t.since = t.now.Up
	if step == InspectSound {
		t.owed.Sound = Sound{Tone: ToneReady}
	}
	t.Screen = s
}

// keysDone judges what was pressed.
func (s Inspection) keysDone(t *turn) {
	_, enough := s.Pressed.Missing()
	s.Signs[LookKeys].Is = shape(enough)
	s.next(t, InspectSound)
}

// inspected takes what was found at the parts that need nobody.
func (t *turn) inspected(e Inspected) {
	s, ok := t.Screen.(Inspection)
	if !ok {
		return
	}
	copy(s.Signs[LookJournal:], e[LookJournal:])
	s.answered = true
	t.Screen = s
}

func (s Inspection) pass(t *turn) {
	waited := t.now.Up - t.since
	switch {
	case s.Step == InspectKeys && waited >= keyPause:
		s.keysDone(t)
	case s.Step == InspectSound && !s.sounded && waited >= betweenTone:
		s.sounded = true
		t.sound(ToneRefuse, 0)
		t.Screen = s
	case s.Step == InspectWait && (s.answered || waited >= inspectWait):
		t.signs = s.Signs
		s.next(t, InspectDone)
	}
	t.closeMenu()
}

func (s Inspection) deadline(st State) (time.Duration, bool) {
	switch {
	case s.Step == InspectKeys:
		return st.since + keyPause, true
	case s.Step == InspectSound && !s.sounded:
		return st.since + betweenTone, true
	case s.Step == InspectWait:
		return st.since + inspectWait, true
	}
	return st.since + menuFor, true
}
