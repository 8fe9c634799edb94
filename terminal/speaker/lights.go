package speaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/terminal"
)

// Light is what lamps say of a till, to a person across the room.
type Light uint8

// The lights. Each has a rhythm of its own, so that one lamp is enough.
const (
	LightReady   Light = iota // a sale can begin
	LightBusy                 // somebody was asked and has not answered
	LightWaiting              // a code can be scanned
	LightPaid                 // the money is there
	LightTrouble              // a person must look: no backend, no money, or money too late
)

func (l Light) String() string {
	return [...]string{"ready", "busy", "waiting", "paid", "trouble"}[l]
}

// LightOf is the light for what a till shows.
func LightOf(v terminal.View) Light {
	switch v.Screen.(type) {
	case terminal.Asking, terminal.Cancelling, terminal.Finding, terminal.Linking, terminal.Unlinking:
		return LightBusy
	case terminal.Offering, terminal.Verifying, terminal.LinkOffer, terminal.Confirming:
		return LightWaiting
	case terminal.Thanks:
		return LightPaid
	case terminal.Offline, terminal.Unsure, terminal.Late, terminal.Ended, terminal.Denied, terminal.Alarm, terminal.Fault, terminal.WalletRefused:
		return LightTrouble
	}
	if !v.Strip.Online || v.Strip.Late > 0 || v.Strip.NoKeypad || v.Strip.NoGlass {
		return LightTrouble
	}
	return LightReady
}

// rhythms are how long a lamp is on and off, in turns, over and over; none is
// on for good.
var rhythms = [...][]time.Duration{
	LightReady:   nil,
	LightBusy:    {150 * ms, 150 * ms},
	LightWaiting: {time.Second, time.Second},
	LightPaid:    {80 * ms, 80 * ms, 80 * ms, 80 * ms, 80 * ms, 400 * ms},
	LightTrouble: {100 * ms, 150 * ms, 100 * ms, 900 * ms},
}

// Lamps are the pins of a till's lamps. One that is nil is not there: what it
// would say is said by Go. ActiveLow is for lamps that are on when a pin is low.
type Lamps struct {
	Go        gpio.PinOut // ready, paid; green
	Wait      gpio.PinOut // busy, waiting; yellow
	Stop      gpio.PinOut // trouble; red
	ActiveLow bool
}

// Lights is lamps as a glass: Show may be called from any goroutine and
// returns at once. The lamps follow while Run runs.
type Lights struct {
	lamps Lamps
	log   *slog.Logger
	poke  chan struct{}

	mu  sync.Mutex
	now Light
	set bool
}

// NewLights makes lamps that are all off. Go must be there.
func NewLights(l Lamps, log *slog.Logger) (*Lights, error) {
	if l.Go == nil {
		return nil, errors.New("open lamps: no pin for the first")
	}
	s := &Lights{lamps: l, log: log, poke: make(chan struct{}, 1)}
	return s, s.off()
}

// Show implements terminal.Glass.
func (s *Lights) Show(v terminal.View) {
	now := LightOf(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set && s.now == now {
		return // a rhythm goes on as it was
	}
	s.now, s.set = now, true
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// Run keeps the lamps until ctx ends, leaves them off, and returns its cause.
// A pin that refuses is a line in the log, once, and the others go on.
func (s *Lights) Run(ctx context.Context) error {
	defer func() { _ = s.off() }()
	change := time.NewTimer(0)
	change.Stop()
	defer change.Stop()
	var rhythm []time.Duration
	var lamp gpio.PinOut
	var at time.Time
	refused := false
	for step := 0; ; step++ {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.poke:
			s.mu.Lock()
			light := s.now
			s.mu.Unlock()
			rhythm, lamp, at, step = rhythms[light], s.lamp(light), time.Now(), 0
			_ = s.off() // what refuses now refuses below
		case <-change.C:
		}
		if err := s.turn(lamp, step%2 == 0); err != nil && !refused {
			refused = true
			s.log.Warn("lamp does not work", "err", err)
		}
		if len(rhythm) > 0 {
			at = at.Add(rhythm[step%len(rhythm)])
			change.Reset(time.Until(at))
		} else {
			change.Stop()
		}
	}
}

// lamp is the one that a light is on.
func (s *Lights) lamp(l Light) gpio.PinOut {
	lamp := s.lamps.Go
	switch l {
	case LightBusy, LightWaiting:
		lamp = s.lamps.Wait
	case LightTrouble:
		lamp = s.lamps.Stop
	}
	if lamp == nil {
		return s.lamps.Go
	}
	return lamp
}

func (s *Lights) off() error {
	var errs []error
	for _, lamp := range []gpio.PinOut{s.lamps.Go, s.lamps.Wait, s.lamps.Stop} {
		if lamp != nil {
			errs = append(errs, s.turn(lamp, false))
		}
	}
	return errors.Join(errs...)
}

func (s *Lights) turn(lamp gpio.PinOut, on bool) error {
	if err := lamp.Out(gpio.Level(on != s.lamps.ActiveLow)); err != nil {
		return fmt.Errorf("switch lamp %s: %w", lamp, err)
	}
	return nil
}
