package main

import (
	"errors"
	"fmt"
	"os"

	"kasir/terminal/keypad"
)

// keyKind is one way to press keys.
type keyKind struct {
	name string
	open func(*till) (keypad.Source, error)
}

func (k keyKind) form() string { return k.name }

// keyKinds are the values of -keys.
var keyKinds = map[string]keyKind{
	"stdin": {"stdin", func(t *till) (keypad.Source, error) { return keypad.Stdin(t.stdin), nil }},
	"tty":   {"tty", openTTY},
	"web":   {"web", func(t *till) (keypad.Source, error) { return t.pad, nil }},
}

// openKeys opens the source that -keys names.
func (t *till) openKeys() (keypad.Source, error) {
	if t.hardware != nil && t.hardware.Keys != nil && t.keys == t.board.Keys.Source {
		return t.hardware.Keys, nil
	}
	source, err := keyKinds[t.keys].open(t)
	if err != nil {
		return nil, fmt.Errorf("open keys %s: %w", t.keys, err)
	}
	return source, nil
}

func openTTY(t *till) (keypad.Source, error) {
	f, is := t.stdin.(*os.File)
	if !is {
		return nil, errors.New("standard input is not a terminal; -keys stdin reads from anything")
	}
	return keypad.TTY(f), nil
}
