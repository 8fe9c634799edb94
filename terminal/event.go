package terminal

import "time"

// Moment is what the loop's clocks said when an event came in.
type Moment struct {
	// Up is the time since the program started. It never jumps; every
	// countdown and every wait is reckoned with it.
	Up time.Duration
	// Wall is the time of day, for reports only. On a device without a
	// battery-backed clock it may be 1970, and it may jump.
	Wall time.Time
	// Head is the hash of the journal's last row, hexadecimal; "" when it is not
	// known. A closed shift keeps it, so that whoever has the report can tell
	// whether the journal is still the one that it was made from.
	Head string
}

// Event is anything that happens to a till. The types below are all there are.
type Event interface{ event() }

// Key is one press of one key.
type Key rune

// The keys of a till. Digits are '0' to '9'.
const (
	KeyOK       Key = '\n'
	KeyClear    Key = 'c' // clear the amount; cancel
	KeyBack     Key = 'b' // take the last digit away
	KeyZeroZero Key = 'z' // 00
	KeyPlus     Key = '+' // add another item
	KeyMenu     Key = 'm'
	KeyLanguage Key = 'l' // not on a keypad: the menu and the desk panel use it
	KeyVolume   Key = 'v' // the same
	KeyReplay   Key = 'r' // the same, and KeyPlus on a till that is ready
)

// Digit is the value of a digit key.
func (k Key) Digit() (d Rupiah, ok bool) {
	if k < '0' || k > '9' {
		return 0, false
	}
	return Rupiah(k - '0'), true
}

// Wake says that the moment State.Wake asked for has come.
type Wake struct{}

// Told is what the backend said about one order, in answer to a Call or by
// itself. Every Call is answered by exactly one Told or Greeted.
type Told struct {
	Order OrderID
	// Call is what was asked; zero when the backend spoke by itself.
	Call Verb
	// Trouble says why there was no answer; then the fields below are empty.
	Trouble Trouble
	// Seq is the place in the backend's news for this device; only set when it
	// spoke by itself.
	Seq int64

	Fact        Fact
	Amount      Rupiah // as the backend was asked
	Transaction string
	QR          string
	Verify      string        // instead of QR, where the wallet's owner enters the PIN: FactPending of a linked charge only
	ExpiresIn   time.Duration // how long the code can be paid, 0 or less: overdue; FactPending only
	Paid        Rupiah        // FactSettled only
	SettledAt   time.Time     // FactSettled only; for reports
	Issuer      string
	Reason      string // FactDenied only
	Retry       bool   // FactDenied only: a fresh order may well succeed
}

// Fact is the backend's word on a charge, read from the provider.
type Fact string

// The facts. FactAsked decides nothing: the provider has not answered yet.
const (
	FactAsked     Fact = "asked"
	FactPending   Fact = "pending"
	FactSettled   Fact = "settled"
	FactCancelled Fact = "cancelled"
	FactExpired   Fact = "expired"
	FactDenied    Fact = "denied"
	// FactTaken: the backend will not have this order id from this journal; it
	// was used before with another amount or by another journal.
	FactTaken Fact = "taken"
	// FactUnknown: the backend has no such order; it was restored from an older copy.
	FactUnknown Fact = "unknown"
)

// Greeted answers a hello.
type Greeted struct {
	Trouble Trouble
	Next    int64   // lowest order number this device may use
	Latest  int64   // newest news there is for this device
	Epoch   string  // of the book they are counted in, "" when the backend does not say
	Sandbox bool    // the money is not real
	Confirm Confirm // what receipt links are made with; zero for none
}

// Restored says that the news are counted in another book than before: an
// older copy of the backend's was put back. What comes after is counted from
// Latest on; what was before it the till asks about by itself.
type Restored struct {
	Epoch  string
	Latest int64
}

// Trouble is why the backend gave no answer; "" is none.
type Trouble string

// The troubles, in the order in which a person should look for the cause. The
// uplink tells all but two: that there is not even a cable the till knows of its
// own part, and that the provider is silent from answers that decide nothing.
const (
	NoTrouble       Trouble = ""
	TroubleCable    Trouble = "cable"    // TroubleNetwork, and this device is in no network at all
	TroubleNetwork  Trouble = "network"  // no route, no name, no connection
	TroubleTimeout  Trouble = "timeout"  // connected, but no answer in time
	TroubleBackend  Trouble = "backend"  // the backend said it cannot now
	TroubleRefused  Trouble = "refused"  // the backend does not know this device
	TroubleHeld     Trouble = "held"     // the backend makes no new charges for this device until a person lifts that
	TroubleNonsense Trouble = "nonsense" // an answer that is not the backend's: a captive portal, a wrong address
	TroubleProvider Trouble = "provider" // the backend answers, and the payment provider behind it does not
)

// Linked says whether the standing connection for news is up.
type Linked struct {
	Trouble Trouble // "" when it is up
}

// Ailing says that a part of the till itself stopped working, or works again.
// A sale goes on without it: what is owed to people is that they are told.
type Ailing struct {
	Part Part
	Bad  bool
}

// Part is a part of the till that people touch or look at.
type Part uint8

// The parts.
const (
	PartKeypad  Part = iota
	PartGlass        // the customers'
	PartPrinter      // the slips'
	PartNetwork      // cable or Wi-Fi: whether this device is in a network
)

// JournalLost says that the records of the last event could not be written.
// The event itself has not happened.
type JournalLost struct{ What FaultKind }

func (Key) event()         {}
func (Wake) event()        {}
func (Told) event()        {}
func (Greeted) event()     {}
func (Restored) event()    {}
func (Linked) event()      {}
func (Ailing) event()      {}
func (JournalLost) event() {}
