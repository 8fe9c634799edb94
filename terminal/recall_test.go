package terminal

import (
	"slices"
	"testing"
	"time"
)

// soldTill has sold three times: order 1 was paid, 2 expired, 3 is open. Its
// backend's book is called A.
func soldTill(t *testing.T) *till {
	s := newTill(t)
	s.step(Wake{})
	s.step(Greeted{Next: 1, Latest: 3, Epoch: "A"})
	s.keys("25000\n")
	s.step(settled(1, 25_000))
	s.wait(settleGuard)
	s.keys("\n25000\n")
	s.step(ended(2, FactExpired))
	s.wait(settleGuard)
	s.keys("c25000\n")
	s.step(pending(3, 25_000))
	s.want("offering")
	return s
}

// asked is the one call about an order that was made in the last step.
func (t *till) asked(n int64) (c Call) {
	t.Helper()
	i := slices.IndexFunc(t.owed.Calls, func(c Call) bool { return c.Order == id(n) })
	if i < 0 {
		t.Fatalf("calls %v: none is about %s", t.owed.Calls, id(n))
	}
	return t.owed.Calls[i]
}

func (t *till) wantCall(want Call) {
	t.Helper()
	want.Amount = 25_000
	if got := t.asked(must(want.Order.Number(device))); got != want {
		t.Errorf("asks %+v, want %+v", got, want)
	}
}

func must(n int64, _ bool) int64 { return n }

func TestAnOldCopyIsToldWhatItForgot(t *testing.T) {
	s := soldTill(t)
	s.step(Restored{Epoch: "B", Latest: 2})
	s.wantCall(Call{Verb: Open, Order: id(3)}) // as in a new life
	s.wantCall(Call{Verb: Ask, Order: id(2)})
	if len(s.owed.Calls) != 2 || s.Book.Epoch != "A" {
		t.Fatalf("calls %v in epoch %s: one ended charge at a time, and done when all were", s.owed.Calls, s.Book.Epoch)
	}
	s.step(Told{Order: id(2), Call: Ask, Fact: FactUnknown})
	s.wantCall(Call{Verb: LetGo, Order: id(2)})
	s.step(Told{Order: id(2), Call: LetGo, Fact: FactAsked, Amount: 25_000})
	s.wantCall(Call{Verb: Ask, Order: id(1), Paid: true})
	s.step(Told{Order: id(1), Call: Ask, Fact: FactSettled, Amount: 25_000, Paid: 25_000})
	if got := s.recorded(); got != "joined" {
		t.Errorf("records %q at the end, want joined and no money", got)
	}
	if s.Book.Epoch != "B" || s.Book.Cursor != 2 || s.Book.Next != 4 {
		t.Errorf("epoch %s, cursor %d, next %d; want B, 2, 4", s.Book.Epoch, s.Book.Cursor, s.Book.Next)
	}
	s.step(Restored{Epoch: "B", Latest: 5}) // told twice
	if len(s.owed.Calls) != 0 || s.Book.Cursor != 2 {
		t.Errorf("asks %v about a book that it knows", s.owed.Calls)
	}
}

func TestWhatAnOldCopyAnswersIsNews(t *testing.T) {
	s := soldTill(t)
	s.step(Restored{Epoch: "B"})
	s.step(Told{Order: id(2), Call: Ask, Fact: FactSettled, Amount: 25_000, Paid: 25_000})
	if got := s.recorded(); got != "settled" {
		t.Errorf("records %q, want money that was not known here", got)
	}
	s.wantCall(Call{Verb: Ask, Order: id(1), Paid: true})
}

func TestRecallGoesOnUntilAnswered(t *testing.T) {
	tests := []struct {
		name   string
		answer Told // to the question about order 2, which expired
		after  time.Duration
		want   Call
	}{
		{"no answer", Told{Call: Ask, Trouble: TroubleNetwork}, time.Second, Call{Verb: Ask, Order: id(2)}},
		{"can be paid there", Told{Call: Ask, Fact: FactPending}, 0, Call{Verb: LetGo, Order: id(2)}},
		{"not decided there", Told{Call: Ask, Fact: FactAsked}, 0, Call{Verb: LetGo, Order: id(2)}},
		{"over there too", Told{Call: Ask, Fact: FactExpired}, 0, Call{Verb: Ask, Order: id(1), Paid: true}},
		{"somebody else's", Told{Call: Ask, Fact: FactTaken}, 0, Call{Verb: Ask, Order: id(1), Paid: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := soldTill(t)
			s.step(Restored{Epoch: "B"})
			tt.answer.Order, tt.answer.Amount = id(2), 25_000
			s.step(tt.answer)
			if tt.after > 0 {
				if len(s.owed.Calls) != 0 {
					t.Errorf("asks %v at once after no answer", s.owed.Calls)
				}
				s.wait(tt.after)
			}
			s.wantCall(tt.want)
		})
	}
}

