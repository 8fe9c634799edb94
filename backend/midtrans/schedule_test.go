package midtrans

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"
)

func TestScheduleTimes(t *testing.T) {
	at := time.Date(2022, 10, 26, 4, 20, 0, 803677000, time.UTC)
	for _, c := range []struct {
		text string
		want time.Time
	}{
		{"2022-10-26T04:20:00.803677Z", at},
		{"2022-10-26T11:20:00.803677", at}, // no offset: GMT+7
		{"2022-10-26 11:20:00", at.Truncate(time.Second)},
		{"2022-10-26 11:20:00 +0700", at.Truncate(time.Second)},
		{"2022-10-26 04:20:00 +0000", at.Truncate(time.Second)},
		{"tomorrow", time.Time{}},
	} {
		var s Schedule
		if err := json.Unmarshal([]byte(`{"start_time":"`+c.text+`","next_execution_at":"`+c.text+`"}`), &s); err != nil {
			t.Fatal(err)
		}
		if !s.Start.Equal(c.want) || !s.Next.Equal(c.want) || !s.Previous.IsZero() {
			t.Errorf("%s: got %v, want %v", c.text, s.Start, c.want)
		}
	}
}

func TestScheduleNumbers(t *testing.T) {
	var s Schedule
	if err := json.Unmarshal([]byte(`{"interval":"1","interval_unit":"month","max_interval":0,"current_interval":3}`), &s); err != nil {
		t.Fatal(err)
	}
	if s.Interval != 1 || s.MaxInterval == nil || *s.MaxInterval != 0 || s.Current != 3 {
		t.Errorf("got %+v", s)
	}
	var endless Schedule
	if err := json.Unmarshal([]byte(`{"interval":1,"max_interval":null}`), &endless); err != nil || endless.MaxInterval != nil {
		t.Errorf("got %+v, %v", endless, err)
	}
	var r Retry
	if err := json.Unmarshal([]byte(`{"interval":"5","interval_unit":"minute","max_interval":3}`), &r); err != nil || r != (Retry{5, "minute", 3}) {
		t.Errorf("got %+v, %v", r, err)
	}
	for _, bad := range []string{`{"interval":-1}`, `{"interval":1.5}`, `{"max_interval":"many"}`, `{"interval":{}}`, `[]`} {
		if json.Unmarshal([]byte(bad), &s) == nil || json.Unmarshal([]byte(bad), &r) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestScheduleCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		minus, once, many := -1, 0, maxInterval+1
		good := Schedule{Interval: 1, Unit: "month", MaxInterval: &once, Start: now.Add(2 * time.Second)}
		if problems := good.check(); problems != nil {
			t.Errorf("got %v", problems)
		}
		for name, spoil := range map[string]func(*Schedule){
			"interval":  func(s *Schedule) { s.Interval = 0 },
			"eternity":  func(s *Schedule) { s.Interval = maxInterval + 1 },
			"unit":      func(s *Schedule) { s.Unit = "minute" },
			"plural":    func(s *Schedule) { s.Unit = "months" },
			"negative":  func(s *Schedule) { s.MaxInterval = &minus },
			"too many":  func(s *Schedule) { s.MaxInterval = &many },
			"now":       func(s *Schedule) { s.Start = now },
			"yesterday": func(s *Schedule) { s.Start = now.Add(-24 * time.Hour) },
			"this second, when it is written": func(s *Schedule) {
				s.Start = now.Truncate(time.Second).Add(999 * time.Millisecond)
			},
		} {
			s := good
			spoil(&s)
			if s.check() == nil {
				t.Errorf("%s was taken", name)
			}
		}
	})
	for _, c := range []struct {
		retry *Retry
		ok    bool
	}{
		{nil, true}, {&Retry{1, "day", 3}, true}, {&Retry{10, "minute", 0}, true},
		{&Retry{1, "day", 4}, false}, {&Retry{1, "day", -1}, false}, {&Retry{0, "day", 1}, false}, {&Retry{1, "week", 1}, false},
	} {
		if got := c.retry.check() == nil; got != c.ok {
			t.Errorf("%+v: got %v", c.retry, got)
		}
	}
}
