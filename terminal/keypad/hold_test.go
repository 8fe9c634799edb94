package keypad

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestKeyHold: a key is held when it is still down after a while, whether Linux
// repeats it or not, and that is told once.
func TestKeyHold(t *testing.T) {
	const a, b = 30, 48
	synctest.Test(t, func(t *testing.T) {
		var h keyHold
		told := make(chan uint16, 10)
		say := func(code uint16, value int32) {
			h.take([]inputEvent{{kind: evKey, code: code, value: value}, {kind: evSyn}}, func(c uint16) { told <- c })
		}
		say(a, released) // of a press that was not seen
		say(a, pressed)
		time.Sleep(HeldFor - 1)
		say(a, released)
		time.Sleep(time.Minute) // it was not held
		say(b, pressed)
		say(a, released) // of another key
		time.Sleep(HeldFor)
		say(b, repeated)
		time.Sleep(time.Minute) // it was, and is told once
		say(a, pressed)
		time.Sleep(HeldFor / 2)
		say(b, pressed) // another one since: that counts
		time.Sleep(HeldFor / 2)
		say(a, released)
		time.Sleep(HeldFor)
		say(a, pressed)
		h.end() // and it is unplugged
		time.Sleep(time.Minute)
		synctest.Wait()
		close(told)
		var got []uint16
		for c := range told {
			got = append(got, c)
		}
		if want := []uint16{b, b}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}
