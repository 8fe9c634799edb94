package emu

import (
	"math/rand/v2"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"kasir/display/bus"
)

// Panel is one emulated panel: an spi.PortCloser with pins. Its methods may be
// called by any goroutine.
type Panel struct {
	*bus.Port
	DC, RST, Busy *bus.Pin
	Power         *bus.Pin // switches the supply; only of a panel made by NewHAT
	Notes         bus.Notes

	model Model

	mu      sync.Mutex
	chip    chip
	glass   glass
	ambient int // degrees Celsius
	there   bool
	supply  bool
	held    bool // in reset
	sleeps  bool // only a reset is heard
	keeps   bool // deep sleep keeps the memory
	stuck   bool
	stick   [stages]int
	until   time.Time // end of what keeps it busy
	timer   *time.Timer
	pending *refresh
	stats   Stats
}

// Stats count what a panel did.
type Stats struct {
	Full, Fast, Partial int // refreshes that were begun
	Resets, Sleeps      int
	PartialsInARow      int
}

var _ spi.PortCloser = (*Panel)(nil)

// New is a panel with power and a memory full of noise. Its BUSY is low.
func New(m Model) *Panel { return build(m, false) }

// NewHAT is a panel whose supply hangs on the pin Power, and is off.
func NewHAT(m Model) *Panel { return build(m, true) }

func build(m Model, hat bool) *Panel {
	p := &Panel{model: m, there: true, supply: !hat, ambient: 25,
		DC: bus.NewPin("DC", 25), RST: bus.NewPin("RST", 17), Busy: bus.NewPin("BUSY", 24)}
	p.Port = bus.NewPort("EMU-"+m.Name, 4096, p.receive)
	p.chip.init(m.Chip, &p.Notes)
	p.chip.after = p.afterParams
	p.glass.init(m)
	p.RST.Drive(gpio.High)
	p.RST.Watch(p.reset)
	if hat {
		p.Power = bus.NewPin("PWR", 18)
		p.Power.Watch(p.switched)
	}
	p.powerUp()
	return p
}

// Model is what panel it is.
func (p *Panel) Model() Model { return p.model }

// Stats are what it did so far.
func (p *Panel) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

// SetAmbient is how warm it is around the panel, in degrees Celsius; 25 unless
// told. The cold makes refreshes slower.
func (p *Panel) SetAmbient(celsius int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ambient = celsius
}

// Asleep reports whether the controller is in deep sleep, and without supply.
func (p *Panel) Asleep() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sleeps
}

// HighVoltage reports whether the film is under voltage: for long that ruins it.
func (p *Panel) HighVoltage() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	return p.chip.analog || p.pending != nil
}

// switched follows the pin Power.
func (p *Panel) switched(l gpio.Level) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	on := l == gpio.High
	if on == p.supply {
		return
	}
	if p.supply = on; on {
		p.powerUp()
		return
	}
	if p.pending != nil {
		p.Notes.Add("supply switched off in the middle of a refresh")
	}
	p.interrupt()
	p.drive()
}

// powerUp starts the controller with whatever is in its memory.
func (p *Panel) powerUp() {
	rng := rand.New(rand.NewPCG(1, uint64(p.model.Width)))
	for i := range p.chip.new {
		p.chip.new[i], p.chip.old[i] = byte(rng.Uint32()), byte(rng.Uint32())
	}
	p.chip.registers()
	p.sleeps, p.stuck, p.pending, p.until = false, false, nil, time.Time{}
	p.drive()
}

// reset follows the pin RST.
func (p *Panel) reset(l gpio.Level) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	if l == gpio.Low {
		if p.pending != nil && !p.stuck {
			p.Notes.Add("reset in the middle of a refresh")
		}
		p.interrupt()
		p.held = true
		return
	}
	if !p.held || !p.alive() {
		p.held = false
		p.drive()
		return
	}
	p.held, p.stuck = false, false
	if p.sleeps && !p.keeps {
		p.powerUp()
	}
	p.sleeps = false
	p.stats.Resets++
	p.chip.registers()
	p.busyFor(AfterReset, resetTakes)
}

// alive reports whether there is somebody at the far end.
func (p *Panel) alive() bool { return p.there && p.supply }

// Connect implements spi.Port.
func (p *Panel) Connect(f physic.Frequency, mode spi.Mode, bits int) (spi.Conn, error) {
	c, err := p.Port.Connect(f, mode, bits)
	if err == nil {
		if s := p.Port.Settings(); s.Freq == 0 || s.Freq > maxClock || mode&spi.Mode3 != spi.Mode0 && mode&spi.Mode3 != spi.Mode3 || bits != 8 {
			p.Notes.Add("connected at %v, %v, %d bits: want at most %v, mode 0 or 3, 8 bits", s.Freq, mode, bits, maxClock)
		}
	}
	return c, err
}

// receive is the far end of the port.
func (p *Panel) receive(w, r []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	for i := range r {
		r[i] = 0xff // nothing drives MISO
	}
	if !p.alive() || len(w) == 0 {
		return nil
	}
	command := p.DC.Level() == gpio.Low
	switch {
	case p.held:
		p.Notes.Add("%d bytes while held in reset", len(w))
	case p.sleeps:
		p.Notes.Add("%d bytes in deep sleep, command %t, first %#02x", len(w), command, w[0])
	case p.busy():
		p.Notes.Add("%d bytes while BUSY, command %t, first %#02x", len(w), command, w[0])
	case !command:
		p.chip.data(w)
	default:
		for _, op := range w {
			p.command(op)
		}
	}
	return nil
}

// command begins one; those that have no parameters are done at once.
func (p *Panel) command(op byte) {
	if p.sleeps || p.busy() {
		p.Notes.Add("command %#02x while BUSY or asleep", op)
		return
	}
	p.chip.command(op)
	switch op {
	case 0x12:
		p.chip.registers()
		p.busyFor(AfterSoftReset, softTakes)
	case 0x20:
		p.activate()
	}
}

// afterParams is called when a command has all its parameters.
func (p *Panel) afterParams(op byte, args []byte) {
	switch op {
	case 0x10:
		p.deepSleep(args[0])
	case 0x46, 0x47:
		p.chip.fill(op, args[0])
		p.busyFor(stages, fillTakes)
	}
}

func (p *Panel) deepSleep(mode byte) {
	switch mode {
	case 0:
	case 1, 3:
		if p.chip.analog {
			p.Notes.Add("deep sleep with the high voltage on")
		}
		p.sleeps, p.keeps = true, mode == 1
		p.stats.Sleeps++
		p.drive()
	default:
		p.Notes.Add("deep sleep mode %#02x does not exist", mode)
	}
}
