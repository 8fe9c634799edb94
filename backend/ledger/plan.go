package ledger

import "time"

// The pace of asking. The provider wants a status not to be asked for more
// than about every ten seconds; a notification, and a cancel that must be read
// back, may ask at once.
const (
	readFloor = 10 * time.Second
	urgentGap = time.Second

	// A charge call that was not answered may still be on its way: that the
	// provider does not know the order proves nothing at first. After
	// ResendGrace of that the call is made again, which is safe before
	// anything is proven: order id and key are the same, so there can be one
	// transaction only. After AbsenceGrace it is believed, and the charge may
	// end by it.
	ResendGrace  = 10 * time.Second
	AbsenceGrace = 30 * time.Second

	// ReliableExpiry is the shortest lifetime that the provider ends by
	// itself in reasonable time; shorter ones are ended by us.
	ReliableExpiry = 15 * time.Minute
	expirySlack    = 3 * time.Minute // after which even a reliable expiry is helped

	brisk     = 30 // readings at the floor while a code is fresh, five minutes
	doubts    = 3  // readings that must say otherwise before a claim of money is dropped: one may be old
	maxSends  = 10 // charge calls for one order
	maxScans  = 4  // attempts at the picture of a code
	scanRetry = 3 * time.Second
	watchLag  = 5 * time.Minute // between questions when a late look went unanswered
)

// backoff is the wait after the n-th question (from 1) on one ladder.
var backoff = []time.Duration{
	10 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second,
	20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 2 * time.Minute, 5 * time.Minute,
}

const aDayOfBackoff = 300 // questions, after which an hour lies between two

func wait(n int) time.Duration {
	if n > aDayOfBackoff {
		return time.Hour
	}
	return backoff[min(max(n, 1), len(backoff))-1]
}

// watchLadder is when an ended charge is looked at again, after its end: the
// payer may have been quicker than the cancel, or the charge call may have
// been slower than our patience.
var watchLadder = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}

// plan is the next call this charge needs and the moment it is due, "" for
// none. Everything the ledger does on its own accord is decided here.
func (c Charge) plan() (Verb, time.Duration) {
	switch {
	case c.flight != "":
		return "", 0
	case c.urgent:
		return Status, c.hasty
	case c.told != "" && c.State != Settled && c.reads <= brisk:
		return Status, c.readAfter(readFloor)
	case c.State.Final() && c.stopLate:
		return Stop, c.stopAt
	case !c.Watched():
		return "", 0
	case c.State.Final():
		return Status, c.watchAt
	case c.send:
		return Send, 0
	case c.TransactionID == "":
		return Status, c.readAfter(wait(c.reads))
	case c.stopping():
		return Stop, c.stopAt
	case c.payment() != "" || c.claimed || c.mispaid():
		return c.planPending()
	case !c.read: // after a restart: first see that it is still there
		return Status, 0
	case !c.replayed && !c.walletless():
		return Send, c.scanAt
	}
	return Scan, c.scanAt
}

// planPending asks about a code that is on a glass somewhere: briskly while it
// is fresh, again from the start of the ladder when its time is over, and it
// ends the code where the provider's own clock is known to be slow.
func (c Charge) planPending() (Verb, time.Duration) {
	if !c.overdue {
		gap := readFloor
		if c.reads > brisk {
			gap *= 3
		}
		return Status, min(c.readAfter(gap), c.deadline)
	}
	due := c.readAfter(wait(c.reads))
	end := c.deadline
	if c.lifetime() >= ReliableExpiry {
		end += expirySlack
	}
	if end = max(end, c.stopAt); end <= due {
		return Expire, end
	}
	return Status, due
}

func (c Charge) readAfter(gap time.Duration) time.Duration {
	if !c.read {
		return 0
	}
	return c.readAt + gap
}

// Next is the Moment.Up at which the charge wants a Tick; ok is false when it
// waits for nothing but events.
func (c Charge) Next() (up time.Duration, ok bool) {
	verb, at := c.plan()
	return at, c.Order != "" && verb != ""
}

// owe makes the call that is due.
func (s *step) owe() {
	c := &s.c
	verb, at := c.plan()
	if verb == "" || at > s.now.Up {
		return
	}
	urgent := c.urgent || verb == Send || verb == Stop || verb == Scan
	switch verb {
	case Send:
		c.send = false
		c.sends++
	case Status:
		if c.urgent {
			c.hasty = s.now.Up + urgentGap
		}
		c.urgent, c.read, c.readAt = false, true, s.now.Up
		c.reads++
	case Stop, Expire:
		c.stopLate = false
		c.stops++
	case Scan:
		c.scans++
	}
	c.flight = verb
	s.Calls = append(s.Calls, c.call(verb, urgent))
}

func (c Charge) call(verb Verb, urgent bool) Call {
	k := Call{Verb: verb, Order: c.Order, ID: c.TransactionID, Urgent: urgent}
	if k.ID == "" || verb == Status && c.Linked() && c.State.rank() == rankEnded {
		k.ID = c.Order // there may be a newer one: see Charge.remade
	}
	switch verb {
	case Send:
		k.Amount, k.Mark, k.PaymentType, k.Lifetime = c.Amount, c.Facts.Mark(), c.PaymentType, c.lifetime()
		k.Account, k.Customer = c.Account, c.Customer
	case Scan:
		k.PaymentType, k.Image = c.PaymentType, c.Image
	}
	return k
}
