package ledger

import (
	"errors"
	"time"
)

// Charge is one order: the facts, and what is in the air about it. The zero
// value is an order nobody has asked for.
type Charge struct {
	Facts
	Errand
}

// Errand is the half that a restart forgets. Whoever reads the facts again may keep it
// alone meanwhile. All moments are Moment.Up.
type Errand struct {
	flight Verb // the call in the air, "" when none

	// What is so; together, since a backend keeps thousands of these.
	send      bool // a charge call is owed
	duplicate bool // the provider said it has one
	read      bool // a status call was made, at readAt
	urgent    bool // ask as soon as urgentGap allows
	stopLate  bool // found payable after its end: cancel once more
	claimed   bool // the provider calls it paid, in the answer to the charge call or with something wrong about it: it is read back
	replayed  bool // sending again will not bring the code's text
	overdue   bool // deadline is over

	sends      int           // charge calls since Open or Resume
	sendUntil  time.Duration // no new transaction is made after this
	doubtSince time.Duration // while no transaction is known: since when it is being looked for
	resendAt   time.Duration // and that it is absent then is reason enough to send again

	readAt time.Duration // of the last status call
	reads  int           // on the present ladder
	hasty  time.Duration // no further urgent question before this
	told   State         // what a notification claimed and no reading has answered yet, "" for nothing

	stops  int           // cancel and expire calls on the present ladder
	stopAt time.Duration // not before

	refusal Reason // why a linked charge that may be there all the same was not sent again

	scans  int // of the code's picture
	scanAt time.Duration

	deadline time.Duration // of the code
	endedAt  time.Duration
	watchAt  time.Duration // next look at an ended charge
}

// Load makes a charge of stored facts. Step it with Resume before anything else.
func Load(f Facts) Charge { return Charge{Facts: f} }

// Why an order cannot be used by who names it.
var (
	ErrConflict = errors.New("the order exists with another amount or customer")
	ErrTaken    = errors.New("the order belongs to another journal")
)

// Admit says whether amount and journal are those of this charge: nil,
// ErrTaken or ErrConflict. An order nobody asked for admits everybody.
func (c Charge) Admit(amount int64, journal string) error {
	switch {
	case c.Order == "":
		return nil
	case c.Journal != journal:
		return ErrTaken
	case c.Amount != amount:
		return ErrConflict
	}
	return nil
}

// AdmitOpen is Admit for an Open, which names a customer too. Whoever cancels
// an order names none, so one that was cancelled before it was opened has none.
func (c Charge) AdmitOpen(amount int64, journal, customer string) error {
	if err := c.Admit(amount, journal); err != nil || c.PaymentType == "" || c.Customer == customer {
		return err
	}
	return ErrConflict
}

// Reading reports whether a status call is in the air or due at once: whoever
// asked may want to wait a little for it.
func (c Charge) Reading() bool { return c.flight == Status || c.flight == "" && c.urgent }

// InFlight is the call in the air, "" when there is none.
func (c Charge) InFlight() Verb { return c.flight }

// Left is how much longer the code can be paid; negative when overdue.
func (c Charge) Left(now Moment) time.Duration {
	if c.deadline != 0 {
		return c.deadline - now.Up
	}
	return time.Duration(c.ExpiresMS-now.ms()) * time.Millisecond
}

// Mispaid reports that the provider settled another amount than was asked,
// and which. Such a charge stays open: only a person can say what it is. One
// that was made with another amount is not paid by that, but may be all the
// same, before its end: then the provider calls it so.
func (c Charge) Mispaid() (amount int64, ok bool) {
	open := c.State == Pending || c.State == Asked && c.TransactionID != ""
	return c.AlarmAmount, open && c.Alarm == AlarmAmount && (c.Doom == (Reason{}) || c.claimed)
}

// mispaid is whether Mispaid says so.
func (c Charge) mispaid() bool {
	_, wrong := c.Mispaid()
	return wrong
}

// payment is what a payer needs to pay it: the code's text, or the page for
// the PIN.
func (c Charge) payment() string {
	if c.Linked() {
		return c.VerifyURL
	}
	return c.QR
}

// stopping reports whether the charge's end is wanted.
func (c Charge) stopping() bool { return c.CancelWanted || c.Doom != (Reason{}) }

func (c Charge) lifetime() time.Duration { return time.Duration(c.LifetimeMS) * time.Millisecond }
