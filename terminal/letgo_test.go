package terminal

import (
	"testing"
	"time"
)

func TestCancelIsARequest(t *testing.T) {
	s := offeringTill(t)
	s.calls = nil
	s.keys("c")
	s.want("cancelling")
	if got, want := s.recorded(), "letgo"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
	if len(s.calls) != 1 || s.calls[0].Verb != LetGo {
		t.Fatalf("calls = %v, want one letgo", s.calls)
	}
	s.step(Told{Order: id(1), Call: LetGo, Fact: FactPending, Amount: 25_000, QR: qrFor(25_000)})
	s.want("cancelling")
	s.wait(PollEvery)
	s.step(Told{Order: id(1), Call: LetGo, Fact: FactCancelled})
	if got, want := s.Screen, Screen(Ended{Order: id(1), Amount: 25_000, How: EndCancelled}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestCancelOvertakesTheQuestionInFlight(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\nc")
	if got := s.owed.Calls; len(got) != 1 || got[0].Verb != LetGo {
		t.Fatalf("calls = %v, want letgo at once", got)
	}
	// The open's own answer comes after all: the code is not shown any more.
	s.step(pending(1, 25_000))
	s.want("cancelling")
	s.step(Told{Order: id(1), Call: LetGo, Fact: FactCancelled})
	s.want("ended")
}

func TestPaidWhileBeingCancelled(t *testing.T) {
	s := offeringTill(t)
	s.keys("c")
	told := settled(1, 25_000)
	told.Call, told.Seq = LetGo, 0
	s.step(told)
	if got, want := s.Screen, Screen(Thanks{Order: id(1), Amount: 25_000, AfterCancel: true}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	// The finger that wanted to cancel must not wipe LUNAS away unread.
	s.keys("c")
	s.want("thanks")
	s.wait(settleGuard)
	s.keys("c")
	s.want("idle")
}

func TestUnconfirmedCancelIsNotSure(t *testing.T) {
	s := offeringTill(t)
	s.keys("c")
	s.step(Told{Order: id(1), Call: LetGo, Trouble: TroubleTimeout})
	s.wait(unsureAfter)
	if got, want := s.Screen, Screen(Unsure{Order: id(1), Amount: 25_000, Why: DoubtCancel, Checking: true, Offered: true}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.wait(settleGuard)
	s.keys("c")
	s.want("idle")
	if got, want := s.recorded(), "parked"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
	if got, want := s.View().Strip.Unsure, 1; got != want {
		t.Errorf("strip says %d unsure, want %d", got, want)
	}
}

// parkedTill has let go of a sale of Rp 25.000 without an outcome.
func parkedTill(t testing.TB) *till {
	s := offeringTill(t)
	s.keys("c")
	s.wait(unsureAfter + settleGuard)
	s.keys("c")
	s.want("idle")
	return s
}

func TestMoneyAfterWeLetGo(t *testing.T) {
	s := parkedTill(t)
	s.step(settled(1, 25_000))
	if got, want := s.Screen, Screen(Late{Order: id(1), Amount: 25_000}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	if got, want := s.owed.Sound.Tone, ToneLate; got != want {
		t.Errorf("tone = %v, want %v", got, want)
	}
	s.wait(time.Hour)
	s.keys("123c+m")
	s.want("late")
	s.boot()
	s.want("late")
	s.wait(settleGuard)
	s.keys("\n")
	if _, late := s.Screen.(Late); late {
		t.Error("OK does not acknowledge")
	}
	s.boot()
	s.step(settled(1, 25_000))
	s.want("idle")
}

func TestMoneyAfterCancelAndExpiry(t *testing.T) {
	for fact, how := range map[Fact]Ending{FactCancelled: EndCancelled, FactExpired: EndExpired} {
		s := offeringTill(t)
		s.step(ended(1, fact))
		s.want("ended")
		s.step(settled(1, 25_000))
		s.want("late")
		if got := s.Screen.(Late).Ended; got != how {
			t.Errorf("had ended as %v, want %v", got, how)
		}
		s.step(settled(1, 25_000))
		if got := len(s.owed.Records); got != 0 {
			t.Errorf("the same money was written down twice")
		}
	}
}

func TestMoneyForAnOrderThatTheJournalForgot(t *testing.T) {
	s := greetedTill(t)
	s.step(settled(77, 9_000))
	s.want("late")
	if got, want := s.Book.Next, int64(78); got != want {
		t.Errorf("next = %d, want %d", got, want)
	}
	other := settled(1, 5_000)
	other.Order = "toko-2-00000001"
	s.step(other)
	if len(s.owed.Records) != 0 {
		t.Error("another device's money was taken for ours")
	}
}

func TestLateMoneyComesBeforeTheNextCharge(t *testing.T) {
	s := parkedTill(t)
	s.keys("1500")
	s.step(settled(1, 25_000))
	s.want("entering")
	s.keys("0\n")
	s.want("late")
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Screen, Screen(Entering{Amount: 15_000}); got != want {
		t.Fatalf("screen = %+v, want %+v: the keyed amount is lost", got, want)
	}
	s.keys("\n")
	s.want("asking")
}

func TestLateMoneyDoesNotCoverACode(t *testing.T) {
	s := parkedTill(t)
	s.keys("5000\n")
	s.step(pending(2, 5_000))
	s.step(settled(1, 25_000))
	s.want("offering")
	if got, want := s.View().Strip.Late, 1; got != want {
		t.Errorf("strip says %d late, want %d", got, want)
	}
	s.step(settled(2, 5_000))
	s.want("thanks")
	s.wait(settleGuard)
	s.keys("\n")
	s.want("late")
}

func TestParkedChargeIsAskedAboutEverSlower(t *testing.T) {
	s := parkedTill(t)
	var asked []time.Duration
	last := s.now
	for len(asked) < 12 {
		if len(s.calls) > 0 {
			asked = append(asked, s.now-last)
			last = s.now
			s.step(Told{Order: id(1), Call: s.calls[0].Verb, Fact: FactPending, Amount: 25_000})
			continue
		}
		s.wait(time.Second)
	}
	if got := asked[len(asked)-1]; got != time.Minute {
		t.Errorf("asked in steps %v, want a minute in the end", asked)
	}
}

func TestParkedList(t *testing.T) {
	s := parkedTill(t)
	s.keys("5000\nc")
	s.wait(unsureAfter + settleGuard)
	s.keys("cm1")
	if p := s.Screen.(Parked); p.Of != 2 || p.Order != id(1) {
		t.Fatalf("list = %+v", p)
	}
	s.keys("+")
	if p := s.Screen.(Parked); p.At != 2 || p.Order != id(2) {
		t.Fatalf("list = %+v", p)
	}
	s.step(ended(2, FactCancelled))
	if p := s.Screen.(Parked); p.Of != 1 || p.Order != id(1) {
		t.Fatalf("list = %+v", p)
	}
	s.step(ended(1, FactCancelled))
	s.want("idle")
}
