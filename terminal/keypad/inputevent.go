package keypad

import (
	"encoding/binary"
	"math/bits"
)

// layout is how many bytes of a struct input_event come before its type: the
// time, as two longs of the program that reads, whatever the kernel's own size
// (Linux, include/uapi/linux/input.h). Type and code, of 16 bits each, and the
// value, of 32, follow.
type layout int

const (
	layout32 layout = 8
	layout64 layout = 16
	// native is the layout that the kernel has for this program.
	native = layout(2 * bits.UintSize / 8)
)

func (l layout) size() int { return int(l) + 8 }

// Types, codes and values of events (Linux, input-event-codes.h).
const (
	evSyn      = 0
	evKey      = 1
	synReport  = 0
	synDropped = 3
	released   = 0
	pressed    = 1
	repeated   = 2
)

// inputEvent is one event without its time.
type inputEvent struct {
	kind, code uint16
	value      int32
}

// events is the whole events at the beginning of b, and what is left of b.
func (l layout) events(b []byte) (out []inputEvent, rest []byte) {
	for ; len(b) >= l.size(); b = b[l.size():] {
		e := b[l:]
		out = append(out, inputEvent{
			kind:  binary.NativeEndian.Uint16(e),
			code:  binary.NativeEndian.Uint16(e[2:]),
			value: int32(binary.NativeEndian.Uint32(e[4:])),
		})
	}
	return out, b
}

// keyCodes is a set of key codes, as the kernel has it: KEY_MAX is 0x2FF.
type keyCodes [12]uint64

func (k *keyCodes) has(code uint16) bool {
	return int(code) < len(k)*64 && k[code/64]>>(code%64)&1 == 1
}

func (k *keyCodes) put(code uint16, in bool) {
	if int(code) >= len(k)*64 {
		return
	}
	k[code/64] &^= 1 << (code % 64)
	if in {
		k[code/64] |= 1 << (code % 64)
	}
}

// without is the codes of k that are not in other, in their order.
func (k *keyCodes) without(other *keyCodes) (codes []uint16) {
	for i := range k {
		for rest := k[i] &^ other[i]; rest != 0; rest &= rest - 1 {
			codes = append(codes, uint16(i*64+bits.TrailingZeros64(rest)))
		}
	}
	return codes
}

// keyTrack finds presses in the events of one device. The zero value is a
// device with all keys up.
type keyTrack struct {
	down    keyCodes
	dropped bool // until the next report, events are of no use
}

// take is the codes that were pressed by events, in their order, and whether
// presses may be missing. Repeats are none.
//
// When the kernel had no room it says SYN_DROPPED and leaves events out. What
// comes until the next report is half of something and passed over, and held,
// which says what is down now, is asked once all of events are taken. (Asking
// also takes what it tells from the kernel's queue.) A single key that went
// down unseen was pressed, and is told if it cannot have been before another
// that was told; of several nobody knows the order, so they are none.
func (k *keyTrack) take(events []inputEvent, held func() (keyCodes, bool)) (codes []uint16, lost bool) {
	since := 0 // how many codes there were at the last report after a drop
	for _, e := range events {
		switch {
		case e.kind == evSyn && e.code == synDropped:
			k.dropped = true
		case k.dropped:
			if e.kind == evSyn && e.code == synReport {
				k.dropped, lost, since = false, true, len(codes)
			}
		case e.kind == evKey && e.value == pressed:
			k.down.put(e.code, true)
			codes = append(codes, e.code)
		case e.kind == evKey && e.value == released:
			k.down.put(e.code, false)
		}
	}
	if !lost || k.dropped {
		return codes, lost
	}
	now, ok := held()
	if fresh := now.without(&k.down); ok && len(fresh) == 1 && len(codes) == since {
		codes = append(codes, fresh[0])
	}
	k.down = now
	return codes, lost
}
