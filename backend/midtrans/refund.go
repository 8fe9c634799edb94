package midtrans

import (
	"fmt"
	"strconv"
	"time"
)

// Refund is one entry of a transaction's refunds.
type Refund struct {
	ChargebackID   int64 // up to 18 digits: more than a float holds
	ChargebackUUID string
	Key            string // refund_key
	Amount         Amount
	Reason         string
	Method         string // online, offline
	CreatedAt      time.Time
	ConfirmedAt    time.Time // when the bank confirmed it; zero: not yet
}

type rawRefund struct {
	ChargebackID   loose `json:"refund_chargeback_id"`
	ChargebackUUID loose `json:"refund_chargeback_uuid"`
	Key            loose `json:"refund_key"`
	Amount         loose `json:"refund_amount"`
	Reason         loose `json:"reason"`
	Method         loose `json:"refund_method"`
	CreatedAt      loose `json:"created_at"`
	ConfirmedAt    loose `json:"bank_confirmed_at"`
}

func refunds(raw []rawRefund) ([]Refund, error) {
	var out []Refund
	for _, r := range raw {
		amount, err := amountOf(r.Amount)
		if err != nil {
			return nil, fmt.Errorf("refund: %w", err)
		}
		var id int64
		if r.ChargebackID != "" {
			if id, err = strconv.ParseInt(string(r.ChargebackID), 10, 64); err != nil {
				return nil, fmt.Errorf("refund id: %w", err)
			}
		}
		out = append(out, Refund{
			ChargebackID: id, ChargebackUUID: string(r.ChargebackUUID), Key: string(r.Key), Amount: amount,
			Reason: string(r.Reason), Method: string(r.Method),
			CreatedAt: moment(r.CreatedAt), ConfirmedAt: moment(r.ConfirmedAt),
		})
	}
	return out, nil
}
