package terminal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestDialing(t *testing.T) {
	tests := []struct {
		keys, phone, screen string
		refusal             Refusal
	}{
		{"08123456", "08123456", "dialing", NoRefusal},
		{"08123456\n", "08123456", "dialing", RefusePhone},
		{"081234567\n", "", "linking", NoRefusal},
		{"z6591234567\n", "", "linking", NoRefusal},
		{"00123456789012345\n", "", "linking", NoRefusal},
		{"001234567890123456\n", "001234567890123456", "dialing", RefusePhone},
		{"001234567890123456\nb\n", "", "linking", NoRefusal},
		{"0123456789012345678z9", "01234567890123456789", "dialing", NoRefusal},
		{"0812b", "081", "dialing", NoRefusal},
		{"08bb", "", "dialing", NoRefusal},
		{"08bbb", "", "idle", NoRefusal},
		{"08+m", "08", "dialing", NoRefusal},
		{"08c", "", "idle", NoRefusal},
	}
	for _, tt := range tests {
		s := greetedTill(t)
		s.keys("m4" + tt.keys)
		d, _ := s.Screen.(Dialing)
		if s.Screen.Name() != tt.screen || d.Phone != tt.phone || d.Refusal != tt.refusal {
			t.Errorf("%q: %s %+v, want %s %q %v", tt.keys, s.Screen.Name(), s.Screen, tt.screen, tt.phone, tt.refusal)
		}
	}
}

// Nobody's number stays on the glass for whoever comes next.
func TestNumberLeavesTheGlass(t *testing.T) {
	s := greetedTill(t)
	s.keys("m408123")
	s.wait(menuFor - time.Second)
	s.keys("4")
	s.wait(menuFor - time.Second)
	s.want("dialing")
	s.wait(time.Second)
	s.want("idle")
	s = greetedTill(t)
	s.findsPayer()
	s.step(payerIs(CustomerNone))
	s.wait(menuFor)
	if text := fmt.Sprintf("%+v", s.State); strings.Contains(text, phone) {
		t.Errorf("the number is still in %s", text)
	}
}

