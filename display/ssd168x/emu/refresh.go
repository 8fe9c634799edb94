package emu

import (
	"math/bits"
	"time"
)

// refresh is one that runs. Pixels are as in memory: rows of bytes, the left
// one in the highest bit.
type refresh struct {
	driven   []byte // which pixels
	levels   []byte // and where to, 1 is white
	sequence byte
	soft     bool // partial: leaves ghosts where they are asked for
	pale     bool // a waveform for warmer film than there is
}

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
	n := len(p.glass.seen)
	r := &refresh{sequence: s, soft: mode(s) == 2, driven: make([]byte, n), levels: make([]byte, n)}
	p.pending = r
	p.plan(r)
	if r.soft {
		p.stats.Partial++
		p.stats.PartialsInARow++
		return InPartial, p.slowed(p.model.Partial)
	}
	p.stats.PartialsInARow = 0
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

// plan decides which pixels are driven: all of them in mode 1, those whose
// planes differ in mode 2. Where the old plane is not what is seen, the
// waveform would start from a level that is not there.
func (p *Panel) plan(r *refresh) {
	c, g, wrong := &p.chip, &p.glass, 0
	flipNew, maskNew := option(c.options[0])
	flipOld, maskOld := option(c.options[0] >> 4)
	for y := range min(p.model.Height, c.gates) {
		line := y
		if c.mirrored {
			line = c.gates - 1 - y
		}
		for b := range g.stride {
			from := p.column(b)
			if from < 0 {
				continue // sources that are not driven
			}
			i, at := line*c.stride+from, y*g.stride+b
			next := c.new[i]&maskNew ^ flipNew
			r.driven[at], r.levels[at] = g.mask(b), next
			if r.soft {
				last := c.old[i]&maskOld ^ flipOld
				wrong += bits.OnesCount8((last ^ g.seen[at]) & g.mask(b))
				r.driven[at] &= next ^ last
			}
		}
	}
	if wrong > 0 {
		p.Notes.Add("planes out of step: %d pixels of the old one are not what is seen", wrong)
	}
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

// column is where memory has the eight columns b of the glass, -1 when their
// sources are off.
func (p *Panel) column(b int) int {
	from, most := p.model.First/8+b, p.chip.stride
	if p.chip.Shift && p.chip.options[1]&0x80 != 0 {
		from, most = from-1, 20
	}
	if from < 0 || from >= most {
		return -1
	}
	return from
}
