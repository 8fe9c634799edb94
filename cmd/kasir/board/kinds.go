package board

import (
	"fmt"
	"image"
	"slices"

	"kasir/display/frame"
)

// Driver is the room that drives a kind of glass.
type Driver string

// The drivers.
const (
	MIPIDBI Driver = "mipidbi" // display/mipidbi
	SSD168x Driver = "ssd168x" // display/ssd168x
	Drawer  Driver = "drawer"  // a driver of periph's, through display/drawer
)

// Kind is a kind of glass that can be bought.
type Kind struct {
	Name   string
	Driver Driver
	Chip   string // the controller, as its driver names it
	I2C    bool   // on an I²C bus; else on SPI
	Busy   bool   // has a BUSY pin, which must be wired
	// Size is in pixels at rotation 0, which is how the controller counts.
	Size  image.Point
	Depth frame.Depth
	Pitch float64 // millimetres from a pixel to the next
	Text  bool    // too small for a code: for the cashier only
}

// kinds are all of them, those that we recommend first. Pitches are the active
// area of the makers' data sheets over the pixels.
var kinds = []Kind{
	{Name: "ssd1683-4.2", Driver: SSD168x, Chip: "ssd1683", Busy: true, Size: image.Pt(400, 300), Pitch: .212},
	{Name: "ili9341-2.8", Driver: MIPIDBI, Chip: "ili9341", Size: image.Pt(240, 320), Depth: frame.RGB565, Pitch: .18},
	{Name: "st7796-3.5", Driver: MIPIDBI, Chip: "st7796", Size: image.Pt(320, 480), Depth: frame.RGB565, Pitch: .153},
	{Name: "ssd1680-2.13", Driver: SSD168x, Chip: "ssd1680", Busy: true, Size: image.Pt(122, 250), Pitch: .194},
	{Name: "ssd1680-2.7", Driver: SSD168x, Chip: "ssd1680", Busy: true, Size: image.Pt(176, 264), Pitch: .217},
	{Name: "ssd1680-2.9", Driver: SSD168x, Chip: "ssd1680", Busy: true, Size: image.Pt(128, 296), Pitch: .226},
	{Name: "ssd1681-1.54", Driver: SSD168x, Chip: "ssd1681", Busy: true, Size: image.Pt(200, 200), Pitch: .138},
	{Name: "ili9341-2.4", Driver: MIPIDBI, Chip: "ili9341", Size: image.Pt(240, 320), Depth: frame.RGB565, Pitch: .153},
	{Name: "st7789-2.8", Driver: MIPIDBI, Chip: "st7789", Size: image.Pt(240, 320), Depth: frame.RGB565, Pitch: .18},
	{Name: "st7789-2.0", Driver: MIPIDBI, Chip: "st7789", Size: image.Pt(240, 320), Depth: frame.RGB565, Pitch: .1275},
	{Name: "st7789-1.54", Driver: MIPIDBI, Chip: "st7789", Size: image.Pt(240, 240), Depth: frame.RGB565, Pitch: .1155},
	{Name: "st7789-1.3", Driver: MIPIDBI, Chip: "st7789", Size: image.Pt(240, 240), Depth: frame.RGB565, Pitch: .0975},
	{Name: "st7789-1.9", Driver: MIPIDBI, Chip: "st7789", Size: image.Pt(170, 320), Depth: frame.RGB565, Pitch: .1335},
	{Name: "st7789-1.14", Driver: MIPIDBI, Chip: "st7789", Size: image.Pt(135, 240), Depth: frame.RGB565, Pitch: .1038},
	{Name: "waveshare2in13v2", Driver: Drawer, Busy: true, Size: image.Pt(122, 250), Pitch: .194},
	{Name: "waveshare2in13v3", Driver: Drawer, Busy: true, Size: image.Pt(122, 250), Pitch: .194},
	{Name: "waveshare2in13v4", Driver: Drawer, Busy: true, Size: image.Pt(122, 250), Pitch: .194},
	{Name: "inky-what", Driver: Drawer, Busy: true, Size: image.Pt(400, 300), Pitch: .212},
	{Name: "inky-phat", Driver: Drawer, Busy: true, Size: image.Pt(212, 104), Pitch: .2288},
	{Name: "ssd1306", Driver: Drawer, I2C: true, Size: image.Pt(128, 64), Pitch: .1698, Text: true},
}

// Kinds are all kinds of glass, those that we recommend first.
func Kinds() []Kind { return slices.Clone(kinds) }

func kindOf(name string) (Kind, error) {
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, fmt.Errorf("%q is no kind of glass; kasir boards -kinds lists them", name)
}

// Format is the glass as people look at it, turned by a rotation in degrees.
func (k Kind) Format(rotation int) frame.Format {
	size := k.Size
	if rotation%180 != 0 {
		size.X, size.Y = size.Y, size.X
	}
	return frame.Format{Size: size, Depth: k.Depth, Pitch: k.Pitch}
}
