package terminal

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestPowerCutResumes(t *testing.T) {
	tests := []struct {
		name  string
		play  func(s *till)
		want  string
		calls Verb // what is asked first, after the hello
	}{
		{"nothing", func(*till) {}, "idle", 0},
		{"amount being keyed", func(s *till) { s.keys("25000") }, "idle", 0},
		{"open not answered", func(s *till) { s.keys("25000\n") }, "asking", Open},
		{"code on the glass", func(s *till) { s.keys("25000\n"); s.step(pending(1, 25_000)) }, "asking", Open},
		{"cancel not confirmed", func(s *till) { s.keys("25000\nc") }, "cancelling", LetGo},
		{"set aside", func(s *till) { s.keys("25000\nc"); s.wait(unsureAfter + settleGuard); s.keys("c") }, "idle", LetGo},
		{"paid, not seen", func(s *till) { s.keys("25000\n"); s.step(settled(1, 25_000)) }, "thanks", 0},
		{"paid and seen", func(s *till) { s.keys("25000\n"); s.step(settled(1, 25_000)); s.keys("5") }, "idle", 0},
		{"expired", func(s *till) { s.keys("25000\n"); s.step(ended(1, FactExpired)) }, "idle", 0},
		{"code that did not match", func(s *till) {
			s.keys("25000\n")
			told := pending(1, 25_000)
			told.QR = qrFor(26_000)
			s.step(told)
		}, "alarm", LetGo},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := greetedTill(t)
			tt.play(s)
			s.boot()
			s.want(tt.want)
			s.step(Wake{})
			s.step(Greeted{Next: 2})
			var got Verb
			for _, c := range s.calls {
				got = c.Verb
			}
			if got != tt.calls {
				t.Errorf("asks %v first, want %v", got, tt.calls)
			}
		})
	}
}

func TestPowerCutThenNoNetwork(t *testing.T) {
	// A code that a customer may have scanned is in doubt; one that was never
	// shown is not.
	for offered, want := range map[bool]string{true: "unsure", false: "offline"} {
		s := greetedTill(t)
		s.keys("25000\n")
		if offered {
			s.step(pending(1, 25_000))
		}
		s.boot()
		s.step(Wake{})
		s.step(Greeted{Trouble: TroubleNetwork})
		s.wait(slowAfter)
		s.want(want)
		s.step(pending(1, 25_000))
		s.want("offering")
	}
}

// An overdue code is not put on the glass again: somebody might scan it.
func TestPowerCutUntilTheCodeIsOverdue(t *testing.T) {
	for _, left := range []time.Duration{0, -time.Minute} {
		s := offeringTill(t)
		s.boot()
		s.step(Wake{})
		told := pending(1, 25_000)
		told.ExpiresIn = left
		s.step(told)
		if got, want := s.Screen.(Unsure), (Unsure{Order: id(1), Amount: 25_000, Why: DoubtCountdown, Offered: true}); got != want {
			t.Fatalf("screen = %+v, want %+v", got, want)
		}
		told.Call = Ask
		s.wait(PollEvery)
		s.step(told)
		if s.owed.Sound.Tone != Silence {
			t.Error("the doubt is said again at every poll")
		}
	}
}

