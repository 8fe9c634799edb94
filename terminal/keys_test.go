package terminal

import "testing"

// Whoever cancels a sale to correct the amount keys the new one at once. LUNAS
// that comes in between must be read, or the customer pays twice.
func TestTypingAheadDoesNotWipeLunasAway(t *testing.T) {
	s := offeringTill(t)
	s.keys("c2")
	s.step(settled(1, 25_000))
	s.keys("6000\n")
	s.wait(settleGuard)
	s.keys("5z")
	if got, want := s.Screen, Screen(Thanks{Order: id(1), Amount: 25_000, AfterCancel: true}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	if got, want := s.owed.Sound.Tone, ToneKey; got == want {
		t.Error("a key that was not taken sounds as if it were")
	}
}

// The finger that wants to cancel comes down as the countdown ends, or again
// while the cancel is under way. "Do not charge again" must be read.
func TestUnsureIsNotWipedAwayUnread(t *testing.T) {
	s := offeringTill(t)
	s.keys("c")
	s.wait(unsureAfter)
	s.want("unsure")
	s.keys("c")
	s.want("unsure")
	s.wait(settleGuard)
	s.keys("c")
	s.want("idle")
}

// A code that a customer may have seen can be paid, whatever the backend says
// of the order id: no invitation to charge again.
func TestTakenAfterTheCodeWasShown(t *testing.T) {
	s := offeringTill(t)
	s.step(Told{Order: id(1), Call: Ask, Fact: FactTaken})
	if d, ok := s.Screen.(Denied); !ok || d.Retry {
		t.Errorf("screen = %+v, want a denial without another try", s.Screen)
	}
}

// Two payments wait at power-on: one that came late and one that did not.
func TestPaidBehindLateIsStillLunas(t *testing.T) {
	s := parkedTill(t)
	s.keys("5000\n")
	s.step(pending(2, 5_000))
	s.step(settled(1, 25_000))
	s.step(settled(2, 5_000))
	s.boot()
	s.want("late")
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Screen, Screen(Thanks{Order: id(2), Amount: 5_000}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

// With several late payments the amount that was being keyed comes back last.
func TestKeyedAmountOutlastsTwoLatePayments(t *testing.T) {
	s := parkedTill(t)
	s.keys("15000")
	s.step(settled(1, 25_000))
	s.step(settled(9, 9_000))
	s.keys("\n")
	for range 2 {
		s.want("late")
		s.wait(settleGuard)
		s.keys("\n")
	}
	if got, want := s.Screen, Screen(Entering{Amount: 15_000}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}
