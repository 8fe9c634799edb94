package ledger

import (
	"strings"
	"testing"
	"time"
)

// What is checked although the way there is closed elsewhere, and limits to the
// last step: each guards money by itself, and is held here by itself.

func (l *life) begin() *step { return &step{c: l.Charge, now: l.now} }

// A second word of money changes nothing: what was settled first is what it is.
func TestSettledOnce(t *testing.T) {
	l := begin().steps(opened(), made, says("settlement"))
	was := l.Facts
	l.Apply(Record{Kind: KindSettled, Amount: amount + 1, SettledMS: 1, Issuer: "another"})
	was.Version++
	if l.Facts != was {
		t.Errorf("facts %+v, want %+v", l.Facts, was)
	}
}

// A reading of another order, of nothing, or after the money teaches nothing.
func TestReadingsThatTeachNothing(t *testing.T) {
	for name, change := range map[string]func(*step, *Tx){
		"another order":  func(_ *step, t *Tx) { t.Order = "X-00000001" },
		"no transaction": func(_ *step, t *Tx) { t.ID = "" },
		"settled before": func(s *step, _ *Tx) { s.c.State = Settled },
	} {
		s := begin().steps(opened(), made).begin()
		paid := tx("settlement")
		change(s, &paid)
		if s.learn(paid); len(s.Records) > 0 {
			t.Errorf("%s: %+v", name, s.Records)
		}
	}
	s := begin().steps(opened(), made).begin()
	if s.learn(tx("settlement")); len(s.Records) != 1 || s.c.State != Settled {
		t.Errorf("the order's own: %+v", s.Records)
	}
}

// A charge that was to be sent again, and is found meanwhile, is not sent.
func TestWhatIsFoundIsNotSentAgain(t *testing.T) {
	l := begin().steps(opened(), outcome(Send, Unknown))
	l.send, l.flight, l.urgent = true, "", false
	s := l.begin()
	s.learn(made.Tx)
	if verb, _ := s.c.plan(); verb != Status || s.c.TransactionID != "T1" {
		t.Errorf("next is %q, transaction %q", verb, s.c.TransactionID)
	}
}

// A wallet that is not linked is never charged, whatever was found about it.
func TestAWalletThatIsNotLinkedIsNeverCharged(t *testing.T) {
	o := openedLinked()
	o.Account = ""
	for replayed, account := range map[bool]string{false: "", true: "A1"} {
		o.Account = account
		l := begin().steps(o)
		l.flight, l.urgent, l.send, l.read, l.TransactionID, l.replayed = "", false, false, true, "T1", replayed
		if verb, _ := l.plan(); verb == Send {
			t.Errorf("account %q: it is sent again", account)
		}
	}
}

// The picture of a code is looked at a few times, and then the charge is given up.
func TestAPictureThatCannotBeRead(t *testing.T) {
	l := begin().steps(opened(), codeless)
	for n := 1; n <= maxScans; n++ {
		if l.InFlight() != Scan || l.Doom != (Reason{}) {
			t.Fatalf("look %d: in the air %q, %+v", n, l.InFlight(), l.Doom)
		}
		l.step(outcome(Scan, Unknown))
		l.ticks(scanRetry * time.Duration(n))
	}
	if l.InFlight() != Stop || l.Doom.Code != ReasonBusy || !l.Doom.Retry {
		t.Errorf("after the last look: in the air %q, %+v", l.InFlight(), l.Doom)
	}
}

// Questions about a code are brisk for so many, and not one more.
func TestTheLastBriskQuestion(t *testing.T) {
	l := begin().steps(opened(), made)
	l.flight, l.urgent, l.read, l.readAt = "", false, true, l.now.Up
	for reads, want := range map[int]time.Duration{brisk: readFloor, brisk + 1: 3 * readFloor} {
		l.reads, l.told = reads, ""
		if verb, at := l.plan(); verb != Status || at != l.now.Up+want {
			t.Errorf("after %d questions: %q in %v, want one in %v", reads, verb, at-l.now.Up, want)
		}
		ended := l.Charge
		ended.State, ended.told, ended.watchAt = Cancelled, Settled, l.now.Up+time.Hour
		want := readFloor
		if reads > brisk {
			want = time.Hour
		}
		if verb, at := ended.plan(); verb != Status || at != l.now.Up+want {
			t.Errorf("of a claim, after %d questions: %q in %v, want one in %v", reads, verb, at-l.now.Up, want)
		}
	}
}

// From the moment on in which no new transaction may be made, none is asked for.
func TestTheLastMomentToSend(t *testing.T) {
	l := begin().steps(opened(), codeless)
	for early, want := range map[time.Duration]bool{time.Nanosecond: false, 0: true} {
		s := l.begin()
		s.c.replayed = false
		s.now.Up = s.c.sendUntil - early
		if s.clock(); s.c.replayed != want {
			t.Errorf("%v before it: replayed %t, want %t", early, s.c.replayed, want)
		}
	}
}

// A mark has the form of a UUID of version 8, whatever it is of.
func TestMarkIsAUUID(t *testing.T) {
	for n := range int64(64) {
		if m := Mark(order, n, journal); m[14] != '8' || !strings.ContainsRune("89ab", rune(m[19])) {
			t.Errorf("mark %s", m)
		}
	}
}

// The first and the last letter of each alphabet may be in a device's name, and
// what stands beside them may not.
func TestLettersOfADevice(t *testing.T) {
	for _, c := range "azAZ09" {
		if !ValidDevice(string(c)) {
			t.Errorf("%q is no device", c)
		}
	}
	for _, c := range "`{@[/:" {
		if ValidDevice(string(c)) || ValidDevice("a"+string(c)) {
			t.Errorf("%q is a device", c)
		}
	}
}
