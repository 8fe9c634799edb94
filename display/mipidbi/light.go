package mipidbi

import (
	"errors"
	"fmt"
	"sync"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// light is the backlight. It has a lock of its own: a key that makes the glass
// brighter does not wait for a frame.
type light struct {
	pin  gpio.PinOut // nil: it is always on, or none of our business
	freq physic.Frequency

	mu      sync.Mutex
	percent int
	on      bool
	has     int // percent that the pin has; -1 is unknown
	plain   bool
}

func newLight(pin gpio.PinOut, percent int, f physic.Frequency) *light {
	if pin == gpio.INVALID {
		pin = nil
	}
	return &light{pin: pin, freq: f, percent: percent, has: -1}
}

// shine turns the light on or off.
func (l *light) shine(on bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.on = on
	return l.apply()
}

// set makes it brighter or darker, now or when it is turned on.
func (l *light) set(percent int) error {
	if percent < 0 || percent > 100 {
		return fmt.Errorf("set brightness %d: want 0 to 100 percent", percent)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.percent = percent
	return l.apply()
}

func (l *light) apply() error {
	want := 0
	if l.on {
		want = l.percent
	}
	if l.pin == nil || l.has == want {
		return nil
	}
	l.has = -1
	if err := l.drive(want); err != nil {
		return fmt.Errorf("set backlight %s to %d percent: %w", l.pin, want, err)
	}
	l.has = want
	return nil
}

// drive sets the pin. One without PWM is on or off; that it has none shows
// only when it is tried, and is remembered when on and off do work.
func (l *light) drive(percent int) error {
	if percent == 0 || percent == 100 || l.plain {
		return l.pin.Out(percent > 0)
	}
	duty := gpio.Duty(int64(gpio.DutyMax) * int64(percent) / 100)
	noPWM := l.pin.PWM(duty, l.freq)
	if noPWM == nil {
		return nil
	}
	if err := l.pin.Out(gpio.High); err != nil {
		return errors.Join(noPWM, err)
	}
	l.plain = true
	return nil
}
