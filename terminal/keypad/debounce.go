package keypad

import (
	"math/bits"
	"time"
)

// Switches bounce for up to 20 ms in 1 to 8 edges, both when they close and
// when they open, and one burst may well look steady to whoever samples it.
const (
	// Stable is how long a contact must read closed before its press is
	// believed. A press is believed early, because a person waits for it.
	Stable = 10 * time.Millisecond
	// Released is how long a contact must read open before its press is over.
	// It is longer than any bounce, so that no bounce is a second press; nobody
	// lets go of a key and presses it again as fast.
	Released = 25 * time.Millisecond
	// HeldFor is how long a key is down that is held: longer than a slow press.
	HeldFor = 700 * time.Millisecond
)

// Samples is how many equal samples in a row span Stable when one is taken
// each period; 2 at least, since one sample alone spans no time.
func Samples(period time.Duration) int { return spanning(Stable, period) }

func spanning(span, period time.Duration) int {
	if period <= 0 {
		return 2
	}
	return max(2, int((span+period-1)/period)+1)
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

// Matrix is a key matrix read by scanning. It tells presses only, each contact
// without its bounces, in the order in which the contacts first closed.
type Matrix struct {
	cols           int
	press, release int
	down           Contacts // keys whose press is not over, told or not
	young          Contacts // keys that closed and were not told yet
	run            [64]int8 // samples in a row: closed > 0, open < 0
	age            [64]uint16
}

// NewMatrix is a matrix with all keys up, scanned once each period, which is
// best 1 to 10 ms. It has at most 64 contacts, and cols in 1..64.
func NewMatrix(cols int, period time.Duration) Matrix {
	return Matrix{cols: cols, press: min(Samples(period), 100), release: min(spanning(Released, period), 100)}
}

// Idle reports whether nothing is pressed or may be about to be: until a row
// changes, scanning tells nothing.
func (m Matrix) Idle() bool { return m.down|m.young == 0 }

// Step is m after one more scan, and the contact whose press is told by it, if
// any. A key that goes down while another is held is a press; of two that go
// down in the same scan nobody can say which was meant or was first, so they
// are none, and neither is anything that may be a ghost.
func (m Matrix) Step(scan Contacts) (next Matrix, contact int, pressed bool) {
	if m.Idle() && scan == 0 {
		return m, 0, false
	}
	m.lift(scan)
	m.ripen(scan, scan.Ghosts(m.cols))
	return m.tell()
}

// lift ends the presses of contacts that have been open for long.
func (m *Matrix) lift(scan Contacts) {
	for rest := m.down; rest != 0; rest &= rest - 1 {
		c := bits.TrailingZeros64(uint64(rest))
		if scan>>c&1 == 1 {
			m.run[c] = 0
		} else if m.run[c]--; int(m.run[c]) <= -m.release {
			m.down &^= 1 << c
		}
	}
}

// ripen counts the samples of contacts on their way down. In a reading with
// ghosts an open contact is open, but a closed one is not known to be closed.
func (m *Matrix) ripen(scan Contacts, ghosts bool) {
	for rest := m.young; rest != 0; rest &= rest - 1 {
		c := bits.TrailingZeros64(uint64(rest))
		m.age[c] += min(1, ^m.age[c]) // saturates
		switch {
		case scan>>c&1 == 0:
			m.run[c] = min(m.run[c], 0) - 1
			if int(m.run[c]) <= -m.release {
				m.young &^= 1 << c // it was noise
			}
		case ghosts:
			m.run[c] = 0
		default:
			m.run[c] = min(max(m.run[c], 0)+1, int8(m.press))
		}
	}
	if ghosts {
		return
	}
	for rest := scan &^ (m.down | m.young); rest != 0; rest &= rest - 1 {
		c := bits.TrailingZeros64(uint64(rest))
		m.young |= 1 << c
		m.run[c], m.age[c] = 1, 0
	}
}

// tell is the oldest contact that is ripe, once no older one may still become
// a press. A contact that chatters for longer than bounces last holds up nobody.
func (m Matrix) tell() (next Matrix, contact int, pressed bool) {
	oldest, ripe := uint16(0), Contacts(0)
	for rest := m.young; rest != 0; rest &= rest - 1 {
		c := bits.TrailingZeros64(uint64(rest))
		if int(m.run[c]) < m.press || ripe != 0 && m.age[c] < oldest {
			continue
		}
		if m.age[c] > oldest {
			ripe = 0
		}
		oldest, ripe = m.age[c], ripe|1<<c
	}
	if ripe == 0 || m.waits(oldest) {
		return m, 0, false
	}
	m.young, m.down = m.young&^ripe, m.down|ripe
	for rest := ripe; rest != 0; rest &= rest - 1 {
		m.run[bits.TrailingZeros64(uint64(rest))] = 0
	}
	return m, bits.TrailingZeros64(uint64(ripe)), bits.OnesCount64(uint64(ripe)) == 1
}

// waits reports whether a contact that closed as early as age ago, or earlier,
// is still bouncing.
func (m *Matrix) waits(age uint16) bool {
	for rest := m.young; rest != 0; rest &= rest - 1 {
		c := bits.TrailingZeros64(uint64(rest))
		if int(m.run[c]) < m.press && m.age[c] >= age && int(m.age[c]) <= 2*m.release {
			return true
		}
	}
	return false
}
