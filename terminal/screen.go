package terminal

import "time"

// Screen is what the till shows and, by that, what it is doing. Each is a
// plain value in a file of its own, with all that can happen on it.
type Screen interface {
	// Name is a word for logs, tests and file names.
	Name() string
	// key is one press while this screen is shown.
	key(t *turn, k Key)
	// pass is time going by; it is called after every event.
	pass(t *turn)
	// deadline is when pass wants to be called; ok is false for never.
	deadline(s State) (at time.Duration, ok bool)
}

// Doubt is why an outcome is not known.
type Doubt uint8

// The doubts.
const (
	DoubtCountdown Doubt = iota // the code's time is over; the provider has not said so yet
	DoubtCancel                 // a cancel was asked for and not confirmed
	DoubtLost                   // a charge from an earlier life, or set aside
	DoubtSilence                // a linked wallet was asked, and there is no answer
)

// Refusal is why an amount was not charged.
type Refusal uint8

// The refusals.
const (
	NoRefusal Refusal = iota
	RefuseZero
	RefuseTooMuch     // over Entering.Limit
	RefuseTooLittle   // under Entering.Limit
	RefuseTooManyOpen // MaxOpen charges without an outcome, or no number left
	RefusePhone       // too short or too long for a telephone number
	RefuseCode        // a code that says nothing about this sale
)

// FaultKind is what stopped the till from selling.
type FaultKind uint8

// The faults.
const (
	FaultJournal  FaultKind = 1 + iota // the journal cannot be used, and nobody knows why
	FaultFull                          // the card is full
	FaultReadOnly                      // the card refuses to be written
	FaultCard                          // the card answers with errors
	FaultDamaged                       // what is on the card is not what was written
	FaultForeign                       // the file is something else
	FaultNewer                         // the journal is a newer program's
	FaultInUse                         // another program writes it
)

// Spoiled is a Journal's error that knows what it is to people.
type Spoiled struct {
	What FaultKind
	Err  error
}

func (s *Spoiled) Error() string { return s.Err.Error() }

// Unwrap is the error itself.
func (s *Spoiled) Unwrap() error { return s.Err }

// orderOf is the order that a screen stands before; "" for none.
func orderOf(s Screen) OrderID {
	switch s := s.(type) {
	case Asking:
		return s.Order
	case Offering:
		return s.Order
	case Verifying:
		return s.Order
	case Confirming:
		return s.Order
	case Linking:
		return s.Order
	case LinkOffer:
		return s.Order
	case Cancelling:
		return s.Order
	case Thanks:
		return s.Order
	case Offline:
		return s.Order
	case Unsure:
		return s.Order
	case Late:
		return s.Order
	case Ended:
		return s.Order
	case Denied:
		return s.Order
	case Alarm:
		return s.Order
	}
	return ""
}