func TestPowerCutWithTwoChargesInTheMiddle(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.step(settled(1, 25_000))
	s.journal = append(s.journal, Record{Kind: KindOpened, Order: id(2), Amount: 100, Next: 3})
	s.boot()
	s.want("thanks")
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Screen, Screen(Asking{Order: id(2), Amount: 100}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestRestoredJournalNeverUsesANumberTwice(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(settled(1, 25_000))
	s.journal = s.journal[:1] // an older copy of the card
	s.boot()
	s.step(Wake{})
	s.step(Greeted{Next: 2})
	s.keys("5000\n")
	if got, want := s.Book.Open[0].Order, id(2); got != want {
		t.Errorf("order = %s, want %s", got, want)
	}
}

func TestTakenOrderIdIsNotOurs(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(Told{Order: id(1), Call: Open, Fact: FactTaken})
	if d, ok := s.Screen.(Denied); !ok || !d.Retry {
		t.Fatalf("screen = %+v, want a denial that can be tried again", s.Screen)
	}
	s.step(Greeted{Next: 9})
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Book.Open[0].Order, id(9); got != want {
		t.Errorf("order = %s, want %s", got, want)
	}
}

func TestBackendThatForgotIsToldAgain(t *testing.T) {
	s := offeringTill(t)
	s.wait(PollEvery)
	s.step(Told{Order: id(1), Call: Ask, Fact: FactUnknown})
	if len(s.calls) != 1 || s.calls[0] != (Call{Verb: Open, Order: id(1), Amount: 25_000}) {
		t.Errorf("calls = %v, want the same open again", s.calls)
	}
	s.want("offering")
}

func TestJournalLostStopsSelling(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000")
	s.State, s.owed = Step(s.State, s.moment(), JournalLost{})
	s.want("fault")
	s.step(Key('\n'))
	s.step(settled(1, 25_000))
	s.step(Wake{})
	s.want("fault")
	if len(s.owed.Records)+len(s.owed.Calls) != 0 {
		t.Errorf("a till without a journal still acts: %+v", s.owed)
	}
	if _, ok := s.Wake(); ok {
		t.Error("a till without a journal wants to wake")
	}
}

func TestUnknownRecordKindIsRefused(t *testing.T) {
	if _, err := DecodeRecord([]byte(`{"kind":"refunded"}`)); err == nil {
		t.Error("a fact this version does not know was skipped")
	}
	if _, err := DecodeRecord([]byte(`{`)); err == nil {
		t.Error("half a record was taken")
	}
	r := Record{Kind: KindSettled, Order: id(3), Amount: 1, Transaction: "t", At: noon.UnixMilli(), Late: true, Cursor: 4}
	body, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeRecord(body); err != nil || got != r {
		t.Errorf("decoded %+v, %v, want %+v", got, err, r)
	}
	if got := r.Time(); !got.Equal(noon) {
		t.Errorf("time = %v, want %v", got, noon)
	}
}

func TestPastIsBounded(t *testing.T) {
	s := greetedTill(t)
	for n := range int64(3 * pastKept) {
		s.Book.apply(Record{Kind: KindOpened, Order: id(n + 1), Amount: 1, Next: n + 2})
		s.Book.apply(Record{Kind: KindCancelled, Order: id(n + 1)})
	}
	if got := len(s.Book.Past); got != pastKept {
		t.Errorf("%d charges remembered, want %d", got, pastKept)
	}
}

// A journal that was put together from two copies says some things twice and
// some of orders it does not know. Nothing changes, and no money is doubled.
func TestApplyIsTotal(t *testing.T) {
	s := offeringTill(t)
	s.step(settled(1, 25_000))
	want := s.Book
	for _, r := range []Record{
		{Kind: KindSettled, Order: id(1), Amount: 25_000},
		{Kind: KindCancelled, Order: id(1)},
		{Kind: KindExpired, Order: id(7)},
		{Kind: KindOffered, Order: id(7)},
		{Kind: KindSeen, Order: id(7)},
	} {
		got := s.Book.Apply(r)
		got.fresh--
		if !reflect.DeepEqual(got, want) {
			t.Errorf("after %s of %s the book is %+v, want %+v", r.Kind, r.Order, got, want)
		}
	}
}

func TestFoldStopsAtARecordThatCannotBeRead(t *testing.T) {
	torn := errors.New("row 2: chain is broken")
	_, err := Fold(func(yield func(Record, error) bool) {
		if yield(Record{Kind: KindJoined, Next: 5}, nil) {
			yield(Record{}, torn)
		}
	})
	if !errors.Is(err, torn) {
		t.Errorf("error = %v, want %v", err, torn)
	}
}

// A person who has seen that another amount was paid takes the charge out of
// the till's hands; the right amount would still be late money.
func TestMispaidChargeEndsWhenSomebodyHasLooked(t *testing.T) {
	s := offeringTill(t)
	wrong := settled(1, 25_000)
	wrong.Paid = 2_500
	s.step(wrong)
	if r := s.owed.Records[0]; r.Kind != KindAlarmed || r.Paid != 2_500 || r.Amount != 25_000 {
		t.Errorf("recorded %+v", r)
	}
	s.wait(settleGuard)
	s.keys("\n")
	s.want("idle")
	if len(s.Book.Open) != 0 {
		t.Errorf("still open: %+v", s.Book.Open)
	}
	s.step(wrong)
	s.want("idle")
	s.step(settled(1, 25_000))
	if got, want := s.Screen.(Late).Ended, EndMispaid; got != want {
		t.Errorf("had ended as %v, want %v", got, want)
	}
}
