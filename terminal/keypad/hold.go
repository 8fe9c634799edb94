package keypad

import (
	"sync"
	"time"

	"kasir/terminal"
)

// keyHold finds out that the key which was pressed last is held down. It times that
// itself: some pads do not repeat, and how soon others do is somebody's setting. The
// zero value is a device with all keys up.
type keyHold struct {
	mu    sync.Mutex
	code  uint16 // that is down; 0 for none
	timer *time.Timer
}

// take notes what was pressed and let go. told is called, some time later and by
// another goroutine, with the code that is still down after HeldFor.
func (h *keyHold) take(events []inputEvent, told func(code uint16)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range events {
		switch {
		case e.kind != evKey:
		case e.value == pressed:
			h.drop()
			code := e.code
			h.code = code
			h.timer = time.AfterFunc(HeldFor, func() {
				if h.still(code) {
					told(code)
				}
			})
		case e.value == released && e.code == h.code:
			h.drop()
		}
	}
}

// still reports whether a code is the one that is down.
func (h *keyHold) still(code uint16) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.code == code
}

func (h *keyHold) drop() {
	if h.timer != nil {
		h.timer.Stop()
	}
	h.code = 0
}

// end forgets what is down: nothing is told any more.
func (h *keyHold) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop()
}

// holdPrefix stands before a digit that is held down, where keys are characters and
// nobody can tell how long one is pressed.
const holdPrefix = 'q'

// prefix finds digits with holdPrefix before them. The zero value is ready.
type prefix struct{ armed bool }

// take is the keys of a character: those of a digit after the prefix are its press
// and that it is held. ok says that k is a key by itself.
func (p *prefix) take(k terminal.Key, ok bool) []terminal.Key {
	armed := p.armed
	p.armed = false
	if !ok {
		return nil
	}
	if held, digit := terminal.Hold(k); armed && digit {
		return []terminal.Key{k, held}
	}
	return []terminal.Key{k}
}
