package speaker

import (
	"encoding/json"
	"slices"
	"time"

	"kasir/terminal"
)

// Note is one pitch, or a rest, for some time.
type Note struct {
	Freq int           // hertz; 0 is a rest
	Dur  time.Duration // whole milliseconds
}

// MarshalJSON writes a note as a browser wants it: {"hz":880,"ms":120}.
func (n Note) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Hz int   `json:"hz"`
		Ms int64 `json:"ms"`
	}{n.Freq, n.Dur.Milliseconds()})
}

const ms = time.Millisecond

// patterns are the tones. They must be told apart with the back turned and on
// a buzzer that has one pitch, so each has a rhythm of its own; pitch only
// helps. Small piezos are loudest at 2 to 3 kHz, but that is hard on the ear
// for longer than a click; verdicts stay below.
var patterns = [...][]Note{
	terminal.ToneKey:    {{2400, 12 * ms}},
	terminal.ToneRefuse: {{300, 220 * ms}},
	terminal.ToneReady:  {{880, 60 * ms}, {1175, 60 * ms}},
	terminal.TonePaid:   {{1319, 120 * ms}, {0, 80 * ms}, {1760, 120 * ms}},
	terminal.ToneFailed: {{220, 900 * ms}},
	terminal.ToneUnsure: {{440, 200 * ms}, {0, 250 * ms}, {440, 200 * ms}, {0, 250 * ms}, {440, 200 * ms}},
	terminal.ToneLate: {
		{1319, 120 * ms}, {0, 80 * ms}, {1760, 120 * ms}, {0, 400 * ms},
		{1319, 120 * ms}, {0, 80 * ms}, {1760, 120 * ms},
	},
	terminal.ToneAlarm: {
		{988, 180 * ms}, {0, 60 * ms}, {659, 180 * ms}, {0, 60 * ms},
		{988, 180 * ms}, {0, 60 * ms}, {659, 180 * ms}, {0, 60 * ms},
		{988, 180 * ms}, {0, 60 * ms}, {659, 180 * ms},
	},
}

// Pattern is what a tone sounds like: two short notes are paid, one long one
// is failed, paid twice is paid late. Silence, and a tone it does not know,
// are no notes. The notes are the caller's own.
func Pattern(t terminal.Tone) []Note {
	if int(t) >= len(patterns) {
		return nil
	}
	return slices.Clone(patterns[t])
}
