package wallet

// answer takes what came back of a call.
func (s *step) answer(a Answer) {
	w := &s.w
	if w.flight == a.Verb {
		w.flight, w.about = "", ""
	}
	if w.Customer == "" {
		return
	}
	switch a.Verb {
	case Create:
		s.created(a)
	case Read:
		s.was(a)
	case Unbind:
		s.unbound(a)
	}
}

// created takes the account that was made for an attempt. One that comes when
// nobody waits for it any more is left alone: nobody has its page.
func (s *step) created(a Answer) {
	w := &s.w
	if a.Link != w.Attempt.Link || w.Attempt.Stage != Asked {
		return
	}
	switch {
	case a.Outcome == OK && a.Status == Pending && a.URL == "":
		s.fail(Reason{Code: ReasonRejected, Message: "the page to agree on is missing, or not on a host of the provider's"})
	case a.Outcome == OK && a.Account != "" && a.Status != Over:
		s.record(Record{Kind: KindOffered, Link: a.Link, Account: a.Account, URL: a.URL})
		w.offered, w.overdue = s.now.Up, false
		w.read, w.readAt, w.reads = true, s.now.Up, 0
		if a.Status == Enabled { // there was nothing to agree to
			w.target = a.Account
		}
	case a.Outcome == Refused || a.Outcome == Absent:
		if a.Reason.Code == "" {
			a.Reason.Code = ReasonRejected
		}
		s.fail(a.Reason)
	case w.creates < maxCreates:
		w.createAt = s.now.Up + retryGap
	default:
		s.fail(Reason{Code: ReasonBusy, Message: "the provider gave no answer", Retry: true})
	}
}

// was takes an account that was read. It is the only road to linked and to
// unlinked.
func (s *step) was(a Answer) {
	w := &s.w
	if a.Outcome != OK {
		s.unread(a)
		return
	}
	w.toldOf, w.told = a.Account, a.Status
	switch a.Status {
	case Enabled:
		s.enabled(a.Account)
	case Pending:
		s.pending(a.Account)
	case Over:
		s.over(a.Account)
	}
}

// enabled takes the word that account can be charged. It ends an attempt that
// is open, also one that another account was made for: the wallet is linked,
// which is what was asked for.
func (s *step) enabled(account string) {
	w := &s.w
	link := ""
	if w.Attempt.open() {
		link = w.Attempt.Link
	}
	ours := account == w.Account
	switch {
	case account == w.Stray, ours && w.State == Unlinking:
		// Not unbound yet; the plan goes on.
	case ours && w.State == Linked && link == "":
	case ours && w.State == Unlinked:
		// An account has one life, so this one was never unbound.
		s.record(Record{Kind: KindLinked, Account: account})
		s.unlink()
	default:
		s.record(Record{Kind: KindLinked, Account: account, Link: link})
		w.unbinds, w.unbindAt = 0, s.now.Up
	}
}

func (s *step) pending(account string) {
	w := &s.w
	if account == w.Account || account == w.Stray {
		s.over(account) // nobody has agreed to it, so it cannot be charged
		return
	}
	s.patience(account)
}

// patience ends an attempt on which the provider has said nothing for a day.
func (s *step) patience(account string) {
	w := &s.w
	if account == w.Attempt.Account && w.Attempt.Stage == Waiting && s.now.Up >= w.offered+giveUp {
		s.record(Record{Kind: KindExpired, Link: w.Attempt.Link})
	}
}

func (s *step) over(account string) {
	w := &s.w
	if account == w.Account && (w.State == Linked || w.State == Unlinking) {
		s.record(Record{Kind: KindUnlinked})
	}
	if account == w.Stray {
		s.record(Record{Kind: KindUnbound})
	}
	if w.Attempt.Account == account && w.Attempt.open() {
		s.record(Record{Kind: KindExpired, Link: w.Attempt.Link})
	}
	w.verifying = false
}

// unread is for an account that could not be read. That the provider does not
// know one that it made itself proves nothing at first.
func (s *step) unread(a Answer) {
	w := &s.w
	switch {
	case w.verifying && a.Account == w.Account && a.Outcome == Absent:
		w.verifying = false
	case w.verifying && a.Account == w.Account && w.reads >= maxChecks:
		s.fail(Reason{Code: ReasonBusy, Message: "the provider gave no answer", Retry: true})
	case a.Outcome == Absent && a.Account == w.unbinding():
		s.over(a.Account)
	case a.Outcome == Absent && a.Account == w.Attempt.Account && w.overdue:
		s.over(a.Account)
	default:
		s.patience(a.Account)
	}
}

// unbound takes the answer to an unbinding. Whatever it was, only a reading
// says what it came to, but for an account that does not exist.
func (s *step) unbound(a Answer) {
	w := &s.w
	if a.Account != w.unbinding() {
		return
	}
	if a.Outcome == Absent {
		s.over(a.Account)
		return
	}
	w.target = a.Account
	w.unbindAt = s.now.Up + backoff(w.unbinds)
}
