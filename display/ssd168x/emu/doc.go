// Package emu is e-paper made of Go: a controller of the SSD1680 family with
// glass on it, at the far end of an SPI port and four pins. It obeys the bytes
// that arrive, by the data sheet, takes as long as real panels do, shows what
// could be seen and notes every byte that breaks a rule. It can be unplugged,
// its supply can fail, and its BUSY can stay high.
//
// The room knows no driver and imports none: it is fed by ours, and by others'
// to find out whether it is right. Next room to visit: display/bus, the port
// and the pins.
package emu
