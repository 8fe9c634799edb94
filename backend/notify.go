package backend

import (
	"errors"
	"net/http"
	"regexp"
	"sync"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// Bounds of what the provider may send.
const (
	maxNotifying = 64              // notifications handled at one time
	confirmWait  = 3 * time.Second // it gives up on us after 15 s and likes an answer within 5
)

// The signed texts must have the form the provider gives them: together with
// the form of our order ids they can then be glued together in one way only
// (see ledger.ParseOrder).
var (
	codeForm   = regexp.MustCompile(`^[0-9]{3}$`)
	amountForm = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{2}$`)
)

// notified takes a notification. The answer decides whether it comes again:
//
//	200  what it claims is written down, and the provider was asked, or will
//	     be by the sweep; also when it claims nothing new
//	503  it could not be written down: four more attempts
//	403  not signed with our key: five more attempts over six hours, time
//	     enough to set right a key that was changed at one end only
//	400, 413  unreadable: two more attempts
//	404  no such order here, as after a restored backup: two more attempts,
//	     by which time the terminal will have asked for it again
//
// A forged one costs a hash and nothing else: no look into the book, no call.
func (b *Backend) notified(r *http.Request) (any, error) {
	body, done, err := b.letter(r)
	if err != nil {
		return nil, err
	}
	defer done()
	n, err := midtrans.ParseNotification(body)
	if err != nil {
		if a, wrong := midtrans.ParseAccountNotification(body); wrong == nil {
			return b.accountHeard(r, a) // a merchant may have named one address for both
		}
		b.spam(r, "unreadable notification", err)
		return nil, &wire.Error{Code: wire.BadRequest, Message: "not a notification"}
	}
	if err := b.signed(n.Verify); err != nil {
		b.spam(r, "forged notification, or the key differs from the provider's", err)
		return nil, &wire.Error{Code: wire.Forbidden, Message: "the signature is not ours"}
	}
	if !codeForm.MatchString(n.RawStatusCode) || !amountForm.MatchString(n.RawGrossAmount) {
		b.spam(r, "notification of an unknown form", nil)
		return nil, &wire.Error{Code: wire.BadRequest, Message: "not a notification"}
	}
	if _, _, err := ledger.ParseOrder(n.RawOrderID); err != nil {
		if b.elsewhere(r.Context(), n.RawOrderID) == nil {
			return map[string]string{"status": "ok"}, nil
		}
		b.spam(r, "notification for an order that is none of ours", err)
		return nil, errNoOrder
	}
	return b.heard(r, n)
}

// heard hands a genuine notification to the clerk, and waits a little for the
// provider's word on it.
func (b *Backend) heard(r *http.Request, n midtrans.Notification) (any, error) {
	p, err := b.send(r.Context(), note{order: n.RawOrderID, event: ledger.Heard{
		Signed: n.RawStatusCode + " " + n.RawGrossAmount, Claim: claimOf(n.Status),
	}})
	switch {
	case errors.Is(err, errNoOrder):
		if err := b.elsewhere(r.Context(), n.RawOrderID); err != nil {
			b.log.WarnContext(r.Context(), "notification for an unknown order", "order", n.RawOrderID, "claim", clip(n.Status, maxID))
			return nil, err
		}
		return map[string]string{"status": "ok"}, nil
	case err != nil:
		// Internal would be retried once only; nothing was decided.
		return nil, &wire.Error{Code: wire.Busy, Message: "not written down"}
	}
	c := p.wait(r.Context(), confirmWait, func(c ledger.Charge) bool { return c.State == ledger.Settled || !c.Reading() })
	b.log.DebugContext(r.Context(), "notification taken", "order", n.RawOrderID, "claim", clip(n.Status, maxID), "state", string(c.State))
	return map[string]string{"status": "ok"}, nil
}

// claimOf is the provider's word as a state, "" for one without.
func claimOf(status string) ledger.State {
	switch status {
	case midtrans.StatusPending:
		return ledger.Pending
	case midtrans.StatusSettlement, midtrans.StatusCapture:
		return ledger.Settled
	case midtrans.StatusCancel:
		return ledger.Cancelled
	case midtrans.StatusExpire:
		return ledger.Expired
	case midtrans.StatusDeny, midtrans.StatusFailure:
		return ledger.Denied
	}
	return ""
}

// spam logs what strangers can cause, so that they cannot fill the log.
func (b *Backend) spam(r *http.Request, what string, err error) {
	if missed, ok := b.seldom.now(); ok {
		b.log.WarnContext(r.Context(), what, "from", r.RemoteAddr, "error", err, "not_logged_before", missed)
	}
}

// seldom lets one through a second.
type seldom struct {
	mu     sync.Mutex
	next   time.Time
	missed int
}

func (s *seldom) now() (missed int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if now.Before(s.next) {
		s.missed++
		return 0, false
	}
	missed, s.missed, s.next = s.missed, 0, now.Add(time.Second)
	return missed, true
}

// letter is the body of a notification, and a place in the mailbox that done
// gives back: however many come at once, so many are handled.
func (b *Backend) letter(r *http.Request) (body []byte, done func(), err error) {
	select {
	case b.mailbox <- struct{}{}:
	default:
		return nil, nil, &wire.Error{Code: wire.Busy, Message: "too many notifications"}
	}
	done = func() { <-b.mailbox }
	if body, err = readBody(r, midtrans.MaxNotification); err != nil {
		done()
		return nil, nil, err
	}
	return body, done, nil
}
