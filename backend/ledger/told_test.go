package ledger

import (
	"testing"
	"time"
)

// endedUnpaid is a charge that was cancelled and read back as such.
func endedUnpaid() *life {
	l := begin().steps(opened(), made, cancelled(), outcome(Stop, Done))
	l.ticks(time.Second)
	return l.steps(says("cancel"))
}

// TestAClaimOfMoneyIsAskedAboutUntilItIsAnswered: whoever paid in the moment of
// the cancel waits for it, and the provider tells it once.
func TestAClaimOfMoneyIsAskedAboutUntilItIsAnswered(t *testing.T) {
	for _, tc := range []struct {
		name    string
		answers []Answer
		want    State
	}{
		{"no answer twice", []Answer{outcome(Status, Unknown), outcome(Status, Unknown), says("settlement")}, Settled},
		{"an old reading first", []Answer{says("cancel"), says("settlement")}, Settled},
		{"three readings say no", []Answer{says("cancel"), says("cancel"), says("cancel")}, Cancelled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := endedUnpaid()
			l.pass(readFloor)
			calls := l.step(Heard{Signed: "200 1", Claim: Settled}).Calls
			for _, a := range tc.answers {
				if len(calls) == 0 {
					calls = l.ticks(readFloor)
				}
				wantVerbs(t, "after a claim", calls, Status)
				calls = l.step(a).Calls
			}
			if l.State != tc.want {
				t.Errorf("state %s, want %s", l.State, tc.want)
			}
			if calls := l.ticks(readFloor); len(calls) > 0 {
				t.Errorf("asks on: %v", verbs(calls))
			}
		})
	}
}

// TestAClaimOfMoneySurvivesARestart: it was taken, so it does not come again.
func TestAClaimOfMoneySurvivesARestart(t *testing.T) {
	l := endedUnpaid()
	l.pass(readFloor)
	l.step(Heard{Signed: "200 1", Claim: Settled})
	wantVerbs(t, "after a restart", l.step(Resume{}).Calls, Status)
}

// TestAClaimOfMoneyWakesWhatRests: it was taken, so a restart must find it.
func TestAClaimOfMoneyWakesWhatRests(t *testing.T) {
	l := endedUnpaid()
	l.Apply(Record{Kind: KindRested})
	l.step(Heard{Signed: "200 1", Claim: Settled})
	if !l.Watched() {
		t.Fatal("a restart would not look at it")
	}
	for range doubts {
		l.step(says("cancel"))
		l.ticks(readFloor)
	}
	l.pass(24 * time.Hour)
	l.step(Tick{})
	l.step(says("cancel"))
	if l.Watched() {
		t.Error("it does not rest again")
	}
}

// TestACancelOfAForgottenOrderAsksTheProvider: an older copy of the book was
// put back, and the order's code may be on a customer's telephone.
func TestACancelOfAForgottenOrderAsksTheProvider(t *testing.T) {
	for _, tc := range []struct {
		name   string
		answer Answer
		want   State
		next   []Verb
	}{
		{"it never was", outcome(Status, Absent), Cancelled, nil},
		{"it can be paid", says("pending"), Asked, []Verb{Stop}},
		{"it was paid", says("settlement"), Settled, nil},
		{"no answer", outcome(Status, Unknown), Asked, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := begin()
			wantVerbs(t, "cancel", l.step(cancelled()).Calls, Status)
			wantVerbs(t, tc.name, l.step(tc.answer).Calls, tc.next...)
			if l.State != tc.want {
				t.Errorf("state %s, want %s", l.State, tc.want)
			}
		})
	}
}
