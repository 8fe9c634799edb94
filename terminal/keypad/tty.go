package keypad

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"kasir/terminal"
)

// ErrQuit is the cashier's wish to end the program: Ctrl-C at a terminal in
// raw mode, where it raises no signal.
var ErrQuit = errors.New("quit key")

// escapeWait is how long the rest of an escape sequence may take. After it,
// the escape was the key.
const escapeWait = 50 * time.Millisecond

// TTY reads keys from a terminal, one a press, without Enter: digits, Enter
// for OK, Backspace and Delete, Esc or c for clear, . or z for 00, + and m,
// and l for the other language. A terminal does not tell how long a key is down:
// q and then a digit is that digit held. The arrow and function keys, which send an
// Esc and more, do nothing. Ctrl-C makes Run return ErrQuit.
//
// The terminal is in raw mode while Run runs and as it was before after that.
// Of a terminal that was not opened for this (os.Stdin), the last read lingers
// as in Stdin and takes one more key stroke from whoever reads next.
func TTY(f *os.File) Source { return tty{f} }

type tty struct{ f *os.File }

// Run implements Source.
func (t tty) Run(ctx context.Context, out func(terminal.Key)) (err error) {
	restore, err := raw(t.f)
	if err != nil {
		return fmt.Errorf("read keys from %s: %w", t.f.Name(), err)
	}
	defer func() {
		if stuck := restore(); stuck != nil {
			err = errors.Join(err, stuck)
		}
	}()
	in := listen(ctx, t.f)
	defer in.close()
	var keys decoder
	for {
		b, err := in.next(ctx, keys.patience())
		switch {
		case errors.Is(err, errPause):
			if k, ok := keys.timeout(); ok {
				out(k)
			}
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return fmt.Errorf("read keys from %s: %w", t.f.Name(), err)
		case b == ctrlC:
			return ErrQuit
		}
		if err == nil {
			for _, k := range keys.take(b) {
				out(k)
			}
		}
	}
}

// Bytes of a terminal (ECMA-48).
const (
	ctrlC     = 0x03
	backspace = 0x08
	escape    = 0x1B
	del       = 0x7F
)

// decoder finds keys among the bytes of a terminal. The zero value is ready.
type decoder struct {
	state uint8
	held  prefix
}

const (
	plain    uint8 = iota
	escaped        // after Esc: a key of its own, or a sequence begins
	sequence       // after Esc [: until a final byte, 0x40 to 0x7E
	single         // after Esc O: one more byte
)

// patience is how long the next byte may take to belong to what is half done;
// zero when nothing is.
func (d *decoder) patience() time.Duration {
	if d.state == plain {
		return 0
	}
	return escapeWait
}

// take is the keys that b completes: none, one, or an Esc and one.
func (d *decoder) take(b byte) []terminal.Key {
	switch d.state {
	case escaped:
		switch b {
		case '[':
			d.state = sequence
			return nil
		case 'O':
			d.state = single
			return nil
		}
		d.state = plain
		return append([]terminal.Key{terminal.KeyClear}, d.take(b)...)
	case sequence:
		if b >= 0x40 && b <= 0x7E {
			d.state = plain
		}
		return nil
	case single:
		d.state = plain
		return nil
	}
	if b == escape {
		*d = decoder{state: escaped}
		return nil
	}
	if b|0x20 == holdPrefix {
		d.held.armed = true
		return nil
	}
	return d.held.take(typed(b))
}

// timeout is the key that stood alone, when nothing follows.
func (d *decoder) timeout() (terminal.Key, bool) {
	alone := d.state == escaped
	*d = decoder{}
	return terminal.KeyClear, alone
}

// typed is the key of a byte that is no part of a sequence.
func typed(b byte) (terminal.Key, bool) {
	switch b {
	case '\r':
		return terminal.KeyOK, true
	case backspace, del:
		return terminal.KeyBack, true
	case '.', ',':
		return terminal.KeyZeroZero, true
	case 'l', 'L':
		return terminal.KeyLanguage, true
	}
	if b >= 'A' && b <= 'Z' {
		b += 'a' - 'A' // caps lock
	}
	return Key(rune(b))
}
