package terminal

import (
	"testing"
	"time"
)

// mends presses keys on a mending till, one a second.
func mends(m Mender, s Mending, up *time.Duration, keys string) (Mending, bool) {
	done := false
	for _, k := range keys {
		*up += time.Second
		s, done = m.Press(s, Key(k), *up)
	}
	return s, done
}

func TestMending(t *testing.T) {
	s := dayTill(t)
	guarded := Mender{Config: s.Config, Heir: gathered(s.journal)}
	open := Mender{Config: s.Config, Heir: Heirloom{Book: Book{Next: 1}}}
	for _, tt := range []struct {
		name string
		m    Mender
		keys string
		step MendStep
		done bool
	}{
		{"offered", guarded, "", MendOffer, false},
		{"other keys", guarded, "123cbm+", MendOffer, false},
		{"who is it", guarded, "\n", MendPIN, false},
		{"too short", guarded, "\n111\n", MendPIN, false},
		{"the owner", guarded, "\n1111\n", MendSure, false},
		{"the owner, corrected", guarded, "\n19b111\n", MendSure, false},
		{"the owner, from the beginning", guarded, "\n19c1111\n", MendSure, false},
		{"the technician", guarded, "\n3333\n", MendSure, false},
		{"a cashier", guarded, "\n2222\n", MendPIN, false},
		{"nobody", guarded, "\n9999\n", MendPIN, false},
		{"away again", guarded, "\n11cc", MendOffer, false},
		{"back again", guarded, "\n1bb", MendOffer, false},
		{"not sure", guarded, "\n1111\nc", MendOffer, false},
		{"not sure either", guarded, "\n1111\nb", MendOffer, false},
		{"neither", guarded, "\n1111\n5", MendSure, false},
		{"sure", guarded, "\n1111\n\n", MendBusy, true},
		{"busy", guarded, "\n1111\n\n\n", MendBusy, false},
		{"nobody has a PIN", open, "\n", MendSure, false},
		{"nobody, sure", open, "\n\n", MendBusy, true},
	} {
		var up time.Duration
		got, done := mends(tt.m, tt.m.Screen(), &up, tt.keys)
		if got.Step != tt.step || done != tt.done {
			t.Errorf("%s: step %d, done %t; want %d, %t", tt.name, got.Step, done, tt.step, tt.done)
		}
	}
}

func TestMendingSaysWhatWasRead(t *testing.T) {
	s := dayTill(t)
	got := Mender{Heir: gathered(s.journal, 0)}.Screen()
	want := Mending{Read: len(s.journal) - 1, Lost: true, Sales: 2, Taken: 32_500, Unsure: 1}
	if got != want {
		t.Errorf("it says %+v, want %+v", got, want)
	}
}

func TestMendingAfterAFailure(t *testing.T) {
	s := dayTill(t)
	m := Mender{Config: s.Config, Heir: gathered(s.journal)}
	var up time.Duration
	if got, _ := mends(m, Mending{Step: MendFailed}, &up, "5"); got.Step != MendFailed {
		t.Errorf("step %d after any key", got.Step)
	}
	if got, _ := mends(m, Mending{Step: MendFailed}, &up, "\n"); got.Step != MendPIN {
		t.Errorf("step %d after OK", got.Step)
	}
}

// Guessing is made slow, though not by the journal.
func TestMendingAgainstGuesses(t *testing.T) {
	s := dayTill(t)
	m := Mender{Config: s.Config, Heir: gathered(s.journal)}
	var up time.Duration
	got, _ := mends(m, m.Screen(), &up, "\n")
	for n := range pinsBeforeWait {
		if got.Wait {
			t.Fatalf("after %d wrong PINs there is a wait", n)
		}
		got, _ = mends(m, got, &up, "4444\n")
		if got.Typed != 0 || !got.Wrong {
			t.Fatalf("after a wrong PIN: %+v", got)
		}
	}
	if !got.Wait {
		t.Fatal("there is no wait")
	}
	if got, _ := mends(m, got, &up, "1111\n"); got.Step != MendPIN || got.Typed != 0 {
		t.Errorf("a PIN was taken: %+v", got)
	}
	if got, _ := mends(m, got, &up, "c"); got.Step != MendOffer {
		t.Errorf("nobody can leave: %+v", got)
	}
	up += pinWait
	if got, _ = mends(m, got, &up, "12345678"); got.Typed != MaxPIN || got.Wait {
		t.Fatalf("after the wait: %+v", got)
	}
	if got, _ = mends(m, got, &up, "9"); got.Typed != MaxPIN {
		t.Errorf("a PIN of %d digits", got.Typed)
	}
	if got, _ = mends(m, got, &up, "c1111\n"); got.Step != MendSure || got.Wrong {
		t.Errorf("the owner, after the wait: %+v", got)
	}
}
