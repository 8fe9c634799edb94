package terminal

import (
	"strings"
	"testing"
	"time"
)

// A sale is asked about again when it was answered, or when another is in the
// air; with what this till's book has of it.
func TestRecheck(t *testing.T) {
	for _, tt := range []struct {
		was   checked
		order OrderID
		asks  bool
		paid  bool
	}{
		{checked{}, id(1), true, true}, {checked{order: id(1)}, id(1), true, true}, {checked{order: id(1), flight: true}, id(1), false, false},
		{checked{order: id(1), flight: true}, id(2), true, false},
	} {
		turn := &turn{State: State{Book: Book{Past: []Charge{{Order: id(1), End: EndPaid}, {Order: id(2), End: EndExpired}}}, checked: tt.was}}
		turn.recheck(tt.order)
		if asks := len(turn.owed.Calls) == 1; asks != tt.asks || asks && turn.owed.Calls[0].Paid != tt.paid {
			t.Errorf("%s after %+v: %v", tt.order, tt.was, turn.owed.Calls)
		}
	}
	for _, tt := range []struct {
		was  checked
		e    Told
		want checked
	}{
		{checked{order: id(1), flight: true}, Told{Order: id(1), Call: Ask}, checked{order: id(1)}},
		{checked{order: id(1), flight: true}, Told{Order: id(1), Call: Ask, Trouble: TroubleBackend}, checked{order: id(1), failed: true}},
		{checked{order: id(1), flight: true}, Told{Order: id(1), Call: Open}, checked{order: id(1), flight: true}},
		{checked{order: id(1), flight: true}, Told{Order: id(2), Call: Ask}, checked{order: id(1), flight: true}},
		{checked{order: id(1)}, Told{Order: id(1), Call: Ask, Trouble: TroubleBackend}, checked{order: id(1)}},
	} {
		turn := &turn{State: State{checked: tt.was}}
		if turn.rechecked(tt.e); turn.checked != tt.want {
			t.Errorf("%+v after %+v: %+v, want %+v", tt.was, tt.e, turn.checked, tt.want)
		}
	}
}

// A receipt gives way to money and to an alarm, and to both.
func TestReceiptGivesWay(t *testing.T) {
	b := Book{Unseen: []Charge{{Order: id(1), Amount: 5}}, Alarms: []Alarm{{Order: id(2)}}}
	turn := &turn{State: State{Book: b, Screen: Receipt{Order: id(3)}}}
	if (Receipt{Order: id(3)}).pass(turn); turn.Screen.Name() == "receipt" {
		t.Error("it stays")
	}
}

// A screen is as old as it is about its order; the end of a sale that nobody has
// read is kept until that.
func TestShowKeepsAge(t *testing.T) {
	for _, tt := range []struct {
		from, to Screen
		reset    bool
	}{
		{Late{Order: id(1)}, Late{Order: id(1), More: 1}, false}, {Late{Order: id(1)}, Late{Order: id(2)}, true}, {Idle{}, Menu{}, true},
	} {
		turn := &turn{State: State{Screen: tt.from, since: 1}, now: Moment{Up: 9}}
		if turn.show(tt.to); (turn.since == 9) != tt.reset {
			t.Errorf("%+v after %+v is since %v", tt.to, tt.from, turn.since)
		}
	}
	for to, kept := range map[Screen]bool{Idle{}: true, Late{Order: id(2)}: true, Thanks{Order: id(1)}: false} {
		turn := &turn{State: State{Screen: Menu{}, untold: Ended{Order: id(1)}}}
		if turn.show(to); (turn.untold != nil) != kept {
			t.Errorf("after %+v the end that nobody read is %+v", to, turn.untold)
		}
	}
}

func TestTwoLanguages(t *testing.T) {
	s := greetedTill(t)
	for _, want := range []Lang{English, Indonesian, English} {
		if s.step(KeyLanguage); s.lang != want {
			t.Errorf("language %d, want %d", s.lang, want)
		}
	}
}

// The key of receipts is found by what the backend knows: a code that was shown,
// or a wallet that paid.
func TestWhatTheBackendKnows(t *testing.T) {
	for name, tt := range map[string]struct {
		c    Charge
		want OrderID
	}{
		"shown": {Charge{Order: id(1), Offered: true}, id(1)}, "a wallet that paid": {Charge{Order: id(1), Payer: payer, End: EndPaid}, id(1)},
		"a wallet that did not": {Charge{Order: id(1), Payer: payer, End: EndExpired}, ""}, "paid without a code": {Charge{Order: id(1), End: EndPaid}, ""},
		"of another journal": {Charge{Order: id(1), Offered: true, Old: "old"}, ""},
	} {
		if got := (&Book{Past: []Charge{tt.c}}).known(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestSupportCounts(t *testing.T) {
	turn := &turn{State: State{Book: Book{Unseen: make([]Charge, 2)}}}
	if got := turn.support(); !strings.Contains(got, " unseen=2") || strings.Contains(got, "open=") {
		t.Errorf("support says %q", got)
	}
	turn.now.Up, turn.since = time.Hour, time.Hour-time.Second
	shown := ForPhone{Whose: TechniciansPhone, back: Tech{}}
	turn.Screen = shown
	if shown.pass(turn); turn.Screen.Name() != "support" {
		t.Errorf("after a second there is %s", turn.Screen.Name())
	}
	if shown.key(turn, '5'); turn.owed.Sound.Tone != ToneKey {
		t.Errorf("a key sounds %v", turn.owed.Sound.Tone)
	}
}
