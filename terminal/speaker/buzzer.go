package speaker

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"

	"kasir/terminal"
)

// BuzzerOpts says what hangs on a buzzer's pin.
type BuzzerOpts struct {
	// Active is a buzzer that makes its own pitch when it has power. Without it
	// the pin makes the pitch, by PWM; a pin that cannot is used as if this were
	// set, which is a line in the log.
	Active bool
	// ActiveLow is a buzzer that sounds when the pin is low, as on most modules
	// with a PNP transistor.
	ActiveLow bool
	Log       *slog.Logger
}

// NewBuzzer is a piezo on a pin. It is silent until Run runs, and after that.
func NewBuzzer(pin gpio.PinOut, o BuzzerOpts) (*Player, error) {
	b := &buzzer{BuzzerOpts: o, pin: pin}
	if err := b.sound(0); err != nil {
		return nil, err
	}
	return newPlayer(o.Log, b.play), nil
}

type buzzer struct {
	BuzzerOpts
	pin gpio.PinOut
}

// play ends each note at its moment since the first, so that the time that
// pins take does not add up. It has one volume.
func (b *buzzer) play(ctx context.Context, notes []Note, _ terminal.Volume) (err error) {
	defer func() {
		if off := b.sound(0); err == nil {
			err = off
		}
	}()
	at := time.Now()
	for _, n := range notes {
		if err := b.sound(n.Freq); err != nil {
			return err
		}
		at = at.Add(n.Dur)
		if !pause(ctx, at) {
			return ctx.Err()
		}
	}
	return nil
}

// sound makes one pitch, in hertz, until it is told another; 0 is none.
func (b *buzzer) sound(hz int) error {
	if hz > 0 && !b.Active {
		err := b.pin.PWM(gpio.DutyHalf, physic.Frequency(hz)*physic.Hertz)
		if err == nil {
			return nil
		}
		b.Active = true
		b.Log.Warn("buzzer has one pitch only", "pin", b.pin.String(), "err", err)
	}
	if err := b.pin.Out(gpio.Level(hz > 0) != gpio.Level(b.ActiveLow)); err != nil {
		return fmt.Errorf("switch buzzer on %s: %w", b.pin, err)
	}
	return nil
}
