package emu

import "image"

// memory is where pixels go: a window and a place in it, in the coordinates of
// MADCTL, both ends included.
type memory struct {
	left, right, top, bottom int
	x, y                     int
	full                     bool // the window was written to its end
	// Where (0,0) is in the memory, and how far it is to the next pixel along x
	// and along y.
	origin, dx, dy int
	part           int // bytes of a pixel so far
	held           [3]byte
}

func (m *memory) rewind() { m.x, m.y, m.full, m.part = m.left, m.top, false, 0 }

// next moves on, and begins again behind the window's end.
func (m *memory) next() {
	if m.x++; m.x <= m.right {
		return
	}
	m.x = m.left
	if m.y++; m.y > m.bottom {
		m.y, m.full = m.top, true
	}
}

// logical is the memory's size in the coordinates of MADCTL.
func (c *chip) logical() image.Point {
	if c.madctl&0x20 != 0 {
		return image.Pt(c.size.Y, c.size.X)
	}
	return c.size
}

// place works out what MADCTL means: MV exchanges columns and rows, MX and MY
// count the memory's own columns and rows from the other end.
func (c *chip) place() {
	w, h := c.size.X, c.size.Y
	col, row, origin := 1, w, 0
	if c.madctl&0x40 != 0 {
		col, origin = -col, origin+w-1
	}
	if c.madctl&0x80 != 0 {
		row, origin = -row, origin+w*(h-1)
	}
	if c.madctl&0x20 != 0 {
		col, row = row, col
	}
	c.memory.origin, c.memory.dx, c.memory.dy = origin, col, row
}

// span reads a window's side.
func (c *chip) span(what string, p []byte, size int) (first, last int) {
	first, last = int(p[0])<<8|int(p[1]), int(p[2])<<8|int(p[3])
	if first > last || last >= size {
		c.notes.Add("window of %s %d to %d: there are %d", what, first, last, size)
	}
	return first, last
}

// pixels are data for the memory.
func (c *chip) pixels(b []byte) {
	if c.colmod&7 != 6 {
		b = c.pairs(b)
	}
	m := &c.memory
	for _, v := range b {
		m.held[m.part] = v
		if m.part++; c.colmod&7 == 6 && m.part == 3 || c.colmod&7 != 6 && m.part == 2 {
			c.put(m.word())
		}
	}
}

// pairs stores the whole pixels of 16 bits at the head of b, a row of the
// window at a time, and returns what is left for pixels to work out.
func (c *chip) pairs(b []byte) []byte {
	m, size := &c.memory, c.logical()
	for m.part == 0 && len(b) >= 2 && !m.full && m.x <= m.right && m.right < size.X && m.y < size.Y {
		n := min(m.right-m.x+1, len(b)/2)
		at, step := m.origin+m.x*m.dx+m.y*m.dy, m.dx
		for i := 0; i < 2*n; i += 2 {
			c.ram[at] = word16(b[i], b[i+1])
			at += step
		}
		b = b[2*n:]
		m.x += n - 1
		m.next()
	}
	return b
}

// put stores a pixel at the place in the window, if that is in the memory.
func (c *chip) put(word uint32) {
	m := &c.memory
	m.part = 0
	if m.full {
		m.full = false
		c.notes.Add("more pixels than the window %d,%d to %d,%d takes", m.left, m.top, m.right, m.bottom)
	}
	if l := c.logical(); m.x < l.X && m.y < l.Y {
		c.ram[m.origin+m.x*m.dx+m.y*m.dy] = word
	}
	m.next()
}

// word is a pixel as the memory has it.
func (m *memory) word() uint32 {
	if m.part == 3 {
		return uint32(m.held[0])>>2<<12 | uint32(m.held[1])>>2<<6 | uint32(m.held[2])>>2
	}
	return word16(m.held[0], m.held[1])
}

// word16 makes 18 bits of 16: red and blue repeat their highest bit as the
// lowest.
func word16(a, b byte) uint32 {
	red, green, blue := uint32(a>>3), uint32(a&7)<<3|uint32(b>>5), uint32(b&0x1f)
	return (red<<1|red>>4)<<12 | green<<6 | blue<<1 | blue>>4
}
