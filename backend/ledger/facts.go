package ledger

import "strings"

// State is what is known of a charge. The words are those of the protocol
// with terminals (see backend/wire).
type State string

const (
	Asked     State = "asked"     // intent durable; what the provider made of it is not known
	Pending   State = "pending"   // a code exists that can be paid now
	Settled   State = "settled"   // the money is ours; read back
	Cancelled State = "cancelled" // can no longer be paid, because we wanted so or it never was
	Expired   State = "expired"   // the provider said its time ran out
	Denied    State = "denied"    // the provider refused it; see Reason
)

// Final reports whether terminals may stop asking. Settled money can still
// follow every other final state.
func (s State) Final() bool { return s.rank() >= rankEnded }

const (
	rankOpen = iota
	rankEnded
	rankSettled
)

func (s State) rank() int {
	switch s {
	case Settled:
		return rankSettled
	case Cancelled, Expired, Denied:
		return rankEnded
	}
	return rankOpen
}

// Reason is why a charge was denied: a code of the terminals' protocol, the
// provider's words for the log, and whether a fresh order may well succeed.
type Reason struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Retry   bool   `json:"retry,omitempty"`
}

// The reasons the ledger itself gives; adapters give further ones.
const (
	ReasonBusy      = "provider_busy"
	ReasonDuplicate = "duplicate"
	ReasonRejected  = "rejected"
	ReasonNotLinked = "not_linked"
)

// How much of what others tell about one order is written down at most.
const (
	MaxHeard  = 32 // claims of notifications
	MaxAlarms = 16
)

// Facts is the durable half of a charge: what its records add up to. It is
// comparable, and its JSON is the current row in storage. Times of day are
// Unix milliseconds; amounts are rupiah.
type Facts struct {
	Order   string `json:"order"`
	Device  string `json:"device"`
	Number  int64  `json:"number"`
	Version int64  `json:"version"` // records applied so far
	State   State  `json:"state"`

	Amount      int64  `json:"amount"`
	Journal     string `json:"journal"`
	PaymentType string `json:"payment_type,omitempty"`
	LifetimeMS  int64  `json:"lifetime_ms,omitempty"`
	AskedMS     int64  `json:"asked_ms"`
	Customer    string `json:"customer,omitempty"` // whose linked wallet is charged, "" for a code anybody can pay
	Account     string `json:"account,omitempty"`  // and which pay account it was when it was asked for

	TransactionID string `json:"transaction_id,omitempty"`
	QR            string `json:"qr,omitempty"`
	Image         string `json:"image,omitempty"`      // where a picture of the code is, when its text did not come
	VerifyURL     string `json:"verify_url,omitempty"` // of a linked charge: where the customer enters the wallet's PIN
	ExpiresMS     int64  `json:"expires_ms,omitempty"`

	Paid      int64  `json:"paid,omitempty"` // for this sale, fees taken off
	SettledMS int64  `json:"settled_ms,omitempty"`
	Issuer    string `json:"issuer,omitempty"`

	Reason       Reason `json:"reason,omitzero"`
	CancelWanted bool   `json:"cancel_wanted,omitempty"`
	Doom         Reason `json:"doom,omitzero"` // unusable: to be cancelled, and then denied with this reason
	EndedMS      int64  `json:"ended_ms,omitempty"`
	Unproven     bool   `json:"unproven,omitempty"` // denied, yet the provider may come to know it after all
	Rested       bool   `json:"rested,omitempty"`   // looked after its end often enough

	Alarm       Alarm `json:"alarm,omitempty"` // the latest
	AlarmAmount int64 `json:"alarm_amount,omitempty"`
	AlarmCount  int64 `json:"alarm_count,omitempty"`

	Heard      [8]string `json:"heard,omitzero"` // the latest claims, newest first
	HeardCount int64     `json:"heard_count,omitempty"`
}

// Alarm is something a person should look into. It never changes a state.
type Alarm string

const (
	AlarmAmount   Alarm = "amount"   // the provider names another amount than was asked
	AlarmLate     Alarm = "late"     // money arrived after the charge had ended
	AlarmForeign  Alarm = "foreign"  // the order id belongs to a transaction we did not make
	AlarmRefunded Alarm = "refunded" // paid and given back, all or some of it, before we saw it
	AlarmLost     Alarm = "lost"     // the provider denies a transaction it had confirmed
	AlarmLink     Alarm = "link"     // the page for the PIN is not on a host of the provider's
)

// Watched reports whether the provider is still to be asked about this
// charge. Storage keeps an index of exactly these.
func (f Facts) Watched() bool {
	switch f.State {
	case Settled:
		return false
	case Denied:
		return f.Unproven && !f.Rested
	}
	return !f.Rested
}

// Linked reports whether a linked wallet is charged, instead of whoever scans
// a code.
func (f Facts) Linked() bool { return f.Customer != "" }

// Mark is the charge's Mark.
func (f Facts) Mark() string { return Mark(f.Order, f.Amount, f.Journal) }

// toldPaid reports whether a notification claimed lately that the money came.
func (f Facts) toldPaid() bool {
	for _, h := range f.Heard {
		if strings.HasSuffix(h, " "+string(Settled)) {
			return true
		}
	}
	return false
}

// heard reports whether claim was written down lately.
func (f Facts) heard(claim string) bool {
	for _, h := range f.Heard {
		if h == claim {
			return true
		}
	}
	return false
}
