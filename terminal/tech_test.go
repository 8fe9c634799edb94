package terminal

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A technician keys the Wi-Fi and hands it over; nothing of it is in the journal.
func TestTech(t *testing.T) {
	s := greetedTill(t)
	s.keys("m3+")
	s.want("tech")
	s.keys("2") // the Wi-Fi's name
	s.want("typing")
	for _, k := range "8666555666" { // "tokolo", as far as the pauses say
		s.step(Key(k))
		s.wait(50 * time.Millisecond)
	}
	if got := s.Screen.(Typing); got.Text != "tolo" || !got.Open {
		t.Errorf("%+v", got)
	}
	s.wait(nextLetter)
	s.keys("6+6b0") // a letter, one that was taken back, and a space
	if got := s.Screen.(Typing); got.Text != "tolom " {
		t.Errorf("%+v", got)
	}
	s.keys("\n")
	if got := s.Screen.(Tech); !got.Keyed[SetWiFi] || got.Keyed[SetPassword] {
		t.Errorf("%+v", got)
	}
	s.keys("5123456789012345\n\n")
	if got := fmt.Sprint(s.owed.Wishes[0].Value, "|", s.owed.Wishes[1].Value); got != "tolom |123456789012" || len(s.owed.Wishes) != 2 {
		t.Errorf("handed over %q", got)
	}
	if got := fmt.Sprint(s.owed.Wishes); strings.Contains(got, "tolom") {
		t.Errorf("a log would say %s", got)
	}
	if got := s.Screen.(Tech); !got.Handed || !strings.HasPrefix(got.Support, "kasir "+device+" test ") {
		t.Errorf("%+v", got)
	}
	for _, r := range s.journal {
		if body, err := r.Encode(); err != nil || strings.Contains(string(body), "tolom") {
			t.Errorf("a setting is in the journal: %s, %v", body, err)
		}
	}
	s.wait(menuFor)
	s.want("idle")
}

// With a sale open nothing is started anew, and with PINs not everybody does it.
func TestTechWaits(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.keys("c")
	s.wait(unsureAfter + settleGuard)
	s.keys("c")
	s.keys("m3+12\n\n")
	if got := s.Screen.(Tech); !got.Busy || got.Handed || len(s.owed.Wishes) > 0 {
		t.Errorf("%+v", got)
	}
	s = greetedTill(t)
	s.hires()
	s.keys("m3+2222\n")
	s.want("pin")
	s.keys("3333\n")
	s.want("tech")
}

// TestSupport: what a support person wants to know is a code, with what went wrong
// last, and with nothing that is keyed or secret.
func TestSupport(t *testing.T) {
	s := greetedTill(t)
	s.step(Greeted{Next: 1, Confirm: testConfirm})
	s.keys("25000\n")
	s.step(Told{Order: id(1), Call: Open, Fact: FactDenied, Amount: 25_000, Reason: "provider_busy"})
	s.wait(settleGuard)
	s.keys("\n" + "m3+2")
	s.keys("5\n" + "+")
	got, ok := s.Screen.(ForPhone)
	if want := "kasir toko-1 test next=2 up=0h last=provider_busy"; !ok || got.Text != want {
		t.Fatalf("%+v, want %q", s.Screen, want)
	}
	s.keys("c")
	if tech := s.Screen.(Tech); !tech.Keyed[SetWiFi] {
		t.Errorf("what was keyed is gone: %+v", tech)
	}
	s.step(Linked{Trouble: TroubleNetwork})
	s.step(Ailing{PartKeypad, true})
	s.step(Ailing{PartGlass, true})
	s.step(Ailing{PartNetwork, true})
	s.keys("+")
	if want := "kasir toko-1 test next=2 up=0h trouble=cable last=network no-keypad no-glass"; s.Screen.(ForPhone).Text != want {
		t.Errorf("%+v, want %q", s.Screen, want)
	}
	s.wait(receiptFor)
	s.want("tech")
	s.wait(menuFor)
	s.want("idle")
}
