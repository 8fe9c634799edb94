package update

import (
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/cmd/kasir/update/window"
	"kasir/terminal"
)

func TestJudge(t *testing.T) {
	runs := System{Board: "pi3", Version: "20261121T000000Z-v1"}
	for _, c := range []struct {
		name, compatible, version string
		runs                      System
		want                      string // "" for yes
	}{
		{"newer", "kasir-pi3", "20261122T000000Z-v2", runs, ""},
		{"the same", "kasir-pi3", "20261121T000000Z-v1", runs, "is not newer"},
		{"the same by another name", "kasir-pi3", "20261121T000000Z-v9", runs, "is not newer"},
		{"a downgrade", "kasir-pi3", "20261120T235959Z-v9", runs, "is not newer"},
		{"another board", "kasir-pi4", "20261122T000000Z-v2", runs, `it is for "kasir-pi4", and this is "kasir-pi3"`},
		{"a board that begins alike", "kasir-pi3b", "20261122T000000Z-v2", runs, "it is for"},
		{"no board", "", "20261122T000000Z-v2", runs, "it is for"},
		{"no version", "kasir-pi3", "", runs, "is no version"},
		{"a version of somebody else", "kasir-pi3", "v9.9", runs, "is no version"},
		{"a device that does not know itself", "kasir-pi3", "20261122T000000Z-v2", System{Board: "pi3"}, "nobody knows"},
	} {
		err := Judge(Manifest{c.compatible, c.version}, c.runs)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestWanted(t *testing.T) {
	runs := System{Board: "pi3", Version: "20261121T000000Z"}
	sum := strings.Repeat("ab", 32)
	offer := wire.Update{Board: "pi3", Version: "20261122T000000Z", Size: 1 << 20, SHA256: sum}
	changed := func(change func(*wire.Update)) wire.Update {
		o := offer
		change(&o)
		return o
	}
	for _, c := range []struct {
		name  string
		offer wire.Update
		bad   []string
		want  bool
	}{
		{"newer", offer, nil, true},
		{"found bad before", offer, []string{"x", sum}, false},
		{"older", changed(func(o *wire.Update) { o.Version = "20261120T000000Z" }), nil, false},
		{"the same", changed(func(o *wire.Update) { o.Version = runs.Version }), nil, false},
		{"another board", changed(func(o *wire.Update) { o.Board = "pi4" }), nil, false},
		{"too large", changed(func(o *wire.Update) { o.Size = wire.MaxUpdate + 1 }), nil, false},
		{"empty", changed(func(o *wire.Update) { o.Size = 0 }), nil, false},
		{"a path as a sum", changed(func(o *wire.Update) { o.SHA256 = "../../journal.db" }), nil, false},
		{"nothing", wire.Update{}, nil, false},
	} {
		if got := Wanted(c.offer, runs, c.bad); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMay(t *testing.T) {
	w, err := window.Parse(window.Usual)
	if err != nil {
		t.Fatal(err)
	}
	night := time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC)
	noon := night.Add(10 * time.Hour)
	calm := Calm{Idle: true, Since: time.Hour}
	for _, c := range []struct {
		name   string
		now    time.Time
		calm   Calm
		atOnce bool
		want   bool
	}{
		{"at night", night, calm, false, true},
		{"at noon", noon, calm, false, false},
		{"at noon, at once", noon, calm, true, true},
		{"at once, just used", noon, Calm{Idle: true}, true, true},
		{"at night, just used", night, Calm{Idle: true, Since: quiet - time.Second}, false, false},
		{"at night, a sale", night, Calm{Since: time.Hour}, false, false},
		{"at once, a sale", noon, Calm{Since: time.Hour}, true, false},
		{"a charge without an outcome", night, Calm{Idle: true, Unsure: 1, Since: time.Hour}, true, false},
		{"money that nobody saw", night, Calm{Idle: true, Late: 1, Since: time.Hour}, true, false},
	} {
		if got := May(c.now, w, c.calm, c.atOnce); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	well := Signs{Up: time.Minute, Drew: true, Glass: true, Keypad: true, Selling: true, Silent: time.Minute}
	for _, c := range []struct {
		name   string
		change func(*Signs)
		want   Health
		why    string
	}{
		{"well", func(*Signs) {}, Good, "everything works"},
		{"just started", func(s *Signs) { s.Up = settled - 1 }, Waiting, "just started"},
		{"a dark glass", func(s *Signs) { s.Drew = false }, Waiting, "nothing can be seen"},
		{"a broken glass", func(s *Signs) { s.Glass = false }, Waiting, "does not work"},
		{"no keypad", func(s *Signs) { s.Keypad = false }, Waiting, "no keypad"},
		{"no journal", func(s *Signs) { s.Selling = false }, Waiting, "selling stopped"},
		{"the backend is busy", func(s *Signs) { s.Trouble = terminal.TroubleBackend }, Good, "everything works"},
		{"offline", func(s *Signs) { s.Trouble, s.Silent = terminal.TroubleNetwork, alone }, Good, "without a network"},
		{"offline for a moment", func(s *Signs) { s.Trouble = terminal.TroubleNetwork }, Waiting, "not reached yet"},
		{"not let in", func(s *Signs) { s.Trouble, s.Silent = terminal.TroubleRefused, time.Hour }, Waiting, "not understood: refused"},
		{"a stranger answers", func(s *Signs) { s.Trouble, s.Silent = terminal.TroubleNonsense, time.Hour }, Waiting, "not understood"},
		{"no answer", func(s *Signs) { s.Trouble, s.Silent = terminal.TroubleTimeout, time.Hour }, Waiting, "not understood"},
	} {
		s := well
		c.change(&s)
		if got, why := Verdict(s); got != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s: got %v, %q, want %v, %q", c.name, got, why, c.want, c.why)
		}
	}
	if got, want := string(healthFile(Good, "all\nwell", true)), "verdict good\ncalm yes\nwhy all well\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