func TestRecallHearsOnlyItsAnswers(t *testing.T) {
	s := soldTill(t)
	s.step(Restored{Epoch: "B"})
	for _, told := range []Told{
		{Order: id(2), Fact: FactExpired, Seq: 1, Amount: 25_000},      // news
		{Order: id(2), Call: LetGo, Fact: FactExpired, Amount: 25_000}, // an older question
		{Order: id(1), Call: Ask, Fact: FactExpired, Amount: 25_000},   // about another
	} {
		s.step(told)
		if len(s.recall.left) != 2 || len(s.owed.Calls) != 0 {
			t.Errorf("%+v passes for the answer", told)
		}
	}
	s.wait(lostAfter)
	s.wantCall(Call{Verb: Ask, Order: id(2)}) // its answer will not come any more
}

// The power goes while the till tells: the next life begins anew.
func TestRecallOutlastsAPowerCut(t *testing.T) {
	s := soldTill(t)
	s.step(Restored{Epoch: "B", Latest: 1})
	s.boot()
	s.step(Wake{})
	s.step(Greeted{Next: 2, Latest: 1, Epoch: "B"})
	s.wantCall(Call{Verb: Ask, Order: id(2)})
	if s.Book.Cursor != 9 {
		t.Errorf("cursor %d before the end, want that of the old book", s.Book.Cursor)
	}
	s.step(Restored{Epoch: "C", Latest: 0}) // and another copy
	s.step(Told{Order: id(2), Call: Ask, Fact: FactExpired, Amount: 25_000})
	s.step(Told{Order: id(1), Call: Ask, Fact: FactPending, Amount: 25_000}) // it finds out by itself
	if s.Book.Epoch != "C" || s.Book.Cursor != 0 {
		t.Errorf("epoch %s, cursor %d, want C, 0", s.Book.Epoch, s.Book.Cursor)
	}
}

func TestAnEpochIsNotNewsToANewJournal(t *testing.T) {
	s := greetedTill(t) // by a backend that names none
	s.keys("25000\n")
	s.step(settled(1, 25_000))
	s.step(Restored{Epoch: "A", Latest: 70})
	if got := s.recorded(); got != "joined" || s.Book.Cursor != 7 || s.Book.Epoch != "A" {
		t.Errorf("records %q, cursor %d, epoch %q; want joined, 7, A", got, s.Book.Cursor, s.Book.Epoch)
	}
	if len(s.owed.Calls) != 0 {
		t.Errorf("asks %v", s.owed.Calls)
	}
	s.step(Restored{})
	n := newTill(t)
	n.step(Restored{Epoch: "A"})
	if s.recorded()+n.recorded() != "" {
		t.Error("no epoch, or one before the first greeting, is written down")
	}
}

// A number that was somebody else's is not the till's to end.
func TestTakenOrdersAreNotRecalled(t *testing.T) {
	s := soldTill(t)
	s.step(Told{Order: id(3), Call: Open, Fact: FactTaken})
	s.step(Greeted{Next: 9, Epoch: "B"})
	for _, c := range s.recall.left {
		if c.Order == id(3) {
			t.Error("an order with a taken number is named to the backend")
		}
	}
	if len(s.recall.left) != 2 {
		t.Errorf("%d charges are recalled, want 2", len(s.recall.left))
	}
}

// What another book is told is told once, from a state of its own, and only the
// answer to its own question counts.
func TestARecallEnds(t *testing.T) {
	s := soldTill(t)
	before := s.State
	was := before.watches[0]
	s.step(Restored{Epoch: "B", Latest: 2})
	if before.watches[0] != was {
		t.Error("the state before became another")
	}
	s.step(Told{Order: id(2), Call: Ask, Trouble: TroubleBackend})
	left := len(s.recall.left)
	s.step(Told{Order: id(2), Call: Ask, Fact: FactExpired, Amount: 25_000}) // a person had asked
	if len(s.recall.left) != left {
		t.Error("an answer to somebody else's question was taken")
	}
	for range 20 {
		s.wait(PollEvery)
		for _, c := range s.calls {
			f := FactExpired
			if c.Order == id(1) {
				f = FactSettled
			}
			s.step(word(c, f, 25_000))
		}
	}
	if s.Book.Epoch != "B" || s.recall.epoch != "" {
		t.Fatalf("epoch %s, still telling %q", s.Book.Epoch, s.recall.epoch)
	}
	if s.step(Wake{}); s.recorded() != "" {
		t.Errorf("afterwards it records %s", s.recorded())
	}
}
