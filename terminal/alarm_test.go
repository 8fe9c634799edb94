package terminal

import "testing"

// mispaid says that another amount was paid than was asked.
func mispaid(n int64, amount Rupiah) Told {
	e := settled(n, amount)
	e.Paid = amount / 10
	return e
}

// Money that does not match must reach a person, also when it comes while
// another sale is on the glass, or right before a power cut.
func TestAlarmWaitsUntilAPersonLooks(t *testing.T) {
	want := Screen(Alarm{Order: id(1), Amount: 25_000, What: MismatchPaid})
	tests := []struct {
		name  string
		after func(s *till)
	}{
		{"the sale ends", func(s *till) { s.step(settled(2, 5_000)); s.wait(settleGuard); s.keys("\n") }},
		{"the sale ends and the next is keyed", func(s *till) { s.step(settled(2, 5_000)); s.wait(settleGuard); s.keys("7") }},
		{"power cut", func(s *till) { s.step(ended(2, FactExpired)); s.boot() }},
		{"power cut, and it is over", func(s *till) {
			s.step(ended(2, FactExpired))
			s.step(ended(1, FactCancelled))
			s.boot()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := parkedTill(t)
			s.keys("5000\n")
			s.step(pending(2, 5_000))
			s.step(mispaid(1, 25_000))
			s.want("offering")
			if got, want := s.owed.Sound.Tone, ToneAlarm; got != want {
				t.Errorf("tone = %v, want %v", got, want)
			}
			tt.after(s)
			if s.Screen != want {
				t.Fatalf("screen = %+v, want %+v", s.Screen, want)
			}
			s.wait(settleGuard)
			s.keys("\n")
			s.want("idle")
			s.boot()
			s.want("idle")
		})
	}
}

func TestAlarmComesOverTheMenu(t *testing.T) {
	for _, keys := range []string{"m", "m1", "m3"} {
		s := parkedTill(t)
		s.keys(keys)
		s.step(mispaid(1, 25_000))
		s.want("alarm")
	}
}

// A code that did not match says nothing about the money that may follow.
func TestWrongMoneyAfterAWrongCode(t *testing.T) {
	for _, over := range []bool{false, true} {
		s := greetedTill(t)
		s.keys("25000\n")
		bad := pending(1, 25_000)
		bad.QR = qrFor(1)
		s.step(bad)
		s.wait(settleGuard)
		s.keys("\n")
		if over {
			s.step(ended(1, FactCancelled))
		}
		s.want("idle")
		s.step(mispaid(1, 25_000))
		if a, ok := s.Screen.(Alarm); !ok || a.What != MismatchPaid {
			t.Fatalf("screen = %+v, want an alarm about the money", s.Screen)
		}
		s.step(mispaid(1, 25_000))
		if len(s.owed.Records) != 0 {
			t.Errorf("said again: %s", s.recorded())
		}
	}
}

// The money came right in the end: both are shown, one after the other.
func TestRightMoneyDoesNotWipeAnAlarm(t *testing.T) {
	s := offeringTill(t)
	s.step(mispaid(1, 25_000))
	s.want("alarm")
	s.step(settled(1, 25_000))
	s.want("thanks")
	s.wait(settleGuard)
	s.keys("\n")
	s.want("alarm")
}

func TestAlarmThatANewerVersionWrote(t *testing.T) {
	s := newTill(t)
	s.journal = []Record{
		{Kind: KindOpened, Order: id(1), Amount: 5, Next: 2},
		{Kind: KindAlarmed, Order: id(1), Amount: 5, Why: "smell"},
	}
	s.boot()
	s.want("alarm")
}

// Wrong money for an order that this journal forgot is no settlement either,
// and its number is used.
func TestWrongMoneyForAForgottenOrder(t *testing.T) {
	s := greetedTill(t)
	s.step(mispaid(77, 25_000))
	if got, want := s.Screen, Screen(Alarm{Order: id(77), Amount: 25_000, What: MismatchPaid}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	if got, want := s.recorded(), "alarmed"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
	if got, want := s.Book.Next, int64(78); got != want {
		t.Errorf("next = %d, want %d", got, want)
	}
	s.step(mispaid(77, 25_000))
	if len(s.owed.Records) != 0 {
		t.Errorf("said again: %s", s.recorded())
	}
	s.step(settled(77, 25_000)) // and then it is put right: both are shown
	for _, want := range []string{"late", "alarm", "idle"} {
		s.want(want)
		s.wait(settleGuard)
		s.keys("\n")
	}
}
