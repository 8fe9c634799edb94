package ledger

import "time"

// answer takes what came back of a call. An answer to a call that a restart
// has made us forget is as true as any other.
func (s *step) answer(a Answer) {
	if s.c.flight == a.Verb {
		s.c.flight = ""
	}
	if s.c.Order == "" || s.c.State == Settled {
		return
	}
	switch a.Verb {
	case Send:
		s.sent(a)
	case Status:
		s.asked(a)
	case Stop, Expire:
		// Whatever it was answered, only a status says what it came to: a
		// cancel that was refused may mean that the payer was quicker.
		s.c.urgent = true
		s.c.stopAt = s.now.Up + wait(s.c.stops)
	case Scan:
		s.scanned(a)
	}
}

// sent takes the answer of a charge call.
func (s *step) sent(a Answer) {
	c := &s.c
	if a.Outcome == Done && s.made(a.Tx) {
		return
	}
	if c.TransactionID != "" { // it was sent again for its code only
		if a.Outcome != Unknown || c.sends > 2 {
			c.replayed = true
		}
		c.scanAt = s.now.Up + scanRetry
		return
	}
	if c.State.Final() {
		return
	}
	switch a.Outcome {
	case Refused, Absent, Locked:
		if c.Linked() && c.sends != 1 {
			s.refusedAgain(a.Reason)
			return
		}
		// Of a wallet the money can have moved in a call that an older copy of the
		// book has forgotten: it is looked at again.
		s.record(Record{Kind: KindDenied, Reason: a.Reason, Unproven: c.sends != 1 || c.Linked()})
	default: // Unknown, Duplicate, and an answer we cannot make sense of
		c.duplicate = c.duplicate || a.Outcome == Duplicate
		s.doubt()
	}
}

// doubt begins the search for a charge whose call proved nothing.
func (s *step) doubt() {
	s.c.doubtSince = s.now.Up
	s.c.resendAt = s.now.Up + ResendGrace
	s.c.reads = 0
	s.c.urgent = true
}

// made takes the transaction in the answer of a charge call, and reports
// whether that settled the matter of the call. The word deny is an answer, but
// with channel code 900 (ReasonBusy) it means no more than "try again".
func (s *step) made(tx Tx) bool {
	if tx.Order != s.c.Order || tx.ID == "" {
		return false
	}
	switch tx.Status {
	case "pending":
		s.adopt(tx, s.now.Wall.Add(tx.Lifetime), tx.Lifetime > 0)
		s.c.stopLate = s.c.State.Final()      // made after we had given it up
		s.c.read, s.c.readAt = true, s.now.Up // this was as good as a status
		// Sent again, the same key gives the same answer: no text now, none then.
		s.c.replayed = s.c.replayed || s.c.payment() == ""
		return true
	case "settlement", "capture":
		return s.claimed(tx)
	case "deny":
		if tx.Reason.Code == ReasonBusy || s.c.State.Final() || s.c.TransactionID != "" {
			return false // proves nothing: ask what came of it
		}
		s.record(Record{Kind: KindDenied, Reason: tx.Reason, Unproven: s.c.sends != 1})
		return true
	}
	return false
}

// adopt makes tx our transaction. Another amount than was asked makes it
// unusable before its code can be seen by anybody.
func (s *step) adopt(tx Tx, expires time.Time, known bool) {
	c := &s.c
	if c.Linked() {
		tx.QR, tx.Image = "", "" // nobody is to scan a code for it
	} else {
		tx.VerifyURL, tx.BadLink = "", false
	}
	taken := tx.Status == "settlement" || tx.Status == "capture" // too late to end it: a person must look
	if c.State.rank() == rankOpen && tx.Amount != c.Amount && c.Doom == (Reason{}) && !taken {
		s.alarm(AlarmAmount, tx.Amount)
		s.record(Record{Kind: KindDoomed, Reason: Reason{Code: ReasonRejected, Message: "the provider made it with another amount"}})
	}
	if tx.ID == c.TransactionID {
		if c.payment() == "" && tx.QR+tx.VerifyURL != "" {
			s.record(Record{Kind: KindCode, QR: tx.QR, VerifyURL: tx.VerifyURL})
		}
		s.misled(tx)
		return
	}
	latest := s.now.Wall.Add(c.lifetime())
	if !known || expires.After(latest) {
		expires = latest
	}
	s.record(Record{Kind: KindCreated, TransactionID: tx.ID, QR: tx.QR, Image: tx.Image, VerifyURL: tx.VerifyURL, ExpiresMS: expires.UnixMilli()})
	c.deadline = s.now.Up + expires.Sub(s.now.Wall)
	c.overdue = false
	c.reads, c.stops, c.stopAt = 0, 0, 0
	s.misled(tx)
}

