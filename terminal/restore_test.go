package terminal

import "testing"

// An old copy of the card counts from an old number, and the backend answers
// for such an order what became of it then. Until the backend has said which
// numbers are free, none may be used: the old payment would be this sale's.
func TestOldPaymentIsNotTheNewSales(t *testing.T) {
	s := greetedTill(t)
	for range 3 {
		s.keys("25000\n")
		s.step(settled(s.Book.Next-1, 25_000))
		s.wait(settleGuard)
		s.keys("\n")
	}
	s.journal = s.journal[:1]
	s.boot()
	s.step(Wake{})
	s.keys("25000\n") // before the hello is answered
	if len(s.Book.Open) != 0 {
		t.Fatalf("order %s was made from an old copy's count", s.Book.Open[0].Order)
	}
	s.step(Greeted{Next: 4})
	if got, want := s.Screen, Screen(Asking{Order: id(4), Amount: 25_000}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestTakenNumberIsNotFollowedByAGuess(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(Told{Order: id(1), Call: Open, Fact: FactTaken})
	s.wait(settleGuard)
	s.keys("\n") // the same amount again, before the hello is answered
	if len(s.Book.Open) != 0 {
		t.Fatalf("order %s was guessed", s.Book.Open[0].Order)
	}
	s.step(Greeted{Next: 9})
	if got, want := s.Screen, Screen(Asking{Order: id(9), Amount: 25_000}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestNoNumbersLeft(t *testing.T) {
	for _, offline := range []bool{false, true} {
		s := newTill(t)
		s.step(Wake{})
		s.keys("500\n")
		if offline {
			s.step(Greeted{Trouble: TroubleNetwork})
			s.wait(slowAfter)
			s.want("offline")
		}
		s.step(Greeted{Next: MaxOrders + 1})
		if got, want := s.Screen, Screen(Entering{Amount: 500, Refusal: RefuseTooManyOpen}); got != want {
			t.Errorf("screen = %+v, want %+v", got, want)
		}
	}
}

// Money that came while the sale waited for its number is perhaps this
// customer's own.
func TestLateMoneyComesBeforeTheNumber(t *testing.T) {
	s := parkedTill(t)
	s.boot()
	s.step(Wake{})
	s.keys("25000\n")
	s.step(settled(1, 25_000))
	s.want("asking")
	s.step(Greeted{Next: 2})
	s.want("late")
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Screen, Screen(Entering{Amount: 25_000}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}
