package sandbox

import "time"

// refund is money of a transaction given back.
type refund struct {
	Key       string    `json:"key"`
	Number    int64     `json:"number"` // 18 digits
	UUID      string    `json:"uuid"`
	Amount    int64     `json:"amount"` // rupiah
	Reason    string    `json:"reason,omitempty"`
	Direct    bool      `json:"direct,omitempty"`
	At        time.Time `json:"at"`
	Confirmed time.Time `json:"confirmed"` // when the bank confirms it, which may be yet to come
}

// refunded is all that was given back, in rupiah.
func (t transaction) refunded() int64 {
	var sum int64
	for _, r := range t.Refunds {
		sum += r.Amount
	}
	return sum
}
