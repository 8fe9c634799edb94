package midtrans

import "time"

// Zone is GMT+7 (Western Indonesian Time). The provider writes times of day in
// it and does not say so.
var Zone = time.FixedZone("GMT+7", 7*60*60)

// TimeLayout is how the provider writes a moment, always in Zone.
const TimeLayout = "2006-01-02 15:04:05"

// layouts are all the ways a moment has been seen written. A layout without an
// offset is read in Zone; recurring notifications use ISO 8601 in UTC.
var layouts = []string{TimeLayout, TimeLayout + " -0700", time.RFC3339Nano, "2006-01-02T15:04:05"}

// ParseTime reads a moment as the provider writes it. It reports false for
// anything else, the empty text included.
func ParseTime(s string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, Zone); err == nil {
			return t.In(Zone), true
		}
	}
	return time.Time{}, false
}

// FormatTime writes t as the provider does, to the second, in Zone.
func FormatTime(t time.Time) string { return t.In(Zone).Format(TimeLayout) }

// moment is ParseTime for documents: a time that cannot be read is no time,
// and must not keep a settlement from being seen.
func moment(texts ...loose) time.Time {
	for _, s := range texts {
		if t, ok := ParseTime(string(s)); ok {
			return t
		}
	}
	return time.Time{}
}
