package terminal

import "testing"

// codedTill has a sale that a code settled, acknowledged.
func codedTill(tb testing.TB) *till {
	t := greetedTill(tb)
	t.confirms()
	t.keys(t.code(verdictPaid) + "\n")
	t.wait(settleGuard)
	t.keys("\n")
	t.want("idle")
	t.calls = nil
	return t
}

func openSays(f Fact) Told {
	e := word(Call{Order: id(1), Verb: Open}, f, 25_000)
	return e
}

// answered lets the till ask, and answers with e.
func (t *till) answered(e Told) {
	t.Helper()
	for range 100 {
		for _, c := range t.calls {
			if c.Verb == e.Call && c.Order == e.Order {
				t.step(e)
				return
			}
		}
		at, ok := t.Wake()
		if !ok {
			break
		}
		t.now = max(at, t.now)
		t.step(Wake{})
	}
	t.Fatalf("nobody asks about %s: %v", e.Order, t.calls)
}

func TestBackendAgrees(t *testing.T) {
	s := codedTill(t)
	s.wait(lostAfter) // the first question is lost without a word
	s.answered(Told{Order: id(1), Call: Open, Trouble: TroubleTimeout})
	s.step(Linked{})
	for _, f := range []Fact{FactAsked, FactPending, FactUnknown} {
		s.answered(openSays(f))
		if s.recorded() != "" || len(s.Book.Coded) != 1 {
			t.Fatalf("%s: recorded %q", f, s.recorded())
		}
	}
	s.answered(openSays(FactSettled))
	if got, want := s.recorded(), "agreed"; got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
	s.want("idle")
}

func TestBackendSaysOtherwise(t *testing.T) {
	less := openSays(FactSettled)
	less.Paid = 2_500
	for name, e := range map[string]Told{
		"cancelled": openSays(FactCancelled), "expired": openSays(FactExpired), "denied": openSays(FactDenied),
		"taken": openSays(FactTaken), "less": less,
	} {
		s := codedTill(t)
		s.answered(e) // this one may be older than the code
		if s.recorded() != "" {
			t.Errorf("%s, once: recorded %q", name, s.recorded())
		}
		news := e
		news.Call, news.Seq = 0, 12
		s.step(news) // so may this
		if s.recorded() != "" {
			t.Errorf("%s, as news: recorded %q", name, s.recorded())
		}
		s.answered(e)
		if got, want := s.Screen, Screen(Alarm{Order: id(1), Amount: 25_000, What: MismatchCode}); got != want || s.recorded() != "alarmed" {
			t.Errorf("%s: screen %+v, recorded %q", name, got, s.recorded())
		}
		s.boot()
		if got, want := s.Screen, Screen(Alarm{Order: id(1), Amount: 25_000, What: MismatchCode}); got != want {
			t.Errorf("%s, after a cut: screen %+v, want %+v", name, got, want)
		}
		s.wait(settleGuard)
		s.keys("\n")
		s.want("idle")
		s.step(settled(1, 25_000))
		if s.recorded() != "" {
			t.Errorf("%s, and then paid: recorded %q", name, s.recorded())
		}
	}
}

// With many codes without the backend's word no further one is taken.
func TestCodesAreBounded(t *testing.T) {
	s := greetedTill(t)
	s.knowsConfirm()
	for n := int64(1); ; n++ {
		s.step(Linked{})
		s.keys("25000\n")
		s.step(pending(n, 25_000))
		s.step(Linked{Trouble: TroubleNetwork})
		s.keys("+")
		if n > MaxOpen {
			s.want("offering")
			return
		}
		s.keys(s.code(verdictPaid) + "\n")
		s.wait(settleGuard)
		s.keys("\n")
	}
}
