package keypad

import (
	"slices"
	"testing"
	"time"
)

// TestKeyHold: a key is held when Linux still repeats it after a while, and that is
// told once.
func TestKeyHold(t *testing.T) {
	const a, b = 30, 48
	key := func(code uint16, value int32) []inputEvent {
		return []inputEvent{{kind: evKey, code: code, value: value}, {kind: evSyn}}
	}
	start := time.Unix(1_800_000_000, 0)
	var h keyHold
	var told []uint16
	for _, s := range []struct {
		after  time.Duration
		events []inputEvent
	}{
		{0, key(a, repeated)}, // of a press that was not seen
		{0, key(a, pressed)},
		{HeldFor - 1, key(a, repeated)},
		{HeldFor, key(b, repeated)},
		{HeldFor, key(a, repeated)}, // now
		{HeldFor + time.Second, key(a, repeated)},
		{2 * time.Second, key(a, released)},
		{5 * time.Second, key(a, repeated)},
		{6 * time.Second, append(key(a, pressed), key(b, pressed)...)},
		{7 * time.Second, key(a, repeated)}, // another was pressed since
		{7 * time.Second, key(b, repeated)}, // and that one is held
	} {
		if code := h.take(s.events, start.Add(s.after)); code != 0 {
			told = append(told, code)
		}
	}
	if want := []uint16{a, b}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}
