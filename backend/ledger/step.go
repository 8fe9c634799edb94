package ledger

import "time"

// Step is everything a charge can do: it takes e at moment now and returns the
// charge afterwards and what is owed to the world. It reads no clock and
// touches nothing.
func Step(c Charge, now Moment, e Event) (Charge, Effects) {
	s := &step{c: c, now: now}
	switch e := e.(type) {
	case Open:
		s.open(e)
	case Cancel:
		s.cancel(e)
	case Look:
		s.look()
	case Heard:
		s.heard(e)
	case Resume:
		s.resume()
	case Answer:
		s.answer(e)
	case Tick:
	}
	if s.c.Order != "" {
		s.clock()
		s.owe()
	}
	return s.c, s.Effects
}

// step is one Step under way.
type step struct {
	c   Charge
	now Moment
	Effects
}

// record states a fact: dated, applied, and owed to the disk. A change that
// terminals can see wakes them.
func (s *step) record(r Record) {
	r.AtMS = s.now.ms()
	before := s.c.State
	s.c.Apply(r)
	s.Records = append(s.Records, r)
	if s.c.State != before && s.c.State != Asked {
		s.Wake = true
	}
	if s.c.State.rank() == rankEnded && before.rank() == rankOpen {
		s.c.endedAt = s.now.Up
		s.c.watchAt = s.now.Up + watchLadder[0]
	}
}

func (s *step) open(e Open) {
	if s.c.Order != "" {
		s.look()
		return
	}
	s.record(Record{Kind: KindAsked, Order: e.Order, Device: e.Device, Number: e.Number,
		Amount: e.Amount, Journal: e.Journal,
		PaymentType: e.PaymentType, LifetimeMS: e.Lifetime.Milliseconds(),
		Customer: e.Customer, Account: e.Account})
	if s.c.walletless() {
		return // nothing is sent; unheard denies it
	}
	s.c.send = true
	s.c.sendUntil = s.now.Up + e.Lifetime
}

func (s *step) cancel(e Cancel) {
	switch {
	case s.c.Order == "":
		s.record(Record{Kind: KindAsked, Order: e.Order, Device: e.Device, Number: e.Number,
			Amount: e.Amount, Journal: e.Journal})
		// Perhaps an older copy of the book was put back, which forgot it: only
		// the provider can say that there is nothing to pay.
		s.record(Record{Kind: KindCancelWanted})
	case s.c.State.Final():
	case s.c.CancelWanted:
		s.look()
	default:
		s.record(Record{Kind: KindCancelWanted})
		s.c.stops, s.c.stopAt = 0, s.now.Up
	}
}

// look lets a terminal's question count as a reason to ask, at readFloor.
func (s *step) look() {
	c := &s.c
	if c.State.Final() || c.flight != "" || c.read && s.now.Up < c.readAt+readFloor {
		return
	}
	if c.send { // nothing was sent yet: there is nothing to ask about
		return
	}
	c.urgent = true
}

// heard takes a notification. What it claims is written down once; only a
// claim that is new and would change something makes us ask at once, so that
// replays, of which anybody may own a signed one, cost the provider nothing.
func (s *step) heard(e Heard) {
	c := &s.c
	if c.Order == "" || c.State == Settled {
		return
	}
	if e.Claim != "" && e.Claim.rank() <= c.State.rank() && !s.surprising(e.Claim) {
		return
	}
	claim := e.Signed + " " + string(e.Claim)
	if c.Facts.heard(claim) || c.HeardCount >= MaxHeard {
		s.look()
		return
	}
	s.record(Record{Kind: KindHeard, Claim: claim})
	c.reads = 0
	c.urgent = true
	if c.told != Settled { // which is looked into until it is answered, whatever else is claimed
		c.told = e.Claim
	}
}

// surprising reports whether a claim is news although its rank is not higher:
// something payable where the charge has ended, or where none was known. While
// the charge call is in the air its answer is nearer than any question.
func (s *step) surprising(claim State) bool {
	if claim != Pending {
		return false
	}
	return s.c.State.rank() == rankEnded ||
		s.c.State == Asked && s.c.TransactionID == "" && s.c.flight != Send
}

// resume makes the forgotten half anew. What was in the air is unknown, so
// the first thing is to ask. A clock that is wrong by now must not put off for
// long what is to be done: nothing ended in the future, and nothing lasts
// longer than a lifetime from here.
func (s *step) resume() {
	c := &s.c
	c.Errand = Errand{}
	if c.Order == "" || !c.Watched() {
		return
	}
	wall := func(ms int64) time.Duration {
		return s.now.Up + time.Duration(ms-s.now.ms())*time.Millisecond
	}
	if c.toldPaid() {
		c.told = Settled // that was perhaps being read when we stopped
	}
	if c.State.Final() {
		c.endedAt = min(s.now.Up, wall(c.EndedMS))
		c.watchAt = max(s.now.Up, c.endedAt+watchLadder[0])
		return
	}
	c.sends = 1 // or none; but one may be under way
	c.doubtSince = s.now.Up
	// A backend that lives shorter than the grace, again and again, must still come to
	// send: the grace counts from when the order was asked for. A wall clock that is
	// wrong sends sooner, which is safe, or not later than without one.
	asked := min(wall(c.AskedMS), s.now.Up)
	c.resendAt = asked + ResendGrace
	c.sendUntil = asked + c.lifetime()
	if c.TransactionID != "" {
		c.deadline = min(wall(c.ExpiresMS), s.now.Up+c.lifetime())
	}
}

// clock takes note of what the time alone changes.
func (s *step) clock() {
	c := &s.c
	if (c.State == Pending || c.claimed) && !c.overdue && s.now.Up >= c.deadline {
		c.overdue = true
		c.reads = 0
	}
	if c.TransactionID != "" && s.now.Up >= c.sendUntil {
		c.replayed = true
	}
	s.pageless()
}
