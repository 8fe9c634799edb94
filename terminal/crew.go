package terminal

import (
	"cmp"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"time"
)

// Role is what an operator may do.
type Role string

// The roles. The words are on disk.
const (
	Owner      Role = "owner"      // everything, and who else may
	Cashier    Role = "cashier"    // opens and closes shifts, sees what was taken
	Technician Role = "technician" // sees to the device
)

// MaxCrew is how many operators there can be: as many as fit one glass.
const MaxCrew = 6

// Bounds of a PIN, in digits.
const (
	MinPIN = 4
	MaxPIN = 8
)

// Operator is somebody with a PIN. Number 1 is the owner.
type Operator struct {
	Who   int // 1..MaxCrew
	Role  Role
	Proof string // of the PIN; see proof
}

// pinRounds is what a PIN's hash costs: about a quarter of a second on the slowest
// device. Ten thousand PINs can be tried by whoever has the card, whatever it
// costs; the hash keeps them from those who only glance at it.
const pinRounds = 10_000

// proof is how a PIN stands in the journal.
func (c Config) proof(pin string) string {
	// Only a length that is not allowed is an error, and then there is no key: "" is of no PIN.
	key, _ := pbkdf2.Key(sha256.New, pin, []byte("kasir pin "+c.Device), cmp.Or(c.PINRounds, pinRounds), 16)
	return hex.EncodeToString(key)
}

// Limits of guessing a PIN; the wait begins anew with the power, the count does
// not.
const (
	pinsBeforeWait = 5
	pinWait        = 5 * time.Minute
)

// applyCrew takes the records that are about operators.
func (b *Book) applyCrew(r Record) {
	switch r.Kind {
	case KindCrew:
		crew := slices.DeleteFunc(slices.Clone(b.Crew), func(o Operator) bool { return o.Who == r.Who || r.Who == 0 })
		if r.Proof != "" && r.Who > 0 {
			at := slices.IndexFunc(crew, func(o Operator) bool { return o.Who > r.Who })
			if at < 0 {
				at = len(crew)
			}
			crew = slices.Insert(crew, at, Operator{Who: r.Who, Role: Role(r.Why), Proof: r.Proof})
		}
		b.Crew = crew
		if len(crew) == 0 {
			b.Shift.Shut = false // nobody could open it
		}
	case KindWrongPIN:
		b.WrongPINs = r.Count
	}
}

// operator is whose PIN it is; ok is false for nobody's.
func (s *State) operator(pin string) (o Operator, ok bool) {
	proof := []byte(s.Config.proof(pin))
	for _, one := range s.Book.Crew {
		if len(proof) > 0 && subtle.ConstantTimeCompare(proof, []byte(one.Proof)) == 1 {
			o, ok = one, true
		}
	}
	return o, ok
}

// member is the operator of that number; zero for nobody.
func (b *Book) member(who int) (o Operator) {
	for _, one := range b.Crew {
		if one.Who == who {
			o = one
		}
	}
	return o
}
