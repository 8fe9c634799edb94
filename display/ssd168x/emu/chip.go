package emu

import "kasir/display/bus"

// chip is the controller: its registers and the two planes of its memory.
type chip struct {
	Chip
	notes *bus.Notes
	after func(op byte, args []byte) // a command is complete

	new, old []byte // 0x24 and 0x26: rows of stride bytes, 1 is white
	stride   int

	op      byte
	args    []byte
	written int // bytes of a plane since the command

	gates         int // lines that are scanned
	mirrored      bool
	entry         byte
	x0, x1, x     int // in bytes
	y0, y1, y     int
	options       [2]byte
	sequence      byte
	border        byte
	sensor        byte
	celsius       int
	clock, analog bool
	lut           byte // 0 none, 1 or 2 of a mode, 3 written by hand
	lutCelsius    int
}

func (c *chip) init(k Chip, n *bus.Notes) {
	c.Chip, c.notes, c.stride = k, n, k.Sources/8
	c.new, c.old = make([]byte, c.stride*k.Gates), make([]byte, c.stride*k.Gates)
	c.args = make([]byte, 0, k.LUT)
}

// registers gives all registers their values after a reset. The memory stays.
func (c *chip) registers() {
	c.op, c.args, c.written = 0x7f, c.args[:0], 0
	c.gates, c.mirrored, c.entry = c.Gates, false, 3
	c.x0, c.x1, c.x, c.y0, c.y1, c.y = 0, c.stride-1, 0, 0, c.Gates-1, 0
	c.options, c.sequence, c.border, c.sensor, c.celsius = [2]byte{}, 0xff, 0xc0, 0x48, 127
	c.clock, c.analog, c.lut = false, false, 0
}

// params is how many parameters a command has; -1 is as many as one likes.
func (c *chip) params(op byte) (n int, known bool) {
	switch op {
	case 0x12, 0x20, 0x28, 0x2a, 0x30, 0x31, 0x34, 0x36, 0x7f:
		return 0, true
	case 0x03, 0x10, 0x11, 0x14, 0x15, 0x18, 0x22, 0x29, 0x2c, 0x39, 0x3c, 0x3f, 0x41, 0x46, 0x47, 0x4e:
		return 1, true
	case 0x1a, 0x21, 0x2b, 0x44, 0x4f:
		return 2, true
	case 0x01, 0x04, 0x1c:
		return 3, true
	case 0x0c, 0x45:
		return 4, true
	case 0x37, 0x38:
		return 10, true
	case 0x32:
		return c.LUT, true
	case 0x24, 0x26, 0x1b, 0x27, 0x2d, 0x2e, 0x2f, 0x33, 0x35:
		return -1, true // memory, and what can be read
	}
	return -1, false
}

// command begins one; the one before has to be complete.
func (c *chip) command(op byte) {
	if n, _ := c.params(c.op); n > len(c.args) {
		c.notes.Add("command %#02x had %d parameters, want %d", c.op, len(c.args), n)
	}
	if _, known := c.params(op); !known {
		c.notes.Add("command %#02x is not known", op)
	}
	c.op, c.args, c.written = op, c.args[:0], 0
}

// data are parameters of the last command.
func (c *chip) data(w []byte) {
	if c.op == 0x24 || c.op == 0x26 {
		c.write(w)
		return
	}
	for _, b := range w {
		n, known := c.params(c.op)
		if !known || n < 0 {
			continue
		}
		if len(c.args) >= n {
			c.notes.Add("command %#02x has more than %d parameters", c.op, n)
			return
		}
		if c.args = append(c.args, b); len(c.args) == n {
			c.set(c.op, c.args)
			c.after(c.op, c.args)
		}
	}
}

// set obeys a command that is complete.
func (c *chip) set(op byte, a []byte) {
	switch op {
	case 0x01:
		c.scan(a)
	case 0x11:
		c.entry = a[0] & 7
	case 0x18:
		c.sensor = a[0]
	case 0x1a:
		c.celsius = int(int8(a[0])) // the second byte is a fraction
	case 0x21:
		c.options = [2]byte(a)
		c.checkOptions()
	case 0x22:
		c.sequence = a[0]
	case 0x32:
		c.lut = 3
	case 0x3c:
		c.border = a[0]
	case 0x44:
		c.x0, c.x1 = int(a[0]&0x3f), int(a[1]&0x3f)
		if max(c.x0, c.x1) >= c.stride {
			c.notes.Add("window from byte %d to %d: a row has %d", c.x0, c.x1, c.stride)
		}
	case 0x45:
		c.y0, c.y1 = row(a), row(a[2:])
		if max(c.y0, c.y1) >= c.Gates {
			c.notes.Add("window from row %d to %d: there are %d", c.y0, c.y1, c.Gates)
		}
	case 0x4e:
		c.x = int(a[0] & 0x3f)
	case 0x4f:
		c.y = row(a)
	}
}

// row is a number of nine bits.
func row(a []byte) int { return int(a[0]) | int(a[1]&1)<<8 }

func (c *chip) scan(a []byte) {
	c.gates, c.mirrored = row(a)+1, a[2]&1 != 0
	if c.gates > c.Gates {
		c.notes.Add("%d gates: there are %d", c.gates, c.Gates)
		c.gates = c.Gates
	}
	if a[2]&6 != 0 {
		c.notes.Add("scan order %#02x: no glass is wired like that", a[2])
	}
}

func (c *chip) checkOptions() {
	for _, o := range [...]byte{c.options[0] & 15, c.options[0] >> 4} {
		if o != 0 && o != 4 && o != 8 {
			c.notes.Add("display update option %d does not exist", o)
		}
	}
	if c.options[1]&0x80 != 0 && !c.Shift {
		c.notes.Add("display update control %#02x: an %s has no such sources", c.options[1], c.Name)
	}
}
