// Package recorded is the recordings of both languages, for programs and tests
// on a desk. A device must not import it: it has the same two files in a
// directory, because they are as large as all that is left of the room for its
// program.
//
// The files were made by cmd/kasir-voice with espeak-ng 1.51 of Debian 12, whose
// output anybody may pass on:
//
//	espeak-ng -v id -s 150 -p 60 --stdout WORD,
//	espeak-ng -v en-gb -s 150 -p 60 --stdout WORD,
//
// (fifteen and its like with -s 115, so that none passes for fifty; a word that
// ends a sentence with a full stop), and then cut, made equally loud, and packed. "make voice" makes them again,
// byte for byte. Next room to visit: terminal/speaker/voice, which reads them.
package recorded

import "embed"

// Files are id.wav and en.wav.
//
//go:embed id.wav en.wav
var Files embed.FS
