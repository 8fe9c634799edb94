package reconcile

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what a person writes.
const (
	MinReason = 4   // characters: "ok" is no reason
	MaxReason = 500 // bytes
	MaxWho    = 64  // bytes
)

// State is whether a case waits for a person.
type State string

// States.
const (
	Waiting State = "waiting" // nobody has said why
	Closed  State = "closed"  // a person has
	Found   State = "found"   // a later file had it
)

// Case is a mismatch in the queue.
type Case struct {
	Mismatch
	State     State  `json:"state"`
	Statement string `json:"statement"` // SHA-256 of the file that showed it last
	SinceMS   int64  `json:"since_ms"`  // when it was first seen
	Seen      int    `json:"seen"`      // in how many comparisons
	Who       string `json:"who,omitempty"`
	Reason    string `json:"reason,omitempty"`
	EndedMS   int64  `json:"ended_ms,omitempty"`
}

// Errors of closing a case.
var (
	ErrNoReason = errors.New("a reason of 4 to 500 characters is needed, and the name of who gives it")
	ErrEnded    = errors.New("the case is closed already")
)

// See is the case after a comparison showed m: the first time a new one. One that
// was closed stays closed while the figures are those that were explained, and
// waits again when they are others.
func (c Case) See(m Mismatch, statement string, nowMS int64) (after Case, changed bool) {
	if c.State == "" {
		return Case{Mismatch: m, State: Waiting, Statement: statement, SinceMS: nowMS, Seen: 1}, true
	}
	same := c.Here == m.Here && c.There == m.There
	if c.Statement == statement && same && c.State != Found {
		return c, false
	}
	after = c
	after.Mismatch, after.Statement = m, statement
	if c.Statement != statement {
		after.Seen++
	}
	if c.State == Found || !same {
		after.State, after.Who, after.Reason, after.EndedMS = Waiting, "", "", 0
	}
	return after, true
}

// Turn is the case after a comparison in which its order agreed.
func (c Case) Turn(statement string, nowMS int64) (after Case, changed bool) {
	if c.State != Waiting {
		return c, false
	}
	c.State, c.Statement, c.EndedMS = Found, statement, nowMS
	return c, true
}

// Close is the case after who said why it is as it is.
func (c Case) Close(who, reason string, nowMS int64) (Case, error) {
	who, reason = strings.TrimSpace(who), strings.TrimSpace(reason)
	if c.State != Waiting {
		return c, ErrEnded
	}
	if !GoodWho(who) || !GoodReason(reason) {
		return c, ErrNoReason
	}
	c.State, c.Who, c.Reason, c.EndedMS = Closed, who, reason, nowMS
	return c, nil
}

// GoodWho reports whether a text can be who closed something.
func GoodWho(who string) bool { return who != "" && len(who) <= MaxWho && printable(who) }

// GoodReason reports whether a text can be why a person closed something.
func GoodReason(reason string) bool {
	return utf8.RuneCountInString(reason) >= MinReason && len(reason) <= MaxReason && printable(reason)
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
