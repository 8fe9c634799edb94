package terminal

import "time"

// Mending is a till whose journal is damaged: whoever may see to the device can
// let a new one begin with what was read of the old one, which is kept. It is
// before a till has a State, so it is stepped by Press alone.
type Mending struct {
	Step   MendStep
	Typed  int  // digits of the PIN so far
	Wrong  bool // the last PIN was
	Wait   bool // too many were: none is taken for a while
	Read   int  // records that could be read
	Lost   bool // some could not
	Sales  int  // of the shift, as far as could be read
	Taken  Rupiah
	Unsure int // charges without an outcome

	keyed  string
	wrongs int           // since the power came
	locked time.Duration // no PIN is taken before (Moment.Up)
}

// MendStep is where a mending till is.
type MendStep uint8

// The steps.
const (
	MendOffer  MendStep = iota // it says that a new journal can begin
	MendPIN                    // it asks who wants that
	MendSure                   // it says what was read, and asks once more
	MendBusy                   // it is being done
	MendFailed                 // the card would not have it
)

// Name implements Screen.
func (Mending) Name() string { return "mending" }

// Mender knows whose PIN counts.
type Mender struct {
	Config Config
	Heir   Heirloom
}

// Screen is where a mending till begins.
func (m Mender) Screen() Mending {
	b := m.Heir.Book
	return Mending{Read: m.Heir.Read, Lost: m.Heir.Lost, Sales: b.Shift.Sales, Taken: b.Shift.Taken, Unsure: len(b.Open)}
}

// Press is one key at that time since the power came. done is true when a new
// journal is to begin.
func (m Mender) Press(s Mending, k Key, up time.Duration) (next Mending, done bool) {
	if s.Wait && up >= s.locked {
		s.Wait = false
	}
	switch s.Step {
	case MendOffer, MendFailed:
		if k != KeyOK {
			return s, false
		}
		s.Step = MendSure
		if len(m.Heir.Book.Crew) > 0 {
			s.Step = MendPIN
		}
	case MendPIN:
		return m.pin(s, k, up), false
	case MendSure:
		if k == KeyOK {
			s.Step = MendBusy
			return s, true
		}
		if k == KeyClear || k == KeyBack {
			s.Step = MendOffer
		}
	}
	return s, false
}

// pin takes a key of a PIN. The count of wrong ones ends with the power: what a
// guess would bring is a new journal with all that the old one says, and the
// old one beside it.
func (m Mender) pin(s Mending, k Key, up time.Duration) Mending {
	_, digit := k.Digit()
	switch {
	case k == KeyClear && s.keyed == "", k == KeyBack && s.keyed == "":
		s.Step, s.Wrong = MendOffer, false
	case s.Wait:
	case digit && len(s.keyed) < MaxPIN:
		s.keyed, s.Wrong = s.keyed+string(rune(k)), false
	case k == KeyBack:
		s.keyed = s.keyed[:len(s.keyed)-1]
	case k == KeyClear:
		s.keyed = ""
	case k == KeyOK && len(s.keyed) >= MinPIN:
		who := State{Config: m.Config, Book: m.Heir.Book}
		o, ok := who.operator(s.keyed)
		s.keyed, s.Wrong = "", !ok || !ForTech.may(o.Role)
		if !s.Wrong {
			s.Step = MendSure
			break
		}
		if s.wrongs++; s.wrongs%pinsBeforeWait == 0 {
			s.Wait, s.locked = true, up+pinWait
		}
	}
	s.Typed = len(s.keyed)
	return s
}

func (Mending) key(*turn, Key) {}

func (Mending) pass(*turn) {}

func (Mending) deadline(State) (time.Duration, bool) { return 0, false }
