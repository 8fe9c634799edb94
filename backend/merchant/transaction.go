package merchant

import "kasir/backend/wire"

// Source is where an order came from.
type Source string

// Sources.
const (
	SourceTill         Source = "till"         // a terminal's charge
	SourceMerchant     Source = "merchant"     // a charge of a merchant's program
	SourceSnap         Source = "snap"         // a checkout page; pending from when it is there
	SourceSubscription Source = "subscription" // charged by the provider itself
)

// Transaction is one order, wherever it came from. Of a page and of a
// subscription's charge it says what was last read.
type Transaction struct {
	wire.Charge
	Source      Source `json:"source"`
	Device      string `json:"device,omitempty"`       // "" for a subscription's
	PaymentType string `json:"payment_type,omitempty"` // qris, gopay; "" for a page, and for one cancelled before it was made
	AskedAt     int64  `json:"asked_at_ms"`            // Unix milliseconds
	EndedAt     int64  `json:"ended_at_ms,omitempty"`  // of one that ended without money
}

// Transactions is a page of them, newest first.
type Transactions struct {
	Transactions []Transaction `json:"transactions"`
	Next         string        `json:"next,omitempty"` // the after of the next page; "" when there is none
}
