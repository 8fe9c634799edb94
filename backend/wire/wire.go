// Package wire holds the words the two halves of kasir say to each other:
// the terminal on the counter and the merchant's backend. Plain structs and
// their JSON, nothing that acts. It may import nothing but the standard
// library, and it knows neither how a till behaves (see package terminal) nor
// what a charge may become (see backend/ledger).
//
// The paths, all under the backend's base URL:
//
//	PUT    /v1/charges/{order_id}           Open    -> Charge   idempotent
//	GET    /v1/charges/{order_id}?settled=          -> Charge
//	DELETE /v1/charges/{order_id}?amount=&journal=  -> Charge   idempotent
//	PUT    /v1/links/{link_id}              LinkOpen -> Link    idempotent
//	GET    /v1/links/{link_id}                       -> Link
//	POST   /v1/customers                    Find   -> Customer
//	GET    /v1/customers/{customer}                 -> Customer
//	DELETE /v1/customers/{customer}                 -> Customer  idempotent
//	GET    /v1/devices/{device}?journal=&rows=      -> Hello
//	GET    /v1/devices/{device}/events?since=&epoch=&wait= -> Events   long poll
//	POST   /v1/devices/{device}/journal     JournalPage -> JournalTaken  idempotent
//
// The customer's phone opens GET and POST /r/{token}, a page for people; see
// Receipt. journal is the identity of the device's journal; without it a Hello
// has no ConfirmKey. rows is how many rows that journal has. A device may add
// version=, board=, clock= (Unix milliseconds) and unsent= for its owner to read. How a device proves
// who it is, see Enrol.
//
// settled=1 says that the device's own book has the charge as paid: a reason for
// the backend to read it again from the provider, and no more than that.
//
// A device that accepts StreamType gets Events as they come, each as one
// server-sent event without a name, the first at once; every Heartbeat brings at
// least a comment. "retry:" says after how many milliseconds to come again when
// the stream is over. Whoever does not get that through asks by long poll.
//
// since is the newest event the device has and epoch the book it was counted in,
// wait how many whole seconds it
// will wait for a newer one, at most MaxWait.
//
// Every refusal is an Error with the HTTP status of its code. Durations travel
// as milliseconds ("how long"), never as a time of day: a terminal has no
// clock it could compare one with. The only time of day is SettledAt, which is
// for reports.
package wire

import "time"

// Limits of the protocol; both halves enforce them.
const (
	MaxBody      = 16 << 10         // bytes of a request or of one Charge
	MaxEvents    = 100              // events in one answer to a long poll
	MaxWait      = 30 * time.Second // a long poll is answered by then, with or without news
	MaxOrderID   = 36               // letters, digits, - _ . ~
	MaxDeviceID  = 24               // see terminal.DeviceName
	MaxAmount    = 10_000_000       // rupiah, QRIS limit per transaction
	OrderDigits  = 8                // decimal digits after the last "-" of an order id
	JournalIDLen = 32               // hexadecimal digits of a journal's identity
	MaxEpoch     = 32               // characters of an epoch: letters and digits
)

// StreamType is the media type of a stream of news, and Heartbeat the longest
// that nothing comes on one.
const (
	StreamType = "text/event-stream"
	Heartbeat  = 12 * time.Second
)

// State is what the backend knows of a charge, after the provider's own word.
type State string

const (
	// Asked: the intent is durable here; what the provider made of it is not
	// known yet. Nobody may conclude anything from it.
	Asked State = "asked"
	// Pending: the provider made a code that can be paid now.
	Pending State = "pending"
	// Settled: the provider settled the money; read back, not just notified.
	Settled State = "settled"
	// Cancelled: the provider confirmed that it can no longer be paid, because
	// we asked for that, or the charge never reached the provider at all.
	Cancelled State = "cancelled"
	// Expired: the provider confirmed that its time ran out unpaid.
	Expired State = "expired"
	// Mismatched: the provider settled another amount than was asked; Paid says
	// which. It is never Settled by itself: a person must look.
	Mismatched State = "mismatched"
	// Denied: the provider refused to make it; Reason says why.
	Denied State = "denied"
)

// Final reports whether the state ends the asking. Settled money can still
// arrive after Cancelled or Expired (the payer was quicker than the cancel);
// the backend then says Settled, and only that.
func (s State) Final() bool {
	switch s {
	case Settled, Cancelled, Expired, Denied:
		return true
	}
	return false
}

