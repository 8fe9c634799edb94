package ledger

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func verbs(calls []Call) (v []Verb) {
	for _, c := range calls {
		v = append(v, c.Verb)
	}
	return v
}

func wantVerbs(t *testing.T, what string, calls []Call, want ...Verb) {
	t.Helper()
	if got := verbs(calls); !slices.Equal(got, want) {
		t.Errorf("%s: calls %v, want %v", what, got, want)
	}
}

func TestTheChargeCallCarriesTheIntent(t *testing.T) {
	l := begin()
	owed := l.step(opened())
	if len(owed.Records) != 1 || owed.Records[0].Kind != KindAsked {
		t.Fatalf("records %+v: the intent comes first", owed.Records)
	}
	want := Call{Verb: Send, Order: order, ID: order, Amount: amount, Mark: Mark(order, amount, journal),
		PaymentType: "qris", Lifetime: 15 * minute, Urgent: true}
	if len(owed.Calls) != 1 || owed.Calls[0] != want {
		t.Errorf("calls %+v, want %+v", owed.Calls, want)
	}
	again := l.step(opened())
	if len(again.Records)+len(again.Calls) != 0 {
		t.Errorf("asking again owes %+v", again)
	}
}

// TestSentAgainOnlyAfterTheGrace: same order, same key.
func TestSentAgainOnlyAfterTheGrace(t *testing.T) {
	l := begin()
	first := l.step(opened()).Calls[0]
	l.pass(12 * time.Second)
	began := l.now.Up
	calls := l.step(outcome(Send, Unknown)).Calls
	for len(calls) > 0 && calls[0].Verb == Status {
		l.pass(200 * time.Millisecond)
		if calls = l.step(outcome(Status, Absent)).Calls; len(calls) == 0 {
			calls = l.ticks(readFloor)
		}
	}
	if len(calls) != 1 || calls[0] != first {
		t.Fatalf("sent %+v, want %+v again", calls, first)
	}
	if waited := l.now.Up - began; waited < ResendGrace || waited > ResendGrace+readFloor {
		t.Errorf("sent again after %s, want about %s", waited, ResendGrace)
	}
}

// TestNeverSentWhenNotWanted: a cancel while the charge call is unanswered
// must not be followed by another charge call.
func TestNeverSentWhenNotWanted(t *testing.T) {
	l := begin().steps(opened(), cancelled(), outcome(Send, Unknown))
	began := l.now.Up
	for range 10 {
		if l.State.Final() {
			break
		}
		l.step(outcome(Status, Absent))
		for _, c := range l.ticks(readFloor) {
			if c.Verb != Status {
				t.Fatalf("%s was called", c.Verb)
			}
		}
	}
	if l.State != Cancelled {
		t.Errorf("state %s, want cancelled", l.State)
	}
	if waited := l.now.Up - began; waited < AbsenceGrace {
		t.Errorf("believed after %s, want %s at least", waited, AbsenceGrace)
	}
}

func TestPaceWhilePending(t *testing.T) {
	l := begin().steps(opened(), made)
	var gaps []time.Duration
	for last := l.now.Up; ; {
		at, ok := l.Next()
		if !ok || at >= l.deadline {
			break
		}
		l.pass(at - l.now.Up)
		wantVerbs(t, "tick", l.step(Tick{}).Calls, Status)
		gaps = append(gaps, l.now.Up-last)
		last = l.now.Up
		l.step(says("pending"))
	}
	if slices.Min(gaps) < readFloor {
		t.Errorf("asked after %s, floor %s", slices.Min(gaps), readFloor)
	}
	if len(gaps) < 45 || len(gaps) > 60 {
		t.Errorf("asked %d times in the lifetime of a code", len(gaps))
	}
}

