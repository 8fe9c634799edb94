// Package speaker is what a till's tones sound like, and where they go: to
// nobody, to the log, to several speakers at once; as notes to a browser or a
// buzzer, as a WAV file to anything that plays one. It knows what a tone means
// and nothing of the sale it is about; whoever plays must not block.
//
// It may import package terminal, the standard library without net and, for a
// buzzer on a wire, periph. Next room to visit: package terminal, which decides
// when there is something to hear.
package speaker
