package wallet

import (
	"errors"
	"time"
)

// Wallet is one customer: the facts, and what is in the air about him. The
// zero value is a customer nobody has asked for.
type Wallet struct {
	Facts
	errand
}

// errand is the half that a restart forgets. All moments are Moment.Up.
type errand struct {
	flight Verb   // the call in the air, "" when none
	about  string // and its account

	phone     Phone // while the attempt is Asked
	verifying bool  // it was linked when it was asked for: first see whether it still is
	creates   int
	createAt  time.Duration

	target string        // account to be read at once
	hasty  time.Duration // but not before this
	read   bool          // a read call was made, at readAt
	readAt time.Duration
	reads  int // on the present ladder

	unbinds  int
	unbindAt time.Duration

	offered time.Duration // when the page was
	overdue bool

	toldOf string // the account that was read last, with a certain answer
	told   Status
}

// Load makes a wallet of stored facts. Step it with Resume before anything else.
func Load(f Facts) Wallet { return Wallet{Facts: f} }

// Why an attempt cannot be used by who names it.
var (
	ErrConflict = errors.New("the link exists with another phone")
	ErrTaken    = errors.New("the link belongs to another journal")
)

// Reading reports whether account is being read, or due to be at once.
func (w Wallet) Reading(account string) bool {
	return w.target == account || w.flight == Read && w.about == account
}

// Busy reports whether a call is in the air or due at once: whoever asked may
// want to wait a little for it.
func (w Wallet) Busy() bool { return w.flight != "" || w.target != "" }

// knownOver reports whether account was read as gone for good by this process.
func (w Wallet) knownOver(account string) bool { return w.toldOf == account && w.told == Over }

// Told reports whether account was read by this process with a certain answer.
func (w Wallet) Told(account string) bool { return w.toldOf == account }

// InFlight is the call in the air, "" when there is none.
func (w Wallet) InFlight() Verb { return w.flight }

// Left is how much longer the latest attempt's page should be offered to its
// owner; negative when overdue.
func (w Wallet) Left(now Moment) time.Duration {
	if w.offered != 0 {
		return w.offered + PageLife - now.Up
	}
	return min(PageLife, PageLife-time.Duration(now.ms()-w.Attempt.OfferedMS)*time.Millisecond)
}

// unbinding is the account whose end is wanted, "" for none.
func (f Facts) unbinding() string {
	if f.State == Unlinking {
		return f.Account
	}
	return f.Stray
}

// PageLife is for how long a page is offered. The provider does not tell how
// long it is good for: what it says about the account ends the attempt, and
// this only says when a terminal need not wait any more.
const PageLife = 15 * time.Minute

const (
	readFloor = 10 * time.Second // between questions that nobody has a cause for
	urgentGap = time.Second      // between any two

	maxCreates = 3               // accounts made for one attempt
	maxChecks  = 3               // readings of an account before another is made for it
	retryGap   = 2 * time.Second // between those
	giveUp     = 24 * time.Hour  // an attempt on which the provider says nothing
)

// backoff is the wait after the n-th question (from 1) on one ladder; PageLife
// lasts for some 40 of them, and an hour lies between the last.
func backoff(n int) time.Duration {
	switch {
	case n <= 30:
		return readFloor
	case n <= 60:
		return 30 * time.Second
	case n <= 120:
		return 5 * time.Minute
	}
	return time.Hour
}

// plan is the next call this wallet needs and the moment it is due, "" for
// none. Everything the package does on its own accord is decided here.
func (w Wallet) plan() (v Verb, account string, at time.Duration) {
	a := w.Attempt
	switch {
	case w.flight != "":
		return "", "", 0
	case w.target != "":
		return Read, w.target, w.hasty
	case a.Stage == Asked && w.verifying:
		return Read, w.Account, w.readAfter(retryGap)
	case a.Stage == Asked && w.phone != Phone{}:
		return Create, "", w.createAt
	}
	if end := w.unbinding(); end != "" {
		return Unbind, end, w.unbindAt
	}
	if a.Stage == Waiting {
		due := w.readAfter(backoff(w.reads))
		if !w.overdue {
			due = min(due, w.offered+PageLife)
		}
		return Read, a.Account, due
	}
	return "", "", 0
}

func (w Wallet) readAfter(gap time.Duration) time.Duration {
	if !w.read {
		return 0
	}
	return w.readAt + gap
}

// Next is the Moment.Up at which the wallet wants a Tick; ok is false when it
// waits for nothing but events.
func (w Wallet) Next() (up time.Duration, ok bool) {
	verb, _, at := w.plan()
	return at, w.Customer != "" && verb != ""
}
