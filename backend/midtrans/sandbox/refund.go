package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

// How the provider gives money back.
const (
	maxRefunds = 100             // of one transaction
	bankLag    = 5 * time.Second // until the bank confirms a refund; shortened with RetryScale
	day        = 24 * time.Hour
)

// refund is money of a transaction given back.
type refund struct {
	Key       string    `json:"key"`
	Number    int64     `json:"number"` // 18 digits: more than a float holds
	UUID      string    `json:"uuid"`
	Amount    int64     `json:"amount"` // rupiah
	Reason    string    `json:"reason,omitempty"`
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

// refundable is how long after its settlement t can be given back.
func (t transaction) refundable() time.Duration {
	switch {
	case t.Account != "":
		return 180 * day
	case t.Side == "off-us":
		return 7 * day
	}
	return 45 * day
}

// written is what documents say of t's refunds at a moment.
func (t transaction) written(at time.Time) []midtrans.Refund {
	var out []midtrans.Refund
	for _, r := range t.Refunds {
		w := midtrans.Refund{
			ChargebackID: r.Number, ChargebackUUID: r.UUID, Key: r.Key, Amount: midtrans.Amount(r.Amount),
			Reason: r.Reason, Method: "online", CreatedAt: r.At,
		}
		if !at.Before(r.Confirmed) {
			w.ConfirmedAt = r.Confirmed
		}
		out = append(out, w)
	}
	return out
}

type refundRequest struct {
	Key    string   `json:"refund_key"`
	Amount *integer `json:"amount"`
	Reason scalar   `json:"reason"`
}

// giveBack is POST /v2/{id}/refund, and /v2/{id}/refund/online/direct, which
// goes to the bank at once.
func (s *Sandbox) giveBack(direct bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		var q refundRequest
		body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
		if text := strings.TrimSpace(string(body)); err != nil || len(body) > maxRequest || text != "" && json.Unmarshal(body, &q) != nil {
			s.write(w, refuse("", 413))
			return
		}
		var problems []string
		if q.Key != "" && (!midtrans.ValidOrderID(q.Key) || strings.ContainsAny(q.Key, "~.")) {
			problems = append(problems, "refund_key contains invalid characters")
		}
		if len(q.Reason) > 255 {
			problems = append(problems, "reason is too long")
		}
		if len(problems) > 0 {
			s.write(w, refuse(s.requestID(), 400, problems...))
			return
		}
		at := s.where(id, OpRefund)
		s.perform(w, r, at, func() (reply, entry) { return s.refund(id, q, direct, at) })
	}
}

// refund decides about it; s.mu is held.
func (s *Sandbox) refund(id string, q refundRequest, direct bool, at scene) (reply, entry) {
	kept, now := s.book.find(id), time.Now()
	if no := s.refundProblem(kept, q, now); no != 0 {
		return refuse(s.ids.uuid(), no), entry{}
	}
	t := *kept
	rest := t.Gross - t.refunded()
	one := refund{Key: q.Key, Amount: rest, Reason: string(q.Reason), At: now, Confirmed: now, Number: s.ids.number(now), UUID: s.ids.uuid()}
	if q.Amount != nil {
		one.Amount = int64(*q.Amount)
	}
	if one.Key == "" {
		one.Key = one.UUID
	}
	d := s.document(t)
	if _, no := s.faults.take(at, RefundDenied); no {
		if !direct {
			return refuse(s.ids.uuid(), 414), entry{}
		}
		d.StatusCode, d.StatusMessage, d.RefundAmount, d.RefundKey = "202", "Refund denied by the bank", midtrans.Amount(0).String(), one.Key
		return answer(d), entry{}
	}
	message := "Success, refund request is approved by the bank"
	if !direct {
		message = "Success, refund request is approved"
		one.Confirmed = now.Add(time.Duration(float64(bankLag) * min(s.opts.RetryScale, 1)))
	}
	t.Refunds = append(t.Refunds[:len(t.Refunds):len(t.Refunds)], one)
	t.Status = midtrans.StatusPartialRefund
	if one.Amount == rest {
		t.Status = midtrans.StatusRefund
	}
	d = s.document(t)
	d.StatusCode, d.StatusMessage, d.Refunds = "200", message, nil
	d.RefundAmount, d.RefundKey = midtrans.Amount(one.Amount).String(), one.Key
	d.RefundNumber, d.RefundUUID = one.Number, one.UUID
	e := s.transact(kept, t)
	if !direct {
		e.Letters = append(e.Letters, s.confirmation(t, one.Confirmed)...)
	}
	return answer(d), e
}

// refundProblem is the code of what keeps t from being given back, or 0.
func (s *Sandbox) refundProblem(t *transaction, q refundRequest, now time.Time) int {
	if t == nil {
		return 404
	}
	settled := t.Status == midtrans.StatusSettlement || t.Status == midtrans.StatusPartialRefund
	for _, r := range t.Refunds {
		if q.Key != "" && r.Key == q.Key {
			return 406
		}
	}
	switch {
	case !settled || now.Sub(t.Settled) > t.refundable():
		return 412
	case !s.opts.Refunds:
		return 402
	case q.Amount != nil && (*q.Amount < 1 || int64(*q.Amount) > t.Gross-t.refunded()), len(t.Refunds) >= maxRefunds:
		return 414
	}
	return 0
}

// confirmation is the second notification of a refund: the bank agrees.
func (s *Sandbox) confirmation(t transaction, when time.Time) []*letter {
	at := scene{order: t.OrderID, state: t.Status, amount: t.Amount}
	letters := s.send(at, t.TransactionID, t.Notify, func() string { return s.notificationAt(t, at, when) })
	for _, l := range letters {
		if l.Due.Before(when) {
			l.Due = when
		}
	}
	return letters
}

// verdict is POST /v2/{id}/approve and /deny, which are for payments that fraud
// detection has doubts about; none here are.
func (s *Sandbox) verdict(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.perform(w, r, s.where(id, OpVerdict), func() (reply, entry) {
		if s.book.find(id) == nil {
			return refuse(s.ids.uuid(), 404), entry{}
		}
		return refuse(s.ids.uuid(), 412), entry{}
	})
}

// capture is POST /v2/capture: what was reserved is taken, all of it.
func (s *Sandbox) capture(w http.ResponseWriter, r *http.Request) {
	var q struct {
		ID    string   `json:"transaction_id"`
		Gross *integer `json:"gross_amount"`
	}
	if !s.read(w, r, &q) {
		return
	}
	if q.ID == "" {
		s.write(w, refuse(s.requestID(), 400, "transaction_id is required"))
		return
	}
	s.perform(w, r, s.where(q.ID, OpCapture), func() (reply, entry) {
		kept := s.book.find(q.ID)
		switch {
		case kept == nil:
			return refuse(s.ids.uuid(), 404), entry{}
		case kept.Status != midtrans.StatusAuthorize:
			return refuse(s.ids.uuid(), 412), entry{}
		case q.Gross != nil && int64(*q.Gross) != kept.Gross:
			return refuse(s.ids.uuid(), 400, "gross_amount must be equal to the authorized amount"), entry{}
		}
		t := *kept
		t.Status, t.Settled = midtrans.StatusSettlement, time.Now()
		d := s.document(t)
		d.StatusCode, d.StatusMessage = "200", "Success, GoPay capture transaction is successful"
		return answer(d), s.transact(kept, t)
	})
}
