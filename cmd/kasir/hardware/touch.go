package hardware

import (
	"errors"
	"fmt"
	"log/slog"

	"periph.io/x/conn/v3/gpio"

	"kasir/cmd/kasir/board"
	"kasir/terminal"
	"kasir/terminal/keypad"
	"kasir/terminal/speaker"
)

// openKeys opens the keypad, if it is one of hardware.
func (h *Hardware) openKeys(k board.Keys, o Options) (err error) {
	switch k.Source {
	case "evdev":
		h.Keys = keypad.Evdev(keypad.EvdevOpts{Device: k.Device, Attached: o.Pad, Log: o.Log})
	case "matrix":
		h.Keys, err = openMatrix(k, o.Log)
	}
	if err != nil {
		return fmt.Errorf("open keys: %w", err)
	}
	return nil
}

func openMatrix(k board.Keys, log *slog.Logger) (keypad.Source, error) {
	layout, err := keypad.ParseLayout(k.Legend)
	if err != nil {
		return nil, err
	}
	var pins keypad.Pins
	var errs []error
	for _, name := range k.Rows {
		p, err := pin("keys.rows", name)
		pins.Rows, errs = append(pins.Rows, p), append(errs, err)
	}
	for _, name := range k.Columns {
		p, err := pin("keys.columns", name)
		pins.Cols, errs = append(pins.Cols, p), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return keypad.GPIO(pins, layout, log)
}

// openSound opens what can be heard, and the lamps.
func (h *Hardware) openSound(b board.Board, o Options) error {
	var all []terminal.Speaker
	add := func(p *speaker.Player) {
		all, h.runs = append(all, p), append(h.runs, p.Run)
	}
	if b.Buzzer.Pin != "" {
		p, err := pin("buzzer", b.Buzzer.Pin)
		if err != nil {
			return err
		}
		player, err := speaker.NewBuzzer(p, speaker.BuzzerOpts{Active: b.Buzzer.Active, ActiveLow: b.Buzzer.ActiveLow, Log: o.Log})
		if err != nil {
			return err
		}
		add(player)
	}
	if b.ALSA != "" {
		device := b.ALSA
		if device == "default" {
			device = ""
		}
		player, err := speaker.NewALSA(speaker.ALSAOpts{Device: device, Clicks: b.Buzzer.Pin == "", Voice: o.Voice, Log: o.Log})
		if err != nil {
			return fmt.Errorf("alsa: %w", err)
		}
		add(player)
	}
	if len(all) > 0 {
		h.Speaker = speaker.Fan(all...)
	}
	return h.openLamps(b.LEDs, o.Log)
}

func (h *Hardware) openLamps(l board.LEDs, log *slog.Logger) error {
	if l.Ready == "" {
		return nil
	}
	lamps := speaker.Lamps{ActiveLow: l.ActiveLow}
	for _, x := range []struct {
		what, name string
		into       *gpio.PinOut
	}{{"led.ready", l.Ready, &lamps.Go}, {"led.wait", l.Wait, &lamps.Wait}, {"led.trouble", l.Trouble, &lamps.Stop}} {
		p, err := out(x.what, x.name)
		if err != nil {
			return err
		}
		if *x.into = p; p != nil {
			h.Lamps = append(h.Lamps, Lamp{x.what, func(on bool) error { return p.Out(gpio.Level(on != l.ActiveLow)) }})
		}
	}
	lights, err := speaker.NewLights(lamps, log)
	if err != nil {
		return err
	}
	h.Lights, h.runs = lights, append(h.runs, lights.Run)
	return nil
}
