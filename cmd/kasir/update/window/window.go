// Package window is the hours in which a till may be updated, as kasir.txt and
// -update-window say them: 02:00-04:00, in the till's own time zone.
//
// The room is pure and knows nothing of updates. Next room to visit: cmd/kasir/update,
// which asks it.
package window

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Usual is the window of a till that nobody told another.
const Usual = "02:00-04:00"

// least is the shortest window: a bundle is written and started within it.
const least = 30 * time.Minute

const day = 24 * time.Hour

// Window is a part of every day; it may go over midnight.
type Window struct {
	from time.Duration // since midnight
	long time.Duration // least..day
}

// Parse reads two times of day with a hyphen between them. Of two that are the same
// the whole day is meant.
func Parse(text string) (Window, error) {
	a, b, cut := strings.Cut(text, "-")
	from, errA := clock(a)
	to, errB := clock(b)
	if !cut || errA != nil || errB != nil {
		return Window{}, errors.New("want two times of day, for instance " + Usual)
	}
	long := (to - from + day) % day
	if long == 0 {
		long = day
	}
	if long < least {
		return Window{}, fmt.Errorf("%s is too short: an update takes up to %d minutes", text, int(least.Minutes()))
	}
	return Window{from, long}, nil
}

// clock is a time of day, 00:00 to 23:59.
func clock(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, errors.New("not a time of day")
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// Holds reports whether the window is open at t, reckoned where t is. The zero
// Window never is.
func (w Window) Holds(t time.Time) bool {
	at := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
	return (at-w.from+day)%day < w.long
}
