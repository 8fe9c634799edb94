package qr

import (
	"errors"
	"fmt"
	"math"
)

// ErrTooSmall means that a glass has no room for a code that can be scanned.
var ErrTooSmall = errors.New("glass too small for this code")

// MinModule is the narrowest module that phones read from a hand's distance,
// in millimetres. Under it only some cameras manage, from 10 cm.
const MinModule = 0.33

// Quiet zones, in modules. The standard asks for 4; today's readers are
// content with 2 when what surrounds it is light.
const (
	standardQuiet = 4
	leastQuiet    = 2
)

// Plan is how a text is best drawn in a square of a given side.
type Plan struct {
	Version int
	Level   Level
	Quiet   int // modules of white on every side
	Scale   int // pixels a module
}

// Modules is the width of the symbol in modules, without quiet zone.
func (p Plan) Modules() int { return 17 + 4*p.Version }

// Side is the width in pixels, quiet zone included.
func (p Plan) Side() int { return (p.Modules() + 2*p.Quiet) * p.Scale }

func (p Plan) String() string {
	return fmt.Sprintf("version %d-%v, %d px a module, quiet zone %d", p.Version, p.Level, p.Scale, p.Quiet)
}

// MinScale is how many pixels a module needs on glass with pixels of pitch
// millimetres; 1 when the pitch is not known (0).
func MinScale(pitch float64) int {
	if pitch <= 0 {
		return 1
	}
	return max(1, int(math.Ceil(MinModule/pitch-1e-9)))
}

// Fit searches the largest whole-pixel module for a square of side pixels:
// error correction M before L, quiet zone 4 before 3 before 2, and the first of
// those that give the most pixels. It returns ErrTooSmall when a module would
// have fewer than minScale pixels.
func Fit(v Versions, side, minScale int) (Plan, error) {
	var best Plan
	for _, level := range [...]Level{M, L} {
		if v[level] == 0 {
			continue
		}
		for quiet := standardQuiet; quiet >= leastQuiet; quiet-- {
			p := Plan{Version: v[level], Level: level, Quiet: quiet}
			p.Scale = side / (p.Modules() + 2*quiet)
			if p.Scale > best.Scale {
				best = p
			}
		}
	}
	if best.Scale < max(minScale, 1) {
		return Plan{}, fmt.Errorf("fit code into %d px, %d px a module at least: %w", side, max(minScale, 1), ErrTooSmall)
	}
	return best, nil
}

// Raise is p with as much more error correction as there is room for in a
// square of side pixels, at the same module size and with the same quiet zone.
// At the edge of what a camera can read it helps more than white space does.
func (p Plan) Raise(v Versions, side int) Plan {
	for level := p.Level + 1; level <= H && v[level] != 0; level++ {
		next := p
		next.Version, next.Level = v[level], level
		if next.Side() > side {
			break
		}
		p = next
	}
	return p
}
