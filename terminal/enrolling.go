package terminal

import "time"

// EnrolDigits is how many digits a code for enrolment has.
const EnrolDigits = 12

// Enrolling is a till that its backend does not know yet: a technician keys the
// code that the backend made, or it came in a file and the till is at it by
// itself. It is before a till has a State, so it is stepped by Press alone.
type Enrolling struct {
	Digits  string       // keyed so far
	Busy    bool         // the backend is being asked
	Refusal EnrolRefusal // of the last code
	Trouble Trouble      // why the backend could not be asked; it is tried again
}

// EnrolRefusal is why a code brought nothing.
type EnrolRefusal uint8

// The refusals.
const (
	EnrolFine     EnrolRefusal = iota
	EnrolSlip                  // the check digit does not fit: a slip of a finger
	EnrolWrong                 // wrong, or too old
	EnrolUsed                  // another device enrolled with it
	EnrolOften                 // too many wrong ones
	EnrolStranger              // whoever answers does not know the code
	EnrolGone                  // the certificate that there was is good no more
)

// Name implements Screen.
func (Enrolling) Name() string { return "enrolling" }

// Press is one key. done is true when a code is whole and OK was pressed.
func (e Enrolling) Press(k Key) (next Enrolling, done bool) {
	if e.Busy {
		return e, false
	}
	was := e.Digits
	switch _, digit := k.Digit(); {
	case digit && len(was) < EnrolDigits:
		e.Digits += string(rune(k))
	case k == KeyZeroZero && len(was) <= EnrolDigits-2:
		e.Digits += "00"
	case k == KeyBack && was != "":
		e.Digits = was[:len(was)-1]
	case k == KeyClear:
		e.Digits = ""
	case k == KeyOK && len(was) == EnrolDigits:
		return e, true
	default:
		return e, false
	}
	e.Refusal, e.Trouble = EnrolFine, NoTrouble
	return e, false
}

func (Enrolling) key(*turn, Key) {}

func (Enrolling) pass(*turn) {}

func (Enrolling) deadline(State) (time.Duration, bool) { return 0, false }
