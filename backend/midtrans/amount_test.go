package midtrans

import (
	"encoding/json"
	"testing"
	"time"
)

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		text string
		want Amount
		ok   bool
	}{
		{"789000.00", 789000, true},
		{"789000", 789000, true},
		{"789000.0", 789000, true},
		{"0.00", 0, true},
		{"1", 1, true},
		{"999999999999999", 999999999999999, true},
		{"1000000000000000", 0, false},
		{"789000.50", 0, false},
		{"789000.", 0, false},
		{".00", 0, false},
		{"", 0, false},
		{"-1", 0, false},
		{"+1", 0, false},
		{"1e5", 0, false},
		{"0789", 0, false},
		{"789,000", 0, false},
		{"789000.00 ", 0, false},
		{"1.00.00", 0, false},
		{"0x10", 0, false},
		{"٧٨٩", 0, false},
	} {
		got, err := ParseAmount(c.text)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("ParseAmount(%q): got %d, %v, want %d, ok %v", c.text, int64(got), err, int64(c.want), c.ok)
		}
	}
}

func TestAmountJSON(t *testing.T) {
	var doc struct{ Text, Number, Null Amount }
	if err := json.Unmarshal([]byte(`{"Text":"789000.00","Number":789000.00,"Null":null}`), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Text != 789000 || doc.Number != 789000 || doc.Null != 0 {
		t.Errorf("got %v", doc)
	}
	b, err := json.Marshal(doc)
	if got, want := string(b), `{"Text":"789000.00","Number":"789000.00","Null":"0.00"}`; got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	for _, bad := range []string{`{"Text":"ten"}`, `{"Text":1.5}`, `{"Text":{}}`, `{"Text":true}`, `{"Text":"\ud800"}`} {
		if err := json.Unmarshal([]byte(bad), &doc); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestTime(t *testing.T) {
	want := time.Date(2026, 6, 27, 4, 0, 27, 0, time.UTC)
	for _, text := range []string{
		"2026-06-27 11:00:27", "2026-06-27 11:00:27 +0700", "2026-06-27T04:00:27Z", "2026-06-27T04:00:27.000000Z",
		"2026-06-27T11:00:27+07:00", "2026-06-27T11:00:27",
	} {
		if got, ok := ParseTime(text); !ok || !got.Equal(want) {
			t.Errorf("ParseTime(%q): got %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "yesterday", "2026-13-01 00:00:00", "27/06/2026 11:00:27"} {
		if got, ok := ParseTime(text); ok {
			t.Errorf("ParseTime(%q): got %v", text, got)
		}
	}
	if got, want := FormatTime(want), "2026-06-27 11:00:27"; got != want {
		t.Errorf("FormatTime: got %s, want %s", got, want)
	}
}
