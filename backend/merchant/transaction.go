package merchant

import "kasir/backend/wire"

// Transaction is one order of the book, a terminal's or a program's.
type Transaction struct {
	wire.Charge
	Device      string `json:"device"`
	PaymentType string `json:"payment_type,omitempty"` // qris, gopay; "" for one cancelled before it was made
	AskedAt     int64  `json:"asked_at_ms"`            // Unix milliseconds
	EndedAt     int64  `json:"ended_at_ms,omitempty"`  // of one that ended without money
}

// Transactions is a page of the book, newest first.
type Transactions struct {
	Transactions []Transaction `json:"transactions"`
	Next         string        `json:"next,omitempty"` // the after of the next page; "" when there is none
}
