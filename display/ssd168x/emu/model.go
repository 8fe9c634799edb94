package emu

import (
	"fmt"
	"time"

	"periph.io/x/conn/v3/physic"
)

// Chip is what differs between the controllers.
type Chip struct {
	Name    string
	Sources int // pixels of a row in memory
	Gates   int // rows
	LUT     int // bytes of a waveform written by 0x32
	Shift   bool
}

// The controllers. Shift: bit 7 of Display Update Control 1's second byte
// moves the memory to the sources from S8 to S167.
var (
	SSD1680 = Chip{Name: "SSD1680", Sources: 176, Gates: 296, LUT: 153, Shift: true}
	SSD1681 = Chip{Name: "SSD1681", Sources: 200, Gates: 200, LUT: 153}
	SSD1683 = Chip{Name: "SSD1683", Sources: 400, Gates: 300, LUT: 227}
)

// Model is glass with a controller.
type Model struct {
	Name          string // the diagonal in inches
	Chip          Chip
	Width, Height int // pixels of the glass
	First         int // the source its left edge hangs on
	// How long the pixels move in each kind of refresh, at room temperature.
	Full, Fast, Partial time.Duration
}

// Models are the panels that can be emulated. Times are those makers name for
// the slow waveform and GxEPD2's author measured for the others.
func Models() []Model {
	const ms = time.Millisecond
	return []Model{
		{"1.54", SSD1681, 200, 200, 0, 3000 * ms, 1500 * ms, 300 * ms},
		{"2.13", SSD1680, 122, 250, 8, 3200 * ms, 1500 * ms, 300 * ms},
		{"2.7", SSD1680, 176, 264, 0, 3000 * ms, 1500 * ms, 320 * ms},
		{"2.9", SSD1680, 128, 296, 8, 3000 * ms, 1500 * ms, 300 * ms},
		{"4.2", SSD1683, 400, 300, 0, 3500 * ms, 1500 * ms, 300 * ms},
	}
}

// Find is the model of a name such as "4.2".
func Find(name string) (Model, error) {
	for _, m := range Models() {
		if m.Name == name {
			return m, nil
		}
	}
	return Model{}, fmt.Errorf("find emulated e-paper %q: there is none", name)
}

// maxClock is the fastest write clock of the data sheets.
const maxClock = 20 * physic.MegaHertz

// Times of the controller itself.
const (
	resetTakes  = 5 * time.Millisecond
	softTakes   = 10 * time.Millisecond
	loadTakes   = 5 * time.Millisecond // temperature or waveform
	powerTakes  = 100 * time.Millisecond
	unpowerTake = 140 * time.Millisecond
	fillTakes   = 10 * time.Millisecond
)
