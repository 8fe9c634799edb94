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
	m := &c.memory
	size := 2
	if c.colmod&7 == 6 {
		size = 3
	}
	for _, v := range b {
		m.held[m.part] = v
		if m.part++; m.part < size {
			continue
		}
		m.part = 0
		c.put(m, size)
	}
}

// put stores a pixel.
func (c *chip) put(m *memory, size int) {
	if m.full {
		m.full = false
		c.notes.Add("more pixels than the window %d,%d to %d,%d takes", m.left, m.top, m.right, m.bottom)
	}
	if l := c.logical(); m.x < l.X && m.y < l.Y {
		c.ram[m.origin+m.x*m.dx+m.y*m.dy] = m.word(size)
	}
	m.next()
}

// word is a pixel as the memory has it. The red and blue of 16-bit pixels
// repeat their highest bit as the lowest.
func (m *memory) word(size int) uint32 {
	a, b, c := uint32(m.held[0]), uint32(m.held[1]), uint32(m.held[2])
	if size == 3 {
		return a>>2<<12 | b>>2<<6 | c>>2
	}
	red, green, blue := a>>3, (a&7)<<3|b>>5, b&0x1f
	return (red<<1|red>>4)<<12 | green<<6 | blue<<1 | blue>>4
}
