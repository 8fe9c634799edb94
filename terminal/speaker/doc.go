// Package speaker is what a till sounds like, and where that goes: to nobody,
// to the log, to several speakers at once; as notes to a browser or a buzzer on
// a pin, as WAV files to anything that plays them, ALSA's aplay among them. A
// tone with a sale is followed by a sentence where there is a voice: "dua puluh
// lima ribu rupiah, diterima". What is heard when, and that money is announced
// once and never dropped without a word, is the queue's, which is pure. The
// lamps say to the back of the room what the screen says in front.
//
// It knows what a tone means and nothing of the sale it is about; whoever plays
// must not block, so that what takes time is a Player.
//
// It may import package terminal, the standard library without net and, for
// what hangs on a wire, periph: pins are handed in. Next rooms to visit: package
// terminal, which decides when there is something to hear; words and voice below
// this one, which make sentences and their sound.
package speaker
