package wire

// MaxPhone bounds a telephone number as it is keyed, in characters. One that
// starts with 00 or + is international, every other is Indonesian.
const MaxPhone = 20

// MaxURL bounds a page of the provider's that is shown as a code: longer ones
// cannot be scanned from a small panel.
const MaxURL = 300

// LinkState is what became of an attempt to link a wallet.
type LinkState string

const (
	// LinkAsked: the attempt is durable here; the provider has not answered.
	LinkAsked LinkState = "asked"
	// LinkWaiting: the wallet's owner can open URL and agree.
	LinkWaiting LinkState = "waiting"
	// LinkDone: the wallet is linked, read back from the provider. Customer
	// names it from here on.
	LinkDone LinkState = "linked"
	// LinkExpired: nobody opened the page in time.
	LinkExpired LinkState = "expired"
	// LinkFailed: the provider refused; Reason says why.
	LinkFailed LinkState = "failed"
)

// Final reports whether nothing more will become of the attempt.
func (s LinkState) Final() bool { return s == LinkDone || s == LinkExpired || s == LinkFailed }

// LinkOpen is the body of PUT /v1/links/{link_id}. A link id is made like an
// order id, from the same numbers of the device, so that neither is ever used
// for two things.
type LinkOpen struct {
	Phone   string `json:"phone"`   // as keyed, at most MaxPhone characters
	Journal string `json:"journal"` // see Open
}

// Link is an attempt to link a wallet. The whole number is never sent back.
type Link struct {
	LinkID    string    `json:"link_id"`
	State     LinkState `json:"state"`
	Phone     string    `json:"phone"`                   // masked, "****7890"
	Customer  string    `json:"customer,omitempty"`      // only when LinkDone
	URL       string    `json:"url,omitempty"`           // only while LinkWaiting, at most MaxURL characters
	ExpiresIn int64     `json:"expires_in_ms,omitempty"` // only while LinkWaiting; <= 0: overdue
	Reason    *Reason   `json:"reason,omitempty"`        // only when LinkFailed
}

// Find is the body of POST /v1/customers: which customer has this number? In a
// body, because addresses are written into logs.
type Find struct {
	Phone string `json:"phone"` // as keyed, at most MaxPhone characters
}

// CustomerState is how a customer's wallet stands to this merchant.
type CustomerState string

const (
	CustomerLinked    CustomerState = "linked"
	CustomerUnlinking CustomerState = "unlinking" // asked for, not confirmed; it is not charged any more
	CustomerUnlinked  CustomerState = "unlinked"
)

// Customer is somebody whose wallet is, or was, linked. A number that never
// was linked is NotFound.
type Customer struct {
	ID    string        `json:"customer"` // opaque, 1..36 letters, digits, - _
	Phone string        `json:"phone"`    // masked
	State CustomerState `json:"state"`
}
