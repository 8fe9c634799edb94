package ledger

// What is different when a linked wallet is charged: there is no code, money
// can move in the charge call itself, and what the payer may have to open is a
// page for the wallet's PIN.

// walletless reports a charge of a wallet that is not linked: it is never sent.
// It may have been all the same, and the link have been known, before an older
// copy of the book was put back; so the provider is asked before it is denied.
func (f Facts) walletless() bool { return f.Linked() && f.Account == "" }

// claimed takes a charge call that was answered as paid. That is written down
// as a transaction of ours and read back at once: an answer can be another's,
// of another amount, or be taken back, and a status is what settles. A code is
// never paid before it was shown, so for one such an answer makes no sense.
func (s *step) claimed(tx Tx) bool {
	c := &s.c
	if !c.Linked() {
		return false
	}
	s.adopt(tx, s.now.Wall.Add(tx.Lifetime), tx.Lifetime > 0)
	c.claimed = true
	c.urgent = true
	return true
}

// refusedAgain takes the refusal of a charge call that was made before and not
// answered then: the first may have moved the money. It is looked for as long
// as an unanswered one, and only then denied, for this reason.
func (s *step) refusedAgain(r Reason) {
	s.c.refusal = r
	if !r.Retry {
		s.c.sends = maxSends
	}
	s.doubt()
}

// misled dooms a linked charge whose page for the PIN is not the provider's: a
// customer who typed a PIN there would give it away.
func (s *step) misled(tx Tx) {
	c := &s.c
	if !c.Linked() || !tx.BadLink || c.VerifyURL != "" || c.State.rank() != rankOpen || c.Doom != (Reason{}) {
		return
	}
	s.alarm(AlarmLink, 0)
	s.doom(Reason{Code: ReasonRejected, Message: "the page for the PIN is not on a host of the provider's"})
}

// pageless dooms a linked charge that waits for a PIN and will not tell where
// to enter it: the page was in an answer that was lost, and sending again did
// not bring it.
func (s *step) pageless() {
	c := &s.c
	if !c.Linked() || c.State != Asked || c.TransactionID == "" || !c.replayed && !c.walletless() || !c.read || c.claimed ||
		c.flight != "" || c.urgent || c.stopping() {
		return
	}
	if c.mispaid() {
		return // nothing to end any more: a person must look
	}
	s.doom(Reason{Code: ReasonBusy, Message: "the page for the PIN was lost", Retry: true})
}

// doom wants the end of a charge that cannot be used.
func (s *step) doom(r Reason) {
	s.record(Record{Kind: KindDoomed, Reason: r})
	s.c.stops, s.c.stopAt = 0, 0
}

// remade reports whether tx is a transaction that one of our charge calls made after
// the one we know of had ended: the provider lets an order id be used again then,
// and a call that was sent again can overtake the one before it. It is ours by its
// mark, and may be paid without anybody's doing.
func (c Charge) remade(tx Tx) bool {
	return c.Linked() && c.State.rank() == rankEnded && tx.Mark == c.Facts.Mark()
}
