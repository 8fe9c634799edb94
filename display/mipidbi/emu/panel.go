package emu

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/spi"

	"kasir/display/bus"
)

// Panel is a module that runs. Its methods may be called by any goroutine.
type Panel struct {
	module Module
	turned int
	port   *bus.Port
	dc     *bus.Pin
	rst    *bus.Pin
	light  *bus.Pin
	notes  bus.Notes

	mu      sync.Mutex // of all below
	chip    chip
	away    bool // unplugged
	refused int  // transfers of the port's that were noted
}

// New is a module with power, mounted with its picture turned by quarters of a
// circle clockwise, behind a port that takes transfers of up to 4096 bytes.
func New(m Module, turned int) *Panel { return NewLimit(m, turned, 0) }

// NewLimit is New with another limit of transfers, in bytes; 0 is 4096.
func NewLimit(m Module, turned, limit int) *Panel {
	p := &Panel{module: m, turned: turned & 3, dc: bus.NewPin("DC", 25), rst: bus.NewPin("RST", 24)}
	p.light = bus.NewPWMPin("BL", 18)
	if m.NoPWM {
		p.light = bus.NewPin("BL", 18)
	}
	p.port = bus.NewPort("EMU0.0", limit, p.receive)
	p.rst.Drive(gpio.High) // a resistor holds it there
	p.rst.Watch(p.reset)
	p.powerUp()
	return p
}

// Port is what a driver connects to.
func (p *Panel) Port() *bus.Port { return p.port }

// DC, RST and Backlight are the module's lines.
func (p *Panel) DC() *bus.Pin        { return p.dc }
func (p *Panel) RST() *bus.Pin       { return p.rst }
func (p *Panel) Backlight() *bus.Pin { return p.light }

// Stats are what went over the port.
func (p *Panel) Stats() bus.Stats { return p.port.Stats() }

// Violations are the rules that were broken since the last call, oldest first.
func (p *Panel) Violations() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.port.Stats(); s.Refused > p.refused {
		p.notes.Add("%d transfers refused by the port, the longest tried was %d bytes", s.Refused-p.refused, s.Longest)
		p.refused = s.Refused
	}
	return p.notes.Take()
}

// Unplug takes the module's power away. Nobody at the port notices.
func (p *Panel) Unplug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = true
}

// Plug gives the power back; the module begins anew, with noise in its memory.
func (p *Panel) Plug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = false
	p.powerUp()
}

// powerUp is a module long enough after its power came.
func (p *Panel) powerUp() {
	p.chip = newChip(p.module, &p.notes)
	copy(p.chip.ram, noise())
}

// noise is what is in the largest memory when its power comes.
var noise = sync.OnceValue(func() []uint32 {
	rng := rand.New(rand.NewPCG(7, 9))
	words := make([]uint32, 320*480)
	for i := range words {
		words[i] = rng.Uint32() & (1<<18 - 1)
	}
	return words
})

// reset follows the reset line.
func (p *Panel) reset(l gpio.Level) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		return
	}
	p.chip.resetLine(l, time.Now())
}

// receive is a transfer's bytes.
func (p *Panel) receive(w, r []byte) error {
	clear(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		return nil
	}
	p.checkWire()
	if p.dc.Level() == gpio.High {
		p.chip.data(w)
		return nil
	}
	for _, op := range w {
		p.chip.command(op, time.Now())
	}
	return nil
}

// checkWire holds the port's settings against the module's.
func (p *Panel) checkWire() {
	if p.chip.wireChecked {
		return
	}
	p.chip.wireChecked = true
	s := p.port.Settings()
	if mode := s.Mode &^ (spi.NoCS | spi.HalfDuplex); mode != spi.Mode0 && mode != spi.Mode3 || s.Bits != 8 {
		p.notes.Add("SPI %v with words of %d bits: want Mode0 or Mode3 and 8", s.Mode, s.Bits)
	}
	if limit := p.module.maxClock(); s.Freq == 0 || s.Freq > limit {
		p.notes.Add("SPI clock %v: writes take %v at most", s.Freq, limit)
	}
}

// Size is that of the picture, as mounted.
func (p *Panel) Size() image.Point {
	if p.turned&1 != 0 {
		return image.Pt(p.module.Glass.Y, p.module.Glass.X)
	}
	return p.module.Glass
}

// On reports whether the module shows its memory: powered, awake, turned on.
func (p *Panel) On() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.on()
}

func (p *Panel) on() bool { return !p.away && !p.chip.resetting && p.chip.awake && p.chip.displayOn }

// Brightness is that of the backlight, 0 to 100 percent.
func (p *Panel) Brightness() int {
	return int((int64(p.light.Duty())*100 + int64(gpio.DutyMax)/2) / int64(gpio.DutyMax))
}

// Image is what a person sees on the glass, when the light is bright: the
// memory through the glass, or blank glass while it is not on.
func (p *Panel) Image() *image.RGBA {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := p.Size()
	m := image.NewRGBA(image.Rectangle{Max: size})
	if !p.on() {
		blank := color.White
		if p.module.NormallyBlack {
			blank = color.Black
		}
		draw.Draw(m, m.Rect, image.NewUniform(blank), image.Point{}, draw.Src)
		return m
	}
	c := &p.chip
	flip := uint32(0)
	if c.inverted != p.module.NormallyBlack {
		flip = 1<<18 - 1
	}
	swap := c.bgr() != p.module.BGR
	for y := range size.Y {
		at := p.behind(0, y)
		step := p.behind(1, y) - at
		row := m.Pix[y*m.Stride : y*m.Stride+4*size.X]
		for x := 0; x < len(row); x += 4 {
			word := c.ram[at] ^ flip
			at += step
			if swap {
				word = word>>12 | word&0xfc0 | word&0x3f<<12
			}
			px := wide(word>>12) | wide(word>>6)<<8 | wide(word)<<16 | 0xff<<24
			binary.LittleEndian.PutUint32(row[x:], px)
		}
	}
	return m
}

// behind is where in the memory a pixel of the picture as mounted is.
func (p *Panel) behind(x, y int) int {
	w, h := p.module.Glass.X, p.module.Glass.Y
	u, v := x, y // on the glass held upright
	switch p.turned {
	case 1:
		u, v = w-1-y, x
	case 2:
		u, v = w-1-x, h-1-y
	case 3:
		u, v = y, h-1-x
	}
	if p.module.Mirrored {
		u = w - 1 - u
	}
	return (p.module.At.Y+v)*p.chip.size.X + p.module.At.X + u
}

// wide spreads six bits over eight.
func wide(v uint32) uint32 {
	v &= 0x3f
	return v<<2 | v>>4
}