func TestNumberIsLookedForAgain(t *testing.T) {
	s := greetedTill(t)
	s.findsPayer()
	s.step(Found{Call: FindCustomer, Ticket: 1, Trouble: TroubleNetwork})
	s.wait(settleGuard)
	s.keys("\n")
	if len(s.calls) != 1 || s.calls[0] != (Call{Verb: FindCustomer, Phone: phone, Ticket: 2}) {
		t.Fatalf("calls = %v, want the same search again", s.calls)
	}
	s.wait(lostAfter)
	if w, ok := s.Screen.(WalletRefused); !ok || w.Trouble != TroubleTimeout || !w.Retry {
		t.Fatalf("screen = %+v, want a search that can be made again", s.Screen)
	}
	s.wait(settleGuard)
	s.keys("b")
	if got, want := s.Screen, Screen(Dialing{Phone: phone, For: ForCharge, Amount: 25_000}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

// Money that nobody has seen is shown before a wallet is charged, and the
// amount comes back after.
func TestLateMoneyComesBeforeAWallet(t *testing.T) {
	s := parkedTill(t)
	s.keys("m525000\n" + phone)
	s.step(settled(1, 25_000))
	s.keys("\n")
	s.want("late")
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Screen, Screen(Entering{Amount: 25_000, Linked: true}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

func TestWalletWaitsForTheGreeting(t *testing.T) {
	s := newTill(t)
	s.step(Wake{})
	s.findsPayer()
	s.step(payerIs(CustomerLinked))
	if got, want := s.Screen, Screen(Asking{Amount: 25_000, Payer: payer}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.wait(offlineAfter)
	for _, again := range []bool{false, true} {
		s := *s
		s.want("offline")
		if again {
			s.keys("\n")
		}
		s.step(Greeted{Next: 3})
		if got, want := s.Screen, Screen(Asking{Order: id(3), Amount: 25_000, Payer: payer}); got != want {
			t.Errorf("screen = %+v, want %+v", got, want)
		}
	}
}

func TestNobodyIsCharged(t *testing.T) {
	s := greetedTill(t)
	s.findsPayer()
	e := payerIs(CustomerLinked)
	e.Customer = ""
	s.step(e)
	if w, ok := s.Screen.(WalletRefused); !ok || w.Trouble != TroubleNonsense {
		t.Errorf("screen = %+v, want a refusal", s.Screen)
	}
}

// The finger that keyed OK comes down again as the question appears.
func TestUnlinkIsNotConfirmedUnread(t *testing.T) {
	s := greetedTill(t)
	s.keys("m6" + phone + "\n")
	s.step(payerIs(CustomerLinked))
	s.keys("\n")
	s.want("unlinkconfirm")
	s.wait(settleGuard)
	s.keys("\n")
	s.want("unlinking")
}

func TestUnlinkGoesOnInTheBackground(t *testing.T) {
	s := greetedTill(t)
	s.unlinks()
	s.boot()
	if got, want := s.Screen, Screen(Unlinking{Payer: payer}); got != want {
		t.Fatalf("after a cut %+v, want %+v", got, want)
	}
	s.keys("c")
	s.want("idle")
	s.boot()
	s.want("idle")
	s.step(Wake{})
	s.step(Greeted{Next: 1})
	if len(s.calls) != 1 || s.calls[0] != (Call{Verb: Unlink, Customer: customer}) {
		t.Fatalf("calls = %v, want one unlink", s.calls)
	}
	s.step(unlinkIs(CustomerUnlinking))
	if got, want := s.asksIn(time.Hour, unlinkIs(CustomerLinked)), 60; got < want || got > 2*want {
		t.Errorf("%d questions an hour, want about one a minute", got)
	}
	s.step(unlinkIs(CustomerUnlinked))
	if got, want := s.recorded(), "unlinked"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
	s.step(unlinkIs(CustomerUnlinked))
	if len(s.owed.Records) != 0 {
		t.Errorf("said again: %s", s.recorded())
	}
}

func TestUnlinkIsAskedAgainWhenTheLinkIsBack(t *testing.T) {
	s := greetedTill(t)
	s.unlinks()
	s.step(Found{Call: Unlink, Customer: customer, Trouble: TroubleNetwork})
	if u := s.Screen.(Unlinking); u.Why != TroubleNetwork || len(s.calls) != 0 {
		t.Fatalf("screen = %+v, calls = %v", u, s.calls)
	}
	s.step(Linked{})
	if len(s.calls) != 1 || s.calls[0].Verb != Unlink {
		t.Errorf("calls = %v, want one unlink at once", s.calls)
	}
}

// Who links a wallet again does not want it unlinked by an older wish.
func TestLinkingEndsAnOlderUnlink(t *testing.T) {
	s := greetedTill(t)
	s.unlinks()
	s.keys("c")
	s.keys("m4" + phone + "\n")
	s.step(linkIs(LinkDone))
	if len(s.Book.Unlinks) != 0 {
		t.Errorf("still to be undone: %+v", s.Book.Unlinks)
	}
}

func TestUnlinksAreBounded(t *testing.T) {
	s := greetedTill(t)
	for n := range maxUnlinks {
		s.Book.apply(Record{Kind: KindUnlinking, Customer: fmt.Sprint("c", n)})
		s.Book.apply(Record{Kind: KindUnlinkLeft, Customer: fmt.Sprint("c", n)})
	}
	s.Book.apply(Record{Kind: KindUnlinkLeft, Customer: "nobody"}) // changes nothing
	s.keys("m6" + phone + "\n")
	s.step(payerIs(CustomerLinked))
	s.wait(settleGuard)
	s.keys("\n")
	if w, ok := s.Screen.(WalletRefused); !ok || w.Code != "rate_limit" || len(s.Book.Unlinks) != maxUnlinks {
		t.Errorf("screen = %+v, %d being undone", s.Screen, len(s.Book.Unlinks))
	}
}

func TestNumberIsInNoLog(t *testing.T) {
	var log bytes.Buffer
	d := &desk{}
	synctest.Test(t, func(t *testing.T) {
		d.events = make(chan Event)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- Run(ctx, Config{Device: device}, Book{Next: 1}, Rooms{
				Events: d.events, Journal: d, Uplink: d, Glass: d, Speaker: d,
				Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			})
		}()
		d.events <- Greeted{Next: 1}
		for _, k := range "m4" + phone + "\n" {
			d.events <- Key(k)
		}
		d.events <- linkIs(LinkDone)
		synctest.Wait()
		cancel()
		<-done
	})
	if text := log.String(); !strings.Contains(text, "walletlinked") || strings.Contains(text, phone[2:]) {
		t.Errorf("the log says\n%s", text)
	}
	c := Call{Verb: LinkUp, Order: id(1), Phone: phone}
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c)} {
		if strings.Contains(text, phone[2:]) || !strings.Contains(text, "****7890") {
			t.Errorf("a call prints as %q", text)
		}
	}
}
