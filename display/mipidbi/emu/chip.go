package emu

import (
	"image"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/display/bus"
)

// Times of the datasheets.
const (
	shortReset  = 10 * time.Microsecond  // less may not be a reset at all
	settle      = 5 * time.Millisecond   // after a reset, SLPIN and SLPOUT: no command
	sleepChange = 120 * time.Millisecond // between waking and sleeping, and from a reset to waking
)

// chip is a controller. It is guarded by its panel's lock.
type chip struct {
	kind  Controller
	notes *bus.Notes
	size  image.Point // of the memory
	ram   []uint32    // 18 bits a pixel: red, green, blue

	wireChecked bool
	resetting   bool
	resetAt     time.Time

	awake, displayOn, inverted bool
	madctl, colmod             byte
	unlocked                   int       // halves of ST7796's key that were given
	quiet                      time.Time // no command before
	canWake, canSleep          time.Time
	canShow                    time.Time

	op     byte
	length length
	count  int // parameters of op so far
	params [128]byte
	memory memory
}

func newChip(m Module, notes *bus.Notes) chip {
	c := chip{kind: m.Controller, notes: notes, size: m.Controller.ram()}
	c.ram = make([]uint32, c.size.X*c.size.Y)
	c.defaults()
	return c
}

// defaults are the registers after a reset of any kind. The memory stays.
func (c *chip) defaults() {
	c.awake, c.displayOn, c.inverted, c.unlocked = false, false, false, 0
	c.colmod, c.op, c.length, c.count = 0x66, 0, length{}, 0
	c.madctl = 0
	c.memory = memory{}
	c.memory.right, c.memory.bottom = c.size.X-1, c.size.Y-1
	c.place()
}

// resetLine follows the reset pin.
func (c *chip) resetLine(l gpio.Level, now time.Time) {
	switch {
	case l == gpio.Low && !c.resetting:
		c.resetting, c.resetAt = true, now
	case l == gpio.High && c.resetting:
		c.resetting = false
		if low := now.Sub(c.resetAt); low < shortReset {
			c.notes.Add("reset held for %v: less than %v may not be seen", low, shortReset)
			return
		}
		c.restart(now)
	}
}

func (c *chip) restart(now time.Time) {
	if c.awake {
		c.canWake = now.Add(sleepChange)
	}
	c.quiet = now.Add(settle)
	c.defaults()
}

// command is a byte with D/C low.
func (c *chip) command(op byte, now time.Time) {
	if c.resetting {
		c.notes.Add("command %#02x during reset", op)
		return
	}
	if wait := c.quiet.Sub(now); wait > 0 {
		c.notes.Add("command %#02x comes %v too early after a reset or a change of sleep", op, wait)
	}
	c.finish()
	l, ok := c.kind.lengthOf(op)
	if !ok {
		c.notes.Add("command %#02x: %v has none such", op, c.kind)
		l = pixels // its data is nobody's
	}
	if _, private := own[ST7796][op]; c.kind == ST7796 && private && op != 0xf0 && c.unlocked < 2 {
		c.notes.Add("command %#02x while locked", op)
	}
	c.op, c.length, c.count = op, l, 0
	if op == 0x2c {
		c.memory.rewind()
	}
	c.power(op, now)
	c.simple(op)
}

// finish holds the command before against its length.
func (c *chip) finish() {
	if c.count < c.length.least {
		c.notes.Add("command %#02x had %d parameters, wants %d", c.op, c.count, c.length.least)
	}
	if c.memory.part > 0 {
		c.notes.Add("command %#02x ended in the middle of a pixel", c.op)
		c.memory.part = 0
	}
}

// power are the commands that take time.
func (c *chip) power(op byte, now time.Time) {
	switch op {
	case 0x01:
		c.restart(now)
	case 0x10:
		if c.awake {
			if wait := c.canSleep.Sub(now); wait > 0 {
				c.notes.Add("sleep in comes %v too early after sleep out", wait)
			}
			c.awake, c.canWake = false, now.Add(sleepChange)
		}
		c.quiet = now.Add(settle)
	case 0x11:
		if wait := c.canWake.Sub(now); wait > 0 {
			c.notes.Add("sleep out comes %v too early after sleep in or a reset", wait)
		}
		if !c.awake { // else it has no effect
			c.canSleep, c.canShow = now.Add(sleepChange), now.Add(sleepChange)
			c.quiet = now.Add(settle)
		}
		c.awake = true
	case 0x29:
		switch wait := c.canShow.Sub(now); {
		case !c.awake:
			c.notes.Add("display on while asleep")
		case wait > 0:
			c.notes.Add("display on comes %v before the voltages are there after sleep out", wait)
		}
		c.displayOn = true
	}
}

// simple are the other commands without parameters.
func (c *chip) simple(op byte) {
	switch op {
	case 0x20:
		c.inverted = false
	case 0x21:
		c.inverted = true
	case 0x28:
		c.displayOn = false
	}
}

// data are bytes with D/C high.
func (c *chip) data(b []byte) {
	if c.resetting {
		c.notes.Add("%d bytes of data during reset", len(b))
		return
	}
	if c.op == 0x2c || c.op == 0x3c {
		c.pixels(b)
		return
	}
	for _, v := range b {
		if c.count == c.length.most {
			c.notes.Add("command %#02x has more than %d parameters", c.op, c.length.most)
		}
		if c.count < len(c.params) {
			c.params[c.count] = v
		}
		if c.count++; c.count == c.length.least {
			c.set()
		}
	}
}

// set obeys a command with all its parameters.
func (c *chip) set() {
	switch p := c.params[:]; c.op {
	case 0x2a:
		c.memory.left, c.memory.right = c.span("columns", p, c.logical().X)
	case 0x2b:
		c.memory.top, c.memory.bottom = c.span("rows", p, c.logical().Y)
	case 0x36:
		c.madctl = p[0]
		c.place()
	case 0x3a:
		c.colmod = p[0]
		if bits := c.colmod & 7; bits != 5 && bits != 6 {
			c.notes.Add("pixel format %#02x: want 16 or 18 bits", c.colmod)
		}
	case 0x33, 0x37:
		c.notes.Add("command %#02x: scrolling is not what this glass is for", c.op)
	case 0xf0:
		if c.kind == ST7796 {
			c.key(p[0])
		}
	}
}

// key opens and closes ST7796's own commands.
func (c *chip) key(b byte) {
	switch {
	case b == 0xc3 || b == 0x96:
		c.unlocked = min(c.unlocked+1, 2)
	case b == 0x3c || b == 0x69:
		c.unlocked = 0
	default:
		c.notes.Add("key %#02x fits no lock", b)
	}
}

func (c *chip) bgr() bool { return c.madctl&0x08 != 0 }
