package identity

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

var day = time.UnixMilli(1_760_000_000_000)

func right([]byte) bool { return true }
func wrong([]byte) bool { return false }

func TestEnrolByCode(t *testing.T) {
	for name, c := range map[string]struct {
		card  Card
		key   string
		knows func([]byte) bool
		at    time.Time
		again bool
		want  error
	}{
		"a new device":               {Card{Code: &Code{Ends: day.UnixMilli() + 1}}, "k1", right, day, false, nil},
		"a wrong code":               {Card{Code: &Code{Ends: day.UnixMilli() + 1}}, "k1", wrong, day, false, ErrCode},
		"a code that ran out":        {Card{Code: &Code{Ends: day.UnixMilli()}}, "k1", right, day, false, ErrCode},
		"nobody invited it":          {Card{}, "k1", right, day, false, ErrCode},
		"the answer was lost":        {Card{Key: "k1", Code: &Code{Ends: day.UnixMilli() + 1, Used: "k1"}}, "k1", right, day, true, nil},
		"too late for that":          {Card{Key: "k1", Code: &Code{Ends: day.UnixMilli(), Used: "k1"}}, "k1", right, day, false, ErrCode},
		"another device's":           {Card{Key: "k1", Code: &Code{Ends: day.UnixMilli() + 1, Used: "k1"}}, "k2", right, day, false, ErrUsed},
		"used, and guessed":          {Card{Key: "k1", Code: &Code{Ends: day.UnixMilli() + 1, Used: "k1"}}, "k1", wrong, day, false, ErrCode},
		"used, then rotated":         {Card{Key: "k2", Code: &Code{Ends: day.UnixMilli() + 1, Used: "k1"}}, "k1", right, day, false, ErrUsed},
		"revoked and invited anew":   {Card{Revoked: true, Code: &Code{Ends: day.UnixMilli() + 1}}, "k2", right, day, false, nil},
		"flashed anew while it held": {Card{Key: "k1", Held: HeldSessions, Code: &Code{Ends: day.UnixMilli() + 1}}, "k2", right, day, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			before := fmt.Sprintf("%+v", c.card)
			again, err := c.card.Enrol(c.key, c.knows, c.at)
			if !errors.Is(err, c.want) || again != c.again {
				t.Fatalf("got %v, %v, want %v, %v", again, err, c.again, c.want)
			}
			if (err != nil || again) && fmt.Sprintf("%+v", c.card) != before {
				t.Errorf("card changed: %+v", c.card)
			}
			if err == nil && (c.card.Key != c.key || c.card.Revoked || c.card.Held != "" || c.card.Code.Used != c.key) {
				t.Errorf("enrolled as %+v", c.card)
			}
		})
	}
}

// TestALostAnswerLiftsNothing: the code of a device that is held is no way out.
func TestALostAnswerLiftsNothing(t *testing.T) {
	c := Card{Key: "k1", Held: HeldNumber, Code: &Code{Ends: day.UnixMilli() + 1, Used: "k1"}}
	if again, err := c.Enrol("k1", right, day); !again || err != nil || c.Held != HeldNumber {
		t.Errorf("%v, %v, held %q", again, err, c.Held)
	}
}

// TestRotation: the old key is good until the new one is used, and not after.
func TestRotation(t *testing.T) {
	c := Card{Key: "old"}
	if err := c.Renew("new"); !errors.Is(err, ErrKey) {
		t.Errorf("a new key that nobody asked for: %v", err)
	}
	if err := c.Renew("old"); err != nil || c.Coming != "" {
		t.Errorf("the same key: %v, coming %q", err, c.Coming)
	}
	c.Rotate = true
	for _, k := range []string{"lost", "new"} {
		if err := c.Renew(k); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		key     string
		changed bool
		want    error
	}{{"lost", false, ErrKey}, {"old", false, nil}, {"", false, ErrKey}, {"new", true, nil}, {"new", false, nil}, {"old", false, ErrKey}} {
		if changed, err := c.Admit(step.key); changed != step.changed || !errors.Is(err, step.want) {
			t.Errorf("%q: got %v, %v, want %v, %v", step.key, changed, err, step.changed, step.want)
		}
	}
	if c.Rotate {
		t.Error("another key is still wanted")
	}
}

