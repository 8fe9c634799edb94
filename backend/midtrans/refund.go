package midtrans

import (
	"encoding/json"
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
	ChargebackID   numeric `json:"refund_chargeback_id,omitempty"`
	ChargebackUUID loose   `json:"refund_chargeback_uuid,omitempty"`
	Key            loose   `json:"refund_key,omitempty"`
	Amount         loose   `json:"refund_amount,omitempty"`
	Reason         loose   `json:"reason,omitempty"`
	Method         loose   `json:"refund_method,omitempty"`
	CreatedAt      loose   `json:"created_at,omitempty"`
	ConfirmedAt    loose   `json:"bank_confirmed_at,omitempty"`
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

// MarshalJSON writes the refund as the provider does.
func (r Refund) MarshalJSON() ([]byte, error) { return json.Marshal(r.raw()) }

func (r Refund) raw() rawRefund {
	return rawRefund{
		ChargebackID: idText(r.ChargebackID), ChargebackUUID: loose(r.ChargebackUUID), Key: loose(r.Key),
		Amount: loose(r.Amount.String()), Reason: loose(r.Reason), Method: loose(r.Method),
		CreatedAt: timeText(r.CreatedAt), ConfirmedAt: timeText(r.ConfirmedAt),
	}
}

// idText writes a refund's number, 0 as nothing.
func idText(id int64) numeric {
	if id == 0 {
		return ""
	}
	return numeric(strconv.FormatInt(id, 10))
}
