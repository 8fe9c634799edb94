package wallet

import "time"

// Moment is the time an event is stepped at: Up runs since this process
// started and never jumps, Wall is the time of day. See ledger.Moment.
type Moment struct {
	Up   time.Duration
	Wall time.Time
}

func (m Moment) ms() int64 { return m.Wall.UnixMilli() }

// Event is something that happened to a wallet.
type Event interface{ event() }

type (
	// Ask: a device wants the wallet linked. Repeating it changes nothing.
	Ask struct {
		Link, Device     string
		Number           int64
		Journal          string
		Customer, Masked string
		Phone            Phone
	}
	// Look: somebody asks how the attempt Link stands, or the customer ("").
	Look struct{ Link string }
	// Unlink: its end is wanted. Repeating it changes nothing.
	Unlink struct{}
	// Heard: a verified notification claims that an account was linked, or that
	// it is not any more. It is a reason to read it.
	Heard struct {
		Account string
		Linked  bool
	}
	// Tick: time has passed; Wallet.Next says when one is due.
	Tick struct{}
	// Resume: the wallet was loaded from storage, and what was in the air is lost.
	Resume struct{}
	// Answer: a call came back.
	Answer struct {
		Verb    Verb
		Link    string // of the call
		Account string // of the call, or the one that was made
		Outcome Outcome
		Status  Status // when done
		URL     string // when Create is done
		BadLink bool   // it has a page, on a host that is not the provider's
		Reason  Reason // when refused
	}
)

func (Ask) event()    {}
func (Look) event()   {}
func (Unlink) event() {}
func (Heard) event()  {}
func (Tick) event()   {}
func (Resume) event() {}
func (Answer) event() {}

// Verb is what we ask of the provider.
type Verb string

const (
	Create Verb = "create account" // a new one every time
	Read   Verb = "read account"
	Unbind Verb = "unbind account"
)

// Outcome is what is certain after a call.
type Outcome string

const (
	OK      Outcome = "ok"
	Refused Outcome = "refused" // certainly not done
	Absent  Outcome = "absent"  // 404: the provider does not know it
	Unknown Outcome = "unknown" // no answer, or one that proves nothing
)

// Status is the provider's word on an account.
type Status string

const (
	Pending Status = "pending" // nobody has agreed yet
	Enabled Status = "enabled" // it can be charged
	Over    Status = "over"    // expired or disabled, for ever
)

// Call is a request to the provider, with all an adapter needs for it.
type Call struct {
	Verb    Verb
	Link    string
	Account string
	Phone   Phone // for Create
	Urgent  bool  // somebody is waiting for it
}

// Effects is what a step owes to the world, in this order.
type Effects struct {
	Records []Record // durable first
	Calls   []Call   // then these, at most one
}
