package ledger

import (
	"testing"
	"time"
)

func TestWait(t *testing.T) {
	for _, tt := range []struct {
		n    int
		want time.Duration
	}{
		{-1, backoff[0]}, {0, backoff[0]}, {1, backoff[0]}, {7, 20 * time.Second}, {len(backoff), 5 * time.Minute},
		{len(backoff) + 1, 5 * time.Minute}, {aDayOfBackoff, 5 * time.Minute}, {aDayOfBackoff + 1, time.Hour},
	} {
		if got := wait(tt.n); got != tt.want {
			t.Errorf("after question %d: %v, want %v", tt.n, got, tt.want)
		}
	}
}

// The key is what other programs made of the same order before: a fixed value.
func TestMarkIsForEver(t *testing.T) {
	if got, want := Mark("KASIR-00000001", 25_000, "0123456789abcdef0123456789abcdef"), "c0a9b13d-674c-8aba-883e-84cc9ab84e01"; got != want {
		t.Errorf("mark %s, want %s", got, want)
	}
}

// What an order has been told of is bounded: the last alarm that fits is there.
func TestAlarmsAreBounded(t *testing.T) {
	l := begin().steps(opened(), made)
	for n := range int64(3 * MaxAlarms) {
		l.pass(readFloor)
		l.ticks(0)
		l.step(Answer{Verb: Status, Outcome: Done, Tx: with(made.Tx, func(tx *Tx) { tx.Status, tx.Paid, tx.Amount = "settlement", true, amount+1+n })})
	}
	if l.AlarmCount != MaxAlarms || l.State != Pending {
		t.Errorf("%d alarms, state %s; want %d, pending", l.AlarmCount, l.State, MaxAlarms)
	}
}

// A linked charge that is refused when it is sent again is looked for, and then
// denied for the reason that the refusal gave.
func TestRefusedAgainKeepsItsReason(t *testing.T) {
	l := begin().steps(openedLinked(), outcome(Send, Unknown))
	l.ticks(0)
	l.step(outcome(Status, Absent))
	for range 60 {
		switch l.InFlight() {
		case Send:
			l.step(refused(Send, ReasonNotLinked))
		case Status:
			l.step(outcome(Status, Absent))
		}
		l.ticks(readFloor)
	}
	if l.State != Denied || l.Reason.Code != ReasonNotLinked || !l.Unproven {
		t.Errorf("state %s, reason %+v, unproven %t; want denied, not_linked, true", l.State, l.Reason, l.Unproven)
	}
}

// What was read again in the middle of a life, after a commit that failed, is
// looked for anew: that it is absent once is not believed.
func TestResumeBeginsTheDoubtAnew(t *testing.T) {
	l := begin().steps(opened(), cancelled())
	l.pass(time.Hour)
	l.Charge = Load(l.Facts)
	l.step(Resume{})
	if l.step(outcome(Status, Absent)); l.State.Final() {
		t.Errorf("%s at the first absence after it was read again", l.State)
	}
	l.pass(AbsenceGrace)
	l.ticks(0)
	if l.step(outcome(Status, Absent)); l.State != Cancelled {
		t.Errorf("state %s after %v of absence, want cancelled", l.State, AbsenceGrace)
	}
}

// A backend that is killed again and again before the grace is over must still come
// to send what no provider knows.
func TestShortLivesSendAgain(t *testing.T) {
	l := begin().steps(opened())
	for life := time.Duration(0); ; life += 3 * time.Second {
		if life > ResendGrace+3*time.Second {
			t.Fatalf("not sent again in %s of lives of 3 s", life)
		}
		l.pass(3 * time.Second)
		l.Charge = Load(l.Facts)
		l.step(Resume{})
		if calls := l.ticks(0); l.InFlight() != Status {
			t.Fatalf("after a restart %+v, want a status", calls)
		}
		if l.step(outcome(Status, Absent)); l.InFlight() == Send {
			if life+3*time.Second < ResendGrace {
				t.Errorf("sent again %s after it was asked for, want %s at least", life+3*time.Second, ResendGrace)
			}
			return
		}
	}
}

// A reading of another transaction, under the name of this order, is no answer to a
// claim that money came: it is asked about on, however many such readings there are.
func TestAnothersReadingIsNoAnswer(t *testing.T) {
	l := begin().steps(opened(), made, cancelled(), outcome(Stop, Done))
	l.ticks(urgentGap)
	if l.step(says("cancel")); l.State != Cancelled {
		t.Fatalf("state %s, want cancelled", l.State)
	}
	l.step(Heard{Signed: "200 25000.00", Claim: Settled})
	for n := range 2 * doubts {
		if l.ticks(readFloor); l.InFlight() != Status {
			t.Fatalf("not asked about after %d readings of another", n)
		}
		l.step(Answer{Verb: Status, Outcome: Done, Tx: Tx{ID: "another", Order: l.Order, Status: "settlement", Paid: true, Amount: l.Amount}})
		if l.State == Settled {
			t.Fatal("another's money is taken for this order's")
		}
	}
}
