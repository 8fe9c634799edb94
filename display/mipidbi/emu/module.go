package emu

import (
	"image"
	"math"

	"periph.io/x/conn/v3/physic"
)

// Controller is a family of chips.
type Controller uint8

// The controllers.
const (
	ILI9341 Controller = iota
	ST7789
	ST7796
)

func (c Controller) String() string { return [...]string{"ILI9341", "ST7789", "ST7796"}[c] }

// Module is a controller and how glass is glued to it.
type Module struct {
	Controller Controller
	Glass      image.Point // pixels, as it hangs on its connector, upright
	At         image.Point // where it begins in the memory: column, row
	// Mirrored glass has the memory's first column at the right.
	Mirrored bool
	// BGR is the order of the colour filter's stripes.
	BGR bool
	// NormallyBlack glass (IPS) lets light through where normally white glass
	// does not: without inversion it shows the negative.
	NormallyBlack bool
	// MaxClock is the fastest write clock, 0 is the controller's usual one in
	// practice: 40 MHz, and 62.5 for ST7789 (a cycle of 16 ns). Datasheets
	// promise 10 MHz for ILI9341 (100 ns) and 15 for ST7796 (66 ns).
	MaxClock physic.Frequency
	// NoPWM is a backlight that is only on or off.
	NoPWM bool
}

// Modules are modules as they are sold, by the names that boards call them.
var Modules = map[string]Module{
	"ili9341":        {Controller: ILI9341, Glass: image.Pt(240, 320), Mirrored: true, BGR: true},
	"st7789":         {Controller: ST7789, Glass: image.Pt(240, 320), NormallyBlack: true},
	"st7789-240x240": {Controller: ST7789, Glass: image.Pt(240, 240), NormallyBlack: true},
	"st7789-170x320": {Controller: ST7789, Glass: image.Pt(170, 320), At: image.Pt(35, 0), NormallyBlack: true},
	"st7789-135x240": {Controller: ST7789, Glass: image.Pt(135, 240), At: image.Pt(52, 40), NormallyBlack: true},
	"st7796":         {Controller: ST7796, Glass: image.Pt(320, 480), Mirrored: true, BGR: true},
}

// ram is the memory's columns and rows.
func (c Controller) ram() image.Point {
	if c == ST7796 {
		return image.Pt(320, 480)
	}
	return image.Pt(240, 320)
}

func (m Module) maxClock() physic.Frequency {
	switch {
	case m.MaxClock != 0:
		return m.MaxClock
	case m.Controller == ST7789:
		return 62500 * physic.KiloHertz
	}
	return 40 * physic.MegaHertz
}

// length is how many parameters a command takes.
type length struct{ least, most int }

// pixels is the length of a command that takes any number of them.
var pixels = length{0, math.MaxInt}

// standard are the commands that all three have, of MIPI's command set.
var standard = map[byte]length{
	0x00: {}, 0x01: {}, 0x10: {}, 0x11: {}, 0x12: {}, 0x13: {}, 0x20: {}, 0x21: {},
	0x28: {}, 0x29: {}, 0x2a: {4, 4}, 0x2b: {4, 4}, 0x2c: pixels, 0x30: {4, 4}, 0x33: {6, 6},
	0x34: {}, 0x35: {1, 1}, 0x36: {1, 1}, 0x37: {2, 2}, 0x38: {}, 0x39: {}, 0x3a: {1, 1}, 0x3c: pixels,
	0x44: {2, 2}, 0x51: {1, 1}, 0x53: {1, 1}, 0x55: {1, 1}, 0x5e: {1, 1},
	// Reads; nothing answers, as the line back is not wired.
	0x04: {}, 0x09: {}, 0x0a: {}, 0x0b: {}, 0x0c: {}, 0x0d: {}, 0x0e: {}, 0x0f: {}, 0x2e: {}, 0x3e: {},
	0x45: {}, 0x52: {}, 0x54: {}, 0x56: {}, 0x5f: {}, 0xda: {}, 0xdb: {}, 0xdc: {},
}

// own are the commands of one controller, with the lengths of its datasheet.
var own = [...]map[byte]length{
	ILI9341: { // V1.11
		0x26: {1, 1}, 0x2d: {128, 128}, 0xb0: {1, 1}, 0xb1: {2, 2}, 0xb2: {2, 2}, 0xb3: {2, 2}, 0xb4: {1, 1},
		0xb5: {4, 4}, 0xb6: {3, 4}, 0xb7: {1, 1}, 0xb8: {1, 1}, 0xb9: {1, 1}, 0xba: {1, 1}, 0xbb: {1, 1},
		0xbc: {1, 1}, 0xbe: {1, 1}, 0xbf: {1, 1}, 0xc0: {1, 1}, 0xc1: {1, 1}, 0xc5: {2, 2}, 0xc7: {1, 1},
		0xd0: {2, 2}, 0xd1: {3, 3}, 0xd2: {}, 0xd3: {}, 0xd9: {1, 1}, 0xe0: {15, 15}, 0xe1: {15, 15}, 0xe2: {16, 16},
		0xe3: {64, 64}, 0xf6: {3, 3}, 0xcb: {5, 5}, 0xcf: {3, 3}, 0xe8: {3, 3}, 0xe9: {3, 3}, 0xea: {2, 2},
		0xed: {4, 4}, 0xf2: {1, 1}, 0xf7: {1, 1},
		0xef: {3, 3}, // not in the datasheet, but in many a driver
	},
	ST7789: { // V V1.4
		0x26: {1, 1}, 0xb0: {2, 2}, 0xb1: {3, 3}, 0xb2: {5, 5}, 0xb3: {3, 3}, 0xb5: {1, 1}, 0xb7: {1, 1}, 0xb8: {4, 4},
		0xba: {1, 1}, 0xbb: {1, 1}, 0xbc: {1, 1}, 0xbd: {1, 1}, 0xc0: {1, 1}, 0xc1: {3, 3}, 0xc2: {1, 2}, 0xc3: {1, 1},
		0xc4: {1, 1}, 0xc5: {1, 1}, 0xc6: {1, 1}, 0xc7: {1, 1}, 0xc8: {1, 1}, 0xca: {1, 1}, 0xcc: {1, 1}, 0xd0: {2, 2},
		0xd2: {1, 1}, 0xdf: {4, 4}, 0xe0: {14, 14}, 0xe1: {14, 14}, 0xe2: {64, 64}, 0xe3: {64, 64}, 0xe4: {3, 3},
		0xe7: {1, 1}, 0xe8: {1, 1}, 0xe9: {3, 3}, 0xec: {1, 1}, 0xfa: {4, 4}, 0xfc: {1, 1}, 0xfe: {2, 2},
	},
	ST7796: { // S V1.0
		0xb0: {1, 1}, 0xb1: {2, 2}, 0xb2: {2, 2}, 0xb3: {2, 2}, 0xb4: {1, 1}, 0xb5: {4, 4}, 0xb6: {3, 3}, 0xb7: {1, 1},
		0xc0: {2, 2}, 0xc1: {1, 1}, 0xc2: {1, 1}, 0xc5: {1, 1}, 0xc6: {1, 1}, 0xd0: {2, 2}, 0xd3: {}, 0xe0: {14, 14},
		0xe1: {14, 14}, 0xe8: {8, 8}, 0xf0: {1, 1}, 0xfb: {1, 1},
	},
}

// lengthOf is the length of a command; ok is false when there is none such.
func (c Controller) lengthOf(op byte) (l length, ok bool) {
	if l, ok = standard[op]; !ok {
		l, ok = own[c][op]
	}
	return l, ok
}
