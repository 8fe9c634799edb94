package terminal

import (
	"encoding/json"
	"fmt"
	"time"
)

// Kind names what a record says. The words are on disk: never change one,
// never give one another meaning.
type Kind string

// The kinds.
const (
	KindJoined    Kind = "joined"       // the backend greeted us: order numbers and news start here
	KindOpened    Kind = "opened"       // an amount was keyed and an order made for it
	KindOffered   Kind = "offered"      // its code was attested; it may be on the glass from now on
	KindLetGo     Kind = "letgo"        // we want it unpayable
	KindParked    Kind = "parked"       // the cashier went on without an outcome
	KindSettled   Kind = "settled"      // the provider settled the money
	KindCancelled Kind = "cancelled"    // the provider confirmed: cannot be paid
	KindExpired   Kind = "expired"      // the provider confirmed: time ran out
	KindDenied    Kind = "denied"       // the provider refused to make it
	KindTaken     Kind = "taken"        // the backend refused the order id
	KindAlarmed   Kind = "alarmed"      // something did not match what was asked
	KindSeen      Kind = "acknowledged" // a person saw that the money came, or the alarm

	KindLinking     Kind = "linking"     // a number was keyed and an attempt to link its wallet made
	KindLinked      Kind = "linked"      // the provider confirmed: the wallet can be charged
	KindLinkFailed  Kind = "linkfailed"  // the attempt came to nothing
	KindLinkDropped Kind = "linkdropped" // nobody waits for the attempt any more
	KindUnlinking   Kind = "unlinking"   // a link is to be undone
	KindUnlinkLeft  Kind = "unlinkleft"  // nobody waits for that any more; it goes on
	KindUnlinked    Kind = "unlinked"    // the backend confirmed: the wallet cannot be charged

	KindShown       Kind = "confirming"  // its receipt link is on the glass
	KindWrongCode   Kind = "wrongcode"   // a code was keyed that says nothing about it
	KindShiftOpened Kind = "shiftopened" // somebody with a PIN began a shift
	KindShiftClosed Kind = "shiftclosed" // what was taken since then was counted, and the next shift begins
	KindCrew        Kind = "crew"        // an operator has another PIN or role, or none any more
	KindWrongPIN    Kind = "wrongpin"    // a PIN was keyed that is nobody's, or a right one after that

	KindSet Kind = "set" // somebody set how loud or how bright it is

	KindAgreed Kind = "agreed" // the backend's own word is what a code said

	KindSnapshot Kind = "snapshot" // what all records before it add up to; see Snapshot
)

// Record is one durable fact. Fields that a kind does not use are zero.
type Record struct {
	Kind        Kind    `json:"kind"`
	Order       OrderID `json:"order,omitempty"`
	Amount      Rupiah  `json:"amount,omitempty"`
	Paid        Rupiah  `json:"paid,omitempty"`        // alarmed: what was paid instead of Amount
	Transaction string  `json:"transaction,omitempty"` // opened again: the order that had no outcome
	Issuer      string  `json:"issuer,omitempty"`
	Why         string  `json:"why,omitempty"`      // opened: again; letgo: key, park, attest; crew: role; shiftclosed: counted; denied, linkfailed: reason code; linkdropped: key, time; set: volume, light; alarmed: mismatch; settled, cancelled: code; acknowledged: the alarm's mismatch, "" for money
	Next        int64   `json:"next,omitempty"`     // lowest free order number
	Cursor      int64   `json:"cursor,omitempty"`   // the backend's news are known up to here
	Epoch       string  `json:"epoch,omitempty"`    // joined: of the backend's book, in which Cursor is counted
	Late        bool    `json:"late,omitempty"`     // settled: after we had let go
	Customer    string  `json:"customer,omitempty"` // whose linked wallet: the backend's name for them
	Masked      string  `json:"masked,omitempty"`   // their telephone number, its last four digits only
	Count       int     `json:"count,omitempty"`    // confirming: which showing; wrongcode, wrongpin: how many; shiftopened, shiftclosed: which shift; snapshot: its version; set: the step, from 1
	Who         int     `json:"who,omitempty"`      // crew, shiftopened, shiftclosed: the operator's number
	Proof       string  `json:"proof,omitempty"`    // crew: the hash of the PIN, "" for none; shiftclosed: of the journal's last row
	Sales       int     `json:"sales,omitempty"`    // shiftclosed: how many; Amount is what they came to, Paid what was counted
	Image       string  `json:"image,omitempty"`    // snapshot: the book
	// At is the time of day the record is about, Unix milliseconds: the
	// provider's for a settlement, else this device's. For reports only.
	At int64 `json:"at_ms"`
}

// whyCode is Why of a settled or cancelled charge when the word for it came as
// a code that was keyed.
const whyCode = "code"

// Encode is the record as it stands in the journal.
func (r Record) Encode() ([]byte, error) { return json.Marshal(r) }

// DecodeRecord reads a record back. A kind it does not know is an error: the
// journal was written by a newer program, and skipping a fact could lose money.
func DecodeRecord(body []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(body, &r); err != nil {
		return Record{}, fmt.Errorf("decode record: %w", err)
	}
	switch r.Kind {
	case KindJoined, KindOpened, KindOffered, KindLetGo, KindParked, KindSettled,
		KindCancelled, KindExpired, KindDenied, KindTaken, KindAlarmed, KindSeen,
		KindLinking, KindLinked, KindLinkFailed, KindLinkDropped, KindUnlinking, KindUnlinkLeft, KindUnlinked,
		KindShown, KindWrongCode, KindAgreed,
		KindSet, KindShiftOpened, KindShiftClosed, KindCrew, KindWrongPIN, KindSnapshot:
		return r, nil
	}
	return Record{}, fmt.Errorf("decode record: kind %q is not known to this version", r.Kind)
}

// Time is At as a time.
func (r Record) Time() time.Time { return time.UnixMilli(r.At) }
