package ledger

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// Rare ways through the core, each found by a mistake that no other test saw.

func TestQueryBounded(t *testing.T) {
	for _, tt := range []struct {
		q    Query
		want Query
		ok   bool
	}{
		{Query{Limit: 1}, Query{Limit: 1, ToMS: math.MaxInt64, BeforeMS: math.MaxInt64}, true},
		{Query{Limit: MaxSearch, ToMS: 7}, Query{Limit: MaxSearch, ToMS: 7, BeforeMS: math.MaxInt64}, true},
		{Query{Limit: 5, BeforeMS: 9, BeforeOrder: "K"}, Query{Limit: 5, ToMS: math.MaxInt64, BeforeMS: 9, BeforeOrder: "K"}, true},
		{Query{}, Query{}, false},
		{Query{Limit: -1, ToMS: 7}, Query{Limit: -1, ToMS: 7}, false},
		{Query{Limit: MaxSearch + 1}, Query{Limit: MaxSearch + 1}, false},
	} {
		if got, err := tt.q.Bounded(); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%+v: %+v, %v; want %+v, ok %t", tt.q, got, err, tt.want, tt.ok)
		}
	}
}

func TestNobodyIsNoDevice(t *testing.T) {
	if ValidDevice("") {
		t.Error("a device without a name is one")
	}
}

// Claims that are written down are bounded; a claim after the last is still
// looked into.
func TestClaimsAreBounded(t *testing.T) {
	l := begin().steps(opened(), made)
	for n := range 2 * MaxHeard {
		l.pass(readFloor)
		wantVerbs(t, fmt.Sprintf("claim %d", n), l.step(Heard{Signed: fmt.Sprintf("200 %d", n), Claim: Settled}).Calls, Status)
		l.step(says("pending"))
	}
	if l.HeardCount != MaxHeard {
		t.Errorf("%d claims are written down, want %d", l.HeardCount, MaxHeard)
	}
}

// A claim of money whose readings go unanswered is asked about briskly for five
// minutes, and then no more than any other ended charge.
func TestAnUnansweredClaimIsNotAskedAboutForEver(t *testing.T) {
	l := endedUnpaid()
	l.pass(readFloor)
	asked := len(l.step(Heard{Signed: "200 1", Claim: Settled}).Calls)
	for began := l.now.Up; l.now.Up < began+time.Hour; {
		l.step(outcome(Status, Unknown))
		asked += len(l.ticks(readFloor))
	}
	if asked < brisk || asked > brisk+20 {
		t.Errorf("asked %d times in an hour, want %d and a few", asked, brisk)
	}
}

// A linked charge of which another amount was paid has nothing to be ended any
// more, whatever was forgotten and whatever else is said of it.
func TestMispaidWithoutItsPageIsAPersonsMatter(t *testing.T) {
	l := begin().steps(openedLinked(), outcome(Send, Unknown),
		Answer{Verb: Status, Outcome: Done, Tx: with(tx("settlement"), func(t *Tx) { t.Amount++ })})
	if _, mispaid := l.Mispaid(); !mispaid {
		t.Fatal("it is not mispaid")
	}
	l.Charge = Load(l.Facts)
	l.step(Resume{})
	l.pass(10 * minute)
	l.ticks(0)
	l.step(says("pending"))
	l.ticks(minute)
	if l.Doom != (Reason{}) || l.State != Asked {
		t.Errorf("doomed for %+v, state %s; want neither", l.Doom, l.State)
	}
}

// A claim of money stays until it is answered, though a lesser one comes after it:
// the payer was quicker than the cancel, and the word of the cancel was slower.
func TestALesserClaimDoesNotHideMoney(t *testing.T) {
	l := begin().steps(opened(), made, cancelled(), outcome(Stop, Done))
	l.ticks(time.Second)
	l.step(Heard{Signed: "200 1", Claim: Settled})
	l.step(Heard{Signed: "200 1", Claim: Cancelled})
	for _, a := range []Answer{says("cancel"), outcome(Status, Unknown)} { // an old reading, and none
		if calls := append(l.step(a).Calls, l.ticks(readFloor)...); len(calls) == 0 || calls[0].Verb != Status {
			t.Errorf("after %+v it asks %v", a, verbs(calls))
		}
	}
	if l.step(says("settlement")); l.State != Settled {
		t.Errorf("state %s, want settled", l.State)
	}
}