func TestRevoke(t *testing.T) {
	c := Card{Key: "k", Coming: "l", Rotate: true, Code: &Code{Ends: day.UnixMilli() + 1}}
	c.Revoke()
	for _, k := range []string{"k", "l", ""} {
		if _, err := c.Admit(k); !errors.Is(err, ErrRevoked) {
			t.Errorf("%q is let in: %v", k, err)
		}
	}
	if err := c.Renew("k"); !errors.Is(err, ErrRevoked) {
		t.Errorf("renews: %v", err)
	}
	if _, err := c.Enrol("k", right, day); !errors.Is(err, ErrCode) {
		t.Errorf("enrols by the code it had: %v", err)
	}
}

// TestSessions: a till that restarts, however often, is one; two tills that take
// turns are two.
func TestSessions(t *testing.T) {
	type word struct {
		session string
		after   time.Duration
	}
	for name, c := range map[string]struct {
		words []word
		held  bool
	}{
		"one life":                   {[]word{{"a", 0}, {"a", time.Hour}}, false},
		"restarts":                   {[]word{{"a", 0}, {"b", time.Second}, {"c", time.Second}, {"c", time.Hour}}, false},
		"an echo of the last life":   {[]word{{"a", 0}, {"b", time.Second}, {"a", 10 * time.Second}, {"b", time.Second}}, false},
		"two tills":                  {[]word{{"a", 0}, {"b", time.Second}, {"a", time.Minute}}, true},
		"two, one of which restarts": {[]word{{"a", 0}, {"b", time.Second}, {"c", 40 * time.Second}, {"b", 40 * time.Second}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var card Card
			at := day
			for _, w := range c.words {
				at = at.Add(w.after)
				card.Speak(w.session, at)
			}
			if got := card.Held != ""; got != c.held {
				t.Errorf("held %v, want %v: %+v", got, c.held, card)
			}
		})
	}
}

// TestManyLives: what is remembered is bounded.
func TestManyLives(t *testing.T) {
	var c Card
	for i := range 1000 {
		if !c.Speak(fmt.Sprint(i), day.Add(time.Duration(i)*time.Second)) {
			t.Fatalf("life %d is not new", i)
		}
	}
	if len(c.Former) != maxFormer || c.Held != "" {
		t.Errorf("%d former sessions, held %q", len(c.Former), c.Held)
	}
}

func TestGreet(t *testing.T) {
	for name, c := range map[string]struct {
		card    Card
		journal string
		rows    int64
		changed bool
		held    string
	}{
		"the first":             {Card{}, "j", 3, true, ""},
		"it grew":               {Card{Journal: "j", Rows: 3}, "j", 4, true, ""},
		"it did not":            {Card{Journal: "j", Rows: 3}, "j", 3, false, ""},
		"an older copy":         {Card{Journal: "j", Rows: 3}, "j", 2, true, HeldJournal},
		"a new journal":         {Card{Journal: "j", Rows: 3}, "n", 1, true, ""},
		"held for another word": {Card{Journal: "j", Rows: 3, Held: HeldNumber}, "j", 2, false, HeldNumber},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.card.Greet(c.journal, c.rows); got != c.changed || c.card.Held != c.held {
				t.Errorf("changed %v, held %q, want %v, %q", got, c.card.Held, c.changed, c.held)
			}
		})
	}
}

// TestLift: after it the device that goes on is not held again for what was.
func TestLift(t *testing.T) {
	c := Card{Key: "k", Held: HeldJournal, Session: "a", Former: []Former{{"b", 1}}, Journal: "j", Rows: 9}
	c.Lift()
	c.Greet("j", 2)
	c.Speak("b", day)
	if c.Held != "" || c.Key != "k" {
		t.Errorf("%+v", c)
	}
}
