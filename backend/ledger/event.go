package ledger

import "time"

// Moment is the time an event is stepped at. Up runs since this process
// started and never jumps: every wait and every deadline is measured by it.
// Wall is the time of day: it dates records, and it carries deadlines across
// a restart, where Up begins anew. A wall clock that has jumped can therefore
// make us ask too early or too late after a restart, or have the provider
// expire a code early; what became of the charge is still the provider's word.
type Moment struct {
	Up   time.Duration
	Wall time.Time
}

func (m Moment) ms() int64 { return m.Wall.UnixMilli() }

// Event is something that happened to a charge.
type Event interface{ event() }

type (
	// Open: a device asks for a charge. Repeating it changes nothing. With a
	// Customer it charges the wallet that is linked as Account; without an
	// Account there is none (any more), and the charge is not sent, and denied
	// when the provider has never seen it.
	Open struct {
		Order, Device     string
		Number            int64
		Amount            int64 // rupiah
		Journal           string
		PaymentType       string
		Lifetime          time.Duration
		Customer, Account string
	}
	// Cancel: a device wants its end. For an order never seen it leaves a charge
	// behind that a delayed Open cannot revive, and that is cancelled as soon as
	// the provider says that it has never seen it either.
	Cancel struct {
		Order, Device string
		Number        int64
		Amount        int64 // rupiah
		Journal       string
	}
	// Look: a terminal asks how it stands.
	Look struct{}
	// Heard: a verified notification claims something. Signed is what its
	// signature covers (status code and amount); Claim is not covered, so
	// both together are only a reason to ask.
	Heard struct {
		Signed string
		Claim  State // "" for a word we do not know
	}
	// Tick: time has passed; Charge.Next says when one is due.
	Tick struct{}
	// Resume: the charge was loaded from storage, and what was in the air is
	// lost.
	Resume struct{}
	// Answer: a call came back.
	Answer struct {
		Verb    Verb
		Outcome Outcome
		Tx      Tx     // when Done
		QR      string // when Done, for Scan
		Reason  Reason // when Refused, for Send
	}
)

func (Open) event()   {}
func (Cancel) event() {}
func (Look) event()   {}
func (Heard) event()  {}
func (Tick) event()   {}
func (Resume) event() {}
func (Answer) event() {}

// Verb is what we ask of the provider.
type Verb string

const (
	Send   Verb = "charge" // make a transaction; the same key every time
	Status Verb = "status"
	Stop   Verb = "cancel"
	Expire Verb = "expire"
	Scan   Verb = "scan" // fetch the picture of the code and read it
)

// Outcome is what is certain after a call.
type Outcome string

const (
	Done      Outcome = "done"
	Refused   Outcome = "refused"   // certainly not done
	Absent    Outcome = "absent"    // 404: the provider does not know it
	Duplicate Outcome = "duplicate" // 406: something exists under this order id
	Locked    Outcome = "locked"    // 412: its state does not allow that, or no longer
	Unknown   Outcome = "unknown"   // no answer, or one that proves nothing
)

// Tx is a transaction as the provider tells it.
type Tx struct {
	ID        string
	Order     string
	Status    string // the provider's word in lower case: pending, settlement, ...
	Paid      bool   // by the provider's complete rule, not by the word alone
	Amount    int64  // rupiah for this sale, fees taken off
	QR        string
	Image     string
	VerifyURL string        // page for the PIN of a linked charge
	BadLink   bool          // it has such a page, on a host that is not the provider's
	Mark      string        // the mark it was made with, when the provider repeats it
	Lifetime  time.Duration // between its making and its expiry, by the provider's clock
	ExpiresAt time.Time
	SettledAt time.Time
	Issuer    string
	Reason    Reason // when denied
}

// Call is a request to the provider, with all an adapter needs for it.
type Call struct {
	Verb        Verb
	Order       string
	ID          string // transaction id, or the order id while there is none
	Amount      int64
	Mark        string
	PaymentType string
	Lifetime    time.Duration
	Image       string
	Account     string // pay account to charge, "" to make a code
	Customer    string // whose account that is
	Urgent      bool   // somebody is waiting for it
}

// Effects is what a step owes to the world, in this order.
type Effects struct {
	Records []Record // durable first
	Calls   []Call   // then these, at most one
	Wake    bool     // then whoever waits for this device's news
}
