package keypad

import (
	"math/bits"
	"time"
)

// Stable is how long a contact must read the same before it is believed.
// Switches bounce for up to 20 ms in 1 to 8 edges, each burst far shorter.
const Stable = 10 * time.Millisecond

// Samples is how many equal samples in a row span Stable when one is taken
// each period; 2 at least, since one sample alone spans no time.
func Samples(period time.Duration) int {
	if period <= 0 {
		return 2
	}
	return max(2, int((Stable+period-1)/period)+1)
}

// Debounce is what a contact, or a row of them, reads without its bounces. The
// zero value with Need set believes the zero reading.
type Debounce[T comparable] struct {
	Need  int // equal samples in a row until a reading is believed; see Samples
	Value T   // believed
	last  T
	run   int // samples in a row that were last
}

// Step is d after one more sample, and whether what it believes changed.
func (d Debounce[T]) Step(sample T) (next Debounce[T], changed bool) {
	if sample != d.last {
		d.last, d.run = sample, 0
	}
	d.run = min(d.run+1, d.Need)
	if d.run < d.Need || sample == d.Value {
		return d, false
	}
	d.Value = sample
	return d, true
}

// Contacts is a reading of a key matrix: bit row*cols+col is a closed contact.
type Contacts uint64

// Ghosts reports whether a reading of a matrix without diodes cannot be
// believed: with three keys of a rectangle down, the fourth corner reads as
// down too. Readings where two rows share two columns hold such a rectangle.
func (c Contacts) Ghosts(cols int) bool {
	row := Contacts(1)<<cols - 1
	for a := c; a != 0; a >>= cols {
		for b := a >> cols; b != 0; b >>= cols {
			if bits.OnesCount64(uint64(a&b&row)) > 1 {
				return true
			}
		}
	}
	return false
}

// Matrix is a key matrix read by scanning. It tells presses only.
type Matrix struct {
	cols int
	scan Debounce[Contacts]
	down Contacts // keys whose press is over, or was never told
}

// NewMatrix is a matrix with all keys up, scanned once each period. It has at
// most 64 contacts, and cols in 1..64.
func NewMatrix(cols int, period time.Duration) Matrix {
	return Matrix{cols: cols, scan: Debounce[Contacts]{Need: Samples(period)}}
}

// Step is m after one more scan, and the contact that was pressed by it, if
// any. A key that goes down while another is held is a press; of two that go
// down in the same scan nobody can say which was meant or was first, so they
// are none, and neither is anything that may be a ghost.
func (m Matrix) Step(scan Contacts) (next Matrix, contact int, pressed bool) {
	m.scan, _ = m.scan.Step(scan)
	stable := m.scan.Value
	if stable.Ghosts(m.cols) {
		m.down &= stable // whoever went up may come down again
		return m, 0, false
	}
	fresh := stable &^ m.down
	m.down = stable
	if bits.OnesCount64(uint64(fresh)) != 1 {
		return m, 0, false
	}
	return m, bits.TrailingZeros64(uint64(fresh)), true
}
