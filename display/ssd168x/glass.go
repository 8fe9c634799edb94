package ssd168x

import (
	"fmt"

	"kasir/display/frame"
)

// Glass is one kind of panel.
type Glass struct {
	Name          string
	Width, Height int     // pixels as it is wired: sources and gates
	Pitch         float64 // millimetres from a pixel to the next
	// Source is the second byte of Display Update Control 1: 0x80 where the
	// glass hangs on the sources from S8 on.
	Source byte
	// Warm is what the temperature register is told for a fast refresh, in
	// degrees Celsius: so warm that the controller picks its short waveform.
	Warm byte
}

// The panels. Each maker's newest black and white version; the red ones and
// those with another controller look alike and are not.
var (
	Glass1in54 = Glass{Name: "1.54", Width: 200, Height: 200, Pitch: .138, Warm: 0x64}               // SSD1681
	Glass2in13 = Glass{Name: "2.13", Width: 122, Height: 250, Pitch: .194, Source: 0x80, Warm: 0x64} // SSD1680
	Glass2in7  = Glass{Name: "2.7", Width: 176, Height: 264, Pitch: .217, Warm: 0x64}                // SSD1680
	Glass2in9  = Glass{Name: "2.9", Width: 128, Height: 296, Pitch: .226, Source: 0x80, Warm: 0x5a}  // SSD1680
	Glass4in2  = Glass{Name: "4.2", Width: 400, Height: 300, Pitch: .212, Warm: 0x6e}                // SSD1683
)

// Glasses are all panels known here, smallest first.
func Glasses() []Glass {
	return []Glass{Glass1in54, Glass2in13, Glass2in7, Glass2in9, Glass4in2}
}

// Find is the glass of a name such as "4.2", its diagonal in inches.
func Find(name string) (Glass, error) {
	for _, g := range Glasses() {
		if g.Name == name {
			return g, nil
		}
	}
	return Glass{}, fmt.Errorf("find e-paper glass %q: want 1.54, 2.13, 2.7, 2.9 or 4.2", name)
}

// The most that any of the three controllers has: an X window of six bits
// and 300 gates.
const (
	maxWidth  = 400
	maxHeight = 300
)

func (g Glass) check() error {
	if g.Width < frame.MinSide || g.Height < frame.MinSide || g.Width > maxWidth || g.Height > maxHeight {
		return fmt.Errorf("e-paper glass %q of %dx%d pixels: want %d to %dx%d",
			g.Name, g.Width, g.Height, frame.MinSide, maxWidth, maxHeight)
	}
	return nil
}

// stride is the bytes of a row in the controller's memory.
func (g Glass) stride() int { return (g.Width + 7) / 8 }
