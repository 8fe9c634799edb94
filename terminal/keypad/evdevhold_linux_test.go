package keypad

import (
	"testing"
	"time"
)

// A pad that never repeats: a digit that stays down is held, and one whose release
// has merely not been read yet is not.
func TestEvdevHeldWithoutRepeats(t *testing.T) {
	t.Parallel()
	s := newSlot(t)
	ty, said := s.run(t, EvdevOpts{})
	said.next(t)
	f := s.plug(t, "event1", "USB pad", usbPad...)
	if !said.next(t) {
		t.Fatal("no keypad")
	}
	const one, two = 79, 80 // KEY_KP1, KEY_KP2
	f.events <- native.bytes(stroke(one, pressed)...)
	if got := ty.take(1); got != "1" {
		t.Fatalf("got %q", got)
	}
	select { // the device says that it is up again
	case k := <-ty.keys:
		t.Errorf("got %q", rune(k))
	case <-time.After(HeldFor + 100*time.Millisecond):
	}
	f.mu.Lock()
	f.down.put(two, true)
	f.mu.Unlock()
	f.events <- native.bytes(stroke(two, pressed)...)
	if got := ty.take(2); got != "2②" {
		t.Errorf("got %q, want 2 and then that it is held", got)
	}
}
