package emu

// write puts bytes at the counters, which move inside the window.
func (c *chip) write(w []byte) {
	plane := c.new
	if c.op == 0x26 {
		plane = c.old
	}
	if c.written == 0 {
		c.checkWindow()
	}
	area := (abs(c.x1-c.x0) + 1) * (abs(c.y1-c.y0) + 1)
	if c.written <= area && c.written+len(w) > area {
		c.notes.Add("command %#02x: %d bytes into a window of %d", c.op, c.written+len(w), area)
	}
	c.written += len(w)
	for len(w) > 0 {
		n := 1
		if c.x < c.stride && c.y < c.Gates {
			at := c.y*c.stride + c.x
			if c.entry == 3 && c.x < c.x1 && c.x1 < c.stride {
				// The usual way, and a row at once but for its last byte.
				n = copy(plane[at:at+c.x1-c.x], w)
				c.x += n - 1
			} else {
				plane[at] = w[0]
			}
		}
		w = w[n:]
		c.step()
	}
}

// checkWindow looks whether the counters and the way they move fit the window.
func (c *chip) checkWindow() {
	within := func(v, a, b int) bool { return min(a, b) <= v && v <= max(a, b) }
	if !within(c.x, c.x0, c.x1) || !within(c.y, c.y0, c.y1) {
		c.notes.Add("command %#02x at byte %d, row %d: outside of the window %d-%d, %d-%d", c.op, c.x, c.y, c.x0, c.x1, c.y0, c.y1)
	}
	if c.entry&1 != 0 && c.x0 > c.x1 || c.entry&1 == 0 && c.x0 < c.x1 ||
		c.entry&2 != 0 && c.y0 > c.y1 || c.entry&2 == 0 && c.y0 < c.y1 {
		c.notes.Add("data entry mode %d walks out of the window %d-%d, %d-%d", c.entry, c.x0, c.x1, c.y0, c.y1)
	}
}

// step moves the counters: along X and then Y, or the other way round.
func (c *chip) step() {
	if c.entry&4 == 0 {
		if turn(&c.x, c.x0, c.x1, c.entry&1 != 0, c.stride) {
			turn(&c.y, c.y0, c.y1, c.entry&2 != 0, c.Gates)
		}
		return
	}
	if turn(&c.y, c.y0, c.y1, c.entry&2 != 0, c.Gates) {
		turn(&c.x, c.x0, c.x1, c.entry&1 != 0, c.stride)
	}
}

// turn moves one counter and reports whether it began again at its start.
func turn(v *int, start, end int, up bool, size int) bool {
	if *v == end {
		*v = start
		return true
	}
	if up {
		*v = (*v + 1) % size
	} else {
		*v = (*v + size - 1) % size
	}
	return false
}

// fill writes a plane with a regular pattern: the first block has the level of
// bit 7, and then they alternate.
func (c *chip) fill(op, how byte) {
	plane := c.old
	if op == 0x47 {
		plane = c.new
	}
	high, wide := 8<<(how>>4&7), 8<<(how&7)
	for y := range c.Gates {
		for x := range c.stride {
			level := how&0x80 != 0
			if (y/high+8*x/wide)%2 != 0 {
				level = !level
			}
			plane[y*c.stride+x] = 0
			if level {
				plane[y*c.stride+x] = 0xff
			}
		}
	}
}

func abs(v int) int { return max(v, -v) }
