// Package mipidbi drives colour glass with a MIPI DBI controller on four-wire
// SPI: ILI9341, ST7789 and ST7796. It is a panel for kasir, with a context and
// only the changed pixels on the wire, and a display.Drawer for anything else
// that speaks periph.
//
// Such glass is usually wired to be written only: it cannot say what it shows,
// nor that somebody pulled its plug. So the driver keeps a copy of what must be
// on it; after any error that copy is worth nothing, and the next frame begins
// with a hardware reset. A glass that lost its power in silence gets its
// registers again now and then, when the picture changes a lot anyway.
//
// The room knows frames, pins and a port, and no till. Chip select is the
// kernel's. Next rooms to visit: display/bus, the wires; display/mipidbi/emu,
// the same glass made of Go; display/frame, which says what a panel is.
package mipidbi
