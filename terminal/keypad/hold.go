package keypad

import "time"

// keyHold finds out that the key which was pressed last is held down, from the
// repeats that Linux makes of it. The zero value is a device with all keys up.
type keyHold struct {
	code  uint16
	since time.Time
	told  bool
}

// take is the code that is known to be held from these events on; 0 for none. now
// is when they were read.
func (h *keyHold) take(events []inputEvent, now time.Time) (code uint16) {
	for _, e := range events {
		switch {
		case e.kind != evKey:
		case e.value == pressed:
			*h = keyHold{code: e.code, since: now}
		case e.code != h.code:
		case e.value == released:
			*h = keyHold{}
		case e.value == repeated && !h.told && now.Sub(h.since) >= HeldFor:
			h.told, code = true, e.code
		}
	}
	return code
}
