package mipidbi

import (
	"image"
	"time"
)

// Commands of the MIPI display command set that every controller here has.
const (
	cmdSWRESET = 0x01
	cmdSLPIN   = 0x10
	cmdSLPOUT  = 0x11
	cmdNORON   = 0x13
	cmdINVOFF  = 0x20
	cmdINVON   = 0x21
	cmdDISPOFF = 0x28
	cmdDISPON  = 0x29
	cmdCASET   = 0x2a
	cmdRASET   = 0x2b
	cmdRAMWR   = 0x2c
	cmdMADCTL  = 0x36
	cmdCOLMOD  = 0x3a
)

// Bits of MADCTL.
const (
	madMY  = 0x80 // rows from the bottom
	madMX  = 0x40 // columns from the right
	madMV  = 0x20 // rows and columns change places
	madBGR = 0x08
)

const colmod16 = 0x55 // sixteen bits a pixel, on both interfaces

// Times of the datasheets; all three name the same ones.
const (
	// resetLow is far over the 10 µs that count as a reset.
	resetLow = 10 * time.Millisecond
	// resetWait is what a glass that was on needs until it may be woken, 120 ms, and what
	// its reset line may take to rise. Registers are heard after resetHear, twice the 5 ms
	// that they name, and set meanwhile.
	resetWait = 125 * time.Millisecond
	resetHear = 10 * time.Millisecond
	// wakeWait is the time for its voltages; commands and pixels are heard after
	// hearWait, but must not put it to sleep again nor turn it on.
	wakeWait = 120 * time.Millisecond
	hearWait = 5 * time.Millisecond
	// sleepWait is the time until the next command after it goes to sleep.
	sleepWait = 5 * time.Millisecond
)

// step is a command with its parameters.
type step struct {
	op     byte
	params []byte
}

// chip is what has to be known of a controller.
type chip struct {
	name                string
	ram                 image.Point // columns and rows
	bgr, invert, mirror bool        // of most modules with it
	before, after       []step      // waking up
}

// place is where glass of a size begins in the memory.
func (c *chip) place(o Opts) (image.Point, bool) {
	if o.At != nil {
		return *o.At, true
	}
	if o.Size == c.ram {
		return image.Point{}, true
	}
	if o.Controller != ST7789 {
		return image.Point{}, false
	}
	at, ok := usualPlaces[o.Size]
	return at, ok
}

// usualPlaces of glass smaller than an ST7789's memory: Sitronix' FPCs are
// centred, except the square one, which begins with the first row.
var usualPlaces = map[image.Point]image.Point{
	{X: 240, Y: 240}: {},
	{X: 240, Y: 280}: {Y: 20},
	{X: 170, Y: 320}: {X: 35},
	{X: 172, Y: 320}: {X: 34},
	{X: 135, Y: 240}: {X: 52, Y: 40},
}