// TestShortLivesAreEndedByUs: the provider's scheduler cannot be relied on
// below fifteen minutes.
func TestShortLivesAreEndedByUs(t *testing.T) {
	for _, test := range []struct {
		life  time.Duration
		slack time.Duration
	}{{time.Minute, 0}, {14 * minute, 0}, {15 * minute, expirySlack}} {
		l := begin()
		o := opened()
		o.Lifetime = test.life
		l.steps(o, Answer{Verb: Send, Outcome: Done, Tx: with(made.Tx, func(tx *Tx) { tx.Lifetime = test.life })})
		due := l.now.Up + test.life + test.slack
		for {
			at, ok := l.Next()
			if !ok {
				t.Fatalf("life %s: nothing to do before the end", test.life)
			}
			l.pass(at - l.now.Up)
			calls := l.step(Tick{}).Calls
			if len(calls) == 1 && calls[0].Verb == Status {
				calls = l.step(says("pending")).Calls
			}
			if len(calls) == 1 && calls[0].Verb == Expire {
				break
			}
		}
		if l.now.Up != due {
			t.Errorf("life %s: expired %s off its time", test.life, l.now.Up-due)
		}
		if l.State != Pending {
			t.Errorf("life %s: %s before the provider said so", test.life, l.State)
		}
		wantVerbs(t, "read back", l.step(outcome(Expire, Done)).Calls, Status)
		if l.step(says("expire")); l.State != Expired {
			t.Errorf("life %s: %s after the provider said expire", test.life, l.State)
		}
	}
}

// TestReplaysCostNothing: whoever owns one signed notification can send it for
// ever, with the unsigned parts changed.
func TestReplaysCostNothing(t *testing.T) {
	l := begin().steps(opened(), made)
	calls, records := 0, 0
	claims := []State{Settled, Cancelled, Expired, Denied, "", Pending}
	for i := range 3000 {
		l.pass(time.Millisecond)
		owed := l.step(Heard{Signed: "201 25000.00", Claim: claims[i%len(claims)]})
		records += len(owed.Records)
		for range owed.Calls {
			calls++
			l.step(says("pending"))
		}
		for range l.ticks(0) {
			calls++
			l.step(says("pending"))
		}
	}
	if records > len(claims) || calls > 4 {
		t.Errorf("3000 replays in 3 s made %d records and %d questions", records, calls)
	}
}

func TestAdmit(t *testing.T) {
	l := begin()
	if err := l.Admit(1, "x"); err != nil {
		t.Error("a new order:", err)
	}
	l.steps(opened())
	for _, test := range []struct {
		amount  int64
		journal string
		want    error
	}{{amount, journal, nil}, {amount + 1, journal, ErrConflict}, {amount, "other", ErrTaken}, {1, "other", ErrTaken}} {
		if got := l.Admit(test.amount, test.journal); !errors.Is(got, test.want) {
			t.Errorf("%d %s: %v, want %v", test.amount, test.journal, got, test.want)
		}
	}
}

// TestLeftSurvivesARestart, and a clock that was set meanwhile does not
// stretch it beyond a lifetime.
func TestLeftSurvivesARestart(t *testing.T) {
	for _, test := range []struct{ away, want time.Duration }{
		{5 * minute, 10 * minute}, {20 * minute, -5 * minute}, {-24 * time.Hour, 15 * minute},
	} {
		l := begin().steps(opened(), made)
		wall := l.now.Wall.Add(test.away)
		again := &life{Charge: Load(l.Facts), now: Moment{Up: 3 * time.Second, Wall: wall}}
		again.step(Resume{})
		if got := again.Left(again.now).Round(time.Second); got != test.want {
			t.Errorf("after %s: %s left, want %s", test.away, got, test.want)
		}
		stored := Load(l.Facts)
		if got := stored.Left(Moment{Wall: l.now.Wall}); got != 15*minute {
			t.Errorf("stored: %s left", got)
		}
	}
}

// TestApplyIsMonotone: no record takes a settlement back, in any order.
func TestApplyIsMonotone(t *testing.T) {
	kinds := []Kind{KindCreated, KindCode, KindCancelWanted, KindDoomed, KindCancelled, KindExpired, KindDenied, KindHeard, KindAlarm, KindRested, KindSettled}
	for _, first := range kinds {
		for _, second := range kinds {
			l := begin().steps(opened())
			l.Apply(Record{Kind: first, Amount: amount, QR: "QR"})
			was := l.State
			l.Apply(Record{Kind: second, Amount: amount, QR: "QR"})
			if l.State.rank() < was.rank() {
				t.Errorf("%s then %s: %s became %s", first, second, was, l.State)
			}
			if was.rank() == rankEnded && l.State != was && l.State != Settled {
				t.Errorf("%s then %s: %s became %s", first, second, was, l.State)
			}
		}
	}
}
