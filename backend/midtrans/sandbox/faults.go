package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kind is what goes wrong; the package's documentation has the table.
type Kind string

// The kinds of faults.
const (
	Error500 Kind = "error-500"
	HTML502  Kind = "html-502"
	HTML403  Kind = "html-403"
	Hang     Kind = "hang"
	Cut      Kind = "cut"
	Code402  Kind = "code-402"
	Code404  Kind = "code-404"
	Code406  Kind = "code-406"
	Code410  Kind = "code-410"
	Code412  Kind = "code-412"
	Code413  Kind = "code-413"
	Code429  Kind = "code-429"
	Code503  Kind = "code-503"

	InFlight Kind = "in-flight"

	Slow Kind = "slow"
	Huge Kind = "huge"
	Drip Kind = "drip"

	Deny            Kind = "deny"
	NoQRString      Kind = "no-qr-string"
	WrongAmountQR   Kind = "wrong-amount-qr"
	WrongMerchantQR Kind = "wrong-merchant-qr"
	BadCRCQR        Kind = "bad-crc-qr"
	LegacyQR        Kind = "legacy-qr"
	QRLength        Kind = "qr-length"
	PendingUpper    Kind = "pending-upper"
	FeeOnTop        Kind = "fee"
	WrongAmountPaid Kind = "wrong-amount-paid"
	LongExpiry      Kind = "long-expiry"

	RefundDenied  Kind = "refund-denied"
	FalseCallback Kind = "false-callback"

	DropNotification        Kind = "drop-notification"
	DuplicateNotification   Kind = "duplicate-notification"
	ReorderNotification     Kind = "reorder-notification"
	DelayNotification       Kind = "delay-notification"
	ForgeNotification       Kind = "forge-notification"
	WrongAmountNotification Kind = "wrong-amount-notification"
)

// answerKinds meet requests; at most one of them per request.
var answerKinds = []Kind{
	Error500, HTML502, HTML403, Hang, Cut, InFlight,
	Code402, Code404, Code406, Code410, Code412, Code413, Code429, Code503,
	Slow, Huge, Drip,
}

var allKinds = append(slices.Clone(answerKinds),
	Deny, NoQRString, WrongAmountQR, WrongMerchantQR, BadCRCQR, LegacyQR, QRLength, PendingUpper, FeeOnTop,
	WrongAmountPaid, LongExpiry, RefundDenied, FalseCallback, DropNotification, DuplicateNotification, ReorderNotification,
	DelayNotification, ForgeNotification, WrongAmountNotification)

// Calls a Fault's Op can name.
const (
	OpCharge       = "charge"
	OpStatus       = "status"
	OpCancel       = "cancel"
	OpExpire       = "expire"
	OpQRCode       = "qr-code"
	OpAccount      = "account" // create, get and unbind; Order is the account's id
	OpPromo        = "promo"
	OpRefund       = "refund"
	OpCapture      = "capture"
	OpVerdict      = "verdict" // approve and deny
	OpSnap         = "snap"
	OpUser         = "user"         // of Snap's: get and unlink
	OpSubscription = "subscription" // its calls, and the charges it makes by itself; Order is its name
)

var allOps = []string{"", OpCharge, OpStatus, OpCancel, OpExpire, OpQRCode, OpAccount, OpPromo, OpRefund, OpCapture, OpVerdict, OpSnap, OpUser, OpSubscription}

// Fault is one armed lie.
type Fault struct {
	Kind   Kind   `json:"kind"`
	Order  string `json:"order,omitempty"`  // prefix of order ids; "": all
	Op     string `json:"op,omitempty"`     // a call, for kinds that meet requests; "": all
	State  string `json:"state,omitempty"`  // a transaction status, for notifications; "": all
	Count  int    `json:"count,omitempty"`  // how many times; 0: until cleared
	After  bool   `json:"after,omitempty"`  // the call is done before it is answered wrongly
	Delay  Delay  `json:"delay,omitempty"`  // for slow, delay and reorder
	Amount int64  `json:"amount,omitempty"` // rupiah, or characters for qr-length
	Text   string `json:"text,omitempty"`
}

// Delay is a duration that reads and writes "1.5s" in JSON.
type Delay time.Duration

// MarshalText writes the duration as Go does.
func (d Delay) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Delay) UnmarshalText(b []byte) error {
	got, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("read delay: %w", err)
	}
	*d = Delay(got)
	return nil
}

const maxFaults = 100

// Faults is the set of armed faults. The zero value is an honest provider; it
// is safe for use by several goroutines.
type Faults struct {
	mu    sync.Mutex
	armed []Fault
	plain bool // amounts are nothing but amounts
}

// Set replaces the whole set. It changes nothing when a fault is not one.
func (f *Faults) Set(list ...Fault) error {
	if len(list) > maxFaults {
		return fmt.Errorf("set faults: %d of them, at most %d", len(list), maxFaults)
	}
	for _, one := range list {
		if err := one.check(); err != nil {
			return err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = slices.Clone(list)
	return nil
}

// Add arms one more fault, behind those there are.
func (f *Faults) Add(one Fault) error { return f.Set(append(f.List(), one)...) }

// Clear makes the provider honest again.
func (f *Faults) Clear() { f.Set() } // an empty set is always one

// List is what is still armed, Count counted down.
func (f *Faults) List() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.armed)
}

func (f Fault) check() error {
	switch {
	case !slices.Contains(allKinds, f.Kind):
		return fmt.Errorf("set fault: kind %.40q is not one", f.Kind)
	case !slices.Contains(allOps, f.Op):
		return fmt.Errorf("set fault %s: op %.40q is not one", f.Kind, f.Op)
	case f.Count < 0 || f.Delay < 0 || f.Amount < 0:
		return fmt.Errorf("set fault %s: negative count, delay or amount", f.Kind)
	}
	switch f.Kind {
	case WrongAmountQR, WrongAmountPaid, WrongAmountNotification, FeeOnTop, QRLength:
		if f.Amount == 0 {
			return fmt.Errorf("set fault %s: amount is missing", f.Kind)
		}
	case Slow, DelayNotification:
		if f.Delay == 0 {
			return fmt.Errorf("set fault %s: delay is missing", f.Kind)
		}
	case WrongMerchantQR:
		if f.Text == "" {
			return fmt.Errorf("set fault %s: text is missing", f.Kind)
		}
	}
	return nil
}

// scene is where a fault may strike.
type scene struct {
	order, op, state string
	amount           int64 // rupiah, as asked; 0: unknown
}

// take finds the first armed fault of one of kinds that fits, and counts it;
// or else what the amount stands for.
func (f *Faults) take(at scene, kinds ...Kind) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.armed {
		a := &f.armed[i]
		if !a.fits(at, kinds) || !strings.HasPrefix(at.order, a.Order) {
			continue
		}
		got := *a
		if a.Count == 1 {
			f.armed = slices.Delete(f.armed, i, i+1)
		} else if a.Count > 1 {
			a.Count--
		}
		return got, true
	}
	if f.plain {
		return Fault{}, false
	}
	return magic(at, kinds)
}

// readFaults reads a JSON array of faults, or a single one.
func readFaults(b []byte) ([]Fault, error) {
	var list []Fault
	if strings.HasPrefix(strings.TrimSpace(string(b)), "{") {
		b = []byte("[" + string(b) + "]")
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("read faults: %w", err)
	}
	return list, nil
}
