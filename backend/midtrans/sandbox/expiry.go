package sandbox

import (
	"time"

	"kasir/backend/midtrans"
)

// expires reports whether the time of t can run out: it waits to be paid, or
// money of its payer is reserved.
func (t transaction) expires() bool {
	return t.Status == midtrans.StatusPending || t.Status == midtrans.StatusAuthorize
}

// expiryBatch ends what was not paid in time. Like the real one it comes by
// some time after the deadline, and until then the status still says pending.
func (s *Sandbox) expiryBatch() {
	for {
		due, any := s.expireDue(time.Now())
		timer := time.NewTimer(time.Until(due))
		if !any {
			timer.Stop()
		}
		select {
		case <-timer.C:
		case <-s.wake:
			timer.Stop()
		case <-s.ctx.Done():
			timer.Stop()
			return
		}
	}
}

// expireDue expires all that is due at now and says when to come again.
func (s *Sandbox) expireDue(now time.Time) (next time.Time, any bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first, any := s.book.nextExpiry()
	first = first.Add(s.opts.ExpiryLag)
	if any && !first.After(now) {
		first, any = s.expireOrders(now)
	}
	if lapses, some := s.lapse(now); some && (!any || lapses.Before(first)) {
		first, any = lapses, true
	}
	if charges, some := s.recur(now); some && (!any || charges.Before(first)) {
		first, any = charges, true
	}
	return first, any
}

// expireOrders expires the transactions that are due. s.mu is held.
func (s *Sandbox) expireOrders(now time.Time) (next time.Time, any bool) {
	for _, kept := range s.book.all {
		if !kept.expires() || kept.Expires.Add(s.opts.ExpiryLag).After(now) {
			continue
		}
		t := *kept
		t.Status = midtrans.StatusExpire
		if err := s.commit(s.transact(kept, t)); err != nil {
			s.log.Error("expire order", "order", t.OrderID, "error", err)
			return now.Add(time.Second), true // the disk may recover
		}
		s.log.Info("order expired", "order", t.OrderID)
	}
	first, any := s.book.nextExpiry()
	return first.Add(s.opts.ExpiryLag), any
}
