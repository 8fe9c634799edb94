package emu

// Stage is a moment at which BUSY can get stuck.
type Stage int

// The stages.
const (
	AfterReset Stage = iota
	AfterSoftReset
	InFull
	InPartial
	stages
)

// Stick lets BUSY stay high the next so many times a stage begins, until a
// reset.
func (p *Panel) Stick(at Stage, times int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stick[at] = times
}

// StickNow lets BUSY stay high from now on until a reset.
func (p *Panel) StickNow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	p.stuck = true
	p.drive()
}

// Unplug pulls the cable: nothing is heard, and BUSY is where its pull leaves
// it. The picture stays, as e-paper does.
func (p *Panel) Unplug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	p.interrupt()
	p.there = false
	p.drive()
}

// Plug puts the cable back: the controller starts as after power on.
func (p *Panel) Plug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.there = true
	p.powerUp()
}

// Brownout lets the supply fail for a moment.
func (p *Panel) Brownout() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	p.interrupt()
	p.powerUp()
}
