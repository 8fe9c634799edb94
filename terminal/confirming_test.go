package terminal

import (
	"fmt"
	"strings"
	"testing"
)

var testConfirm = Confirm{Key: ConfirmKey{1, 2, 3}, Base: "https://toko.test"}

// confirms has a code on the glass, no network, and the receipt link shown.
func (t *till) confirms() {
	t.Helper()
	t.knowsConfirm()
	t.keys("25000\n")
	t.step(pending(1, 25_000))
	t.step(Linked{Trouble: TroubleNetwork})
	t.keys("+")
	t.want("confirming")
}

// knowsConfirm has a backend say where phones reach it.
func (t *till) knowsConfirm() {
	t.Helper()
	t.step(Greeted{Next: 1, Confirm: testConfirm})
}

// code is the one that the phone is shown for the receipt on the glass.
func (t *till) code(v verdict) string {
	t.Helper()
	c, ok := t.Screen.(Confirming)
	if !ok {
		t.Fatalf("no receipt on the glass, but %s", t.Screen.Name())
	}
	return codeOf(t.receipt(t.Book.open(c.Order)), v)
}

func codeOf(r receipt, v verdict) string {
	a := r.answers(testConfirm.Key)
	n := a.paid
	if v == verdictUnpaid {
		n = a.unpaid
	}
	return fmt.Sprintf("%0*d", codeDigits, n)
}

// wrongCode is one that says nothing.
func (t *till) wrongCode() string {
	t.Helper()
	for n := range uint32(3) {
		code := fmt.Sprintf("%0*d", codeDigits, n)
		if t.receipt(t.Book.open(orderOf(t.Screen))).judge(testConfirm.Key, code) == noVerdict {
			return code
		}
	}
	panic("three codes of two")
}

