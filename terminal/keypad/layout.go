package keypad

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"kasir/terminal"
)

// Layout is what is printed on the keys of a matrix, row by row. A zero is a
// place without a key.
type Layout [][]terminal.Key

// ParseLayout reads a layout as a board's file has it: the rows from top to
// bottom with spaces between them, each key as Key has it, and besides # for
// OK, * for clear and . for a place without a key. A pad of four rows is
// "123+ 456b 789m *0#z". Every row has as many places as the first; a key may
// be there twice, but OK, clear and the digits must be there.
func ParseLayout(s string) (Layout, error) {
	var l Layout
	have := make(map[terminal.Key]bool)
	for _, row := range strings.Fields(s) {
		var keys []terminal.Key
		for _, r := range row {
			k, ok := printed(r)
			if !ok {
				return nil, fmt.Errorf("read keypad layout %q: %q is no key", s, r)
			}
			keys, have[k] = append(keys, k), true
		}
		if l = append(l, keys); len(keys) != len(l[0]) {
			return nil, fmt.Errorf("read keypad layout %q: %d places in row %d, %d in the first", s, utf8.RuneCountInString(row), len(l), len(l[0]))
		}
	}
	for _, k := range "0123456789c\n" {
		if !have[terminal.Key(k)] {
			return nil, fmt.Errorf("read keypad layout %q: no key %q", s, k)
		}
	}
	if n := len(l) * len(l[0]); n > 64 {
		return nil, fmt.Errorf("read keypad layout %q: %d places, at most 64", s, n)
	}
	return l, nil
}

func printed(r rune) (terminal.Key, bool) {
	switch r {
	case '#':
		return terminal.KeyOK, true
	case '*':
		return terminal.KeyClear, true
	case '.':
		return 0, true
	}
	return Key(r)
}
