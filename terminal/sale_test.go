package terminal

import (
	"testing"
	"time"
)

func TestSale(t *testing.T) {
	s := greetedTill(t)
	s.want("idle")
	s.keys("25z")
	if got, want := s.Screen, Screen(Entering{Amount: 2_500}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.keys("0\n")
	s.want("asking")
	if got, want := s.recorded(), "opened"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
	if got, want := s.owed.Calls, (Call{Verb: Open, Order: id(1), Amount: 25_000}); len(got) != 1 || got[0] != want {
		t.Errorf("calls = %v, want %v", got, want)
	}
	s.step(pending(1, 25_000))
	s.want("offering")
	if got, want := s.Screen.(Offering).Left, 15*time.Minute; got != want {
		t.Errorf("left = %v, want %v", got, want)
	}
	s.step(settled(1, 25_000))
	if got, want := s.Screen, Screen(Thanks{Order: id(1), Amount: 25_000}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	if got, want := s.owed.Sound, (Sound{Tone: TonePaid, Amount: 25_000, Say: SayPaid, Order: id(1)}); got != want {
		t.Errorf("sound = %v, want %v", got, want)
	}
	s.wait(time.Hour)
	s.want("thanks")
	s.keys("7")
	if got, want := s.Screen, Screen(Entering{Amount: 7}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	if got, want := s.recorded(), "acknowledged"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
}

func TestItemsAreAdded(t *testing.T) {
	s := greetedTill(t)
	s.keys("12000+5z0+")
	if got, want := s.Screen, Screen(Entering{Sum: 17_000, Items: 2}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.keys("3000\n")
	if got, want := s.owed.Calls[0].Amount, Rupiah(20_000); got != want {
		t.Errorf("amount = %v, want %v", got, want)
	}
}

func TestRefusedAmounts(t *testing.T) {
	tests := []struct {
		keys string
		want Screen
	}{
		{"\n", Entering{Refusal: RefuseZero}},
		{"10000001", Entering{Amount: 10_000_001, Refusal: RefuseTooMuch, Limit: MaxCharge}},
		{"10000001\n", Entering{Amount: 10_000_001, Refusal: RefuseTooMuch, Limit: MaxCharge}},
		{"10000001b", Entering{Amount: 1_000_000}},
		{"9999999999999", Entering{Amount: 999_999_999, Refusal: RefuseTooMuch, Limit: MaxCharge}},
		{"9999999+2", Entering{Sum: 9_999_999, Items: 1, Amount: 2, Refusal: RefuseTooMuch, Limit: MaxCharge}},
		{"0000", Idle{}},
		{"12c", Idle{}},
		{"1b", Idle{}},
	}
	for _, tt := range tests {
		t.Run(tt.keys, func(t *testing.T) {
			s := greetedTill(t)
			s.keys(tt.keys)
			if s.Screen != tt.want {
				t.Errorf("screen = %+v, want %+v", s.Screen, tt.want)
			}
			if len(s.Book.Open) != 0 {
				t.Errorf("a charge was opened: %+v", s.Book.Open)
			}
		})
	}
	s := greetedTill(t)
	s.keys("10000000\n")
	s.want("asking")
}

func TestTooManyWithoutAnOutcome(t *testing.T) {
	s := greetedTill(t)
	for range MaxOpen {
		s.keys("5000\nc")
		s.wait(unsureAfter + settleGuard)
		s.want("unsure")
		s.keys("c")
	}
	s.keys("5000\n")
	if got, want := s.Screen.(Entering).Refusal, RefuseTooManyOpen; got != want {
		t.Errorf("refusal = %v, want %v", got, want)
	}
}

func TestUngreetedTillWaitsForItsNumbers(t *testing.T) {
	s := newTill(t)
	s.keys("5000\n")
	if got, want := s.Screen, Screen(Asking{Amount: 5_000}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.step(Greeted{Trouble: TroubleNetwork})
	s.wait(slowAfter)
	s.want("offline")
	if len(s.journal) != 0 {
		t.Fatalf("a sale without a number was written down: %v", s.journal)
	}
	s.step(Greeted{Next: 43, Latest: 12})
	s.want("asking")
	if got, want := s.Book.Open[0].Order, id(43); got != want {
		t.Errorf("order = %s, want %s", got, want)
	}
	if got, want := s.Book.Cursor, int64(12); got != want {
		t.Errorf("cursor = %d, want %d: news from before this journal are not its own", got, want)
	}
}

func TestUnansweredOpenIsSentAgain(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	for range 4 {
		s.step(Told{Order: id(1), Call: Open, Trouble: TroubleNetwork})
		s.wait(PollEvery)
		if len(s.calls) != 1 || s.calls[0] != (Call{Verb: Open, Order: id(1), Amount: 25_000}) {
			t.Fatalf("calls in flight = %v, want the same open again", s.calls)
		}
	}
	s.want("offline")
	s.step(pending(1, 25_000))
	s.want("offering")
	if got := len(s.Book.Open); got != 1 {
		t.Errorf("%d charges, want 1", got)
	}
}

func TestSlowIsSaidAndThenGivenUp(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.wait(slowAfter)
	if !s.Screen.(Asking).Slow {
		t.Error("after 8 s nothing says that it is slow")
	}
	s.wait(offlineAfter - slowAfter)
	if got, want := s.Screen, Screen(Offline{Order: id(1), Amount: 25_000, Why: TroubleTimeout}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestPollEveryTenSeconds(t *testing.T) {
	s := offeringTill(t)
	for range 30 {
		s.wait(PollEvery - 1)
		if len(s.calls) != 0 {
			t.Fatalf("asked %v before 10 s were over", s.calls)
		}
		s.wait(1)
		if len(s.calls) != 1 || s.calls[0].Verb != Ask {
			t.Fatalf("calls = %v, want one ask", s.calls)
		}
		told := pending(1, 25_000)
		told.Call, told.ExpiresIn = Ask, 15*time.Minute-s.now
		s.step(told)
	}
}

func TestCountdownOnlyAsks(t *testing.T) {
	s := offeringTill(t)
	s.wait(15*time.Minute - time.Second)
	s.want("offering")
	s.calls = nil
	s.wait(time.Second)
	if got, want := s.Screen.(Unsure).Why, DoubtCountdown; got != want {
		t.Fatalf("why = %v, want %v", got, want)
	}
	if len(s.Book.Open) != 1 {
		t.Fatal("the countdown ended the charge")
	}
	s.step(Told{Order: id(1), Call: Ask, Fact: FactExpired})
	if got, want := s.Screen, Screen(Ended{Order: id(1), Amount: 25_000, How: EndExpired}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestTimeLeftIsCoarse(t *testing.T) {
	tests := []struct{ left, shown, next time.Duration }{
		{15 * time.Minute, 15 * time.Minute, 14 * time.Minute},
		{14*time.Minute + 1, 15 * time.Minute, 14 * time.Minute},
		{2*time.Minute + 1, 3 * time.Minute, 2 * time.Minute},
		{2 * time.Minute, 2 * time.Minute, 105 * time.Second},
		{46 * time.Second, time.Minute, 45 * time.Second},
		{time.Second, 15 * time.Second, 0},
	}
	for _, tt := range tests {
		if shown, next := coarse(tt.left); shown != tt.shown || next != tt.next {
			t.Errorf("coarse(%v) = %v, %v, want %v, %v", tt.left, shown, next, tt.shown, tt.next)
		}
	}
}

func TestStepDoesNotTouchTheStateItIsGiven(t *testing.T) {
	s := offeringTill(t)
	s.keys("c")
	before := s.State
	book, watch := before.Book.Open[0], before.watches[0]
	after, _ := Step(before, s.moment(), ended(1, FactCancelled))
	if len(before.Book.Open) != 1 || before.Book.Open[0] != book || before.watches[0] != watch {
		t.Error("the state that was given has changed")
	}
	if len(after.Book.Open) != 0 {
		t.Error("the new state still has the charge open")
	}
}