func TestCodeSaysPaid(t *testing.T) {
	s := greetedTill(t)
	s.confirms()
	if got, want := s.recorded(), "confirming"; got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
	s.keys(s.code(verdictPaid) + "\n")
	if got, want := s.Screen, Screen(Thanks{Order: id(1), Amount: 25_000}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	if r := s.journal[len(s.journal)-1]; r.Kind != KindSettled || r.Why != whyCode || r.Late || r.Amount != 25_000 {
		t.Errorf("recorded %+v", r)
	}
	if got, want := s.owed.Sound.Tone, TonePaid; got != want {
		t.Errorf("sound %v, want %v", got, want)
	}
	s.boot() // the power goes: it is still paid, and the backend is still to agree
	s.want("thanks")
	if len(s.Book.Coded) != 1 {
		t.Fatalf("nobody waits for the backend's word: %+v", s.Book.Coded)
	}
	s.wait(settleGuard)
	s.keys("\n")
	s.step(settled(1, 25_000))
	if got, want := s.recorded(), "agreed"; got != want || len(s.Book.Coded) != 0 {
		t.Errorf("recorded %q, want %q; %+v", got, want, s.Book.Coded)
	}
	s.step(settled(1, 25_000))
	if s.recorded() != "" || s.Screen != Screen(Idle{}) {
		t.Errorf("told again: recorded %q, screen %+v", s.recorded(), s.Screen)
	}
}

func TestCodeSaysUnpaid(t *testing.T) {
	s := greetedTill(t)
	s.confirms()
	s.keys(s.code(verdictUnpaid) + "\n")
	if got, want := s.Screen, Screen(Ended{Order: id(1), Amount: 25_000, How: EndCancelled}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.wait(settleGuard)
	s.keys("\n")
	s.step(settled(1, 25_000)) // the payer was quicker, and it was seen late
	s.want("late")
}

// A cancel was asked for, and it was paid: whoever cancelled must read that.
func TestCodeSaysPaidAfterCancel(t *testing.T) {
	s := offeringTill(t)
	s.step(Greeted{Next: 2, Confirm: testConfirm})
	s.step(Linked{Trouble: TroubleNetwork})
	s.keys("c")
	s.wait(unsureAfter)
	if u, ok := s.Screen.(Unsure); !ok || !u.Code {
		t.Fatalf("screen = %+v, want an unsure that can be confirmed", s.Screen)
	}
	s.keys("+" + s.peek())
	s.keys("\n")
	if got, want := s.Screen, Screen(Thanks{Order: id(1), Amount: 25_000, AfterCancel: true}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

// peek is the paid code of the next showing.
func (t *till) peek() string {
	r := t.receipt(t.Book.open(orderOf(t.Screen)))
	r.count++
	return codeOf(r, verdictPaid)
}

// Each showing has codes of its own; one that was read before is worth nothing.
func TestCodeOfAnEarlierShowing(t *testing.T) {
	s := greetedTill(t)
	s.confirms()
	first, old := s.Screen.(Confirming).URL, s.code(verdictPaid)
	s.keys("c")
	s.want("offering")
	s.keys("+")
	if s.Screen.(Confirming).URL == first {
		t.Error("two showings have one link")
	}
	s.keys(old + "\n")
	if c, ok := s.Screen.(Confirming); !ok || c.Refusal != RefuseCode || c.Tries != wrongBeforeWait-1 {
		t.Errorf("screen = %+v, want a refusal", s.Screen)
	}
}

// Five wrong codes and a wait, which the power does not end; twenty, and no
// code of that sale is taken any more.
func TestGuessing(t *testing.T) {
	s := greetedTill(t)
	s.confirms()
	for n := range maxWrong {
		s.keys(s.wrongCode() + "\n")
		if c := s.Screen.(Confirming); (c.Wait > 0) != ((n+1)%wrongBeforeWait == 0) {
			t.Fatalf("after %d wrong codes: %+v", n+1, c)
		}
		if (n+1)%wrongBeforeWait != 0 {
			continue
		}
		s.keys(s.code(verdictPaid) + "\n")
		s.want("confirming")
		s.boot()
		s.confirm = testConfirm // as the device's file says
		s.step(Greeted{Trouble: TroubleNetwork})
		s.wait(offlineAfter)
		s.keys("+")
		if n+1 == maxWrong {
			s.want("unsure")
			break
		}
		s.keys(s.peekSame() + "\n")
		s.want("confirming")
		s.wait(codeWait)
		if c := s.Screen.(Confirming); c.Wait != 0 || c.Tries != wrongBeforeWait {
			t.Fatalf("after the wait: %+v", c)
		}
	}
	if s.Screen.(Unsure).Code {
		t.Error("another code is asked for")
	}
}

// peekSame is the paid code of this showing.
func (t *till) peekSame() string {
	return codeOf(t.receipt(t.Book.open(orderOf(t.Screen))), verdictPaid)
}

func TestConfirmingKeys(t *testing.T) {
	s := greetedTill(t)
	s.confirms()
	for _, c := range []struct {
		keys, code string
		tone       Tone
	}{
		{"\n", "", ToneKey}, {"b", "", ToneRefuse}, {"m", "", ToneRefuse}, {"1z", "100", ToneKey}, {"\n", "100", ToneRefuse},
		{"b", "10", ToneKey}, {"23456", "1023456", ToneKey}, {"z", "1023456", ToneRefuse}, {"7", "10234567", ToneKey},
		{"8", "10234567", ToneRefuse}, {"c", "", ToneKey},
	} {
		s.keys(c.keys)
		if got := s.Screen.(Confirming).Code; got != c.code || s.owed.Sound.Tone != c.tone {
			t.Errorf("after %q: code %q, tone %v; want %q, %v", c.keys, got, s.owed.Sound.Tone, c.code, c.tone)
		}
	}
	if got := s.Screen.(Confirming); got.Wait != 0 || len(s.journal) != 4 {
		t.Errorf("a code that was not whole counts: %+v, %d records", got, len(s.journal))
	}
	s.keys("c")
	s.want("offering")
}

// What is not to be confirmed has no link, and its key does nothing.
func TestNothingToConfirm(t *testing.T) {
	for name, play := range map[string]func(s *till){
		"with contact":  func(s *till) { s.knowsConfirm(); s.keys("25000\n"); s.step(pending(1, 25_000)) },
		"without a key": func(s *till) { s.keys("25000\n"); s.step(pending(1, 25_000)); s.step(Linked{Trouble: TroubleNetwork}) },
		"never answered": func(s *till) {
			s.knowsConfirm()
			s.keys("25000\n")
			s.step(Linked{Trouble: TroubleNetwork})
			s.keys("c")
			s.wait(unsureAfter)
		},
		"a long address":  func(s *till) { s.confirmsFrom("https://" + strings.Repeat("a", 100) + ".test") },
		"shown too often": func(s *till) { s.confirmsFrom(testConfirm.Base); s.press99() },
		"of a wallet": func(s *till) {
			s.knowsConfirm()
			s.asksPayer()
			s.step(Linked{Trouble: TroubleNetwork})
			s.wait(offlineAfter)
		},
	} {
		s := greetedTill(t)
		play(s)
		before := s.Screen.Name()
		s.keys("+")
		if s.Screen.Name() != before || s.owed.Sound.Tone != ToneRefuse || s.recorded() != "" {
			t.Errorf("%s: %s is left for %+v, tone %v", name, before, s.Screen, s.owed.Sound.Tone)
		}
	}
}

func (t *till) confirmsFrom(base string) {
	t.step(Greeted{Next: 1, Confirm: Confirm{Key: testConfirm.Key, Base: base}})
	t.keys("25000\n")
	t.step(pending(1, 25_000))
	t.step(Linked{Trouble: TroubleNetwork})
}

func (t *till) press99() {
	for range maxShown {
		t.keys("+c")
	}
}

// A page for a PIN is confirmed as a code is.
func TestConfirmVerifying(t *testing.T) {
	s := greetedTill(t)
	s.knowsConfirm()
	s.asksPayer()
	s.step(verify(1, 25_000))
	s.want("verifying")
	s.step(Linked{Trouble: TroubleNetwork})
	s.keys("+")
	if got := s.Screen.(Confirming).Payer; got != payer {
		t.Errorf("payer = %+v", got)
	}
	s.keys(s.code(verdictPaid) + "\n")
	s.want("thanks")
	var asked bool
	for _, c := range s.calls {
		asked = asked || c.Verb == Open && c.Customer == payer.Customer
	}
	if !asked {
		t.Errorf("the backend is not asked whether it agrees: %v", s.calls)
	}
}

// Contact comes back while a code is being keyed.
func TestContactWhileConfirming(t *testing.T) {
	for fact, want := range map[Fact]string{FactPending: "confirming", FactSettled: "thanks", FactCancelled: "ended", FactExpired: "ended"} {
		s := greetedTill(t)
		s.confirms()
		s.keys("1234")
		s.step(Linked{})
		e := word(Call{Order: id(1), Verb: Ask}, fact, 25_000)
		s.step(e)
		s.want(want)
	}
	s := greetedTill(t)
	s.confirms()
	s.keys("1234")
	s.step(settled(1, 25_000))
	s.wait(settleGuard)
	s.keys("5z6b78\n") // the rest of the code must not wipe LUNAS away
	s.want("thanks")
	s.keys("\n")
	s.want("idle")
	s = greetedTill(t)
	s.confirms()
	s.step(Greeted{Next: 2}) // and nobody answers such links any more
	s.want("offering")
}
