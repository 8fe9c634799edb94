package bus

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// Pin is an emulated GPIO line. What the program drives, the glass watches
// (Watch) or looks up (Level, Duty); what the glass drives (Drive), the program
// reads. It does what periph's contract says and nothing more helpful: an input
// cannot be read before In, and there are no edges that were not asked for. Its
// methods may be called by any goroutine.
type Pin struct {
	name   string
	number int

	mu     sync.Mutex
	level  gpio.Level
	duty   gpio.Duty // of an output: DutyMax while it is high
	pull   gpio.Pull
	edge   gpio.Edge
	output bool
	input  bool
	pwm    bool // PWM works
	watch  func(gpio.Level)
	edges  chan struct{}
}

var _ gpio.PinIO = (*Pin)(nil)

// NewPin is a line that nobody drives; it is low. It has no PWM.
func NewPin(name string, number int) *Pin {
	return &Pin{name: name, number: number, edges: make(chan struct{}, 1)}
}

// NewPWMPin is a line that has PWM too.
func NewPWMPin(name string, number int) *Pin {
	p := NewPin(name, number)
	p.pwm = true
	return p
}

// Watch has f called each time the program sets the line, also to the level it
// has, by the goroutine that sets it.
func (p *Pin) Watch(f func(gpio.Level)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = f
}

// Level is what is on the line.
func (p *Pin) Level() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

// Duty is the share of time the program drives the line high.
func (p *Pin) Duty() gpio.Duty {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.duty
}

// Drive puts a level on the line from the glass's side.
func (p *Pin) Drive(l gpio.Level) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.level == l {
		return
	}
	p.level = l
	if !p.input || p.edge == gpio.NoEdge || p.edge == gpio.RisingEdge && l == gpio.Low || p.edge == gpio.FallingEdge && l == gpio.High {
		return
	}
	select {
	case p.edges <- struct{}{}:
	default:
	}
}

// String implements conn.Resource.
func (p *Pin) String() string { return fmt.Sprintf("%s(%d)", p.name, p.number) }

// Halt implements conn.Resource.
func (p *Pin) Halt() error { return nil }

// Name implements pin.Pin.
func (p *Pin) Name() string { return p.name }

// Number implements pin.Pin.
func (p *Pin) Number() int { return p.number }

// Function implements pin.Pin.
func (p *Pin) Function() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.output && p.level == gpio.High:
		return "Out/High"
	case p.output:
		return "Out/Low"
	case p.input && p.level == gpio.High:
		return "In/High"
	}
	return "In/Low"
}

// In implements gpio.PinIn. It forgets the edges seen before.
func (p *Pin) In(pull gpio.Pull, edge gpio.Edge) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.input, p.output, p.pull, p.edge = true, false, pull, edge
	select {
	case <-p.edges:
	default:
	}
	return nil
}

// Read implements gpio.PinIn.
func (p *Pin) Read() gpio.Level { return p.Level() }

// WaitForEdge implements gpio.PinIn: a negative timeout is none, as periph's
// contract has it (its Linux lines do the opposite; use short positive ones).
func (p *Pin) WaitForEdge(timeout time.Duration) bool {
	if timeout < 0 {
		<-p.edges
		return true
	}
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case <-p.edges:
		return true
	case <-t.C:
		return false
	}
}

// Pull implements gpio.PinIn.
func (p *Pin) Pull() gpio.Pull {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pull
}

// DefaultPull implements gpio.PinIn.
func (p *Pin) DefaultPull() gpio.Pull { return gpio.Float }

// Out implements gpio.PinOut.
func (p *Pin) Out(l gpio.Level) error {
	duty := gpio.Duty(0)
	if l {
		duty = gpio.DutyMax
	}
	p.set(l, duty)
	return nil
}

// PWM implements gpio.PinOut.
func (p *Pin) PWM(duty gpio.Duty, f physic.Frequency) error {
	if !p.pwm {
		return errors.New("this line has no PWM")
	}
	if !duty.Valid() || f < 0 {
		return fmt.Errorf("set PWM of %s to %v at %v: not valid", p, duty, f)
	}
	p.set(duty > 0, duty)
	return nil
}

func (p *Pin) set(l gpio.Level, duty gpio.Duty) {
	p.mu.Lock()
	p.level, p.duty, p.output, p.input = l, duty, true, false
	watch := p.watch
	p.mu.Unlock()
	if watch != nil {
		watch(l)
	}
}
