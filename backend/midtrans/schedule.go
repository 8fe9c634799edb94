package midtrans

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// MaxRetries is how often at most the provider tries a failed charge of a
// subscription again.
const MaxRetries = 3

// Schedule says when a subscription charges. Source: the provider's pages about
// the subscription's schedule object.
type Schedule struct {
	Interval int    // in Unit, 1 or more
	Unit     string // day, week, month
	// MaxInterval ends the subscription after so many intervals: 0 is one
	// charge and no more, nil is until somebody ends it.
	MaxInterval *int
	// Start is the first charge. In a request it must be in the future; zero is
	// one interval from now. Whole seconds count.
	Start time.Time

	// What became of it; in answers only.
	Previous time.Time // the last charge; zero: none yet
	Next     time.Time // the next one; zero: none
	Current  int       // intervals that have passed
}

// Retry says how a failed charge of a subscription is tried again before the
// subscription becomes inactive.
type Retry struct {
	Interval int    `json:"interval"`      // in Unit, 1 or more
	Unit     string `json:"interval_unit"` // minute, hour, day
	Max      int    `json:"max_interval"`  // 0..MaxRetries; 0: not at all
}

type rawSchedule struct {
	Interval numeric `json:"interval,omitempty"`
	Unit     loose   `json:"interval_unit,omitempty"`
	Max      numeric `json:"max_interval,omitempty"`
	Current  numeric `json:"current_interval,omitempty"`
	Start    loose   `json:"start_time,omitempty"`
	Previous loose   `json:"previous_execution_at,omitempty"`
	Next     loose   `json:"next_execution_at,omitempty"`
}

// UnmarshalJSON reads numbers that are written as numbers or as strings.
func (r *Retry) UnmarshalJSON(b []byte) error {
	var raw rawSchedule
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("read retry schedule: %w", err)
	}
	got := Retry{Unit: string(raw.Unit)}
	var err error
	if got.Interval, err = intervals(raw.Interval); err != nil {
		return fmt.Errorf("read retry schedule: %w", err)
	}
	if got.Max, err = intervals(raw.Max); err != nil {
		return fmt.Errorf("read retry schedule: %w", err)
	}
	*r = got
	return nil
}

// intervals reads a number of intervals; nothing is 0.
func intervals(text numeric) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%.20q is not a number of intervals", string(text))
	}
	return n, nil
}

// subscriptionTime is how answers about subscriptions write a moment, in UTC.
const subscriptionTime = "2006-01-02T15:04:05.000000Z"

// UnmarshalJSON reads a schedule, with times in either of the ways they are
// written: ISO 8601, or TimeLayout in Zone.
func (s *Schedule) UnmarshalJSON(b []byte) error {
	var raw rawSchedule
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("read schedule: %w", err)
	}
	got := Schedule{Unit: string(raw.Unit), Start: moment(raw.Start), Previous: moment(raw.Previous), Next: moment(raw.Next)}
	var most int
	var err error
	for _, field := range []struct {
		text numeric
		to   *int
	}{{raw.Interval, &got.Interval}, {raw.Max, &most}, {raw.Current, &got.Current}} {
		if *field.to, err = intervals(field.text); err != nil {
			return fmt.Errorf("read schedule: %w", err)
		}
	}
	if raw.Max != "" {
		got.MaxInterval = &most
	}
	*s = got
	return nil
}

// MarshalJSON writes a schedule as the provider's answers do.
func (s Schedule) MarshalJSON() ([]byte, error) {
	raw := s.raw()
	raw.Start, raw.Previous, raw.Next = isoText(s.Start), isoText(s.Previous), isoText(s.Next)
	raw.Current = numeric(strconv.Itoa(s.Current))
	return json.Marshal(raw)
}

func (s Schedule) raw() rawSchedule {
	raw := rawSchedule{Interval: numeric(strconv.Itoa(s.Interval)), Unit: loose(s.Unit)}
	if s.MaxInterval != nil {
		raw.Max = numeric(strconv.Itoa(*s.MaxInterval))
	}
	return raw
}

// request is the schedule as a request has it: with an offset.
func (s Schedule) request() rawSchedule {
	raw := s.raw()
	if !s.Start.IsZero() {
		raw.Start = loose(s.Start.In(Zone).Format(snapTime))
	}
	return raw
}

func isoText(t time.Time) loose {
	if t.IsZero() {
		return ""
	}
	return loose(t.UTC().Format(subscriptionTime))
}

// maxInterval keeps dates within what calendars and databases hold.
const maxInterval = 10_000

func (s Schedule) check() []string {
	var problems []string
	if s.Interval < 1 || s.Interval > maxInterval {
		problems = append(problems, fmt.Sprintf("schedule.interval %d is not in 1..%d", s.Interval, maxInterval))
	}
	if !slices.Contains([]string{"day", "week", "month"}, s.Unit) {
		problems = append(problems, fmt.Sprintf("schedule.interval_unit %.20q is not day, week or month", s.Unit))
	}
	if m := s.MaxInterval; m != nil && (*m < 0 || *m > maxInterval) {
		problems = append(problems, fmt.Sprintf("schedule.max_interval %d is not in 0..%d", *m, maxInterval))
	}
	if !s.Start.IsZero() && !s.Start.Truncate(time.Second).After(time.Now()) {
		problems = append(problems, "schedule.start_time is not in the future")
	}
	return problems
}

func (r *Retry) check() []string {
	if r == nil {
		return nil
	}
	var problems []string
	if r.Max < 0 || r.Max > MaxRetries {
		problems = append(problems, fmt.Sprintf("retry_schedule.max_interval %d is not in 0..%d", r.Max, MaxRetries))
	}
	if r.Interval < 1 || r.Interval > maxInterval {
		problems = append(problems, fmt.Sprintf("retry_schedule.interval %d is not in 1..%d", r.Interval, maxInterval))
	}
	if !slices.Contains([]string{"minute", "hour", "day"}, r.Unit) {
		problems = append(problems, fmt.Sprintf("retry_schedule.interval_unit %.20q is not minute, hour or day", r.Unit))
	}
	return problems
}
