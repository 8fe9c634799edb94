package ledger

// learn takes the provider's own word on a transaction: a status that was
// read. It is the only road to settled, and the common one to every end.
func (s *step) learn(tx Tx) {
	c := &s.c
	if tx.Order != c.Order || tx.ID == "" || c.State == Settled {
		return
	}
	if c.TransactionID != "" && tx.ID != c.TransactionID { // made again: others do not come here
		s.adopt(tx, tx.ExpiresAt, !tx.ExpiresAt.IsZero())
	}
	if c.TransactionID == "" {
		if tx.Mark != "" && tx.Mark != c.Facts.Mark() || tx.Mark == "" && tx.Amount != c.Amount {
			s.foreign(tx)
			return
		}
		s.adopt(tx, tx.ExpiresAt, !tx.ExpiresAt.IsZero())
		c.send = false
	}
	switch tx.Status {
	case "settlement", "capture":
		c.claimed = true // whatever is wrong with it, it is not to be sent again
		if tx.Paid {
			s.settle(tx)
		}
	case "pending":
		s.payable()
	case "cancel":
		s.end(KindCancelled, Reason{})
	case "expire":
		s.end(KindExpired, Reason{})
	case "deny", "failure":
		r := tx.Reason
		if r.Code == "" {
			r.Code = ReasonRejected
		}
		s.end(KindDenied, r)
	case "refund", "chargeback":
		// Paid and wholly given back before we saw it: nothing can be paid any
		// more, and nothing was.
		s.alarm(AlarmRefunded, tx.Amount)
		s.end(KindCancelled, Reason{})
	case "partial_refund", "partial_chargeback":
		// Paid in full, and some of it given back before we saw it. The amount
		// is still that of the sale.
		s.alarm(AlarmRefunded, tx.Amount)
		s.settle(tx)
	}
}

// foreign is for a transaction under our order id that is not ours, left from
// an earlier life of that id. The order cannot be used; another can.
func (s *step) foreign(tx Tx) {
	s.alarm(AlarmForeign, tx.Amount)
	if s.c.State.rank() == rankOpen {
		s.record(Record{Kind: KindDenied, Reason: Reason{
			Code: ReasonDuplicate, Message: "the provider has another transaction under this order id", Retry: true}})
	}
}

// settle is money that is ours, if it is the money that was asked for.
func (s *step) settle(tx Tx) {
	c := &s.c
	if tx.Amount != c.Amount {
		s.alarm(AlarmAmount, tx.Amount)
		return
	}
	if c.State.rank() == rankEnded {
		s.alarm(AlarmLate, tx.Amount)
	}
	at := tx.SettledAt
	if at.IsZero() {
		at = s.now.Wall
	}
	s.record(Record{Kind: KindSettled, Amount: tx.Amount, SettledMS: at.UnixMilli(), Issuer: tx.Issuer})
}

// payable takes the news that it can still be paid. After its end that is
// unwanted: it is stopped once more.
func (s *step) payable() {
	c := &s.c
	if c.State.rank() == rankEnded {
		c.stopLate = true
	}
}

// end is the provider's word that it can no longer be paid. What was doomed is
// denied for the reason it was doomed for.
func (s *step) end(k Kind, r Reason) {
	if s.c.State.rank() != rankOpen {
		return
	}
	if s.c.Doom != (Reason{}) && !s.c.CancelWanted {
		s.record(Record{Kind: KindDenied, Reason: s.c.Doom, Unproven: true})
		return
	}
	// A call for a linked wallet that is still on its way can take the money
	// after another was denied.
	s.record(Record{Kind: k, Reason: r, Unproven: k == KindDenied && s.c.Linked()})
}
