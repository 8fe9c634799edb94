package emu

import (
	"time"

	"periph.io/x/conn/v3/gpio"
)

// busy reports whether commands are not heard now.
func (p *Panel) busy() bool { return p.stuck || time.Now().Before(p.until) }

// busyFor keeps BUSY high for a time, or for ever when a fault is set for the
// stage.
func (p *Panel) busyFor(at Stage, d time.Duration) {
	p.until = time.Now().Add(d)
	if at < stages && p.stick[at] > 0 {
		p.stick[at]--
		p.stuck = true
	}
	if p.timer != nil {
		p.timer.Stop()
	}
	p.timer = time.AfterFunc(d, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.settle()
	})
	p.drive()
}

// settle does what time did since the last look.
func (p *Panel) settle() {
	if time.Now().Before(p.until) {
		return
	}
	if r := p.pending; r != nil && !p.stuck {
		p.pending = nil
		p.finish(r)
	}
	p.drive()
}

// interrupt ends a refresh before its time: what moved is somewhere halfway.
func (p *Panel) interrupt() {
	if p.pending != nil {
		p.glass.halfway(p.pending)
	}
	p.pending, p.until = nil, time.Time{}
	p.chip.analog, p.chip.clock = false, false
}

// drive puts BUSY where it belongs: high also in deep sleep. Nobody drives it
// when there is no panel or no power, and then the pin's pull does.
func (p *Panel) drive() {
	level := gpio.Level(p.busy() || p.sleeps)
	if !p.alive() {
		level = p.Busy.Pull() == gpio.PullUp
	}
	p.Busy.Drive(level)
}
