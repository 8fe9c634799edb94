// Package keypad is where a till's keys come from: standard input, a raw
// terminal, the panel in a browser, pads that Linux reads (USB, Bluetooth, the
// device tree), a key matrix on the computer's own pins. Each is a Source that
// turns what it hears into terminal.Key, and nothing more: it knows no amount,
// no screen and no order of keys that would mean something.
//
// A key that was pressed is never lost in silence. A source that can make its
// sender wait (standard input, a terminal) hands a key over before it reads
// the next; one that cannot (a browser, a pad being scanned) puts keys in a
// Queue of QueueLen and writes a line to the log when that is full, which
// takes a till that has stood still for many seconds.
//
// What comes over a pad's wires is understood by pure values: keyTrack finds
// presses in the kernel's events, also when some were left out; Matrix takes
// the bounces out of a scan, and readings that cannot be. The package may
// import package terminal, the standard library without net and, for pins that
// are handed in, periph. Next room to visit: package terminal for what keys
// do; cmd/kasir chooses the source.
package keypad
