// Package speaker is what a till's tones sound like, and where they go: to
// nobody, to the log, to several speakers at once; as notes to a browser or a
// buzzer on a pin, as a WAV file to anything that plays one, ALSA's aplay among
// them. Its lamps say to the back of the room what the screen says in front.
// It knows what a tone means and nothing of the sale it is about; whoever
// plays must not block, so that what takes time is a Player.
//
// It may import package terminal, the standard library without net and, for
// what hangs on a wire, periph: pins are handed in. Next room to visit: package
// terminal, which decides when there is something to hear.
package speaker
