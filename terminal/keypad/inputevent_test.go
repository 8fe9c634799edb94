package keypad

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kasir/terminal"
)

// bytes is events as a kernel of this layout writes them.
func (l layout) bytes(events ...inputEvent) (b []byte) {
	for i, e := range events {
		at := make([]byte, l)
		binary.NativeEndian.PutUint32(at, uint32(1_760_000_000+i))
		b = append(b, at...)
		b = binary.NativeEndian.AppendUint16(b, e.kind)
		b = binary.NativeEndian.AppendUint16(b, e.code)
		b = binary.NativeEndian.AppendUint32(b, uint32(e.value))
	}
	return b
}

// stroke is what a USB pad sends for one change of one key: its scan code
// (EV_MSC), the key, the report.
func stroke(code uint16, value int32) []inputEvent {
	return []inputEvent{{4, 4, 0x7005A}, {evKey, code, value}, {evSyn, synReport, 0}}
}

func press(codes ...uint16) (events []inputEvent) {
	for _, c := range codes {
		events = append(events, stroke(c, pressed)...)
		events = append(events, stroke(c, released)...)
	}
	return events
}

// A key as it comes out of /dev/input on machines of both sizes, byte by byte
// (both little-endian).
func TestLayouts(t *testing.T) {
	for l, text := range map[layout]string{
		layout32: "d1f52e68 a0860100 0100 4f00 01000000" + "d1f52e68 a0860100 0000 0000 00000000",
		layout64: "d1f52e6800000000 a086010000000000 0100 4f00 01000000" + "d1f52e6800000000 a086010000000000 0000 0000 00000000",
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		got, rest := l.events(append(b, 1, 2, 3))
		if want := []inputEvent{{evKey, 79, 1}, {}}; !slices.Equal(got, want) || len(rest) != 3 {
			t.Errorf("layout %d: got %v and %d bytes, want %v", l, got, len(rest), want)
		}
		if got, rest := l.events(l.bytes(got...)); len(got) != 2 || got[0].code != 79 || len(rest) != 0 {
			t.Errorf("layout %d: written and read again: %v", l, got)
		}
	}
}

// meant is what a till makes of codes.
func meant(codes []uint16) string {
	var b strings.Builder
	for _, c := range codes {
		if k, ok := codeKeys[c]; ok {
			b.WriteRune(rune(k))
		}
	}
	return b.String()
}

func nothingHeld() (keyCodes, bool) { return keyCodes{}, false }

func TestPads(t *testing.T) {
	numLock := func(code uint16) []inputEvent { return slices.Concat(press(69), press(code), press(69)) }
	drop := []inputEvent{{evSyn, synDropped, 0}}
	report := []inputEvent{{evSyn, synReport, 0}}
	held := func(codes ...uint16) func() (keyCodes, bool) {
		var k keyCodes
		for _, c := range codes {
			k.put(c, true)
		}
		return func() (keyCodes, bool) { return k, true }
	}
	tests := []struct {
		name   string
		events []inputEvent
		held   func() (keyCodes, bool)
		want   string
	}{
		{"keypad digits", press(82, 79, 80, 81, 75, 76, 77, 71, 72, 73), nil, "0123456789"},
		{"row of digits", press(11, 2, 3, 4, 5, 6, 7, 8, 9, 10), nil, "0123456789"},
		{"telephone", press(0x200, 0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207, 0x208, 0x209, 0x20A, 0x20B), nil, "0123456789c\n"},
		{"others", press(96, 28, 14, 111, 1, 78, 74, 55, 98, 83), nil, "\n\nbbc+bcmz"},
		{"a key for 00", press(82, 82), nil, "00"},
		{"NumLock around each key", slices.Concat(numLock(79), numLock(82), numLock(96)), nil, "10\n"},
		{"a held key repeats", slices.Concat(stroke(79, 1), stroke(79, 2), stroke(79, 2), stroke(79, 0)), nil, "1"},
		{"two keys rolled over", slices.Concat(stroke(79, 1), stroke(80, 1), stroke(79, 0), stroke(80, 0)), nil, "12"},
		{"no key of ours", press(0x110, 116, 0x2FF, 0xFFFF), nil, ""},
		{"dropped", slices.Concat(press(79), drop, stroke(80, 1), press(81)), held(), "13"},
		{"dropped, and it cannot be asked", slices.Concat(press(79), drop, stroke(80, 1), press(81)), nil, "13"},
		{"dropped, one key is down unseen", slices.Concat(press(79), drop, report), held(80), "12"},
		{"dropped, the same key is down as before", slices.Concat(stroke(79, 1), drop, report), held(79), "1"},
		{"dropped, two keys are down unseen", slices.Concat(press(79), drop, report), held(80, 81), "1"},
		{"dropped, one is down but another came since", slices.Concat(drop, report, press(79)), held(80), "1"},
		{"dropped, no report yet", slices.Concat(drop, stroke(79, 1)[:2]), held(79), ""},
	}
	for _, tt := range tests {
		var k keyTrack
		ask := tt.held
		if ask == nil {
			ask = nothingHeld
		}
		if codes, _ := k.take(tt.events, ask); meant(codes) != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, meant(codes), tt.want)
		}
	}
}

