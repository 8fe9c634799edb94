package terminal

import "testing"

// TestAnEndBehindAnotherScreenIsTold: after a power cut, money that came late
// stands before the sale that was left in the middle.
func TestAnEndBehindAnotherScreenIsTold(t *testing.T) {
	b := Book{Next: 1}.Apply(Record{Kind: KindJoined, Next: 1})
	b = b.Apply(Record{Kind: KindOpened, Order: id(1), Amount: 9_000, Next: 2})
	b = b.Apply(Record{Kind: KindParked, Order: id(1), Amount: 9_000})
	b = b.Apply(Record{Kind: KindOpened, Order: id(2), Amount: 25_000, Next: 3})
	b = b.Apply(Record{Kind: KindSettled, Order: id(1), Amount: 9_000, Late: true})
	for _, tc := range []struct {
		fact Fact
		want string
	}{
		{FactExpired, "ended"},
		{FactCancelled, "ended"},
		{FactDenied, "denied"},
		{FactSettled, "late"},
	} {
		t.Run(string(tc.fact), func(t *testing.T) {
			s := Boot(Config{Device: "till"}, b, Moment{})
			if got := s.Screen.Name(); got != "late" {
				t.Fatalf("boots to %s", got)
			}
			now := Moment{Up: settleGuard}
			s, _ = Step(s, now, Told{Order: id(2), Fact: tc.fact, Amount: 25_000, Paid: 25_000})
			if got := orderOf(s.Screen); got != id(1) {
				t.Fatalf("covered by %s", got)
			}
			s, _ = Step(s, now, KeyOK)
			if got := s.Screen.Name(); got != tc.want || orderOf(s.Screen) != id(2) {
				t.Fatalf("then %s of %s, want %s of the sale left in the middle", got, orderOf(s.Screen), tc.want)
			}
			s, _ = Step(s, Moment{Up: 2 * settleGuard}, KeyOK)
			if got := s.Screen.Name(); got != "idle" {
				t.Errorf("and then %s, want idle", got)
			}
		})
	}
}
