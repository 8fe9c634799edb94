package wallet

import "time"

// Step is everything a wallet can do: it takes e at moment now and returns the
// wallet afterwards and what is owed to the world. It reads no clock and
// touches nothing.
func Step(w Wallet, now Moment, e Event) (Wallet, Effects) {
	s := &step{w: w, now: now}
	switch e := e.(type) {
	case Ask:
		s.ask(e)
	case Look:
		s.look(e)
	case Unlink:
		s.unlink()
	case Heard:
		s.heard(e)
	case Resume:
		s.resume()
	case Answer:
		s.answer(e)
	case Tick:
	}
	if s.w.Customer != "" {
		s.clock()
		s.owe()
	}
	return s.w, s.Effects
}

// step is one Step under way.
type step struct {
	w   Wallet
	now Moment
	Effects
}

// record states a fact: dated, applied, and owed to the disk. The number is
// forgotten as soon as it is not needed.
func (s *step) record(r Record) {
	r.AtMS = s.now.ms()
	s.w.Apply(r)
	s.Records = append(s.Records, r)
	if s.w.Attempt.Stage != Asked {
		s.w.phone, s.w.verifying = Phone{}, false
	}
}

// fail ends the attempt.
func (s *step) fail(r Reason) {
	s.record(Record{Kind: KindFailed, Link: s.w.Attempt.Link, Reason: r})
}

// unlinkFirst ends an attempt that an end which is wanted stands in the way of.
func (s *step) unlinkFirst() {
	s.fail(Reason{Code: ReasonBusy, Message: "it is being unlinked", Retry: true})
}

// ask begins an attempt; one that was open is ended by it. A wallet that is
// linked already is read first: then there is nothing to agree to.
func (s *step) ask(e Ask) {
	w := &s.w
	if _, known := w.AttemptOf(e.Link); known {
		s.look(Look{Link: e.Link})
		return
	}
	if old := w.Attempt; old.open() {
		s.record(Record{Kind: KindExpired, Link: old.Link})
	}
	s.record(Record{Kind: KindAsked, Customer: e.Customer, Masked: e.Masked, Link: e.Link,
		Device: e.Device, Number: e.Number, Journal: e.Journal})
	if w.State == Unlinking {
		s.unlinkFirst()
		return
	}
	w.phone, w.verifying = e.Phone, w.State == Linked
	w.creates, w.createAt = 0, s.now.Up
	w.read, w.reads, w.overdue, w.offered = false, 0, false, 0
}

// look lets a question count as a reason to ask, at readFloor.
func (s *step) look(e Look) {
	w := &s.w
	if w.flight != "" || w.target != "" || w.read && s.now.Up < w.readAt+readFloor {
		return
	}
	switch {
	case e.Link != "" && e.Link == w.Attempt.Link && w.Attempt.Stage == Waiting:
		w.target = w.Attempt.Account
	case e.Link == "" && w.State == Linked:
		w.target = w.Account
	}
}

func (s *step) unlink() {
	w := &s.w
	switch w.State {
	case Linked:
		s.record(Record{Kind: KindUnlinking})
		w.unbinds, w.unbindAt = 0, s.now.Up
		if w.verifying { // the attempt waits to hear that it is still linked: it will not be
			s.unlinkFirst()
		}
	case Unlinking:
		if w.flight == "" && s.now.Up >= w.readAt+readFloor {
			w.unbindAt = s.now.Up
		}
	}
}

// heard takes a notification. One that claims what is known anyway, or is about
// an account that is gone for good, costs nothing; every other is a reason to
// read the account.
func (s *step) heard(e Heard) {
	w := &s.w
	ours := e.Account == w.Account
	concerns := ours && (w.State == Linked || w.State == Unlinking) || e.Account == w.Stray ||
		e.Account == w.Attempt.Account && w.Attempt.open()
	switch {
	case w.Customer == "" || e.Account == "" || w.knownOver(e.Account):
		return
	case e.Linked && ours && w.State != Stranger: // known, or over: an account has one life
		return
	case !e.Linked && !concerns:
		return
	}
	if w.toldOf == e.Account {
		w.toldOf = "" // what was read before is not what is known now
	}
	if w.target == "" {
		w.target = e.Account
	}
}

// News reports whether a claim is one that heard would have read the account
// for: whoever told it may want to tell it again when it was not read.
func (w Wallet) News(e Heard) bool {
	after, _ := Step(Wallet{Facts: w.Facts}, Moment{}, e)
	return after.Reading(e.Account)
}

// resume makes the forgotten half anew. An attempt that was not answered has
// failed: whether an account was made for it is not known, and there is no
// number any more to make another with.
func (s *step) resume() {
	w := &s.w
	w.errand = errand{}
	if w.Customer == "" {
		return
	}
	switch w.Attempt.Stage {
	case Asked:
		s.fail(Reason{Code: ReasonBusy, Message: "it was interrupted before the provider had answered", Retry: true})
	case Waiting:
		// A clock that is wrong by now must not put off its end for long.
		w.offered = min(s.now.Up, s.now.Up+time.Duration(w.Attempt.OfferedMS-s.now.ms())*time.Millisecond)
	}
	w.target = w.unbinding()
}

// clock takes note of what the time alone changes.
func (s *step) clock() {
	w := &s.w
	if w.Attempt.Stage == Waiting && !w.overdue && s.now.Up >= w.offered+PageLife {
		w.overdue = true
		w.reads = 0
	}
}

// owe makes the call that is due.
func (s *step) owe() {
	w := &s.w
	verb, account, at := w.plan()
	if verb == "" || at > s.now.Up {
		return
	}
	k := Call{Verb: verb, Account: account, Urgent: verb != Read || w.target != "" || w.verifying}
	switch verb {
	case Create:
		w.creates++
		k.Link, k.Phone = w.Attempt.Link, w.phone
	case Read:
		w.target = ""
		w.hasty = s.now.Up + urgentGap
		w.read, w.readAt = true, s.now.Up
		w.reads++
	case Unbind:
		w.unbinds++
	}
	w.flight, w.about = verb, account
	s.Calls = append(s.Calls, k)
}
