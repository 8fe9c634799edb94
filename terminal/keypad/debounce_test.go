package keypad

import (
	"math/bits"
	"slices"
	"testing"
	"time"
)

func TestSamples(t *testing.T) {
	tests := []struct {
		period time.Duration
		want   int
	}{
		{0, 2}, {-1, 2}, {time.Second, 2}, {10 * time.Millisecond, 2},
		{9 * time.Millisecond, 3}, {5 * time.Millisecond, 3}, {4 * time.Millisecond, 4}, {time.Millisecond, 11},
	}
	for _, tt := range tests {
		got := Samples(tt.period)
		if got != tt.want {
			t.Errorf("%s: %d samples, want %d", tt.period, got, tt.want)
		}
		if span := time.Duration(got-1) * tt.period; tt.period > 0 && span < Stable {
			t.Errorf("%s: %d samples span %s only", tt.period, got, span)
		}
	}
}

// pressedOn is what a matrix without diodes reads when keys are down: current
// flows from a row to a column along any way through closed contacts.
func pressedOn(keys Contacts, rows, cols int) Contacts {
	for {
		next := keys
		for r1 := range rows {
			for r2 := range rows {
				a, b := keys>>(r1*cols)&(1<<cols-1), keys>>(r2*cols)&(1<<cols-1)
				if a&b != 0 {
					next |= (a | b) << (r1 * cols)
				}
			}
		}
		if next == keys {
			return keys
		}
		keys = next
	}
}

// Every set of keys on a pad of 4 by 4: a reading that holds a key nobody
// pressed is always called a ghost, and one or two keys never are.
func TestGhostsEverySet(t *testing.T) {
	const rows, cols = 4, 4
	for keys := range Contacts(1 << (rows * cols)) {
		read := pressedOn(keys, rows, cols)
		if read != keys && !read.Ghosts(cols) {
			t.Fatalf("keys %016b read as %016b, and that is believed", keys, read)
		}
		if bits.OnesCount64(uint64(keys)) <= 2 && read.Ghosts(cols) {
			t.Fatalf("keys %016b are two at most and called ghosts", keys)
		}
	}
}

// Every way to press up to three keys one after the other and let them go
// again, on a pad of 3 by 3: no key is told that was not pressed, none twice,
// and the first two are always told.
func TestMatrixEveryThreeKeys(t *testing.T) {
	const rows, cols, period = 3, 3, 5 * time.Millisecond
	const keys = rows * cols
	for n := range keys * keys * keys {
		order := [3]int{n % keys, n / keys % keys, n / keys / keys}
		if order[0] == order[1] || order[1] == order[2] || order[0] == order[2] {
			continue
		}
		m := NewMatrix(cols, period)
		var told []int
		scan := func(down Contacts) {
			for range Samples(period) {
				var c int
				var ok bool
				if m, c, ok = m.Step(pressedOn(down, rows, cols)); ok {
					told = append(told, c)
				}
			}
		}
		var down Contacts
		for _, k := range order {
			down |= 1 << k
			scan(down)
		}
		for _, k := range order {
			down &^= 1 << k
			scan(down)
		}
		if len(told) != 3 || told[0] != order[0] || told[1] != order[1] || told[2] != order[2] {
			t.Fatalf("pressed %v, told %v", order, told)
		}
	}
}

// A key that bounces as it goes down and up is one press.
func TestMatrixBounces(t *testing.T) {
	m, presses := NewMatrix(4, 5*time.Millisecond), 0
	for _, down := range []Contacts{0, 8, 0, 8, 8, 0, 8, 8, 8, 8, 8, 0, 8, 0, 0, 8, 0, 0, 0, 0} {
		var c int
		var ok bool
		if m, c, ok = m.Step(down); ok {
			presses++
			if c != 3 {
				t.Errorf("contact %d, want 3", c)
			}
		}
	}
	if presses != 1 {
		t.Errorf("%d presses, want 1", presses)
	}
}

// Two keys that go down in the same scan are no press, until one of them is
// pressed again.
func TestMatrixTwoAtOnce(t *testing.T) {
	m := NewMatrix(4, 10*time.Millisecond)
	var told []int
	for _, down := range []Contacts{0b11, 0b11, 0b11, 0b10, 0b10, 0b10, 0b10, 0b11, 0b11, 0, 0} {
		var c int
		var ok bool
		if m, c, ok = m.Step(down); ok {
			told = append(told, c)
		}
	}
	if len(told) != 1 || told[0] != 0 {
		t.Errorf("told %v, want one press of contact 0", told)
	}
}

// A contact that chatters for ever tells nothing, and holds up nobody else.
func TestMatrixChatter(t *testing.T) {
	m := NewMatrix(4, 5*time.Millisecond)
	var told []int
	for i := range 200 {
		scan := Contacts(i & 1)
		if i >= 100 && i < 120 {
			scan |= 1 << 5
		}
		var c int
		var ok bool
		if m, c, ok = m.Step(scan); ok {
			told = append(told, c)
		}
	}
	if len(told) != 1 || told[0] != 5 {
		t.Errorf("told %v, want one press of contact 5", told)
	}
}

// A key that is stuck is one press, and the others go on; when all are up, the
// matrix is as new.
func TestMatrixStuckKey(t *testing.T) {
	m, told := NewMatrix(4, 5*time.Millisecond), []int(nil)
	hold := func(scan Contacts, samples int) {
		for range samples {
			var c int
			var ok bool
			if m, c, ok = m.Step(scan); ok {
				told = append(told, c)
			}
		}
	}
	hold(1<<6, 100_000)
	for range 3 {
		hold(1<<6|1<<9, 10)
		hold(1<<6, 10)
	}
	if want := []int{6, 9, 9, 9}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if m.Idle() {
		t.Error("idle with a key stuck")
	}
	hold(0, spanning(Released, 5*time.Millisecond))
	if !m.Idle() {
		t.Error("not idle with all keys up")
	}
}
