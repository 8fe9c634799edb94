package terminal

import (
	"testing"
	"time"
)

// linkingTill waits for the page of link 1.
func linkingTill(tb testing.TB) *till {
	t := greetedTill(tb)
	t.keys("m4" + phone + "\n")
	t.want("linking")
	return t
}

// The number is gone with the power, so an attempt can be asked about after a
// cut, and not made again.
func TestLinkAfterAPowerCut(t *testing.T) {
	tests := []struct {
		name string
		told LinkTold
		want Screen
	}{
		{"done meanwhile", linkIs(LinkDone), WalletLinked{Masked: payer.Masked}},
		{"never came there", linkIs(LinkUnknown), WalletRefused{For: ForLink, Masked: payer.Masked, Code: CodeForgot, Retry: true}},
		{"expired", linkIs(LinkExpired), WalletRefused{For: ForLink, Masked: payer.Masked, Code: CodeExpired, Retry: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := linkingTill(t)
			s.boot()
			s.want("linking")
			s.step(Wake{})
			s.step(Greeted{Next: 2})
			if len(s.calls) != 1 || s.calls[0] != (Call{Verb: AskLink, Order: id(1)}) {
				t.Fatalf("calls = %v, want one question without a number", s.calls)
			}
			s.step(tt.told)
			if s.Screen != tt.want {
				t.Fatalf("screen = %+v, want %+v", s.Screen, tt.want)
			}
			s.boot()
			s.want("idle")
		})
	}
}

// Whether a page may be http is known from the greeting on.
func TestLinkPageBeforeTheGreeting(t *testing.T) {
	s := linkingTill(t)
	s.boot()
	s.step(Wake{})
	told := waiting(1)
	told.URL = "http://127.0.0.1:8080/link"
	s.step(told)
	s.want("linking")
	s.step(Greeted{Next: 2, Sandbox: true})
	s.step(told)
	s.want("linkoffer")
}

// What the backend forgot in this life is sent again under the same number.
func TestBackendThatForgotALink(t *testing.T) {
	s := linkingTill(t)
	s.step(waiting(1))
	s.wait(LinkEvery)
	s.step(linkIs(LinkUnknown))
	s.want("linkoffer")
	s.wait(LinkEvery)
	if len(s.calls) != 1 || s.calls[0] != (Call{Verb: LinkUp, Order: id(1), Phone: phone}) {
		t.Errorf("calls = %v, want the same link again", s.calls)
	}
}

// asksIn counts the questions in d when each is answered with e at once.
func (t *till) asksIn(d time.Duration, e Event) (n int) {
	for range int(d / time.Second) {
		t.wait(time.Second)
		for _, c := range t.calls {
			if c.Verb == AskLink || c.Verb == Unlink {
				n++
				t.step(e)
			}
		}
	}
	return n
}

func TestLinkIsAskedAboutOftenOnlyInFront(t *testing.T) {
	s := linkingTill(t)
	s.step(waiting(1))
	told := waiting(1)
	told.Call = AskLink
	if got, want := s.asksIn(time.Minute, told), 20; got != want {
		t.Errorf("%d questions a minute in front, want %d", got, want)
	}
	s.step(settled(7, 5_000))
	s.want("late")
	if got, most := s.asksIn(time.Minute, told), 7; got > most {
		t.Errorf("%d questions a minute behind, want at most %d", got, most)
	}
	s.keys("\n")
	s.want("linkoffer") // it comes back as it was
}

// The countdown only asks; the backend's word ends the attempt.
func TestLinkCountdown(t *testing.T) {
	s := linkingTill(t)
	told := waiting(1)
	told.ExpiresIn = 90 * time.Second
	s.step(told)
	if got := s.Screen.(LinkOffer).Left; got != 90*time.Second {
		t.Errorf("left = %v, want 90 s", got)
	}
	s.wait(90 * time.Second)
	s.want("linking")
	told.ExpiresIn, told.Call = -time.Second, AskLink
	s.step(told)
	s.want("linking")
	s.step(linkIs(LinkExpired))
	s.want("walletrefused")
	s.wait(settleGuard)
	s.keys("\n") // again, with the number that is still known
	if got, want := s.Screen, Screen(Linking{Order: id(2), Masked: payer.Masked}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

// Nobody comes: the attempt is not waited for for ever.
func TestLinkIsBounded(t *testing.T) {
	s := linkingTill(t)
	s.wait(linkFor)
	if got, want := s.Screen, Screen(LinkLeft{Masked: payer.Masked}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.step(linkIs(LinkDone)) // too late to be this till's
	s.want("linkleft")
	if len(s.owed.Records) != 0 {
		t.Errorf("records = %q of an attempt that was left", s.recorded())
	}
	s.wait(settleGuard)
	s.keys("\n")
	s.want("idle")
	s.calls = nil
	s.wait(time.Hour)
	if len(s.calls) != 0 {
		t.Errorf("calls = %v about an attempt that was left", s.calls)
	}
}

func TestLinkWithoutAGreeting(t *testing.T) {
	s := newTill(t)
	s.step(Wake{})
	s.keys("m4" + phone + "\n")
	s.wait(slowAfter)
	if l := s.Screen.(Linking); !l.Slow || l.Order != "" {
		t.Errorf("screen = %+v, want a slow link without a number", l)
	}
	s.wait(offlineAfter)
	if got, want := s.Screen, Screen(WalletRefused{For: ForLink, Masked: payer.Masked, Trouble: TroubleTimeout, Retry: true, phone: phone}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.keys("\n")
	s.step(Greeted{Next: 41})
	if got, want := s.Screen, Screen(Linking{Order: id(41), Masked: payer.Masked}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestLinkWhenNoNumberIsLeft(t *testing.T) {
	s := newTill(t)
	s.step(Wake{})
	s.step(Greeted{Next: MaxOrders + 1})
	s.keys("m4" + phone + "\n")
	if got, want := s.Screen, Screen(Dialing{Phone: phone, For: ForLink, Refusal: RefuseTooManyOpen}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

// A number that another journal used is not guessed past.
func TestTakenLinkWaitsForTheGreeting(t *testing.T) {
	s := linkingTill(t)
	s.step(LinkTold{Order: id(1), Call: LinkUp, State: LinkTaken})
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Screen, Screen(Linking{Masked: payer.Masked, phone: phone}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.step(Greeted{Next: 9})
	if got, want := s.Book.Link.Order, id(9); got != want {
		t.Errorf("link = %s, want %s", got, want)
	}
}

// An answer under another number's mask is not about this attempt.
func TestLinkOfAnotherNumber(t *testing.T) {
	s := linkingTill(t)
	e := linkIs(LinkDone)
	e.Masked = "****0000"
	s.step(e)
	if l := s.Screen.(Linking); l.Why != TroubleNonsense || s.Book.Link.Order != id(1) {
		t.Errorf("screen = %+v, link = %+v, want the attempt to go on", l, s.Book.Link)
	}
}

func TestLinkAlarmIsSeenAfterACut(t *testing.T) {
	s := linkingTill(t)
	e := waiting(1)
	e.URL = "https://api.midtrans.com@elsewhere.test/"
	s.step(e)
	want := Screen(Alarm{Order: id(1), What: MismatchPage})
	if s.Screen != want {
		t.Fatalf("screen = %+v, want %+v", s.Screen, want)
	}
	s.boot()
	if s.Screen != want {
		t.Fatalf("after a cut %+v, want %+v", s.Screen, want)
	}
	s.wait(settleGuard)
	s.keys("\n")
	s.want("idle")
}
