package terminal

// What people are told of the way to the money: why there is no answer, as
// exactly as this side can know, and how much of what the journal says the
// backend does not have yet.

// trouble is the trouble as people should hear it. The uplink cannot tell a
// shop without internet from a cable that is out: that is the till's own part.
func (s *State) trouble() Trouble {
	switch {
	case s.link.trouble == TroubleNetwork && s.noNetwork:
		return TroubleCable
	case s.link.trouble == NoTrouble && s.link.silent:
		return TroubleProvider
	}
	return s.link.trouble
}

// undecided reports whether the backend's last word on an order was that the
// provider has not answered it.
func (s *State) undecided(id OrderID) bool {
	for _, w := range s.watches {
		if w.order == id {
			return w.undecided
		}
	}
	return false
}

// unsent is how many facts of the journal the backend is not known to have:
// charges that it has not confirmed, wishes to end one, payments that only a
// code told of, and wallets being linked or unlinked. What was on its way when
// the power went counts until it is confirmed.
func (s *State) unsent() (n int) {
	for i, c := range s.Book.Open {
		w := s.watches[i]
		if !w.heard && !c.Offered || c.LetGo && !w.released {
			n++
		}
	}
	if s.Book.Link.Order != "" && !s.attempt.heard {
		n++
	}
	return n + len(s.Book.Coded) + len(s.Book.Unlinks)
}

// plugged notes whether this device is in a network. When it comes back, all
// that had no answer is asked at once: nobody has to press a key for that.
func (t *turn) plugged(is bool) {
	was := !t.noNetwork
	t.noNetwork = !is
	if is && !was && t.link.trouble != NoTrouble {
		t.retry()
	}
}

// retry asks at once what went unanswered.
func (t *turn) retry() {
	t.link.next = t.now.Up
	t.hurryErrands()
	for _, c := range t.Book.Open {
		if w := t.watching(c.Order); w.fails > 0 {
			t.hurry(c.Order)
		}
	}
}
