package ssd168x

import (
	"fmt"
	"time"

	"periph.io/x/conn/v3/physic"
)

// Rotation is how far the picture is turned clockwise on the glass, which as
// it is wired stands upright, except for the 4.2 inch one.
type Rotation int

// The rotations, in degrees.
const (
	Rotate0   Rotation = 0
	Rotate90  Rotation = 90
	Rotate180 Rotation = 180
	Rotate270 Rotation = 270
)

// Opts say which panel it is and how it is treated. Only Glass has to be set.
type Opts struct {
	Glass    Glass
	Rotation Rotation

	// Fast makes full refreshes in about half the time with the waveform for
	// warm rooms. In the cold it leaves the picture pale, so it is for shops
	// that are never under 15 °C. The first refresh and the daily one are
	// always thorough.
	Fast bool
	// FullEvery is after how many partial refreshes in a row Draw makes a full
	// one; 0 means 8, vendors say 5 to 10. Show leaves that to its caller, who
	// knows when a flash disturbs, for up to five times as many.
	FullEvery int
	// FullAfter is how old the last full refresh may be before the next one is
	// full too; 0 means 24 h, which is what vendors ask for.
	FullAfter time.Duration
	// SleepAfter is how long the controller stays awake after a refresh; 0
	// means 10 s. It keeps its memory asleep, and waking takes some 40 ms.
	SleepAfter time.Duration
	// Timeout is how long BUSY may stay high in a refresh; 0 means 6 s, half
	// as much again as the slowest of these panels takes. A refresh is tried
	// twice, so a caller's own limit should be more than twice this.
	Timeout time.Duration
	// Speed is the SPI clock; 0 means 10 MHz. The controllers take 20 MHz.
	Speed physic.Frequency
}

func (o Opts) withDefaults() Opts {
	if o.FullEvery == 0 {
		o.FullEvery = 8
	}
	if o.FullAfter == 0 {
		o.FullAfter = 24 * time.Hour
	}
	if o.SleepAfter == 0 {
		o.SleepAfter = 10 * time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 6 * time.Second
	}
	if o.Speed == 0 {
		o.Speed = 10 * physic.MegaHertz
	}
	return o
}

func (o Opts) check() error {
	if err := o.Glass.check(); err != nil {
		return err
	}
	switch o.Rotation {
	case Rotate0, Rotate90, Rotate180, Rotate270:
	default:
		return fmt.Errorf("turn e-paper by %d degrees: want 0, 90, 180 or 270", o.Rotation)
	}
	switch {
	case o.FullEvery < 0 || o.FullAfter < 0 || o.SleepAfter < 0 || o.Timeout < 0:
		return fmt.Errorf("e-paper options: negative values mean nothing")
	case o.Speed < 0 || o.Speed > maxSpeed:
		return fmt.Errorf("e-paper at %v: the controllers take up to %v", o.Speed, maxSpeed)
	}
	return nil
}

// maxSpeed is the fastest write clock of all three data sheets.
const maxSpeed = 20 * physic.MegaHertz
