package sandbox

import (
	"time"

	"kasir/backend/midtrans"
)

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
	if !any || first.Add(s.opts.ExpiryLag).After(now) {
		return first.Add(s.opts.ExpiryLag), any
	}
	for _, kept := range s.book.all {
		if kept.Status != midtrans.StatusPending || kept.Expires.Add(s.opts.ExpiryLag).After(now) {
			continue
		}
		t := *kept
		t.Status = midtrans.StatusExpire
		if err := s.commit(entry{Transaction: &t, Letters: s.letters(t)}); err != nil {
			s.log.Error("expire order", "order", t.OrderID, "error", err)
			return now.Add(time.Second), true // the disk may recover
		}
		s.log.Info("order expired", "order", t.OrderID)
	}
	first, any = s.book.nextExpiry()
	return first.Add(s.opts.ExpiryLag), any
}