// The controllers' own registers. Names and lengths are those of the
// datasheets (ILI9341 V1.11, ST7789V V1.4, ST7796S V1.0); voltages and gamma
// depend on the glass, and these are the values that module makers hand out.
var chips = [...]chip{
	ILI9341: {
		name: "ili9341", ram: image.Pt(240, 320), bgr: true, mirror: true,
		before: []step{
			{0xcf, []byte{0x00, 0xc1, 0x30}},             // power control B
			{0xed, []byte{0x64, 0x03, 0x12, 0x81}},       // power on sequence
			{0xe8, []byte{0x85, 0x00, 0x78}},             // driver timing A
			{0xcb, []byte{0x39, 0x2c, 0x00, 0x34, 0x02}}, // power control A
			{0xf7, []byte{0x20}},                         // pump ratio
			{0xea, []byte{0x00, 0x00}},                   // driver timing B
			{0xc0, []byte{0x23}},                         // GVDD 4.6 V
			{0xc1, []byte{0x10}},                         // step-up
			{0xc5, []byte{0x3e, 0x28}},                   // VCOM high and low
			{0xc7, []byte{0x86}},                         // VCOM offset
			{0xb1, []byte{0x00, 0x18}},                   // 79 frames a second
			{0xf2, []byte{0x00}},                         // no three-gamma
			{0x26, []byte{0x01}},                         // gamma curve 1
			{0xe0, []byte{0x0f, 0x31, 0x2b, 0x0c, 0x0e, 0x08, 0x4e, 0xf1, 0x37, 0x07, 0x10, 0x03, 0x0e, 0x09, 0x00}},
			{0xe1, []byte{0x00, 0x0e, 0x14, 0x03, 0x11, 0x07, 0x31, 0xc1, 0x48, 0x08, 0x0f, 0x0c, 0x31, 0x36, 0x0f}},
		},
	},
	ST7789: {
		name: "st7789", ram: image.Pt(240, 320), invert: true,
		after: []step{
			{0xb2, []byte{0x0c, 0x0c, 0x00, 0x33, 0x33}}, // porches
			{0xb7, []byte{0x35}},                         // gate voltages
			{0xbb, []byte{0x19}},                         // VCOM
			{0xc0, []byte{0x2c}},                         // LCM control
			{0xc2, []byte{0x01, 0xff}},                   // VDV and VRH from commands
			{0xc3, []byte{0x12}},                         // VRH
			{0xc4, []byte{0x20}},                         // VDV
			{0xc6, []byte{0x0f}},                         // 60 frames a second
			{0xd0, []byte{0xa4, 0xa1}},                   // AVDD, AVCL, VDS
			{0xe0, []byte{0xd0, 0x04, 0x0d, 0x11, 0x13, 0x2b, 0x3f, 0x54, 0x4c, 0x18, 0x0d, 0x0b, 0x1f, 0x23}},
			{0xe1, []byte{0xd0, 0x04, 0x0c, 0x11, 0x13, 0x2c, 0x3f, 0x44, 0x51, 0x2f, 0x1f, 0x1f, 0x20, 0x23}},
		},
	},
	ST7796: {
		name: "st7796", ram: image.Pt(320, 480), bgr: true, mirror: true,
		after: []step{
			{0xf0, []byte{0xc3}}, // its own commands: open, in two halves
			{0xf0, []byte{0x96}},
			{0xb4, []byte{0x01}},             // one-dot inversion
			{0xb6, []byte{0x80, 0x02, 0x3b}}, // 480 lines
			{0xe8, []byte{0x40, 0x8a, 0x00, 0x00, 0x29, 0x19, 0xa5, 0x33}}, // output timing
			{0xc1, []byte{0x06}}, // GVDD
			{0xc2, []byte{0xa7}}, // source current
			{0xc5, []byte{0x18}}, // VCOM
			{0xe0, []byte{0xf0, 0x09, 0x0b, 0x06, 0x04, 0x15, 0x2f, 0x54, 0x42, 0x3c, 0x17, 0x14, 0x18, 0x1b}},
			{0xe1, []byte{0xe0, 0x09, 0x0b, 0x06, 0x04, 0x03, 0x2b, 0x43, 0x42, 0x3b, 0x16, 0x14, 0x17, 0x1b}},
			{0xf0, []byte{0x3c}}, // and closed
			{0xf0, []byte{0x69}},
		},
	},
}

// geometry is how pictures lie in the controller's memory.
type geometry struct {
	size   image.Point // of the picture
	start  image.Point // of the picture, in the controller's turned coordinates
	madctl byte
}

// turns are the MADCTL bits of a picture turned clockwise. Mirroring is along
// the memory's own columns and rows, so that a module's own mirror adds with
// exclusive or.
var turns = [4]byte{0, madMX | madMV, madMX | madMY, madMY | madMV}

func (o Opts) geometry() geometry {
	c := &chips[o.Controller]
	mad := turns[o.Rotation]
	if o.Mirror.or(c.mirror) {
		mad ^= madMX
	}
	g := geometry{size: o.Size, start: *o.At, madctl: mad}
	if mad&madMX != 0 {
		g.start.X = c.ram.X - o.At.X - o.Size.X
	}
	if mad&madMY != 0 {
		g.start.Y = c.ram.Y - o.At.Y - o.Size.Y
	}
	if mad&madMV != 0 {
		g.size.X, g.size.Y = g.size.Y, g.size.X
		g.start.X, g.start.Y = g.start.Y, g.start.X
	}
	if o.BGR.or(c.bgr) {
		g.madctl |= madBGR
	}
	return g
}
