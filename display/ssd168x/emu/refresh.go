package emu

import "time"

// refresh is one that runs: what will be seen when it ends.
type refresh struct {
	moves    []move // of every pixel
	sequence byte
	soft     bool // partial: leaves ghosts where they are asked for
	pale     bool // a waveform for warmer film than there is
}

// move is where a pixel is driven.
type move uint8

const (
	stays move = iota
	toBlack
	toWhite
)

// activate runs the sequence.
func (p *Panel) activate() {
	c := &p.chip
	s := c.sequence
	var takes time.Duration
	if s&0x80 != 0 {
		c.clock = true
	}
	if s&0x7e != 0 && !c.clock {
		p.Notes.Add("sequence %#02x without a clock", s)
	}
	if s&0x40 != 0 && !c.analog {
		c.analog = true
		takes += powerTakes
	}
	if s&0x20 != 0 {
		takes += loadTakes
		if c.celsius = p.ambient; c.sensor != 0x80 {
			p.Notes.Add("temperature read from sensor %#02x: only the one inside is there", c.sensor)
		}
	}
	if s&0x10 != 0 {
		takes += loadTakes
		c.lut, c.lutCelsius = mode(s), c.celsius
	}
	at := stages
	if s&0x04 != 0 {
		var d time.Duration
		at, d = p.show(s)
		takes += d
	}
	if s&0x02 != 0 && c.analog {
		takes += unpowerTake
	}
	p.busyFor(at, takes)
	if p.pending == nil {
		p.endSequence(s)
	}
}

// mode is the display mode of a sequence.
func mode(s byte) byte {
	if s&0x08 != 0 {
		return 2
	}
	return 1
}

func (p *Panel) endSequence(s byte) {
	if s&0x02 != 0 {
		p.chip.analog = false
	}
	if s&0x01 != 0 {
		p.chip.clock = false
	}
}

// show begins to move pixels.
func (p *Panel) show(s byte) (Stage, time.Duration) {
	c := &p.chip
	switch {
	case !c.clock || !c.analog:
		p.Notes.Add("refresh %#02x without clock or high voltage", s)
		return stages, 0
	case c.lut == 0:
		p.Notes.Add("refresh %#02x without a waveform", s)
		return stages, 0
	case c.lut != 3 && c.lut != mode(s):
		p.Notes.Add("refresh %#02x with the waveform of mode %d", s, c.lut)
	}
	r := &refresh{sequence: s}
	p.pending = r
	if mode(s) == 2 {
		r.soft = true
		r.moves = p.differences()
		p.stats.Partial++
		p.stats.PartialsInARow++
		return InPartial, p.slowed(p.model.Partial)
	}
	p.stats.PartialsInARow = 0
	r.moves = p.everything()
	if c.lut != 3 && c.lutCelsius > 50 {
		p.stats.Fast++
		r.pale = p.ambient < 15
		return InFull, p.model.Fast
	}
	p.stats.Full++
	return InFull, p.slowed(p.model.Full)
}

// slowed is how long the film takes in the cold.
func (p *Panel) slowed(d time.Duration) time.Duration {
	if p.ambient < 10 {
		return d * 3 / 2
	}
	return d
}

func (p *Panel) finish(r *refresh) {
	p.glass.drive(r)
	p.endSequence(r.sequence)
}

// everything drives each pixel to its level in the new plane.
func (p *Panel) everything() []move {
	moves := make([]move, len(p.glass.shade))
	flip, mask := option(p.chip.options[0])
	for y := range p.model.Height {
		row, first, from, to := p.row(y)
		plane, out := p.chip.new[row:], moves[y*p.model.Width:]
		for x := from; x < to; x++ {
			level := (plane[(first+x)>>3] ^ flip) & mask >> (7 - (first+x)&7) & 1
			out[x] = toBlack + move(level)
		}
	}
	return moves
}

// differences drives the pixels whose planes differ. Where the old plane is
// not what is seen, the waveform would start from a level that is not there.
func (p *Panel) differences() []move {
	moves := make([]move, len(p.glass.shade))
	wrong := 0
	flipNew, maskNew := option(p.chip.options[0])
	flipOld, maskOld := option(p.chip.options[0] >> 4)
	for y := range p.model.Height {
		row, first, from, to := p.row(y)
		planeNew, planeOld := p.chip.new[row:], p.chip.old[row:]
		out, shade := moves[y*p.model.Width:], p.glass.shade[y*p.model.Width:]
		for x := from; x < to; x++ {
			i, shift := (first+x)>>3, 7-(first+x)&7
			next := (planeNew[i] ^ flipNew) & maskNew >> shift & 1
			last := (planeOld[i] ^ flipOld) & maskOld >> shift & 1
			if last != shade[x]>>7 {
				wrong++
			}
			if next != last {
				out[x] = toBlack + move(next)
			}
		}
	}
	if wrong > 0 {
		p.Notes.Add("planes out of step: %d pixels of the old one are not what is seen", wrong)
	}
	return moves
}

// option is how a plane is read: as it is, as zero, or inverted.
func option(how byte) (flip, mask byte) {
	switch how & 15 {
	case 4:
		return 0, 0
	case 8:
		return 0xff, 0xff
	}
	return 0, 0xff
}

// row is where memory has a row of the glass, the source of its left edge
// there, and which of its pixels are driven at all.
func (p *Panel) row(y int) (at, first, from, to int) {
	c, most := &p.chip, p.chip.Sources
	first = p.model.First
	if c.Shift && c.options[1]&0x80 != 0 {
		first, most = first-8, 160
	}
	line := y
	if c.mirrored {
		line = c.gates - 1 - y
	}
	if y >= c.gates {
		return 0, 0, 0, 0
	}
	return line * c.stride, first, max(0, -first), min(p.model.Width, most-first)
}
