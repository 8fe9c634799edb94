package terminal

import "time"

// LinkTold is what the backend said about an attempt to link a wallet. Every
// LinkUp and AskLink is answered by exactly one.
type LinkTold struct {
	Order OrderID // the attempt's number
	Call  Verb    // LinkUp or AskLink
	// Trouble says why there was no answer; then the fields below are empty.
	Trouble Trouble

	State     LinkState
	Masked    string        // the number, masked; "" when it was not said
	Customer  string        // LinkDone only
	URL       string        // LinkWaiting only; not attested yet
	ExpiresIn time.Duration // LinkWaiting only; 0 or less: overdue
	Reason    string        // LinkFailed only
	Retry     bool          // LinkFailed only: trying again may well help
}

// LinkState is what became of an attempt to link a wallet.
type LinkState string

// The states. LinkAsked decides nothing: the provider has not answered yet.
const (
	LinkAsked   LinkState = "asked"
	LinkWaiting LinkState = "waiting"
	LinkDone    LinkState = "linked"
	LinkExpired LinkState = "expired"
	LinkFailed  LinkState = "failed"
	// LinkTaken: the backend will not have this number from this journal.
	LinkTaken LinkState = "taken"
	// LinkUnknown: the backend has no such attempt.
	LinkUnknown LinkState = "unknown"
)

// Found is what the backend said about a customer. Every FindCustomer and
// Unlink is answered by exactly one.
type Found struct {
	Call     Verb  // FindCustomer or Unlink
	Ticket   int64 // of the call
	Trouble  Trouble
	Customer string // of an Unlink always the one that was asked about
	Masked   string // the number, masked; "" when it was not said
	State    CustomerState
	Reason   string // CustomerRefused only
}

// CustomerState is how a customer's wallet stands to this merchant.
type CustomerState string

// The states.
const (
	CustomerLinked    CustomerState = "linked"
	CustomerUnlinking CustomerState = "unlinking" // asked for, not confirmed
	CustomerUnlinked  CustomerState = "unlinked"
	CustomerNone      CustomerState = "none"    // there is no such customer
	CustomerRefused   CustomerState = "refused" // the backend would not say; Reason says why
)

func (LinkTold) event() {}
func (Found) event()    {}
