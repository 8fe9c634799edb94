package keypad

import (
	"context"

	"kasir/terminal"
)

// Source is one pad. Run hands keys to out in the order in which they were
// pressed until ctx ends, and returns the context's cause; any other error
// means that the pad cannot be used any more. out may block, but not beyond ctx.
type Source interface {
	Run(ctx context.Context, out func(terminal.Key)) error
}

// Key is the key that a character stands for, wherever keys are written as
// characters: 0 to 9, z for 00, b for backspace, c for clear or cancel, a line
// feed for OK, m for menu, + for another item, r to hear again what was said,
// v for the next volume, and ① to ⑨ for a digit that is held down. ok is false for
// all others.
func Key(r rune) (k terminal.Key, ok bool) {
	switch k := terminal.Key(r); k {
	case terminal.KeyOK, terminal.KeyClear, terminal.KeyBack, terminal.KeyZeroZero, terminal.KeyPlus, terminal.KeyMenu,
		terminal.KeyReplay, terminal.KeyVolume:
		return k, true
	default:
		_, digit := k.Digit()
		_, held := k.Held()
		return k, digit || held
	}
}