// Open is the body of PUT /v1/charges/{order_id}.
type Open struct {
	Amount  int64  `json:"amount"`  // rupiah, 1..MaxAmount
	Journal string `json:"journal"` // identity of the device's journal: a re-flashed device is not a retry
	// Customer is whose linked wallet is charged (Customer.ID) instead of
	// making a code for anybody; "" for a code. The same order with another
	// customer is OrderConflict.
	Customer string `json:"customer,omitempty"`
}

// Charge is what the backend knows of one order.
type Charge struct {
	OrderID       string  `json:"order_id"`
	Amount        int64   `json:"amount"` // rupiah, as asked
	State         State   `json:"state"`
	TransactionID string  `json:"transaction_id,omitempty"`
	QR            string  `json:"qr_string,omitempty"`     // only while Pending
	ExpiresIn     int64   `json:"expires_in_ms,omitempty"` // only while Pending; <= 0: overdue
	Paid          int64   `json:"paid_amount,omitempty"`   // rupiah for this sale, fees taken off; only when Settled or Mismatched
	SettledAt     int64   `json:"settled_at_ms,omitempty"` // Unix milliseconds; for reports only
	Issuer        string  `json:"issuer,omitempty"`        // who paid: "gopay", a bank
	Reason        *Reason `json:"reason,omitempty"`        // only when Denied
	// VerifyURL is where the customer of a linked charge enters the wallet's
	// PIN, once, on a page of the provider's; only while Pending, and then QR
	// is "".
	VerifyURL string `json:"verify_url,omitempty"`
}

// Reason is why a charge was denied, in a word a terminal can translate.
type Reason struct {
	Code    string `json:"code"`              // one of the Reason... constants; unknown ones are shown as rejected
	Message string `json:"message,omitempty"` // the provider's words, for the log
	Retry   bool   `json:"retry"`             // whether a fresh order may well succeed
}

// Reason codes.
const (
	ReasonBusy       = "provider_busy" // channel code 900 and the like: try again
	ReasonRejected   = "rejected"      // refused without a cause we know
	ReasonChannelOff = "channel_off"   // 402: payment channel not active for this merchant
	ReasonKey        = "server_key"    // 401: the backend's Server Key is wrong
	ReasonInvalid    = "invalid"       // 400: the provider did not accept the request
	ReasonLimit      = "rate_limit"    // 429: too many requests
	ReasonDuplicate  = "duplicate"     // 406 and nothing of ours behind it
	ReasonFraud      = "fraud"         // rejected by fraud detection

	// Of a wallet: why it was not linked, or not charged.
	ReasonNoWallet  = "no_wallet"            // nobody with this number has a wallet
	ReasonBlocked   = "wallet_blocked"       // the wallet is blocked; its owner must ask the provider
	ReasonNotLinked = "not_linked"           // the wallet is not linked to this merchant (any more)
	ReasonBalance   = "insufficient_balance" // not enough money in it
	ReasonUnproved  = "unverified"           // the PIN was refused, or not entered
)

// Hello is the backend's greeting to a device.
type Hello struct {
	Device  string `json:"device"`
	Next    int64  `json:"next"`             // the lowest order number this device may use, >= 1
	Latest  int64  `json:"latest"`           // newest event for this device
	Epoch   string `json:"epoch,omitempty"`  // see Events
	Stream  bool   `json:"stream,omitempty"` // news come as a stream to whoever accepts one
	Sandbox bool   `json:"sandbox"`          // the provider is not the real one: say so on the glass
	Time    int64  `json:"time_ms"`          // the backend's clock, Unix milliseconds; for reports only
	// ConfirmKey and ConfirmURL are what the device makes receipt links with
	// (see Receipt): a secret of this device and journal, hexadecimal, and where
	// phones reach the backend, without a slash at its end. Both or neither.
	ConfirmKey string `json:"confirm_key,omitempty"`
	ConfirmURL string `json:"confirm_url,omitempty"`
}

// Events answers a long poll: what happened to this device's charges after
// the cursor it sent, oldest first, at most MaxEvents.
//
// Epoch names the book that they are counted in, 1 to MaxEpoch characters. It
// is another one once an older copy of the book was put back: from there on Seq
// counts something else, so a device that sees another epoch than its cursor's
// takes Latest for its cursor and asks again about the orders that it knows.
type Events struct {
	Latest int64   `json:"latest"` // newest event there is; lower than the cursor after a restored backup
	Epoch  string  `json:"epoch,omitempty"`
	Events []Event `json:"events"`
}

// Event is one change of one charge. Seq grows by device, without reuse.
type Event struct {
	Seq    int64  `json:"seq"`
	Charge Charge `json:"charge"`
}
