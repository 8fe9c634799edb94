package sandbox

import (
	"net/http"
	"strings"

	"kasir/backend/midtrans"
)

// statusCode is the status_code of GET status for a state.
var statusCode = map[string]string{
	midtrans.StatusPending: "201", midtrans.StatusSettlement: "200", midtrans.StatusDeny: "202",
	midtrans.StatusCancel: "200", midtrans.StatusExpire: "407",
	midtrans.StatusAuthorize: "200", midtrans.StatusCapture: "200",
	midtrans.StatusRefund: "200", midtrans.StatusPartialRefund: "200",
}

// where is the scene of a call about id, by its order id when there is one.
func (s *Sandbox) where(id, op string) scene {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.book.find(id); t != nil {
		return scene{order: t.OrderID, op: op, amount: t.Amount}
	}
	return scene{order: id, op: op}
}

// status is GET /v2/{id}/status.
func (s *Sandbox) status(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	at := s.where(id, OpStatus)
	s.perform(w, r, at, func() (reply, entry) {
		t := s.book.find(id)
		if t == nil {
			return refuse(s.ids.uuid(), 404), entry{}
		}
		d := s.document(*t)
		d.StatusCode, d.StatusMessage = statusCode[t.Status], "Success, transaction is found"
		if t.Status == midtrans.StatusPending {
			if _, upper := s.faults.take(at, PendingUpper); upper {
				d.StatusCode, d.TransactionStatus = "200", strings.ToUpper(t.Status)
			}
		}
		d.SignatureKey = midtrans.Signature(d.OrderID, d.StatusCode, d.GrossAmount, s.opts.ServerKey)
		return answer(d), entry{}
	})
}

// cancel is POST /v2/{id}/cancel.
func (s *Sandbox) cancel(w http.ResponseWriter, r *http.Request) {
	s.end(w, r, OpCancel, document{
		TransactionStatus: midtrans.StatusCancel, StatusCode: "200", StatusMessage: "Success, transaction is canceled",
	})
}

// expire is POST /v2/{id}/expire.
func (s *Sandbox) expire(w http.ResponseWriter, r *http.Request) {
	s.end(w, r, OpExpire, document{
		TransactionStatus: midtrans.StatusExpire, StatusCode: "407", StatusMessage: "Success, transaction has expired",
	})
}

// end brings a pending transaction to the state that says has, and says it.
func (s *Sandbox) end(w http.ResponseWriter, r *http.Request, op string, says document) {
	id := r.PathValue("id")
	s.perform(w, r, s.where(id, op), func() (reply, entry) {
		kept := s.book.find(id)
		switch {
		case kept == nil:
			return refuse(s.ids.uuid(), 404), entry{}
		case kept.Status != midtrans.StatusPending && !(op == OpCancel && kept.Status == midtrans.StatusAuthorize):
			return refuse(s.ids.uuid(), 412), entry{}
		}
		t := *kept
		t.Status = says.TransactionStatus
		d := s.document(t)
		d.StatusCode, d.StatusMessage = says.StatusCode, says.StatusMessage
		return answer(d), s.transact(kept, t)
	})
}
