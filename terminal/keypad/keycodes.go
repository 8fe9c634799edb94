package keypad

import "kasir/terminal"

// Key codes (Linux, input-event-codes.h) that are named here more than once.
const (
	code1      = 2 // KEY_1 to KEY_9 follow each other, then KEY_0
	code0      = 11
	codeEnter  = 28
	codeKP0    = 82
	codeKPEnt  = 96
	codePhone0 = 0x200 // KEY_NUMERIC_0 to KEY_NUMERIC_9 follow each other
	codePound  = 0x20B
)

// keypadCodes is KEY_KP0 to KEY_KP9.
var keypadCodes = [10]uint16{codeKP0, 79, 80, 81, 75, 76, 77, 71, 72, 73}

// codeKeys is what the keys of pads mean to a till. NumLock is not among them:
// it does not change the codes of the others, and there are pads that press it
// before and after each of them.
var codeKeys = func() map[uint16]terminal.Key {
	m := map[uint16]terminal.Key{
		codeEnter: terminal.KeyOK, codeKPEnt: terminal.KeyOK, codePound: terminal.KeyOK,
		0x160: terminal.KeyOK,                          // OK
		14:    terminal.KeyBack, 111: terminal.KeyBack, // Backspace, Delete
		74: terminal.KeyBack, 12: terminal.KeyBack, // minus: pads without Backspace
		1: terminal.KeyClear, 55: terminal.KeyClear, // Esc, keypad star
		0x20A: terminal.KeyClear,                           // telephone star
		223:   terminal.KeyClear, 0x163: terminal.KeyClear, // Cancel, Clear
		83: terminal.KeyZeroZero, 121: terminal.KeyZeroZero, // keypad dot and comma
		52: terminal.KeyZeroZero, 51: terminal.KeyZeroZero, // dot and comma
		78: terminal.KeyPlus, 98: terminal.KeyMenu, // keypad plus, keypad slash
		53: terminal.KeyMenu, 139: terminal.KeyMenu, // slash, Menu
		0x20C: terminal.KeyPlus, 0x20D: terminal.KeyBack, // telephone A, B
		0x20E: terminal.KeyZeroZero, 0x20F: terminal.KeyMenu, // telephone C, D
		30: terminal.KeyPlus, 48: terminal.KeyBack, // A, B
		46: terminal.KeyZeroZero, 32: terminal.KeyMenu, // C, D
		19: terminal.KeyReplay, 47: terminal.KeyVolume, // R, V
		113: terminal.KeyVolume, 114: terminal.KeyVolume, 115: terminal.KeyVolume, // mute, volume down and up
	}
	for d := range uint16(10) {
		digit := terminal.Key('0' + d)
		m[keypadCodes[d]], m[codePhone0+d] = digit, digit
		m[code1+d-1] = digit
	}
	delete(m, code1-1)
	m[1], m[code0] = terminal.KeyClear, '0'
	return m
}()

// isPad reports whether a device with these keys can be typed amounts on: it
// has ten digits of one kind, and a key for OK. A mouse has neither, and a
// power button is a keyboard of one key.
func (k *keyCodes) isPad() bool {
	if !k.has(codeEnter) && !k.has(codeKPEnt) && !k.has(codePound) {
		return false
	}
	row, pad, phone := 0, 0, 0
	for d := range uint16(10) {
		for kind, code := range map[*int]uint16{&row: code1 + d, &pad: keypadCodes[d], &phone: codePhone0 + d} {
			if k.has(code) {
				*kind++
			}
		}
	}
	return max(row, pad, phone) == 10
}