// Every code means a key of a till or nothing, and each key can be typed on a
// pad of its own kind.
func TestCodeKeys(t *testing.T) {
	on := make(map[terminal.Key]bool)
	for code, k := range codeKeys {
		if _, ok := Key(rune(k)); !ok {
			t.Errorf("code %d is %q", code, rune(k))
		}
		on[k] = true
	}
	if len(on) != 18 {
		t.Errorf("%d keys can be typed, want all 18", len(on))
	}
	for _, numLock := range []uint16{69, 0, 0x2FF} {
		if k, ok := codeKeys[numLock]; ok {
			t.Errorf("code %d is %q", numLock, rune(k))
		}
	}
}

// kernelQueue is evdev's buffer for one reader (Linux, drivers/input/evdev.c):
// when it is full it keeps a SYN_DROPPED and the newest event, readers get no
// half report, and asking for the keys that are down empties it of keys.
type kernelQueue struct {
	buf    []inputEvent
	size   int
	whole  int // events up to the last report
	down   keyCodes
	forgot int // drops
}

func (q *kernelQueue) put(events ...inputEvent) {
	for _, e := range events {
		if e.kind == evKey && e.value != 2 {
			q.down.put(e.code, e.value == pressed)
		}
		q.buf = append(q.buf, e)
		if len(q.buf) >= q.size {
			q.buf, q.whole = []inputEvent{{evSyn, synDropped, 0}, e}, 0
			q.forgot++
		}
		if e.kind == evSyn && e.code == synReport {
			q.whole = len(q.buf)
		}
	}
}

func (q *kernelQueue) read(most int) []inputEvent {
	n := min(most, q.whole)
	out := slices.Clone(q.buf[:n])
	q.buf, q.whole = q.buf[n:], q.whole-n
	return out
}

func (q *kernelQueue) held() (keyCodes, bool) {
	q.buf = slices.DeleteFunc(q.buf, func(e inputEvent) bool { return e.kind == evKey })
	q.whole = 0
	for i, e := range q.buf {
		if e.kind == evSyn && e.code == synReport {
			q.whole = i + 1
		}
	}
	return q.down, true
}

// 100 000 people type on pads that are read now and then, in pieces of any
// size. Without a drop every press is told, once and in order; with drops what
// is told is still what was pressed, less some; and after the last drop
// nothing is missing any more.
func TestKeyTrackTyping(t *testing.T) {
	drops := 0
	for seed := range uint64(100_000) {
		r := rand.New(rand.NewPCG(seed, 7))
		q, k := kernelQueue{size: 8 << r.IntN(3)}, keyTrack{}
		var want, got []uint16
		take := func() {
			codes, _ := k.take(q.read(1+r.IntN(q.size)), q.held)
			got = append(got, codes...)
		}
		for range 20 {
			code := keypadCodes[r.IntN(len(keypadCodes))]
			value := int32(released)
			if !q.down.has(code) {
				value, want = pressed, append(want, code)
			} else if r.IntN(4) == 0 {
				value = 2
			}
			q.put(stroke(code, value)...)
			for range r.IntN(3) {
				take()
			}
		}
		for q.whole > 0 {
			take()
		}
		if q.forgot == 0 && !slices.Equal(got, want) || !within(got, want) {
			t.Fatalf("seed %d, %d drops: told %v, pressed %v", seed, q.forgot, got, want)
		}
		drops += min(q.forgot, 1)
		got = nil
		for _, code := range keypadCodes[:4] {
			q.put(press(code)...)
			for q.whole > 0 {
				take()
			}
		}
		for _, code := range keypadCodes[:4] { // whatever was down before
			if n := count(got, code); n > 1 || n == 0 {
				t.Fatalf("seed %d: after the storm %d told %d times", seed, code, n)
			}
		}
	}
	if drops < 1000 || drops > 99_000 {
		t.Errorf("%d of 100000 people saw a drop", drops)
	}
}

// within reports whether some is all with none or more left out.
func within(some, all []uint16) bool {
	for _, c := range some {
		i := slices.Index(all, c)
		if i < 0 {
			return false
		}
		all = all[i+1:]
	}
	return true
}

func count(all []uint16, code uint16) (n int) {
	for _, c := range all {
		if c == code {
			n++
		}
	}
	return n
}

// Whatever bytes come, in whatever pieces, a layout reads the same events, and
// no more presses are told than there are events.
func FuzzInputEvents(f *testing.F) {
	for _, l := range []layout{layout32, layout64} {
		f.Add(l.bytes(press(79, 96)...), uint8(5), l == layout64)
		f.Add(l.bytes(inputEvent{evSyn, synDropped, 0}, inputEvent{evKey, 79, 1}, inputEvent{}), uint8(1), l == layout64)
	}
	f.Fuzz(func(t *testing.T, in []byte, piece uint8, long bool) {
		l := layout32
		if long {
			l = layout64
		}
		whole, rest := l.events(in)
		if len(whole) != len(in)/l.size() || len(rest) >= l.size() {
			t.Fatalf("%d events and %d bytes of %d", len(whole), len(rest), len(in))
		}
		var pieces []inputEvent
		var left []byte
		for chunk := range slices.Chunk(in, max(int(piece), 1)) {
			var some []inputEvent
			some, left = l.events(append(left, chunk...))
			pieces = append(pieces, some...)
		}
		if !slices.Equal(whole, pieces) {
			t.Fatalf("in pieces of %d: %v, whole: %v", piece, pieces, whole)
		}
		var k keyTrack
		if codes, _ := k.take(whole, nothingHeld); len(codes) > len(whole) {
			t.Errorf("%d presses of %d events", len(codes), len(whole))
		}
	})
}