// asked takes the answer of a status call.
func (s *step) asked(a Answer) {
	c := &s.c
	open := c.State.rank() == rankOpen
	other := c.TransactionID != "" && a.Tx.ID != c.TransactionID && !c.remade(a.Tx)
	if a.Outcome == Done && (a.Tx.Order != c.Order || other) {
		a.Outcome = Unknown // about something else: it says nothing of this one
	}
	if (a.Outcome == Done || a.Outcome == Absent) && (c.told != Settled || c.reads >= doubts) {
		c.told = ""
	}
	switch {
	case a.Outcome == Done:
		s.learn(a.Tx)
	case a.Outcome == Absent && c.TransactionID != "":
		// It had confirmed it: another account, another environment, or a
		// fault of theirs. No reason to believe anything.
		s.alarm(AlarmLost, 0)
	case a.Outcome == Absent && open && !c.send && c.flight != Send:
		s.unheard(s.now.Up - c.doubtSince)
	}
	if open || !c.Watched() || c.stopLate {
		return
	}
	if a.Outcome != Done && a.Outcome != Absent {
		c.watchAt = s.now.Up + watchLag
		return
	}
	s.watch()
}

// unheard is for a charge whose call went unanswered, and which the provider
// has not known for a while. It is sent again where it may still be made, and
// over where it may not.
func (s *step) unheard(since time.Duration) {
	c := &s.c
	again := !c.CancelWanted && !c.walletless() && !c.duplicate && s.now.Up < c.sendUntil && c.sends < maxSends
	switch {
	case again && s.now.Up >= c.resendAt:
		c.send = true
	case c.CancelWanted && c.PaymentType == "": // no call of ours can be under way
		s.record(Record{Kind: KindCancelled})
	case c.walletless() && !c.CancelWanted:
		s.record(Record{Kind: KindDenied, Reason: Reason{Code: ReasonNotLinked, Message: "the customer's wallet is not linked"}})
	case again || since < AbsenceGrace:
	case c.CancelWanted:
		s.record(Record{Kind: KindCancelled})
	case c.duplicate:
		s.record(Record{Kind: KindDenied, Unproven: true,
			Reason: Reason{Code: ReasonDuplicate, Message: "refused as a duplicate of nothing", Retry: true}})
	default:
		r := Reason{Code: ReasonBusy, Message: "the provider gave no answer", Retry: true}
		if c.refusal != (Reason{}) {
			r = c.refusal
		}
		s.record(Record{Kind: KindDenied, Unproven: true, Reason: r})
	}
}

// watch moves an ended charge to its next late look, or lets it rest after the
// last. One that can still be paid does not come here: it is stopped, and read
// back, until it cannot.
func (s *step) watch() {
	c := &s.c
	for _, rung := range watchLadder {
		if at := c.endedAt + rung; at > s.now.Up {
			c.watchAt = at
			return
		}
	}
	s.record(Record{Kind: KindRested})
}

// scanned takes the text of the picture, or the lack of it.
func (s *step) scanned(a Answer) {
	c := &s.c
	switch {
	case c.TransactionID == "" || c.Linked() || c.QR != "" || c.State.Final():
	case a.Outcome == Done && a.QR != "":
		s.record(Record{Kind: KindCode, QR: a.QR})
	case a.Outcome == Unknown && c.scans < maxScans:
		c.scanAt = s.now.Up + scanRetry*time.Duration(c.scans)
	default:
		s.record(Record{Kind: KindDoomed, Reason: Reason{Code: ReasonBusy, Message: "its code cannot be read", Retry: true}})
		c.stops, c.stopAt = 0, 0
	}
}

// alarm writes it down, once in a row and MaxAlarms times at most.
func (s *step) alarm(a Alarm, amount int64) {
	if (s.c.Alarm != a || s.c.AlarmAmount != amount) && s.c.AlarmCount < MaxAlarms {
		s.record(Record{Kind: KindAlarm, Alarm: a, Amount: amount})
		s.Wake = s.Wake || s.c.mispaid() // a person must look, who stands before a terminal
	}
}
