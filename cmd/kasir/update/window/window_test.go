package window

import (
	"testing"
	"time"
)

func TestHolds(t *testing.T) {
	for _, c := range []struct {
		window, at string
		want       bool
	}{
		{Usual, "01:59", false}, {Usual, "02:00", true}, {Usual, "03:59", true}, {Usual, "04:00", false}, {Usual, "14:00", false},
		{"23:30-01:00", "23:29", false}, {"23:30-01:00", "23:30", true}, {"23:30-01:00", "00:00", true}, {"23:30-01:00", "01:00", false},
		{"05:00-05:00", "05:00", true}, {"05:00-05:00", "04:59", true}, {"00:00-00:30", "00:29", true}, {"00:00-00:30", "00:30", false},
	} {
		w, err := Parse(c.window)
		if err != nil {
			t.Fatalf("%s: %v", c.window, err)
		}
		at, err := time.Parse("15:04", c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Holds(at); got != c.want {
			t.Errorf("%s at %s: got %v, want %v", c.window, c.at, got, c.want)
		}
	}
	// A shop in Jayapura is asleep when one in Jakarta is not yet.
	w, _ := Parse(Usual)
	at := time.Date(2026, 11, 21, 17, 30, 0, 0, time.UTC)
	if w.Holds(at.In(time.FixedZone("WIB", 7*60*60))) || !w.Holds(at.In(time.FixedZone("WIT", 9*60*60))) {
		t.Error("the window is not reckoned in the till's zone")
	}
	if (Window{}).Holds(at) {
		t.Error("the zero window is open")
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{"", "02:00", "2-4", "02:00-", "-04:00", "02:00-04:00-05:00", "24:00-04:00", "02:60-04:00", "2:00-4:00", "02:00 - 04:00", "02:00-02:29", "23:50-00:10", "night"} {
		if w, err := Parse(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, w)
		}
	}
}
